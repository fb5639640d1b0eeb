//! The template of a new page: the fields that must be filled in, and nothing
//! that could be published by mistake.

use time::Date;

use super::sample::Sample;
use crate::fields::{Field, Form, Place};
use crate::model::PageType;
use crate::parse::PLACEHOLDER;

/// The template of a page that appears on `date`.
pub fn text(page_type: PageType, date: Date) -> String {
    let place = Place::page(Some(page_type));
    let mut text = String::from("+++\n");
    for field in required(place, "").filter(|field| field.form != Form::Table) {
        let value = match field.form {
            Form::Date => date.to_string(),
            _ => blank(place, field),
        };
        text += &format!("{} = {value}\n", field.name);
    }
    text += "\n[extra]\n";
    let is_repeated = |field: &&Field| field.form == Form::Tables;
    for field in required(place, "extra").filter(|field| !is_repeated(field)) {
        text += &format!("{} = {}\n", field.name, blank(place, field));
    }
    for field in required(place, "extra").filter(is_repeated) {
        text += &format!("\n[[{}]]\n", field.path());
        for inner in required(place, &field.path()) {
            text += &format!("{} = {}\n", inner.name, blank(place, inner));
        }
    }
    text + "+++\n\n" + Sample::of(page_type).body
}

fn required(place: Place, table: &str) -> impl Iterator<Item = &'static Field> {
    place
        .fields()
        .filter(move |field| field.required && field.table == table)
}

/// The value of a field that nobody has filled in.
fn blank(place: Place, field: &Field) -> String {
    if !field.start.is_empty() {
        return field.start.to_owned();
    }
    let placeholder = format!("\"{PLACEHOLDER}{}】\"", field.label);
    match field.form {
        Form::Texts => format!("[{placeholder}]"),
        Form::Table => {
            let path = field.path();
            let inner = required(place, &path);
            let inner = inner.map(|inner| format!("{} = {}", inner.name, blank(place, inner)));
            format!("{{ {} }}", inner.collect::<Vec<_>>().join(", "))
        }
        _ => placeholder,
    }
}

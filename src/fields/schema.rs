//! JSON Schemas of the fields, for editors that complete and check while one
//! types, and for forms.

use serde_json::{Map, Value, json};

use super::{Field, File, Form, Place};

/// The schema of a page's front matter, or of another file with fields.
///
/// ```
/// use zhize::fields::{Place, schema};
/// use zhize::PageType;
///
/// let schema = schema::of(Place::page(Some(PageType::Practice)));
/// let extra = &schema["properties"]["extra"];
/// let levels = extra["properties"]["level"]["enum"].as_array().expect("a list");
/// assert!(levels.contains(&"省级".into()) && levels.contains(&"unknown".into()));
/// ```
pub fn of(place: Place) -> Value {
    let mut schema = object(place, "");
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema
}

/// The schema of a register, as a file: `organ` for `data/organs.toml`.
pub fn of_register(table: &str) -> String {
    let entries = json!({ "type": "array", "items": object(Place::of(File::Register), table) });
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": { table: entries },
        "additionalProperties": false,
    });
    format!("{schema:#}\n")
}

/// The fields of a table.
fn object(place: Place, table: &str) -> Value {
    let fields: Vec<&Field> = place
        .fields()
        .filter(|field| field.table == table)
        .collect();
    let properties = fields
        .iter()
        .map(|field| (field.name.to_owned(), value(place, field)));
    let required = fields.iter().filter(|field| field.required);
    json!({
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
        "required": required.map(|field| field.name).collect::<Vec<_>>(),
        "additionalProperties": false,
    })
}

fn value(place: Place, field: &Field) -> Value {
    let mut values = field.values();
    let is_text = field.form == Form::Text;
    let mut schema = match field.form {
        Form::Text if values.is_empty() => json!({ "type": "string" }),
        Form::Text => {
            values.extend(field.may_be_unknown.then_some("unknown"));
            json!({ "enum": values })
        }
        Form::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        // A date is a string for programs that know only JSON.
        Form::Date => json!({ "type": "string", "format": "date" }),
        Form::Integer => json!({ "type": "integer" }),
        Form::Boolean => json!({ "type": "boolean" }),
        Form::Table => object(place, &field.path()),
        Form::Tables | Form::Tags => {
            json!({ "type": "array", "items": object(place, &field.path()) })
        }
    };
    if field.may_be_unknown && !is_text {
        schema = json!({ "anyOf": [schema, { "const": "unknown" }] });
    }
    schema["title"] = json!(field.label);
    schema["description"] = json!(field.meaning);
    schema
}

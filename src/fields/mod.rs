//! Every field that an author can write, described once: what it means, how it
//! is written, what it may hold and where readers see it.
//!
//! Messages, the templates of new pages, `zhize explain` and the tables of the
//! manual come from this list. The parser reads the fields one by one; a test
//! holds that both know the same ones.

use crate::model::PageType;

mod field;
mod list;
pub mod schema;

pub use field::{Field, File, Form};
pub use list::FIELDS;

/// The names of all fields and tables.
pub fn names() -> impl Iterator<Item = &'static str> {
    let tables = FIELDS.iter().flat_map(|field| field.table.split('.'));
    tables.chain(FIELDS.iter().map(|field| field.name))
}

/// A file that fields are written in, and the type of the page if it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: File,
    pub page_type: Option<PageType>,
}

impl Place {
    /// A page of this type, or of none.
    pub fn page(page_type: Option<PageType>) -> Self {
        let file = match page_type {
            Some(_) => File::Page,
            None => File::Plain,
        };
        Self { file, page_type }
    }

    /// A file that is no page.
    pub fn of(file: File) -> Self {
        let page_type = None;
        Self { file, page_type }
    }

    /// The fields that may be written here.
    ///
    /// ```
    /// use zhize::fields::Place;
    /// use zhize::PageType;
    ///
    /// let practice = Place::page(Some(PageType::Practice));
    /// let level = practice.find("extra", "level").expect("practices have a level");
    /// assert!(level.required && level.may_be_unknown);
    /// assert!(level.values().contains(&"省级"));
    /// assert!(practice.fields().all(|field| field.name != "case_kind"));
    /// ```
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        FIELDS.iter().filter(move |field| match self.page_type {
            Some(page_type) => field.file == File::Page && field.is_of(page_type),
            None if self.file == File::Plain && field.file == File::Page => field.types.is_empty(),
            None => field.file == self.file,
        })
    }

    /// The field with this name in a table.
    pub fn find(self, table: &str, name: &str) -> Option<&'static Field> {
        let mut fields = self.fields();
        fields.find(|field| field.table == table && field.name == name)
    }
}

/// The fields that are called so, in Chinese or by their names.
pub fn called(name: &str) -> impl Iterator<Item = &'static Field> {
    let fits =
        move |field: &&Field| field.name == name || field.label == name || field.path() == name;
    FIELDS.iter().filter(fits)
}

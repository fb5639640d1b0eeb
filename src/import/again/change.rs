//! The changes that a three-way merge made.

/// A change at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field's name; `None` in the body.
    pub field: Option<String>,
    /// The line of the page, counted from 1; 0 for text that is no longer
    /// there.
    pub line: usize,
    /// What the last import wrote there; may be empty.
    pub former: String,
    /// What this import writes there; may be empty.
    pub new: String,
    /// The editors' version, where both sides changed the text.
    pub own: Option<String>,
}

/// The page that results from a three-way merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The page.
    pub text: String,
    /// Changes taken over from the input.
    pub taken: Vec<Change>,
    /// Changes that conflict with the editors', whose version was kept.
    pub kept: Vec<Change>,
    /// Names of the fields whose value differs from what this import would
    /// write.
    pub own_fields: Vec<String>,
}

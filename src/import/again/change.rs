//! What a merge of three texts changed.

/// What was changed at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field's name; nothing in the body.
    pub field: Option<String>,
    /// The line of the page, counted from 1; 0 for what stands there no more.
    pub line: usize,
    /// What importing made of it the last time; may be empty.
    pub former: String,
    /// What it makes of it now; may be empty.
    pub new: String,
    /// What the editors have made of it, where both changed it.
    pub own: Option<String>,
}

/// A page that came of three.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The page.
    pub text: String,
    /// What was taken over from the input.
    pub taken: Vec<Change>,
    /// What both sides changed, and stayed as the editors have it.
    pub kept: Vec<Change>,
    /// Names of the fields that say something else than importing says now.
    pub own_fields: Vec<String>,
}

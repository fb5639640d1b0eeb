//! What a person asks of an import.

use std::path::PathBuf;

use time::Date;

use super::repair::Script;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// The section's folder, as given or below `root`.
    pub into: PathBuf,
    /// The site.
    pub root: PathBuf,
    /// Id of the source that the pages name; made from the input's name
    /// otherwise.
    pub source: Option<String>,
    /// Name of the page's file without `.md`, of one input.
    pub slug: Option<String>,
    /// Put the files of folders below the given ones into the section itself.
    pub flat: bool,
    /// Import texts too of which more than a tenth is left out.
    pub partial: bool,
    /// Write nothing.
    pub dry_run: bool,
    /// What to do with Traditional text.
    pub script: Script,
    /// The day on which the pages appear.
    pub today: Date,
}

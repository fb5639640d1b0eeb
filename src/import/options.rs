//! The options of an import.

use std::path::PathBuf;

use time::Date;

use super::repair::Script;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The files and folders to import.
    pub paths: Vec<PathBuf>,
    /// The section's folder, as given or below `root`.
    pub into: PathBuf,
    /// The site's root.
    pub root: PathBuf,
    /// Id of the source that the pages name; derived from the input's name by
    /// default.
    pub source: Option<String>,
    /// File name of the page without `.md`; for a single input only.
    pub slug: Option<String>,
    /// Put files of subfolders into the section itself.
    pub flat: bool,
    /// Also import texts more than a tenth of which is left out.
    pub partial: bool,
    /// Write nothing.
    pub dry_run: bool,
    /// How to treat Traditional Chinese text.
    pub script: Script,
    /// The day on which the pages appear.
    pub today: Date,
}

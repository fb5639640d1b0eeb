//! The disk: every write and every deletion of the program.
//!
//! These rules hold for all of them:
//!
//! 1. **Only our own files are deleted.** The files of a finished folder are in
//!    its [`Listing`]; unfinished files lie in a [`WorkFolder`], whose marker
//!    says that we made it. A name alone proves nothing. Anything else found in
//!    a folder that is to be deleted is moved to where it belongs, or stays and
//!    is reported.
//! 2. **Names of work files can't be guessed.** They contain 64 fresh random
//!    bits, and making one fails if the name exists.
//! 3. **No link is followed.** A [`Folder`] is held open, and everything in it
//!    is reached through it by a plain name. Only the path that a person gave
//!    may lead through links. Among a site's sources, a link is followed if it
//!    leads to something in the same folder of the site ([`tree`]).
//! 4. **Whole or not at all.** A file or folder is written in a work folder on
//!    the same file system, and put in place by one rename or one exchange.
//! 5. **Nothing is lost, whenever the program is killed.** A work folder is
//!    locked by its maker; one without a lock was left by a killed run. The
//!    next run for the same target finishes what that run began, and removes
//!    the rest.
//! 6. **Only regular files are read** where something else could stand: a named
//!    pipe must not block a run.
//!
//! Everywhere else but in tests, the standard library's functions that write or
//! delete are forbidden (`clippy.toml`).
// Allowed here: this module wraps these functions.
#![allow(clippy::disallowed_methods)]

mod cache;
mod folder;
mod listing;
mod named;
mod patience;
mod random;
mod replacement;
mod tree;
mod work;

pub use cache::UserCache;
pub use folder::{Entry, Folder, Kind, regular_file};
pub use listing::{FILE_NAME as MARKER, Listing, marker};
pub use named::write_where_told;
pub use patience::{held_in, is_held};
pub use replacement::{BeginError, Finished, Remains, Replacement, Rules, Stranger, strangers};
pub use tree::{Cause, Item, Unread, own_file, real_path, tree};
pub use work::{WorkError, WorkFolder};

use std::io;

/// Makes a temporary folder in the system's place for them. It is removed when
/// dropped.
///
/// # Errors
/// When it can't be made.
pub fn scratch() -> io::Result<tempfile::TempDir> {
    tempfile::tempdir()
}

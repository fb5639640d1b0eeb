//! The disk: every write and every deletion of the program.
//!
//! What holds for all of them:
//!
//! 1. **Only our own is deleted.** What a finished folder holds stands in its
//!    [`Listing`]; what is half made lies in a [`WorkFolder`], whose marker says
//!    that we made it. A name alone proves nothing. Whatever else turns up where
//!    something is to be deleted is moved to where it belongs, or stays and is
//!    reported.
//! 2. **Names of work files can't be guessed.** They are made afresh, with 64
//!    random bits, and making one fails if something of that name exists.
//! 3. **No link is followed.** A [`Folder`] is held open, and everything in it is
//!    reached through it by a plain name. Only the path that a person gave may
//!    lead through links. Of a site's sources those are read that lead to what
//!    lies in the same folder of it ([`tree`]).
//! 4. **Whole or not at all.** A file or folder grows in a work folder on the same
//!    file system and takes its place by one rename or one exchange.
//! 5. **Killed at any moment, nothing is lost.** A work folder is locked by its
//!    maker; one that nobody locks was left by a killed run. The next run for the
//!    same target finishes what that one had begun, and clears the rest.
//! 6. **Only regular files are read** where something else could stand: a named
//!    pipe must not stop a run.
//!
//! The standard library's functions that write or delete are forbidden everywhere
//! else (`clippy.toml`), tests excepted.
// Here they are at home.
#![allow(clippy::disallowed_methods)]

mod cache;
mod folder;
mod listing;
mod named;
mod random;
mod replacement;
mod tree;
mod work;

pub use cache::UserCache;
pub use folder::{Entry, Folder, Kind, regular_file};
pub use listing::{FILE_NAME as MARKER, Listing, marker};
pub use named::write_where_told;
pub use replacement::{BeginError, Finished, Remains, Replacement, Rules, Stranger, strangers};
pub use tree::{Cause, Item, Unread, own_file, tree};
pub use work::{WorkError, WorkFolder};

use std::io;

/// A folder for the length of a run in the system's place for such, removed
/// when it is dropped.
///
/// # Errors
/// When none can be made.
pub fn scratch() -> io::Result<tempfile::TempDir> {
    tempfile::tempdir()
}

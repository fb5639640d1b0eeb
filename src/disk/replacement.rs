//! Replaces a whole folder: the built site, tantivy's index.
//!
//! The new folder is written as `new` in a work folder. Once it is complete,
//! with its list, it is renamed to `ready` and swapped with the old folder in
//! one step. Where the system can't swap, the old folder is first renamed to
//! `old`.
//!
//! Files in the old folder that aren't ours have to move to the new one. Before
//! the swap they are hard-linked into it, so that they are never missing. After
//! the swap the originals take the place of these links, so that nothing
//! written in the meantime is lost. Then the old folder is dissolved: listed
//! files and the links are removed; anything else is moved to the new folder,
//! or stays and is reported.
//!
//! A killed run may leave `ready` or `old`; it is right to dissolve either,
//! whether or not the swap had happened.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use super::folder::{Entry, Folder, Kind};
use super::listing::{FILE_NAME, Listing, Marked};
use super::random::random_name;
use super::work::{NEW, WorkError, WorkFolder};

const READY: &str = "ready";
const OLD: &str = "old";

/// Size in bytes of the largest file that is compared with its copy byte by
/// byte.
const COMPARED: u64 = 16 << 20;

/// Says yes or no about a path.
pub type Rule<'r> = Box<dyn Fn(&str) -> bool + Send + Sync + 'r>;

/// Rules about what may lie in the folder. Paths are `/`-separated.
pub struct Rules<'r> {
    /// Whether an unlisted file is ours nevertheless.
    pub ours: Rule<'r>,
    /// Whether something that we did not make, or anything below it, is kept.
    pub keeps: Rule<'r>,
    /// Whether this folder may contain something that is kept.
    pub keeps_below: Rule<'r>,
}

/// A file or folder that we did not make, in a folder that is to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// Its path; a folder and everything in it are one entry.
    pub path: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether the rules keep it.
    pub stays: bool,
}

/// What could not be cleared away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remains {
    /// Parts of an old folder that conflict with new files, or could not be
    /// removed.
    Leftover(PathBuf),
    /// Files of a folder made before lists were kept; their origin is unknown.
    Aside(PathBuf),
}

/// Why a replacement can't begin.
pub type BeginError = WorkError;

/// A folder that is about to be replaced.
pub struct Replacement<'r> {
    work: WorkFolder,
    parent: Folder,
    target: String,
    rules: Rules<'r>,
    remains: Vec<Remains>,
}

impl<'r> Replacement<'r> {
    /// Begins a replacement: makes the work folder, and finishes or clears what
    /// killed runs left.
    ///
    /// # Errors
    /// When another run replaces the same folder, or the disk refuses.
    pub fn begin(parent: Folder, target: &str, rules: Rules<'r>) -> Result<Self, BeginError> {
        let (work, left) = WorkFolder::prepare(&parent, target, true)?;
        let mut this = Self {
            work,
            parent,
            target: target.to_owned(),
            rules,
            remains: Vec::new(),
        };
        for dead in left {
            this.mend(dead)?;
        }
        Ok(this)
    }

    /// Finishes what a killed run had begun.
    fn mend(&mut self, mut dead: WorkFolder) -> io::Result<()> {
        for name in [OLD, READY] {
            if dead.folder().kind(name) != Some(Kind::Folder) {
                continue;
            }
            let target = OsStr::new(&self.target);
            if self.parent.kind(target).is_none() {
                dead.folder()
                    .rename(OsStr::new(name), &self.parent, target)?;
            } else {
                self.dissolve(dead.folder(), name)?;
            }
        }
        if !dead.clear()? {
            self.remains.push(Remains::Leftover(dead.path()));
        }
        Ok(())
    }

    /// Opens the folder that is to be replaced.
    ///
    /// # Errors
    /// When there is none.
    pub fn current(&self) -> io::Result<Folder> {
        self.parent.folder(&self.target)
    }

    /// Makes the folder into which the new files are written.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn new_folder(&self) -> io::Result<Folder> {
        self.work.folder().new_folder(NEW)
    }

    /// Takes over a file, or all files of a folder, from the current folder
    /// into the new one, and returns their paths. Hard links take no space and
    /// stay identical, since files of a finished folder are never written to;
    /// where hard links don't work, the files are copied.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn take_over(&self, new: &Folder, path: &str) -> io::Result<Vec<String>> {
        let (above, name) = split(path);
        let Ok(from) = self.current().and_then(|old| descend(&old, above, false)) else {
            return Ok(Vec::new());
        };
        let mut taken = Vec::new();
        let to = descend(new, above, true)?;
        take_tree(&from, OsStr::new(name), &to, path, &mut taken)?;
        Ok(taken)
    }

    /// Writes the list of a new folder all of whose files are ours.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn list(&self, new: &Folder) -> io::Result<Listing> {
        let listing = Listing::of_folder(new)?;
        listing.write(new)?;
        Ok(listing)
    }

    /// Replaces the old folder with the new one.
    ///
    /// `listing` names the files of the new folder. Files in the old one that
    /// aren't ours move over. If the new folder has a different file of the
    /// same name, nothing is done and its path is returned.
    ///
    /// # Errors
    /// When the disk refuses; the old folder is then unchanged.
    pub fn finish(mut self, listing: &Listing, durable: bool) -> io::Result<Finished> {
        let target = self.target.clone();
        let target = OsStr::new(&target);
        let (new, ready) = (OsStr::new(NEW), OsStr::new(READY));
        let mut linked = Vec::new();
        if self.parent.kind(target).is_some() {
            let current = self.current()?;
            let growing = self.work.folder().folder(NEW)?;
            for stranger in search(&current, &self.rules, Some(listing))? {
                if clashes(&current, &growing, &stranger.path) {
                    return Ok(Finished::Clash(stranger.path));
                }
                if second_name(&current, &growing, &stranger.path)? {
                    linked.push(stranger.path);
                }
            }
        }
        if durable {
            self.parent.sync()?;
        }
        let work = self.work.folder();
        work.rename(new, work, ready)?;
        let taken = self.take_place().inspect_err(|_| {
            // It is ours and not needed: cleared with the work folder.
            let _ = work.rename(ready, work, new);
        })?;
        match taken {
            Taken::Free => {}
            Taken::Exchanged => {
                self.exchange_originals(&linked);
                self.settle(READY);
            }
            Taken::Renamed => self.settle(OLD),
        }
        if !self.work.clear().unwrap_or(false) {
            self.remains.push(Remains::Leftover(self.work.path()));
        }
        Ok(Finished::Done(self.remains))
    }

    /// Moves `ready` to its place.
    fn take_place(&self) -> io::Result<Taken> {
        let (work, target) = (self.work.folder(), OsStr::new(&self.target));
        let (ready, old) = (OsStr::new(READY), OsStr::new(OLD));
        if self.parent.kind(target).is_none() {
            work.rename(ready, &self.parent, target)?;
            return Ok(Taken::Free);
        }
        if work.exchange(ready, &self.parent, target)? {
            return Ok(Taken::Exchanged);
        }
        self.parent.rename(target, work, old)?;
        work.rename(ready, &self.parent, target).inspect_err(|_| {
            // If this fails too, the next run does it.
            let _ = work.rename(old, &self.parent, target);
        })?;
        Ok(Taken::Renamed)
    }

    /// Swaps the links in the new folder with their originals.
    fn exchange_originals(&self, linked: &[String]) {
        let exchange = |path: &String| -> io::Result<()> {
            let (above, name) = split(path);
            let old = descend(&self.work.folder().folder(READY)?, above, false)?;
            let new = descend(&self.current()?, above, false)?;
            old.exchange(OsStr::new(name), &new, OsStr::new(name))?;
            Ok(())
        };
        for path in linked {
            // If this fails, the link is just as good.
            let _ = exchange(path);
        }
    }

    /// Dissolves the old folder. The new one is already in place, so nothing
    /// here is an error.
    fn settle(&mut self, name: &str) {
        let work = self.work.folder().again();
        let _ = work.and_then(|work| self.dissolve(&work, name));
    }

    /// Removes our files from an old folder, and moves the rest to the new
    /// folder that took its place.
    fn dissolve(&mut self, holder: &Folder, name: &str) -> io::Result<()> {
        let old = holder.folder(name)?;
        let target = self.current()?;
        let marked = Listing::read(&old);
        let is_unlisted = matches!(marked, Marked::Unlisted);
        let listing = match (marked, Listing::read(&target)) {
            (Marked::Listed(own), _) => own,
            // A site's files are largely the same from build to build.
            (Marked::Unlisted, Marked::Listed(new)) => new,
            _ => Listing::default(),
        };
        let mut dissolving = Dissolving {
            listing: &listing,
            rules: &self.rules,
            target: &target,
            moves_unknown: !is_unlisted,
        };
        let is_empty = dissolving.folder(&old, Some(&target), "")?;
        if is_empty {
            // Removed last: without it, nobody could tell our files from
            // others'.
            old.remove_all(OsStr::new(FILE_NAME))?;
        }
        // Windows can neither remove nor move what is open.
        drop(old);
        if is_empty {
            return holder.remove_empty_folder(OsStr::new(name));
        }
        if is_unlisted {
            let aside = format!("{}.before-{}", self.target, random_name()?);
            let (name, aside_name) = (OsStr::new(name), OsStr::new(&aside));
            holder.rename(name, &self.parent, aside_name)?;
            let aside = self.parent.path().join(aside);
            self.remains.push(Remains::Aside(aside));
        }
        Ok(())
    }
}

/// How the new folder got to its place.
enum Taken {
    /// There was no old folder.
    Free,
    /// The old folder is now where the new one was.
    Exchanged,
    /// The old folder was renamed first.
    Renamed,
}

/// How a replacement ended.
#[derive(Debug)]
pub enum Finished {
    /// The new folder is in place; these could not be cleared away.
    Done(Vec<Remains>),
    /// Nothing was done: the file at this path isn't ours, and the new folder
    /// has a different one there.
    Clash(String),
}

/// Finds what isn't ours in a folder, by path. If nothing shows that we made
/// the folder, this is everything in it; if an early version made it without a
/// list, only what the rules keep.
///
/// # Errors
/// When the folder can't be read.
pub fn strangers(folder: &Folder, rules: &Rules<'_>) -> io::Result<Vec<Stranger>> {
    search(folder, rules, None)
}

/// As [`strangers`]; `new` lists the files that will replace the folder.
/// Folders that both have are searched.
fn search(folder: &Folder, rules: &Rules<'_>, new: Option<&Listing>) -> io::Result<Vec<Stranger>> {
    let (listing, trusts_all) = match Listing::read(folder) {
        Marked::Listed(listing) => (listing, false),
        // Its files are unknown: set aside in the end.
        Marked::Unlisted => (Listing::default(), true),
        Marked::Not => (Listing::default(), false),
    };
    let mut search = Search {
        listing: &listing,
        trusts_all,
        rules,
        new,
        found: Vec::new(),
    };
    search.folder(folder, "")?;
    search.found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(search.found)
}

struct Search<'s, 'r> {
    listing: &'s Listing,
    trusts_all: bool,
    rules: &'s Rules<'r>,
    new: Option<&'s Listing>,
    found: Vec<Stranger>,
}

impl Search<'_, '_> {
    fn folder(&mut self, folder: &Folder, above: &str) -> io::Result<()> {
        for Entry { name, kind } in folder.entries()? {
            let path = join(above, &name);
            let stays = (self.rules.keeps)(&path);
            let is_folder = kind == Kind::Folder;
            if is_folder {
                let is_shared = self.listing.has_folder(&path)
                    || self.new.is_some_and(|new| new.has_folder(&path));
                let is_passage = !stays && (self.rules.keeps_below)(&path);
                if is_shared || is_passage || (self.trusts_all && !stays) {
                    self.folder(&folder.folder(&name)?, &path)?;
                    continue;
                }
                // When a page was removed, files that are kept may be all that
                // is left.
                if !stays && self.holds_only_what_stays(&folder.folder(&name)?, &path)? {
                    continue;
                }
            } else if kind == Kind::File {
                let is_ours = self.listing.has_file(&path) || (self.rules.ours)(&path);
                if is_ours || (self.trusts_all && !stays) {
                    continue;
                }
            }
            self.found.push(Stranger {
                path,
                is_folder,
                stays,
            });
        }
        Ok(())
    }

    /// Adds what the rules keep in a folder, if there is nothing else in it.
    fn holds_only_what_stays(&mut self, folder: &Folder, path: &str) -> io::Result<bool> {
        let known = self.found.len();
        self.folder(folder, path)?;
        let inside = &self.found[known..];
        let only = !inside.is_empty() && inside.iter().all(|found| found.stays);
        if !only {
            self.found.truncate(known);
        }
        Ok(only)
    }
}

struct Dissolving<'d, 'r> {
    listing: &'d Listing,
    rules: &'d Rules<'r>,
    target: &'d Folder,
    moves_unknown: bool,
}

impl Dissolving<'_, '_> {
    /// Dissolves a folder except for its marker. Returns `true` when nothing
    /// else is left in it.
    fn folder(&mut self, old: &Folder, new: Option<&Folder>, above: &str) -> io::Result<bool> {
        let mut is_empty = true;
        for Entry { name, kind } in old.entries()? {
            let path = join(above, &name);
            if path == FILE_NAME {
                continue;
            }
            let gone = match kind {
                Kind::Folder => self.subfolder(old, &name, new, &path)?,
                Kind::File | Kind::Other => self.file(old, &name, kind, new, &path)?,
            };
            is_empty &= gone;
        }
        Ok(is_empty)
    }

    fn subfolder(
        &mut self,
        old: &Folder,
        name: &OsStr,
        new: Option<&Folder>,
        path: &str,
    ) -> io::Result<bool> {
        let twin = new.and_then(|new| new.folder(name).ok());
        let is_shared = self.listing.has_folder(path) || !self.moves(path);
        if twin.is_none() && !is_shared && self.move_over(old, name, path) {
            return Ok(true);
        }
        let is_empty = self.folder(&old.folder(name)?, twin.as_ref(), path)?;
        if is_empty {
            old.remove_empty_folder(name)?;
        }
        Ok(is_empty)
    }

    fn file(
        &mut self,
        old: &Folder,
        name: &OsStr,
        kind: Kind,
        new: Option<&Folder>,
        path: &str,
    ) -> io::Result<bool> {
        let is_ours = self.listing.has_file(path) || (self.rules.ours)(path);
        let is_twin = new.is_some_and(|new| is_twin(old, new, name));
        if (kind == Kind::File && is_ours) || is_twin {
            old.remove_file(name)?;
            return Ok(true);
        }
        let is_taken = new.is_some_and(|new| new.kind(name).is_some());
        Ok(!is_taken && self.moves(path) && self.move_over(old, name, path))
    }

    /// Whether something that isn't ours is moved to the new folder.
    fn moves(&self, path: &str) -> bool {
        self.moves_unknown || (self.rules.keeps)(path)
    }

    fn move_over(&self, old: &Folder, name: &OsStr, path: &str) -> bool {
        let (above, _) = split(path);
        descend(self.target, above, true)
            .and_then(|folder| match folder.kind(name) {
                None => old.rename(name, &folder, name),
                Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
            })
            .is_ok()
    }
}

/// Whether two entries of one name have the same content.
fn is_twin(old: &Folder, new: &Folder, name: &OsStr) -> bool {
    old.is_same(name, new, name)
        || old
            .read(name, COMPARED)
            .is_ok_and(|bytes| new.read(name, COMPARED).is_ok_and(|other| bytes == other))
}

/// Whether the new folder has something different at this path.
fn clashes(old: &Folder, new: &Folder, path: &str) -> bool {
    let (above, name) = split(path);
    let name = OsStr::new(name);
    let (Ok(old), Ok(new)) = (descend(old, above, false), descend(new, above, false)) else {
        return false;
    };
    new.kind(name).is_some() && !is_twin(&old, &new, name)
}

/// Hard-links a file, or all files of a folder, into the new folder. Returns
/// `false` where that is impossible; the file is then moved in the end.
fn second_name(old: &Folder, new: &Folder, path: &str) -> io::Result<bool> {
    let (above, name) = split(path);
    let name = OsStr::new(name);
    let old = descend(old, above, false)?;
    let new = descend(new, above, true)?;
    if cfg!(not(any(target_os = "linux", target_os = "android"))) {
        // Without an exchange, both folders are missing for a moment anyway.
        return Ok(false);
    }
    if new.kind(name).is_some() {
        return Ok(false);
    }
    if link_tree(&old, name, &new).is_err() {
        new.remove_all(name)?;
        return Ok(false);
    }
    Ok(true)
}

/// Hard-links a file, or a folder's files, into another folder.
fn link_tree(from: &Folder, name: &OsStr, to: &Folder) -> io::Result<()> {
    if from.kind(name) != Some(Kind::Folder) {
        return from.hard_link(name, to, name);
    }
    let from = from.folder(name)?;
    let to = to.new_folder(name)?;
    for entry in from.entries()? {
        link_tree(&from, &entry.name, &to)?;
    }
    to.set_mode(from.mode()?)
}

/// Takes over the regular files at a name.
fn take_tree(
    from: &Folder,
    name: &OsStr,
    to: &Folder,
    path: &str,
    taken: &mut Vec<String>,
) -> io::Result<()> {
    match from.kind(name) {
        None | Some(Kind::Other) => {}
        Some(Kind::File) => {
            if from.hard_link(name, to, name).is_err() {
                to.create_readable(name, &from.read(name, u64::MAX)?)?;
            }
            taken.push(path.to_owned());
        }
        Some(Kind::Folder) => {
            let from = from.folder(name)?;
            let to = to.new_folder(name)?;
            for entry in from.entries()? {
                take_tree(&from, &entry.name, &to, &join(path, &entry.name), taken)?;
            }
        }
    }
    Ok(())
}

/// Opens the folder at a path below another; with `make`, makes what is
/// missing.
fn descend(folder: &Folder, path: &str, make: bool) -> io::Result<Folder> {
    let mut at = folder.again()?;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        at = if make {
            at.folder_or_new(part)?
        } else {
            at.folder(part)?
        };
    }
    Ok(at)
}

fn join(above: &str, name: &OsStr) -> String {
    let name = name.to_string_lossy();
    match above {
        "" => name.into_owned(),
        _ => format!("{above}/{name}"),
    }
}

/// Splits a path into its folder and its last part.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

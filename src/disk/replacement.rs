//! A folder that is replaced whole: the built site, tantivy's index.
//!
//! The new one grows as `new` in a work folder. When it is whole, with its list,
//! it is renamed to `ready` and changes places with the old one in one step.
//! Where the system can't do that, the old one is renamed to `old` first.
//!
//! What lies in the old folder and isn't ours belongs in its place. Before the
//! exchange it gets a second name there (hard links), so that it is missing at no
//! moment; after it the originals change places with these, so that what was
//! written meanwhile isn't lost. Then the old folder is dissolved: listed files
//! are removed, second names too, and whatever else is still there is moved to
//! the new folder, or stays and is reported.
//!
//! A run that was killed on the way left `ready` or `old`; dissolving either is
//! right whether the exchange had happened or not.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use super::folder::{Entry, Folder, Kind};
use super::listing::{FILE_NAME, Listing, Marked};
use super::random::random_name;
use super::work::{NEW, WorkError, WorkFolder};

const READY: &str = "ready";
const OLD: &str = "old";

/// Largest file of which two copies are compared byte by byte.
const COMPARED: u64 = 16 << 20;

/// What may lie in the folder. Paths are `/`-separated.
pub struct Rules<'r> {
    /// Whether an unlisted file is ours all the same.
    pub ours: &'r (dyn Fn(&str) -> bool + Sync),
    /// Whether something that we did not make, or what is below it, stays.
    pub keeps: &'r (dyn Fn(&str) -> bool + Sync),
    /// Whether something that stays may lie below this folder.
    pub keeps_below: &'r (dyn Fn(&str) -> bool + Sync),
}

/// Something in a folder that we did not make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// Where; a folder with all that is in it has one entry.
    pub path: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether the rules say that it stays.
    pub stays: bool,
}

/// What could not be cleared away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remains {
    /// Parts of an old folder that are in the way of new ones, or could not be
    /// removed.
    Leftover(PathBuf),
    /// Files of a folder made before lists were kept, of which nobody can say
    /// who made them.
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
    /// Begins: makes the work folder, and finishes or clears what killed runs
    /// left.
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

    /// The folder that stands there now.
    ///
    /// # Errors
    /// When there is none.
    pub fn current(&self) -> io::Result<Folder> {
        self.parent.folder(&self.target)
    }

    /// Makes the folder in which the new one grows.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn new_folder(&self) -> io::Result<Folder> {
        self.work.folder().new_folder(NEW)
    }

    /// Takes a file, or all files of a folder, over from the folder that stands
    /// there now, and returns their paths. A hard link costs no space and can't
    /// differ, since nothing ever writes into a file of a finished folder; where
    /// there are none, copies do.
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

    /// Writes the list of a new folder that holds files alone.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn list(&self, new: &Folder) -> io::Result<Listing> {
        let listing = Listing::of_folder(new)?;
        listing.write(new)?;
        Ok(listing)
    }

    /// Puts the new folder in the old one's place.
    ///
    /// `listing` is what the new one was made with. Strangers in the old one
    /// move over; where the new one has a different file of that name, nothing
    /// is done and the path returned.
    ///
    /// # Errors
    /// When the disk refuses; the old folder is then as it was.
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
            // It is ours and of no use: cleared with the work folder.
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

    /// Puts what is ready in its place.
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
            // When even this fails, the next run does it.
            let _ = work.rename(old, &self.parent, target);
        })?;
        Ok(Taken::Renamed)
    }

    /// Lets what had second names in the new folder change places with these.
    fn exchange_originals(&self, linked: &[String]) {
        let exchange = |path: &String| -> io::Result<()> {
            let (above, name) = split(path);
            let old = descend(&self.work.folder().folder(READY)?, above, false)?;
            let new = descend(&self.current()?, above, false)?;
            old.exchange(OsStr::new(name), &new, OsStr::new(name))?;
            Ok(())
        };
        for path in linked {
            // Where it fails, the second name is as good.
            let _ = exchange(path);
        }
    }

    /// Dissolves the old folder; the new one stands, so that nothing is an
    /// error any more.
    fn settle(&mut self, name: &str) {
        let work = self.work.folder().again();
        let _ = work.and_then(|work| self.dissolve(&work, name));
    }

    /// Removes what is ours of an old folder, and moves the rest to the new one
    /// that stands in its place.
    fn dissolve(&mut self, holder: &Folder, name: &str) -> io::Result<()> {
        let old = holder.folder(name)?;
        let target = self.current()?;
        let marked = Listing::read(&old);
        let is_unlisted = matches!(marked, Marked::Unlisted);
        let listing = match (marked, Listing::read(&target)) {
            (Marked::Listed(own), _) => own,
            // The same site is made of the same files by and large.
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
            // Last of all: without it nobody could tell our files from others'.
            old.remove_all(OsStr::new(FILE_NAME))?;
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

/// How the new folder got its place.
enum Taken {
    /// Nothing was there.
    Free,
    /// The old one is now where the new one was.
    Exchanged,
    /// The old one was renamed first.
    Renamed,
}

/// How a replacement ended.
#[derive(Debug)]
pub enum Finished {
    /// The new folder stands; these could not be cleared away.
    Done(Vec<Remains>),
    /// Nothing was done: at this path there is a file that isn't ours, and the
    /// new folder has another.
    Clash(String),
}

/// What lies in a folder and isn't ours, by path. Where nothing says that the
/// folder is ours, that is all that is in it; where a version made it that listed
/// no files, only what stays.
///
/// # Errors
/// When the folder can't be read.
pub fn strangers(folder: &Folder, rules: &Rules<'_>) -> io::Result<Vec<Stranger>> {
    search(folder, rules, None)
}

/// `new`: what takes the folder's place; a folder that both have is looked into.
fn search(folder: &Folder, rules: &Rules<'_>, new: Option<&Listing>) -> io::Result<Vec<Stranger>> {
    let (listing, trusts_all) = match Listing::read(folder) {
        Marked::Listed(listing) => (listing, false),
        // What it was made of can't be known: set aside in the end.
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
                // Of a page that is no more, what stays may be all that is left.
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

    /// Adds what stays in a folder if there is nothing else in it.
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
    /// Dissolves a folder but for the marker at its top; `true` when nothing
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

/// Whether two entries of one name hold the same.
fn is_twin(old: &Folder, new: &Folder, name: &OsStr) -> bool {
    old.is_same(name, new, name)
        || old
            .read(name, COMPARED)
            .is_ok_and(|bytes| new.read(name, COMPARED).is_ok_and(|other| bytes == other))
}

/// Whether the new folder has something else at this path.
fn clashes(old: &Folder, new: &Folder, path: &str) -> bool {
    let (above, name) = split(path);
    let name = OsStr::new(name);
    let (Ok(old), Ok(new)) = (descend(old, above, false), descend(new, above, false)) else {
        return false;
    };
    new.kind(name).is_some() && !is_twin(&old, &new, name)
}

/// Gives a file, or all files of a folder, second names in the new folder;
/// `false` where that can't be done: it is moved in the end.
fn second_name(old: &Folder, new: &Folder, path: &str) -> io::Result<bool> {
    let (above, name) = split(path);
    let name = OsStr::new(name);
    let old = descend(old, above, false)?;
    let new = descend(new, above, true)?;
    if cfg!(not(any(target_os = "linux", target_os = "android"))) {
        // Without an exchange there is a moment without either folder anyway.
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

/// The folder at a path below another, made where it is missing and that is
/// wanted.
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

/// The folder of a path, and its last part.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

//! The files of a built site: first their paths, then their contents.
//!
//! [`OutputPlan`] collects every path, and what requests it, before any file is
//! made, so that conflicts can be reported at the line that causes them.
//!
//! A stage gives each file to the [`Handover`] as soon as it is finished. The
//! file goes to a [`Sink`], which stores it; only its [`Receipt`] stays, for
//! what is made last because it states sizes or hashes. [`OutputSet`] is the
//! sink that keeps the files in memory, in an ordered map, so that their order
//! never depends on hashing.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use rayon::prelude::*;

use crate::diag::{Checked, Diagnostic, Span};
use crate::digest::sha256;

/// Maximum length of a path component in bytes: the limit of file systems minus
/// the extension of a compressed copy.
const LONGEST_PART: usize = 250;

/// Maximum length of a path in bytes. Systems allow some 4,000 bytes, but that
/// includes the path of the site's folder.
const LONGEST_PATH: usize = 1_000;

/// What requests an output path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// A description in words: `页面“两个责任”`.
    pub what: String,
    /// Where the request comes from.
    pub place: Place,
}

/// The place that requests an output path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// No place: the program makes the file on its own.
    Program,
    /// A register, given by its path, and the id of the entry.
    Entry(&'static str, String),
    /// The content: the line that gives a page or section its address.
    Content(Span),
    /// The same line, for a file that the program makes beside the page's own.
    Beside(Span),
    /// A copied file, at this path below the site's root.
    File(String),
    /// A line of `aliases`.
    Alias(Span),
}

impl Place {
    /// When two places request the same path, the one with the higher rank
    /// yields.
    fn rank(&self) -> u8 {
        match self {
            Self::Program => 0,
            Self::Entry(..) => 1,
            Self::Content(_) => 2,
            Self::Beside(_) => 3,
            Self::File(_) => 4,
            Self::Alias(_) => 5,
        }
    }

    /// The line of the page that the file belongs to.
    fn of_page(&self) -> Option<&Span> {
        match self {
            Self::Content(span) | Self::Beside(span) => Some(span),
            _ => None,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Program | Self::Entry(..) => "修改登记号或段号，使网址各不相同",
            Self::Content(_) | Self::Beside(_) => "修改文件名或 slug，使网址各不相同",
            Self::File(_) => "将该文件改名或移走",
            Self::Alias(_) => "修改或删去 aliases 中的这一条",
        }
    }
}

impl Origin {
    /// An origin with this description and place.
    pub fn new(what: impl Into<String>, place: Place) -> Self {
        Self {
            what: what.into(),
            place,
        }
    }

    /// The program itself.
    pub fn program(what: impl Into<String>) -> Self {
        Self::new(what, Place::Program)
    }

    /// The origin of a file beside this one's: `页面“两个责任”` and `的数据`.
    pub fn beside(&self, what: &str) -> Self {
        let place = match &self.place {
            Place::Content(span) => Place::Beside(span.clone()),
            other => other.clone(),
        };
        Self::new(format!("{}{what}", self.what), place)
    }
}

/// Which other files may be placed under paths reserved for the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Files, but neither pages nor old addresses.
    AgainstPages,
    /// None: the names are known only once the files are made.
    AgainstAll,
}

/// Every path that a build will write, collected before any file is made.
#[derive(Debug, Default)]
pub struct OutputPlan {
    claims: Vec<(String, Origin)>,
    held: Vec<(String, Hold)>,
}

/// The paths of a build, without duplicates.
#[derive(Debug, Default)]
pub struct OutputPaths {
    /// Keyed by the path in lower case: some disks don't distinguish `A` and
    /// `a`.
    files: BTreeMap<String, (String, Origin)>,
    held: Vec<(String, Hold)>,
}

/// Why a request for a path is refused.
enum Refusal<'p> {
    /// Another file needs it, or a file is in the place of a folder.
    Taken(&'p str, &'p Origin),
    /// The program reserves it.
    Held,
    /// It is too long, with this length in bytes.
    Long(usize),
}

impl OutputPlan {
    /// Requests a path for a file.
    pub fn file(&mut self, path: impl Into<String>, origin: Origin) {
        self.claims.push((path.into(), origin));
    }

    /// Reserves the paths that begin with `prefix` (`search/`) for the program.
    pub fn hold(&mut self, prefix: impl Into<String>, hold: Hold) {
        self.held.push((prefix.into(), hold));
    }

    /// Decides which request gets which path, and reports those that are
    /// refused. `locate` finds the line of a place; only the program's own
    /// files have none.
    pub fn settle(
        mut self,
        mut locate: impl FnMut(&Place) -> Option<Span>,
    ) -> Checked<OutputPaths> {
        self.claims.sort_by_key(|(_, origin)| origin.place.rank());
        let mut checked = Checked::clean(OutputPaths {
            files: BTreeMap::new(),
            held: self.held,
        });
        // Two pages with the same address are one mistake, not one for each
        // file that is made for them.
        let mut known: HashSet<[Span; 2]> = HashSet::new();
        for (path, origin) in self.claims {
            let paths = &mut checked.value;
            let Some(refusal) = paths.refusal(&path, &origin.place) else {
                let key = path.to_ascii_lowercase();
                paths.files.insert(key, (path, origin));
                continue;
            };
            if let Refusal::Taken(_, first) = refusal
                && let (Some(one), Some(other)) = (first.place.of_page(), origin.place.of_page())
            {
                let mut pair = [one.clone(), other.clone()];
                pair.sort_unstable_by_key(|span| (span.file, span.range.start));
                if !known.insert(pair) {
                    continue;
                }
            }
            let found = refusal.diagnostic(&path, &origin, &paths.held, &mut locate);
            checked.diagnostics.extend(found);
        }
        checked
    }
}

impl OutputPaths {
    /// All known paths, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.files.values().map(|(path, _)| path.as_str())
    }

    /// The pages of the content, each with its description.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.values();
        let pages = files.filter(|(_, origin)| matches!(origin.place, Place::Content(_)));
        pages.map(|(path, origin)| (path.as_str(), origin.what.as_str()))
    }

    /// Whether a file is planned at exactly this path.
    pub fn has(&self, path: &str) -> bool {
        let planned = self.files.get(&path.to_ascii_lowercase());
        planned.is_some_and(|(own, _)| own == path)
    }

    /// Whether a file may be written at `path`: it was planned, or it lies
    /// where file names are known only once the files are made.
    pub fn allow(&self, path: &str) -> bool {
        self.has(path) || held(&self.held, path).is_some_and(|hold| hold == Hold::AgainstAll)
    }

    fn refusal(&self, path: &str, place: &Place) -> Option<Refusal<'_>> {
        let longest = path.split('/').map(str::len).max().unwrap_or(0);
        if longest > LONGEST_PART || path.len() > LONGEST_PATH {
            return Some(Refusal::Long(longest.max(path.len())));
        }
        let is_free = match place {
            Place::Program | Place::Entry(..) | Place::Beside(_) => true,
            Place::Content(_) | Place::Alias(_) => held(&self.held, path).is_none(),
            Place::File(_) => held(&self.held, path) != Some(Hold::AgainstAll),
        };
        if !is_free {
            return Some(Refusal::Held);
        }
        let key = path.to_ascii_lowercase();
        let folders = key.match_indices('/').map(|(end, _)| &key[..end]);
        let above = folders
            .into_iter()
            .find_map(|folder| self.files.get(folder));
        let below = || {
            let folder = format!("{key}/");
            let (first, found) = self.files.range(folder.clone()..).next()?;
            first.starts_with(&folder).then_some(found)
        };
        let taken = self.files.get(&key).or(above).or_else(below);
        taken.map(|(path, origin)| Refusal::Taken(path, origin))
    }
}

/// How the program reserves a path, if it does.
fn held(held: &[(String, Hold)], path: &str) -> Option<Hold> {
    let matching = held
        .iter()
        .filter(|(prefix, _)| path.starts_with(prefix.as_str()));
    matching
        .map(|(_, hold)| *hold)
        .max_by_key(|hold| *hold == Hold::AgainstAll)
}

/// A path as readers type it into the address bar.
fn address(path: &str) -> &str {
    match path.strip_suffix("index.html") {
        Some("") | None => path,
        Some(folder) => folder,
    }
}

impl Refusal<'_> {
    fn diagnostic(
        &self,
        path: &str,
        origin: &Origin,
        held: &[(String, Hold)],
        locate: &mut impl FnMut(&Place) -> Option<Span>,
    ) -> Option<Diagnostic> {
        match self {
            Refusal::Taken(other, first) => {
                // The page keeps its own address; the file beside another page
                // yields.
                let swap = matches!(origin.place, Place::Beside(_))
                    && matches!(first.place, Place::Content(_));
                let (first, origin) = if swap {
                    (origin, *first)
                } else {
                    (*first, origin)
                };
                let span = locate(&origin.place)?;
                let message = if other.eq_ignore_ascii_case(path) {
                    let address = address(path);
                    format!(
                        "两处使用同一网址 {address}：{}，{}",
                        first.what, origin.what
                    )
                } else {
                    let (one, two) = (address(other), address(path));
                    let (first, second) = (&first.what, &origin.what);
                    format!("{one} 与 {two} 不能并存，二者为同名的文件和文件夹：{first}，{second}")
                };
                let found = Diagnostic::error("duplicate-address", span, message);
                let found = match locate(&first.place) {
                    Some(place) => found.related(place, "此处已使用该网址"),
                    None => found,
                };
                Some(found.hint(origin.place.remedy()))
            }
            Refusal::Held => {
                let names = held
                    .iter()
                    .filter_map(|(prefix, _)| prefix.strip_suffix('/'));
                let names = Vec::from_iter(BTreeSet::from_iter(names));
                let message = format!(
                    "{}不能使用网址 {}，该网址由程序保留",
                    origin.what,
                    address(path)
                );
                let found = Diagnostic::error("reserved-address", locate(&origin.place)?, message);
                Some(found.hint(format!(
                    "改用其他名称；由程序保留的名称有 {}",
                    names.join("、")
                )))
            }
            Refusal::Long(bytes) => {
                let message = format!("{}的网址过长，共 {bytes} 个字符", origin.what);
                let found = Diagnostic::error("too-long", locate(&origin.place)?, message);
                Some(found.hint(format!(
                    "每段不超过 {LONGEST_PART} 个字符，合计不超过 {LONGEST_PATH} 个"
                )))
            }
        }
    }
}

/// Who fetches a file from the published site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Readers' browsers, over HTTP; they may store it for offline use.
    Readers,
    /// Readers' browsers if the site is opened from a disk. No server sends it.
    Disk,
    /// Servers, crawlers and programs.
    Machines,
}

/// Stores the finished files of a site, which come one by one, from several
/// threads and in no particular order.
pub trait Sink: Sync {
    /// Called before the first file, once the content is known to have no
    /// errors that concern the whole site. (Pages may still have some.)
    ///
    /// # Errors
    /// When files can't be stored at all.
    fn begin(&self) -> anyhow::Result<()> {
        Ok(())
    }

    /// Stores a file. No path comes twice.
    ///
    /// # Errors
    /// When the file can't be stored.
    fn put(&self, path: &str, bytes: Bytes, audience: Audience) -> anyhow::Result<()>;
}

/// Keeps the files in memory.
impl Sink for Mutex<OutputSet> {
    fn put(&self, path: &str, bytes: Bytes, audience: Audience) -> anyhow::Result<()> {
        locked(self).insert(path, bytes, audience);
        Ok(())
    }
}

/// Keeps nothing: for those who only want to know whether files can be made.
#[derive(Debug)]
pub struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _: &str, _: Bytes, _: Audience) -> anyhow::Result<()> {
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("whoever held it has not panicked")
}

/// What stays known of a file that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
    /// Who fetches it.
    pub audience: Audience,
}

impl Receipt {
    fn of(bytes: &[u8], audience: Audience) -> Self {
        Self {
            size: bytes.len() as u64,
            hash: sha256(bytes),
            audience,
        }
    }
}

/// The receipts of files, by their paths.
#[derive(Debug, Default)]
pub struct Receipts {
    files: BTreeMap<String, Receipt>,
}

impl Receipts {
    /// Writes a receipt for a file.
    ///
    /// # Panics
    /// When the path is taken: [`OutputPlan`] has already decided who gets it.
    pub fn add(&mut self, path: &str, bytes: &[u8], audience: Audience) {
        self.insert(path.to_owned(), Receipt::of(bytes, audience));
    }

    fn insert(&mut self, path: String, receipt: Receipt) {
        if self.files.contains_key(&path) {
            panic!("the plan of paths gives {path} to one file");
        }
        self.files.insert(path, receipt);
    }

    /// Adds the receipts of other files.
    ///
    /// # Panics
    /// When both have the same path.
    pub fn join(&mut self, other: Self) {
        for (path, receipt) in other.files {
            self.insert(path, receipt);
        }
    }

    /// Receipts, ordered by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Receipt)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// The receipt of the file at a path.
    pub fn get(&self, path: &str) -> Option<&Receipt> {
        self.files.get(path)
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The size of all files in bytes.
    pub fn size(&self) -> u64 {
        self.files.values().map(|file| file.size).sum()
    }
}

/// Passes finished files to a sink, and keeps their receipts.
pub struct Handover<'s> {
    sink: &'s dyn Sink,
    receipts: Mutex<Receipts>,
}

impl<'s> Handover<'s> {
    /// Begins with a sink that has no files yet.
    pub fn to(sink: &'s dyn Sink) -> Self {
        Self {
            sink,
            receipts: Mutex::default(),
        }
    }

    /// Hands over a file.
    ///
    /// # Errors
    /// When the sink can't store it.
    ///
    /// # Panics
    /// When the path is taken: [`OutputPlan`] has already decided who gets it.
    pub fn put(
        &self,
        path: &str,
        bytes: impl Into<Bytes>,
        audience: Audience,
    ) -> anyhow::Result<()> {
        let bytes = bytes.into();
        let receipt = Receipt::of(&bytes, audience);
        locked(&self.receipts).insert(path.to_owned(), receipt);
        self.sink.put(path, bytes, audience)
    }

    /// Hands over all files of a set, on all cores.
    ///
    /// # Errors
    /// When the sink can't store one.
    pub fn put_all(&self, set: OutputSet) -> anyhow::Result<()> {
        let files = set.files.into_par_iter();
        files.try_for_each(|(path, file)| self.put(&path, file.bytes, file.audience))
    }

    /// The receipts so far.
    pub fn receipts(&self) -> MutexGuard<'_, Receipts> {
        locked(&self.receipts)
    }

    /// All receipts, once everything is handed over.
    pub fn finish(self) -> Receipts {
        self.receipts
            .into_inner()
            .expect("whoever held it has not panicked")
    }
}

/// Every file of the site, by its path relative to the root (`/`-separated,
/// ASCII).
#[derive(Debug, Default)]
pub struct OutputSet {
    files: BTreeMap<String, OutputFile>,
}

/// One file.
#[derive(Debug)]
pub struct OutputFile {
    /// Its content. Files may share memory: one may be part of another.
    pub bytes: Bytes,
    /// Who fetches it.
    pub audience: Audience,
}

impl OutputSet {
    /// Adds a file.
    ///
    /// # Panics
    /// When the path is taken: [`OutputPlan`] has already decided who gets it.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Bytes>, audience: Audience) {
        let (path, bytes) = (path.into(), bytes.into());
        let file = OutputFile { bytes, audience };
        if self.files.contains_key(&path) {
            panic!("the plan of paths gives {path} to one file");
        }
        self.files.insert(path, file);
    }

    /// Moves all files of `other` into this set.
    ///
    /// # Panics
    /// When both contain the same path.
    pub fn join(&mut self, other: OutputSet) {
        for (path, file) in other.files {
            self.insert(path, file.bytes, file.audience);
        }
    }

    /// Leaves out the files that aren't for this audience.
    pub fn keep_only(&mut self, audience: Audience) {
        self.files.retain(|_, file| file.audience == audience);
    }

    /// Files, ordered by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OutputFile)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&OutputFile> {
        self.files.get(path)
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

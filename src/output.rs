//! The files of a built site: first their paths, then their bytes.
//!
//! [`OutputPlan`] collects every path, and who asks for it, before anything is
//! made: two that want one path are reported at the line that asks.
//! [`OutputSet`] holds what was made, in an ordered map, so that order never
//! depends on hashing.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use bytes::Bytes;

use crate::diag::{Checked, Diagnostic, Span};

/// Bytes that one part of a path may have: what file systems take, less the
/// ending of a compressed copy.
const LONGEST_PART: usize = 250;

/// Bytes that a path may have; systems take some 4,000, the way to the site's
/// folder included.
const LONGEST_PATH: usize = 1_000;

/// Who asks for an output path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// In words: `页面“两个责任”`.
    pub what: String,
    /// Where it is asked for.
    pub place: Place,
}

/// Where an output path is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: the program makes the file of itself.
    Program,
    /// In a register, by its path and the entry's id.
    Entry(&'static str, String),
    /// In the content: the line that gives a page or section its address.
    Content(Span),
    /// At the same line: the program makes the file beside the page's own.
    Beside(Span),
    /// By a file that is copied, at this path below the site's root.
    File(String),
    /// At a line of `aliases`.
    Alias(Span),
}

impl Place {
    /// Of two that want one path the higher gives way.
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
            Self::Program | Self::Entry(..) => "换一个登记号，或改定位号，使网址各不相同",
            Self::Content(_) | Self::Beside(_) => "改文件名或 slug，使网址各不相同",
            Self::File(_) => "给这个文件改名，或把它移走",
            Self::Alias(_) => "改 aliases 里的这一条，或删去它",
        }
    }
}

impl Origin {
    /// Somebody who asks at a place.
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

    /// A file beside the one that this asks for: `页面“两个责任”` and `的数据`.
    pub fn beside(&self, what: &str) -> Self {
        let place = match &self.place {
            Place::Content(span) => Place::Beside(span.clone()),
            other => other.clone(),
        };
        Self::new(format!("{}{what}", self.what), place)
    }
}

/// What else may lie where the program keeps paths for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Files, but no pages and no old addresses.
    AgainstPages,
    /// Nothing: the names are known only once the files are made.
    AgainstAll,
}

/// Every path that a build will write, before any of the bytes is there.
#[derive(Debug, Default)]
pub struct OutputPlan {
    claims: Vec<(String, Origin)>,
    held: Vec<(String, Hold)>,
}

/// The paths of a build, no two the same.
#[derive(Debug, Default)]
pub struct OutputPaths {
    /// By the path in lower case: not every disk tells `A` from `a`.
    files: BTreeMap<String, (String, Origin)>,
    held: Vec<(String, Hold)>,
}

/// Why somebody can't have a path.
enum Refusal<'p> {
    /// Another file needs it, or a file stands where a folder is needed.
    Taken(&'p str, &'p Origin),
    /// The program keeps it for itself.
    Held,
    /// So many bytes are too many.
    Long(usize),
}

impl OutputPlan {
    /// Asks for a file.
    pub fn file(&mut self, path: impl Into<String>, origin: Origin) {
        self.claims.push((path.into(), origin));
    }

    /// Keeps the paths that begin with `prefix` (`search/`) for the program.
    pub fn hold(&mut self, prefix: impl Into<String>, hold: Hold) {
        self.held.push((prefix.into(), hold));
    }

    /// Decides who gets which path, and reports who has to give way. `locate`
    /// finds the line of a place; only the program's own files have none.
    pub fn settle(
        mut self,
        mut locate: impl FnMut(&Place) -> Option<Span>,
    ) -> Checked<OutputPaths> {
        self.claims.sort_by_key(|(_, origin)| origin.place.rank());
        let mut checked = Checked::clean(OutputPaths {
            files: BTreeMap::new(),
            held: self.held,
        });
        // Two pages of one address are one mistake, not one for each file that
        // is made of them.
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
    /// All paths that are known, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.files.values().map(|(path, _)| path.as_str())
    }

    /// Whether a file may be written there: it was planned, or lies where
    /// names are known only once the files are made.
    pub fn allow(&self, path: &str) -> bool {
        let key = path.to_ascii_lowercase();
        let planned = self.files.get(&key).is_some_and(|(own, _)| own == path);
        planned || held(&self.held, path).is_some_and(|hold| hold == Hold::AgainstAll)
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

/// How the program keeps a path for itself, if it does.
fn held(held: &[(String, Hold)], path: &str) -> Option<Hold> {
    let matching = held
        .iter()
        .filter(|(prefix, _)| path.starts_with(prefix.as_str()));
    matching
        .map(|(_, hold)| *hold)
        .max_by_key(|hold| *hold == Hold::AgainstAll)
}

/// A path as readers write it in the address bar.
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
                // Pages keep their own address before what lies beside others.
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
                    format!("网址 {address} 有两处要用：{}，{}", first.what, origin.what)
                } else {
                    let (one, two) = (address(other), address(path));
                    let (first, second) = (&first.what, &origin.what);
                    format!(
                        "{one} 与 {two} 不能并存，一个是文件，一个是同名文件夹：{first}，{second}"
                    )
                };
                let found = Diagnostic::error("duplicate-address", span, message);
                let found = match locate(&first.place) {
                    Some(place) => found.related(place, "先用了这个网址"),
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
                    "{}不能用网址 {}：这个位置留给程序",
                    origin.what,
                    address(path)
                );
                let found = Diagnostic::error("reserved-address", locate(&origin.place)?, message);
                Some(found.hint(format!("换个名字；这些名字留给程序：{}", names.join("、"))))
            }
            Refusal::Long(bytes) => {
                let message = format!("{}的网址太长，有 {bytes} 个字符", origin.what);
                let found = Diagnostic::error("too-long", locate(&origin.place)?, message);
                Some(found.hint(format!(
                    "每一段不超过 {LONGEST_PART} 个字符，合起来不超过 {LONGEST_PATH} 个"
                )))
            }
        }
    }
}

/// Who asks for a file once the site is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Readers' browsers, over HTTP; they may keep it for reading offline.
    Readers,
    /// Readers' browsers where the site lies on a disk. No server sends it.
    Disk,
    /// Servers, crawlers and programs.
    Machines,
}

/// Every file of the site, by path relative to its root (`/`-separated, ASCII).
#[derive(Debug, Default)]
pub struct OutputSet {
    files: BTreeMap<String, OutputFile>,
}

/// One file.
#[derive(Debug)]
pub struct OutputFile {
    /// Its content. Files may share memory: one may be a part of another.
    pub bytes: Bytes,
    /// Who asks for it.
    pub audience: Audience,
}

impl OutputSet {
    /// Adds a file.
    ///
    /// # Panics
    /// When the path is taken: [`OutputPlan`] has settled who gets it.
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
    /// When both have a path.
    pub fn join(&mut self, other: OutputSet) {
        for (path, file) in other.files {
            self.insert(path, file.bytes, file.audience);
        }
    }

    /// Files in order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OutputFile)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&OutputFile> {
        self.files.get(path)
    }

    /// How many files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

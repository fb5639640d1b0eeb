//! Lists the files of a site's own folders, and decides which symbolic links
//! among them are followed.
//!
//! A link is followed only if its target lies in the same folder of the site
//! (`content/`, `themes/` …) and could be read there under its own name: it
//! isn't hidden, and has the same extension as the link. Otherwise anyone who
//! may add a file to a site could publish whatever the build machine can read:
//! a token in `.git/config`, or a draft under the name of a picture.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// Meaningless files that systems and editors leave in folders.
const LEFT_BEHIND: [&str; 5] = [
    "Thumbs.db",
    "desktop.ini",
    ".DS_Store",
    ".gitkeep",
    ".gitignore",
];

/// Hidden names that servers use; webmasters put them into `static/`.
const ASKED_FOR: [&str; 4] = [".well-known", ".nojekyll", ".htaccess", ".user.ini"];

/// A file or folder that may be read.
#[derive(Clone, Debug)]
pub struct Item {
    /// Path below the site's root, `/`-separated.
    pub path: String,
    /// Its location on disk; for a link, that of the target.
    pub location: PathBuf,
    /// Whether it is a regular file. Of other kinds only folders are included.
    pub is_file: bool,
}

impl Item {
    /// Its own name.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Something that is not read.
#[derive(Debug)]
pub struct Unread {
    /// Path below the site's root, `/`-separated.
    pub path: String,
    /// Why.
    pub cause: Cause,
}

/// Why something is not read.
#[derive(Debug)]
pub enum Cause {
    /// A link that leads out of the site's folder of this name.
    LeadsOut(String),
    /// A link to something hidden.
    LeadsToHidden,
    /// A link whose extension differs from its target's.
    LeadsToOtherKind,
    /// A link to a folder that contains it; this is that folder's path.
    LeadsBack(String),
    /// A hidden file in `static/` that no server uses.
    Hidden,
    /// An error of the operating system.
    Failed(io::Error),
}

/// Lists everything that may be read in the folder `start` (`themes/mine`) of
/// the site at `root`, and everything that can't be, in order of names. `root`
/// must not contain links. The list is empty when there is no such folder.
pub fn tree(root: &Path, start: &str) -> Vec<Result<Item, Unread>> {
    let base = start.split('/').next().unwrap_or(start);
    // `content` itself must not be a link, nor `themes` above `themes/mine`.
    for way in [base, start] {
        let path = root.join(way);
        if path.symlink_metadata().is_err() {
            return Vec::new();
        }
        if let Err(cause) = way_to(root, base, &path) {
            let path = way.to_owned();
            return vec![Err(Unread { path, cause })];
        }
    }
    let mut found = Vec::new();
    let mut walk = WalkDir::new(root.join(start))
        .follow_links(true)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.extend(unread(root, error).map(Err));
                continue;
            }
        };
        let path = shown(root, entry.path());
        let is_folder = entry.file_type().is_dir();
        let name = entry.file_name();
        let cause = if entry.depth() > 0 && is_hidden(base, name) {
            let is_left = LEFT_BEHIND.iter().any(|left| name == *left)
                || name.to_string_lossy().starts_with("~$");
            (base == "static" && !is_left).then_some(Cause::Hidden)
        } else {
            match way_to(root, base, entry.path()) {
                Ok(location) => {
                    if is_folder || entry.file_type().is_file() {
                        found.push(Ok(Item {
                            path,
                            location,
                            is_file: !is_folder,
                        }));
                    }
                    continue;
                }
                Err(cause) => Some(cause),
            }
        };
        if is_folder {
            walk.skip_current_dir();
        }
        found.extend(cause.map(|cause| Err(Unread { path, cause })));
    }
    found
}

/// Locates the regular file at `path` (`search-index/lexicon.toml`) of the site
/// at `root`; `None` when there is nothing. `root` must not contain links.
///
/// # Errors
/// When it is a link that may not be followed, or not a regular file.
pub fn own_file(root: &Path, path: &str) -> Result<Option<PathBuf>, Unread> {
    let base = path.rsplit_once('/').map_or("", |(base, _)| base);
    let found = root.join(path);
    if found.symlink_metadata().is_err() {
        return Ok(None);
    }
    let location = way_to(root, base, &root.join(base)).and_then(|_| way_to(root, base, &found));
    let regular = location.and_then(|location| match super::regular_file(&location) {
        Ok(()) => Ok(location),
        Err(error) => Err(Cause::Failed(error)),
    });
    let path = path.to_owned();
    regular.map(Some).map_err(|cause| Unread { path, cause })
}

/// Resolves a path in the folder `base`; only links resolve to another path.
fn way_to(root: &Path, base: &str, path: &Path) -> Result<PathBuf, Cause> {
    let is_link = path.symlink_metadata().map_err(Cause::Failed)?.is_symlink();
    if !is_link {
        return Ok(path.to_owned());
    }
    let target = real_path(path).map_err(Cause::Failed)?;
    let folder = root.join(base);
    let Ok(below) = target.strip_prefix(&folder) else {
        return Err(Cause::LeadsOut(base.to_owned()));
    };
    if below.iter().any(|part| is_hidden(base, part)) {
        return Err(Cause::LeadsToHidden);
    }
    if target.is_file() && target.extension() != path.extension() {
        return Err(Cause::LeadsToOtherKind);
    }
    Ok(target)
}

fn is_hidden(base: &str, name: &OsStr) -> bool {
    if base == "static" && ASKED_FOR.iter().any(|asked| name == *asked) {
        return false;
    }
    let text = name.to_string_lossy();
    text.starts_with('.') || text.starts_with("~$") || LEFT_BEHIND.iter().any(|left| name == *left)
}

fn unread(root: &Path, error: walkdir::Error) -> Option<Unread> {
    let path = shown(root, error.path().unwrap_or(root));
    let cause = match error.loop_ancestor() {
        Some(above) => Cause::LeadsBack(shown(root, above)),
        None => Cause::Failed(error.into_io_error()?),
    };
    Some(Unread { path, cause })
}

fn shown(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(OsStr::to_string_lossy).collect();
    parts.join("/")
}

/// The absolute path of something that exists, with links resolved. On Windows
/// as people write it, without the prefix `\\?\` where a drive follows.
///
/// # Errors
/// When there is nothing, or it can't be read.
pub fn real_path(path: &Path) -> io::Result<PathBuf> {
    let real = path.canonicalize()?;
    let plain = real
        .to_str()
        .and_then(|text| text.strip_prefix(r"\\?\"))
        .filter(|rest| rest.as_bytes().get(1) == Some(&b':'));
    Ok(plain.map(PathBuf::from).unwrap_or(real))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn site() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it is there");
        for (path, text) in [
            ("content/a.md", "a"),
            ("content/sub/b.png", "b"),
            ("content/.c.md", "c"),
            ("drafts/d.md", "d"),
            (".git/config", "token"),
            ("static/.well-known/x", "x"),
            ("static/.env", "secret"),
            ("static/.DS_Store", ""),
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        (folder, root)
    }

    fn read(root: &Path, start: &str) -> Vec<String> {
        let word = |cause| match cause {
            Cause::LeadsOut(_) => "out",
            Cause::LeadsToHidden => "to hidden",
            Cause::LeadsToOtherKind => "other kind",
            Cause::LeadsBack(_) => "back",
            Cause::Hidden => "hidden",
            Cause::Failed(_) => "failed",
        };
        let line = |found| match found {
            Ok(Item { path, is_file, .. }) if is_file => Some(path),
            Ok(_) => None,
            Err(Unread { path, cause }) => Some(format!("{path}: {}", word(cause))),
        };
        tree(root, start).into_iter().filter_map(line).collect()
    }

    #[test]
    fn links_lead_to_what_could_be_read_in_the_same_folder() {
        let (_folder, root) = site();
        for (link, target) in [
            ("content/inside.md", "a.md"),
            ("content/folder", "sub"),
            ("content/token.md", "../.git/config"),
            ("content/draft.md", "../drafts/d.md"),
            ("content/hidden.md", ".c.md"),
            ("content/renamed.png", "a.md"),
            ("content/gone.md", "nothing.md"),
            ("content/loop", "."),
            ("content/chain.md", "token.md"),
        ] {
            symlink(target, root.join(link)).expect("a link");
        }
        let expected = [
            "content/a.md",
            "content/chain.md: out",
            "content/draft.md: out",
            "content/folder/b.png",
            "content/gone.md: failed",
            "content/hidden.md: to hidden",
            "content/inside.md",
            "content/loop: back",
            "content/renamed.png: other kind",
            "content/sub/b.png",
            "content/token.md: out",
        ];
        assert_eq!(read(&root, "content"), expected);
    }

    #[test]
    fn a_folder_of_the_site_is_no_link_and_a_theme_leads_to_a_theme() {
        let (_folder, root) = site();
        symlink("content", root.join("words")).expect("a link");
        assert_eq!(read(&root, "words"), ["words: out"]);
        assert!(read(&root, "templates").is_empty());
        fs::create_dir_all(root.join("themes/one")).expect("made");
        fs::write(root.join("themes/one/theme.toml"), "").expect("written");
        symlink("one", root.join("themes/two")).expect("a link");
        symlink("../content", root.join("themes/three")).expect("a link");
        assert_eq!(read(&root, "themes/two"), ["themes/two/theme.toml"]);
        assert_eq!(read(&root, "themes/three"), ["themes/three: out"]);
    }

    #[test]
    fn of_hidden_files_static_has_those_that_servers_ask_for() {
        let (_folder, root) = site();
        let expected = ["static/.env: hidden", "static/.well-known/x"];
        assert_eq!(read(&root, "static"), expected);
    }

    #[test]
    fn single_files_follow_the_same_rule() {
        let (_folder, root) = site();
        assert!(matches!(own_file(&root, "config.toml"), Ok(None)));
        symlink(".git/config", root.join("config.toml")).expect("a link");
        let found = own_file(&root, "config.toml").map_err(|unread| unread.cause);
        assert!(matches!(found, Err(Cause::LeadsToHidden)));
        fs::write(root.join("real.toml"), "").expect("written");
        fs::remove_file(root.join("config.toml")).expect("ours");
        symlink("real.toml", root.join("config.toml")).expect("a link");
        let found = own_file(&root, "config.toml").expect("it may be read");
        assert_eq!(found, Some(root.join("real.toml")));
        fs::remove_dir_all(root.join("static")).expect("ours");
        symlink("content", root.join("search-index")).expect("a link");
        fs::write(root.join("content/lexicon.toml"), "").expect("written");
        let found = own_file(&root, "search-index/lexicon.toml").map_err(|unread| unread.cause);
        assert!(matches!(found, Err(Cause::LeadsOut(_))));
    }
}

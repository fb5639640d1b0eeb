//! The user's cache, for results that take time to compute.
//!
//! It lies in the system's folder for caches, never in the site: someone who
//! may change a site's files must not be able to replace the cached form of a
//! picture that was reviewed. A folder that belongs to another user, or that
//! others may write to, is not used. Everything works without a cache.
//!
//! Each subject has its own folder in the cache (`pictures`), with a marker.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::folder::{Folder, Kind, PRIVATE_FOLDER};
use super::random::random_name;

/// Environment variable that names the cache folder.
const VARIABLE: &str = "ZHIZE_CACHE_DIR";

const MARKER: &str = "zhize-cache.json";
const MARK: &[u8] = b"{\"generator\":\"zhize\"}\n";

/// Backup programs skip folders that contain this file (bford.info/cachedir).
const TAG: (&str, &[u8]) = (
    "CACHEDIR.TAG",
    b"Signature: 8a477f597d28d172789f06886806bc55\n# Written by zhize; may be deleted.\n",
);

/// Extension of entries that are not completely written yet.
const PART: &str = "part";

/// An entry's time of last use is updated at most this often.
const DAY: Duration = Duration::from_secs(86_400);

/// Entries that were not used for this long are removed.
const LIFETIME: Duration = Duration::from_secs(90 * 86_400);

/// Size in bytes of the largest entry that is read.
const LARGEST: u64 = 1 << 30;

/// The folder of one subject in the cache.
#[derive(Debug)]
pub struct UserCache {
    folder: Folder,
}

impl UserCache {
    /// The folder that `ZHIZE_CACHE_DIR` names, or the system's cache folder
    /// for the current user; `None` where there is neither.
    pub fn place() -> Option<PathBuf> {
        let named = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty());
        if let Some(own) = named(VARIABLE) {
            return Some(own.into());
        }
        // The standard says to ignore a path that is not absolute.
        let absolute = |variable| {
            named(variable)
                .map(PathBuf::from)
                .filter(|p| p.is_absolute())
        };
        let folder = if cfg!(windows) {
            absolute("LOCALAPPDATA")?
        } else if cfg!(target_vendor = "apple") {
            absolute("HOME")?.join("Library/Caches")
        } else {
            absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?
        };
        Some(folder.join("zhize"))
    }

    /// Opens a subject's folder in the cache at `place`, for builds of the site
    /// at `root`. With `makes`, a missing folder is made. `None` where there is
    /// no folder that can be trusted.
    pub fn open(place: &Path, subject: &str, root: &Path, makes: bool) -> Option<Self> {
        let whole = if makes {
            make_private(place).ok()?
        } else {
            Folder::open(place).ok()?
        };
        if lies_in(place, root) || !is_private(&whole) {
            return None;
        }
        if makes && whole.kind(TAG.0).is_none() {
            let _ = whole.create(TAG.0, TAG.1);
        }
        let folder = match whole.kind(subject) {
            None if makes => whole
                .new_folder_with(OsStr::new(subject), PRIVATE_FOLDER)
                .and_then(|made| made.create(MARKER, MARK).map(|()| made))
                .ok()?,
            _ => whole.folder(subject).ok()?,
        };
        let is_ours = folder.read(MARKER, 4_096).is_ok_and(|mark| mark == MARK);
        (is_ours && is_private(&folder)).then_some(Self { folder })
    }

    /// Whether the cache at `place` lies inside the site, where it isn't used.
    pub fn lies_in_site(place: &Path, root: &Path) -> bool {
        lies_in(place, root)
    }

    /// Reads an entry and notes that it was used.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let bytes = self.folder.read(name, LARGEST).ok()?;
        if let Ok(file) = self.folder.open_file(OsStr::new(name), true) {
            let file = file.into_std();
            let now = SystemTime::now();
            let noted = file.metadata().and_then(|found| found.modified());
            if noted.is_ok_and(|noted| is_older(noted, now, DAY)) {
                let _ = file.set_modified(now);
            }
        }
        Some(bytes)
    }

    /// Stores an entry, whole or not at all. Failures are ignored: an entry
    /// that is missing is computed again.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let _ = self.try_put(name, bytes);
    }

    fn try_put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let part = format!("{}.{PART}", random_name()?);
        let part = OsStr::new(&part);
        let mut file = self.folder.new_file(part, &[])?;
        let placed = file
            .write_all(bytes)
            .and_then(|()| self.folder.rename(part, &self.folder, OsStr::new(name)));
        if placed.is_err() {
            let _ = self.folder.remove_file(part);
        }
        placed
    }

    /// Removes entries that were not used for 90 days, and partial entries that
    /// killed runs left.
    pub fn prune(&self) {
        let now = SystemTime::now();
        for entry in self.folder.entries().into_iter().flatten() {
            if entry.kind != Kind::File || entry.name == MARKER {
                continue;
            }
            let is_part = Path::new(&entry.name).extension() == Some(OsStr::new(PART));
            let lifetime = if is_part { DAY } else { LIFETIME };
            let used = self
                .folder
                .open_file(&entry.name, false)
                .and_then(|file| file.into_std().metadata()?.modified());
            if used.is_ok_and(|used| is_older(used, now, lifetime)) {
                let _ = self.folder.remove_file(&entry.name);
            }
        }
    }
}

fn is_older(then: SystemTime, now: SystemTime, than: Duration) -> bool {
    now.duration_since(then).is_ok_and(|age| age > than)
}

/// Opens the folder. Makes it if it is missing, accessible to its owner only.
fn make_private(place: &Path) -> io::Result<Folder> {
    if let Ok(there) = Folder::open(place) {
        return Ok(there);
    }
    let name = place.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let above = match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Folder::open_or_make(above)?.new_folder_with(name, PRIVATE_FOLDER)
}

fn lies_in(place: &Path, root: &Path) -> bool {
    // A folder that doesn't exist yet can't have come with the site.
    match (place.canonicalize(), root.canonicalize()) {
        (Ok(place), Ok(root)) => place.starts_with(root),
        _ => false,
    }
}

/// Whether the folder belongs to the current user and nobody else may write to
/// it.
#[cfg(unix)]
fn is_private(folder: &Folder) -> bool {
    let others_write = 0o022;
    let is_own = folder
        .owner()
        .is_ok_and(|owner| owner == rustix::process::geteuid().as_raw());
    is_own && folder.mode().is_ok_and(|mode| mode & others_write == 0)
}

/// Always true: folders in a user's profile belong to that user.
#[cfg(not(unix))]
fn is_private(_: &Folder) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn cache(place: &Path) -> UserCache {
        UserCache::open(place, "things", Path::new("/nowhere"), true).expect("a cache")
    }

    #[test]
    fn entries_come_back_until_they_are_old() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("cache");
        assert!(UserCache::open(&place, "things", Path::new("/"), false).is_none());
        let cache = cache(&place);
        cache.put("a", b"1");
        cache.put("a", b"2");
        cache.put("b", b"3");
        let age = |name: &str, days: u32| {
            let file = fs::File::options()
                .write(true)
                .open(place.join("things").join(name));
            let then = SystemTime::now() - DAY * days;
            file.expect("it is there")
                .set_modified(then)
                .expect("may be set");
        };
        age("a", 80);
        age("b", 100);
        assert_eq!(cache.get("a").as_deref(), Some(&b"2"[..]));
        cache.prune();
        assert_eq!(cache.get("b"), None);
        // The entry was used, so it is kept.
        age("a", 80);
        cache.get("a").expect("it is there");
        let left = fs::metadata(place.join("things/a")).expect("it is there");
        assert!(!is_older(
            left.modified().expect("a time"),
            SystemTime::now(),
            DAY
        ));
        assert!(place.join("CACHEDIR.TAG").is_file());
    }

    #[cfg(unix)]
    #[test]
    fn what_others_may_have_put_there_is_not_believed() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("site");
        fs::create_dir(&root).expect("folder");
        let open = |place: &Path| UserCache::open(place, "things", &root, true);
        // In the site.
        fs::create_dir(root.join("cache")).expect("folder");
        assert!(open(&root.join("cache")).is_none());
        symlink(&root, folder.path().join("way-in")).expect("link");
        assert!(open(&folder.path().join("way-in/cache")).is_none());
        // Without our marker.
        let place = folder.path().join("foreign");
        fs::create_dir_all(place.join("things")).expect("folder");
        fs::write(place.join("things/a"), "x").expect("file");
        assert!(open(&place).is_none());
        // Writable for all.
        let place = folder.path().join("open");
        open(&place).expect("a cache");
        fs::set_permissions(&place, fs::Permissions::from_mode(0o777)).expect("owner");
        assert!(open(&place).is_none());
        // A link where the subject's folder should be.
        let place = folder.path().join("linked");
        fs::create_dir(&place).expect("folder");
        symlink(folder.path().join("foreign/things"), place.join("things")).expect("link");
        assert!(open(&place).is_none());
        // An entry that is a link, or a pipe.
        let place = folder.path().join("entries");
        let cache = open(&place).expect("a cache");
        let victim = folder.path().join("victim");
        fs::write(&victim, "mine").expect("file");
        symlink(&victim, place.join("things/a")).expect("link");
        assert_eq!(cache.get("a"), None);
        cache.put("a", b"entry");
        assert_eq!(fs::read(&victim).expect("it is there"), b"mine");
        assert_eq!(cache.get("a").as_deref(), Some(&b"entry"[..]));
    }
}

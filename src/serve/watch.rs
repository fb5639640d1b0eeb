//! Detects changes of a site's sources.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::{Config, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::source::{GOLDEN_FILE, LEXICON_FILE, PUBLISHED_FILE};

/// Folders that are watched recursively.
const FOLDERS: [&str; 6] = ["content", "data", "themes", "templates", "static", "words"];

/// Changes within this time of each other count as one: editors save in several
/// steps, and a folder is copied file by file.
const QUIET: Duration = Duration::from_millis(100);

/// A rebuild starts after this time even if files keep changing.
const PATIENCE: Duration = Duration::from_secs(2);

/// Watches one site's sources.
pub struct SourceWatcher {
    root: PathBuf,
    watcher: Box<dyn Watcher>,
    events: Receiver<notify::Result<notify::Event>>,
    watched: Vec<PathBuf>,
    /// Whether files are compared at intervals, because the system doesn't
    /// report changes.
    pub polling: bool,
}

impl SourceWatcher {
    /// Starts watching.
    ///
    /// # Errors
    /// When the root can't be watched, not even by polling.
    pub fn new(root: &Path) -> notify::Result<Self> {
        let root = root.canonicalize().map_err(notify::Error::io)?;
        let system = |sender: Sender<_>| -> notify::Result<Box<dyn Watcher>> {
            Ok(Box::new(RecommendedWatcher::new(
                sender,
                Config::default(),
            )?))
        };
        let poll = |sender: Sender<_>| -> notify::Result<Box<dyn Watcher>> {
            let config = Config::default().with_poll_interval(Duration::from_secs(1));
            Ok(Box::new(PollWatcher::new(sender, config)?))
        };
        // Systems limit the number of watches, and some network shares don't
        // support them.
        Self::with(&root, system, false).or_else(|_| Self::with(&root, poll, true))
    }

    fn with(
        root: &Path,
        make: impl FnOnce(Sender<notify::Result<notify::Event>>) -> notify::Result<Box<dyn Watcher>>,
        polling: bool,
    ) -> notify::Result<Self> {
        let (sender, events) = channel();
        let mut this = Self {
            root: root.to_owned(),
            watcher: make(sender)?,
            events,
            watched: Vec::new(),
            polling,
        };
        this.watcher.watch(root, RecursiveMode::NonRecursive)?;
        this.watch_folders()?;
        Ok(this)
    }

    /// Watches the folders that exist.
    fn watch_folders(&mut self) -> notify::Result<()> {
        // A folder that was removed and made again, for example by switching
        // branches, has silently lost its watch. Watching it a second time is
        // harmless, but would make a poller forget its state.
        self.watched
            .retain(|folder| self.polling && folder.is_dir());
        let folders = FOLDERS
            .iter()
            .map(|folder| (*folder, RecursiveMode::Recursive))
            .chain([("search-index", RecursiveMode::NonRecursive)]);
        for (folder, mode) in folders {
            let folder = self.root.join(folder);
            if folder.is_dir() && !self.watched.contains(&folder) {
                self.watcher.watch(&folder, mode)?;
                self.watched.push(folder);
            }
        }
        Ok(())
    }

    /// Waits for a change and then for quiet. Returns `false` when no more
    /// events can arrive.
    pub fn wait(&mut self) -> bool {
        loop {
            match self.events.recv() {
                Err(_) => return false,
                Ok(event) if self.matters(&event) => break,
                Ok(_) => {}
            }
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(QUIET.min(left)) {
                Ok(_) if !left.is_zero() => {}
                Ok(_) | Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        // Changes in a folder that can't be watched are noticed at the next
        // change elsewhere; its files are still read.
        let _ = self.watch_folders();
        true
    }

    /// Whether an event can change the site. Errors count as changes: an
    /// unnecessary rebuild does no harm.
    fn matters(&self, event: &notify::Result<notify::Event>) -> bool {
        let Ok(event) = event else { return true };
        // Reading is an event too. Since a build reads every source, counting
        // it would cause endless builds.
        !matches!(event.kind, EventKind::Access(_))
            && (event.paths.is_empty() || event.paths.iter().any(|p| is_source(&self.root, p)))
    }
}

/// Whether a path is one of the site's sources.
fn is_source(root: &Path, path: &Path) -> bool {
    let Ok(relative) = path.strip_prefix(root) else {
        return false;
    };
    let temporary = relative
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with('.') || name.ends_with('~') || name.ends_with(".swp"));
    !temporary
        && (["config.toml", LEXICON_FILE, GOLDEN_FILE, PUBLISHED_FILE]
            .iter()
            .any(|file| relative == Path::new(file))
            || FOLDERS.iter().any(|folder| relative.starts_with(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sources_matter() {
        let root = Path::new("/site");
        for source in [
            "config.toml",
            "content/a/b.md",
            "data/organs.toml",
            "search-index/lexicon.toml",
            "search-index/golden.toml",
            "published.txt",
            "templates",
            "words/zh-CN.toml",
        ] {
            assert!(is_source(root, &root.join(source)), "{source}");
        }
        for other in [
            "public/index.html",
            "search-index/manifest.json",
            "search-index/tantivy/meta.json",
            "content/.b.md.swp",
            "content/b.md~",
            ".git/index",
        ] {
            assert!(!is_source(root, &root.join(other)), "{other}");
        }
    }
}

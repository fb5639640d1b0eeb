//! Runs the static engine natively, over the folder of a built site or over
//! files that are not yet written.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use search::engine::{Engine, Stop};
use search::format::{FormatError, ShardId};
use search::present::Results;
use search::rank::ListedUnit;
use search::request::Request;

use super::engine::{Lookup, UnitHit, say};
use crate::output::OutputSet;
use crate::words::{Language, Words};

/// An index whose shards are read on demand.
#[derive(Debug)]
pub struct StaticEngine<'f> {
    files: Files<'f>,
    engine: Engine,
    /// Bytes read so far, including the boot file.
    pub bytes_read: usize,
    /// Number of files read so far, including the boot file.
    pub files_read: usize,
    /// Bytes read so far for each kind of file, by the number of its
    /// [`ShardKind`].
    ///
    /// [`ShardKind`]: search::format::ShardKind
    pub bytes_of_kind: [usize; 7],
}

/// Where shards come from.
#[derive(Debug)]
enum Files<'f> {
    /// The folder that holds `boot.bin`.
    Folder(PathBuf),
    /// The output files of a site, including those below `search/`.
    Memory(&'f OutputSet),
}

impl Files<'_> {
    fn read(&self, name: &str) -> anyhow::Result<Cow<'_, [u8]>> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(format!("{name}.bin"));
                let file = fs::read(&path).with_context(|| {
                    format!("缺少索引文件 {}，请重新运行 zhize build", path.display())
                })?;
                Ok(Cow::Owned(file))
            }
            Self::Memory(files) => {
                let file = files.get(&format!("search/{name}.bin"));
                let file = file.context("a packed index is whole")?;
                Ok(Cow::Borrowed(&file.bytes))
            }
        }
    }
}

/// Why a file is refused, in words for editors.
fn in_words(error: FormatError) -> anyhow::Error {
    let words = Words::built_in(Language::SimplifiedChinese);
    anyhow::Error::msg(say(&words, error.code(), &[]))
}

impl<'f> StaticEngine<'f> {
    /// Opens the index of a built site.
    ///
    /// # Errors
    /// When there is no index, it is damaged, or another version made it.
    pub fn open(site: &Path) -> anyhow::Result<Self> {
        let folder = site.join("search");
        let path = folder.join("boot.bin");
        let file = fs::read(&path).with_context(|| {
            format!(
                "未找到 {}；请先运行 zhize build，或用 --output 指定网站所在目录",
                path.display()
            )
        })?;
        let engine = Engine::open(&file)
            .map_err(in_words)
            .with_context(|| format!("无法使用 {}", path.display()))?;
        Ok(Self {
            files: Files::Folder(folder),
            engine,
            bytes_read: file.len(),
            files_read: 1,
            bytes_of_kind: [file.len(), 0, 0, 0, 0, 0, 0],
        })
    }

    /// Opens an index that was packed but not written.
    ///
    /// # Errors
    /// When the files are not those of an index.
    pub fn in_memory(packed: &'f OutputSet) -> anyhow::Result<Self> {
        let files = Files::Memory(packed);
        let file = files.read("boot")?;
        let engine = Engine::open(&file)?;
        Ok(Self {
            engine,
            bytes_read: file.len(),
            files_read: 1,
            bytes_of_kind: [file.len(), 0, 0, 0, 0, 0, 0],
            files: Files::Memory(packed),
        })
    }

    /// The engine, for inspecting its contents.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    fn load(&mut self, shards: &[ShardId]) -> anyhow::Result<()> {
        for &id in shards {
            let name = self
                .engine
                .path(id)
                .context("the engine asks for shards of its own index")?;
            let file = self.files.read(&name)?;
            self.engine
                .supply(id, &file)
                .map_err(in_words)
                .with_context(|| format!("无法使用 {name}.bin"))?;
            self.bytes_read += file.len();
            self.files_read += 1;
            self.bytes_of_kind[id.kind as usize] += file.len();
        }
        Ok(())
    }

    /// Repeats `ask` and loads the shards it needs until it succeeds.
    fn going_on<T>(&mut self, ask: impl Fn(&Engine) -> Result<T, Stop>) -> anyhow::Result<T> {
        loop {
            match ask(&self.engine) {
                Ok(answer) => return Ok(answer),
                Err(Stop::Need(shards)) => self.load(&shards)?,
                Err(Stop::Bad(error)) => return Err(in_words(error)),
            }
        }
    }

    /// The units of a request with their scores, best first, without reading
    /// texts.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn scored_units(&mut self, request: &Request) -> anyhow::Result<Vec<ListedUnit>> {
        self.going_on(|engine| engine.search_units(request))
    }
}

impl Lookup for StaticEngine<'_> {
    fn search(&mut self, request: &Request) -> anyhow::Result<Results> {
        self.engine.trim();
        self.going_on(|engine| engine.search(request))
    }

    fn units(&mut self, request: &Request, limit: usize) -> anyhow::Result<Vec<UnitHit>> {
        self.engine.trim();
        let mut units = self.scored_units(request)?;
        units.truncate(limit);
        units
            .into_iter()
            .map(|scored| {
                if self.engine.unit(scored.unit).is_none() {
                    let shard = self
                        .engine
                        .unit_shard(scored.unit)
                        .context("every unit has a document shard")?;
                    self.load(&[shard])?;
                }
                let (card, text) = self
                    .engine
                    .unit(scored.unit)
                    .context("every unit has a text")?;
                Ok(UnitHit {
                    page: card.key.clone(),
                    anchor: text.anchor.clone(),
                    score: scored.score,
                })
            })
            .collect()
    }
}

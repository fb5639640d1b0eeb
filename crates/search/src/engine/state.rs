//! The state of an open index: the boot file and the shards supplied so far.

use crate::analysis::fold::Folder;
use crate::answer;
use crate::format::boot::Boot;
use crate::format::docs::{self, PageCard, PagePart, UnitText};
use crate::format::facets::{self, Facet};
use crate::format::fold;
use crate::format::names::NameShard;
use crate::format::postings::UnitId;
use crate::format::terms::{self, TermEntry};
use crate::format::{FormatError, ShardId, ShardKind, frame};
use crate::present::Results;
use crate::rank::ListedUnit;
use crate::request::Request;

/// Decoded shards are dropped between requests once their payload exceeds this
/// many bytes.
const MAX_HELD: usize = 48 << 20;

/// Why there is no answer yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// These shards are needed first.
    Need(Vec<ShardId>),
    /// The content of a supplied shard is invalid.
    Bad(FormatError),
}

impl From<FormatError> for Stop {
    fn from(error: FormatError) -> Self {
        Self::Bad(error)
    }
}

/// An open index and the shards supplied so far.
#[derive(Debug)]
pub struct Engine {
    pub(super) boot: Boot,
    pub(super) folder: Folder,
    // Decoded shards by number.
    pub(super) terms: Vec<Option<Vec<TermEntry>>>,
    pub(super) postings: Vec<Option<Vec<u8>>>,
    pub(super) documents: Vec<Option<Vec<PagePart>>>,
    pub(super) facets: Vec<Option<Facet>>,
    pub(super) names: Vec<Option<NameShard>>,
    /// Whether the fold table, if the index has one, is loaded.
    pub(super) folds: bool,
    /// Payload of the decoded shards, in bytes.
    pub(super) held: usize,
}

impl Engine {
    /// Opens an index from its boot file.
    ///
    /// # Errors
    /// When the file is damaged or was made by another version.
    pub fn open(boot: &[u8]) -> Result<Self, FormatError> {
        let boot = Boot::decode(boot)?;
        Ok(Self {
            folder: Folder::algorithmic(),
            folds: boot.folded.is_empty(),
            terms: slots(boot.shards(ShardKind::Terms)),
            postings: slots(boot.shards(ShardKind::Postings)),
            documents: slots(boot.shards(ShardKind::Documents)),
            facets: slots(boot.shards(ShardKind::Facets)),
            names: slots(boot.shards(ShardKind::Names)),
            boot,
            held: 0,
        })
    }

    /// The boot file's content.
    pub fn boot(&self) -> &Boot {
        &self.boot
    }

    /// Path of a shard below `search/`, without extension.
    pub fn path(&self, id: ShardId) -> Option<String> {
        self.boot.path(id)
    }

    /// Adds the file of a shard.
    ///
    /// # Errors
    /// When the bytes are not that shard, or are that of another build.
    pub fn supply(&mut self, id: ShardId, file: &[u8]) -> Result<(), FormatError> {
        if id.number >= self.boot.shards(id.kind) {
            return Err(FormatError::WrongShard);
        }
        let payload = frame::open(id, file)?;
        if !self
            .boot
            .group(id)
            .is_some_and(|group| frame::is_bound(file, group))
        {
            return Err(FormatError::WrongShard);
        }
        self.held += payload.len();
        let at = id.number as usize;
        match id.kind {
            ShardKind::Terms => self.terms[at] = Some(terms::decode(&payload)?),
            ShardKind::Postings => self.postings[at] = Some(payload),
            ShardKind::Documents => self.documents[at] = Some(docs::decode(&payload)?),
            ShardKind::Facets => self.facets[at] = Some(facets::decode(&payload)?),
            ShardKind::Names => self.names[at] = Some(NameShard::decode(&payload)?),
            ShardKind::Fold => {
                self.folder = Folder::new(fold::decode(&self.boot.folded, &payload)?);
                self.folds = true;
            }
            ShardKind::Boot => return Err(FormatError::WrongShard),
        }
        Ok(())
    }

    /// Drops decoded shards once they take too much memory. Call this between
    /// requests, never during one.
    pub fn trim(&mut self) {
        if self.held > MAX_HELD {
            self.terms.fill(None);
            self.postings.fill(None);
            self.documents.fill(None);
            self.held = 0;
        }
    }

    /// Answers a request, if the loaded shards allow it.
    ///
    /// # Errors
    /// When other shards are needed first, or a supplied one is invalid.
    pub fn search(&self, request: &Request) -> Result<Results, Stop> {
        answer::answer(self, request)
    }

    /// All units that a request finds, ordered by score, for evaluation.
    ///
    /// # Errors
    /// See [`search`](Self::search).
    pub fn search_units(&self, request: &Request) -> Result<Vec<ListedUnit>, Stop> {
        answer::list(self, request)
    }

    /// The text of a unit and the card of its page, if the document shard is
    /// loaded.
    pub fn unit(&self, unit: UnitId) -> Option<(&PageCard, &UnitText)> {
        let shard = self.boot.document_shard(unit)?;
        docs::find(self.documents.get(shard as usize)?.as_ref()?, unit)
    }

    /// The shard that holds a unit's text.
    pub fn unit_shard(&self, unit: UnitId) -> Option<ShardId> {
        Some(ShardId {
            kind: ShardKind::Documents,
            number: self.boot.document_shard(unit)?,
        })
    }
}

fn slots<T: Clone>(count: u32) -> Vec<Option<T>> {
    vec![None; count as usize]
}

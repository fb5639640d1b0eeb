//! The static index, exported by the build from tantivy's index and read by the
//! engine. Encoders and decoders are side by side.
//!
//! | file | holds | read by a query |
//! |---|---|---|
//! | boot | counts, averages, boundaries of all shards | once |
//! | term shard | a range of terms with their postings | one for each term |
//! | posting shard | pieces of postings too long for a term shard | for frequent terms |
//! | document shard | titles, addresses and texts of a range of units | for shown results |
//! | facet shard | one facet's values and their pages | for filters and counts |
//! | fold shard | what unusual characters become | when a query or a text has one |
//! | names shard | a range of what names begin with, in characters, pinyin and initials | while typing, for pinyin |
//!
//! A *page* is what readers call a document; a *unit* is what is ranked: a
//! provision or the part of a page under one heading. Units are identified by
//! page number and ordinal. This avoids a table from units to pages, which
//! would grow with the corpus.
//!
//! Shards of one kind are numbered. 64 consecutive shards form a *group*, a
//! folder that is named after a hash of their contents. So a path always
//! identifies the same content, browsers can cache files forever, and the boot
//! file only needs eight bytes for 64 shards. Each shard holds the beginning of
//! its group's hash, so a file of another build under its name is noticed.

pub mod boot;
pub mod codec;
pub mod docs;
pub mod facets;
pub mod fold;
pub mod frame;
mod inflate;
pub mod names;
pub mod postings;
pub mod terms;

/// Version of the whole format. An engine rejects all others.
pub const FORMAT_VERSION: u8 = 6;

/// How many consecutive shards share a folder.
pub const SHARDS_PER_GROUP: u32 = 64;

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ShardKind {
    /// The boot file.
    Boot = 0,
    /// A range of terms.
    Terms = 1,
    /// Pieces of long posting lists.
    Postings = 2,
    /// A range of units.
    Documents = 3,
    /// One facet.
    Facets = 4,
    /// A range of names, for suggestions and pinyin.
    Names = 5,
    /// The fold table.
    Fold = 6,
}

impl ShardKind {
    /// Kinds that come in numbered shards.
    pub const SHARDED: [Self; 6] = [
        Self::Terms,
        Self::Postings,
        Self::Documents,
        Self::Facets,
        Self::Names,
        Self::Fold,
    ];

    /// First letter of the folder names of this kind.
    pub fn letter(self) -> char {
        match self {
            Self::Boot => 'b',
            Self::Terms => 't',
            Self::Postings => 'p',
            Self::Documents => 'd',
            Self::Facets => 'f',
            Self::Names => 'n',
            Self::Fold => 'c',
        }
    }
}

/// Identifies one shard of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId {
    /// Its kind.
    pub kind: ShardKind,
    /// Its number among the shards of its kind.
    pub number: u32,
}

impl ShardId {
    /// Packs the id into one number, for the WebAssembly boundary.
    pub fn to_u32(self) -> u32 {
        (self.kind as u32) << 28 | self.number
    }

    /// Unpacks an id; `None` if no sharded kind has this number.
    pub fn from_u32(id: u32) -> Option<Self> {
        let kind = ShardKind::SHARDED
            .into_iter()
            .find(|&kind| kind as u32 == id >> 28)?;
        Some(Self {
            kind,
            number: id & 0x0fff_ffff,
        })
    }
}

/// Why bytes could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// Not one of our files, for example HTML instead of a shard.
    NotAShard,
    /// Made by another version of the format or of the analysis.
    Version {
        /// The version found.
        found: u8,
    },
    /// The length differs from the length in the header.
    Length,
    /// The bytes were damaged.
    Checksum,
    /// One of our files, but not the requested one, or one of another build.
    WrongShard,
    /// The content is invalid.
    Content(&'static str),
}

impl FormatError {
    /// A stable word for scripts; the message is under `engine.` and this word.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAShard => "not-a-shard",
            Self::Version { .. } => "version",
            Self::Length => "length",
            Self::Checksum => "checksum",
            Self::WrongShard => "wrong-shard",
            Self::Content(_) => "content",
        }
    }
}

/// Writes the code; the message is in the interface's tables.
impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for FormatError {}

//! The pipeline, stage by stage: what `build`, `check` and `serve` share.
//!
//! Each stage takes what the one before made. What a stage finds wrong is
//! collected; content with errors never reaches the index or the disk.

use std::path::PathBuf;

use crate::diag::{Diagnostic, Failed, Report, render as excerpts};
use crate::output::OutputSet;
use crate::progress::Progress;
use crate::source::{self, SourceSet};

/// How many steps a check announces.
pub const CHECK_STEPS: u64 = 4;

/// How many steps a build announces.
pub const BUILD_STEPS: u64 = CHECK_STEPS + 2;

/// Which site, and what differs from its settings.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// The folder that holds `config.toml` and `content/`.
    pub root: PathBuf,
    /// Public address, in place of the one in the settings.
    pub base_url: Option<String>,
}

/// A command's product, or the fact that errors stood in its way; and what was
/// found in either case.
#[derive(Debug)]
pub struct Outcome<T> {
    /// All that the stages found.
    pub findings: Findings,
    /// The product.
    pub product: Result<T, Failed>,
}

/// What the stages found, with the texts that it points into.
#[derive(Debug)]
pub struct Findings {
    report: Report,
    sources: SourceSet,
}

impl Findings {
    /// Excerpts with carets, for people; empty when there is nothing to say.
    pub fn text(&self, colour: bool) -> String {
        excerpts::text(&self.report.sorted(), &self.sources, colour)
    }

    /// A JSON array, for programs.
    pub fn json(&self) -> String {
        excerpts::json(&self.report.sorted(), &self.sources)
    }

    /// One line with the counts.
    pub fn summary(&self) -> String {
        self.report.summary()
    }

    /// The findings, by file and place.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.report.sorted()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.report.errors() + self.report.warnings() == 0
    }
}

/// Makes the site: every file, in memory.
///
/// # Errors
/// When the environment fails; errors in the content are in the outcome.
pub fn build(options: &SiteOptions, progress: &Progress) -> anyhow::Result<Outcome<OutputSet>> {
    let _ = (source::read(&options.root)?, progress);
    todo!()
}

/// Finds everything that `build` would find, and makes nothing.
///
/// # Errors
/// When the environment fails; errors in the content are in the outcome.
pub fn check(options: &SiteOptions, progress: &Progress) -> anyhow::Result<Outcome<()>> {
    let _ = (options, progress);
    todo!()
}

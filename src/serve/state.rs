//! What the server shows: the last site that could be built, and what is
//! wrong with the content now.

use std::sync::Arc;

use serde::Serialize;

use crate::output::OutputSet;

/// One moment of the preview; replaced as a whole, never changed.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The last good site; `None` until one could be built.
    pub site: Option<Arc<OutputSet>>,
    /// Counts good builds, so that a page knows whether it is the newest.
    pub generation: u64,
    /// Why the newest attempt failed, as plain text.
    pub problem: Option<Arc<str>>,
}

impl Preview {
    /// After a build that succeeded.
    #[must_use]
    pub fn with_site(&self, site: OutputSet) -> Self {
        Self {
            site: Some(Arc::new(site)),
            generation: self.generation + 1,
            problem: None,
        }
    }

    /// After a build that failed: the site stays.
    #[must_use]
    pub fn with_problem(&self, problem: String) -> Self {
        Self {
            problem: Some(problem.into()),
            ..self.clone()
        }
    }

    /// What open pages are told.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct State<'a> {
            generation: u64,
            problem: Option<&'a str>,
        }
        serde_json::to_string(&State {
            generation: self.generation,
            problem: self.problem.as_deref(),
        })
        .expect("a number and a string are JSON")
    }
}

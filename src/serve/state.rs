//! The state of the server: the last site that was built successfully, and the
//! current errors.

use std::sync::Arc;

use serde::Serialize;

use crate::output::OutputSet;

/// A snapshot of the preview; replaced as a whole, never changed.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The last site built successfully; `None` before the first.
    pub site: Option<Arc<OutputSet>>,
    /// Number of successful builds, so that a page knows whether it is current.
    pub generation: u64,
    /// Why the last build failed, as plain text.
    pub problem: Option<Arc<str>>,
}

impl Preview {
    /// The state after a successful build.
    #[must_use]
    pub fn with_site(&self, site: OutputSet) -> Self {
        Self {
            site: Some(Arc::new(site)),
            generation: self.generation + 1,
            problem: None,
        }
    }

    /// The state after a failed build; the site stays.
    #[must_use]
    pub fn with_problem(&self, problem: String) -> Self {
        Self {
            problem: Some(problem.into()),
            ..self.clone()
        }
    }

    /// The message to open pages.
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

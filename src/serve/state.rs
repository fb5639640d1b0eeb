//! The state of the server: the last site that was built successfully, and the
//! current errors.

use std::sync::Arc;

use serde::Serialize;

use crate::output::OutputSet;

/// A site that was built, and what editors should look at in it.
#[derive(Debug)]
pub struct Built {
    /// The site.
    pub site: OutputSet,
    /// What was found, most important first.
    pub findings: Vec<Told>,
    /// The counts, in one line.
    pub summary: String,
}

/// A finding as open pages list it.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// `错误`, `警告` or `提示`.
    pub severity: &'static str,
    /// The file, as a path below the site's root.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedies: Vec<String>,
}

/// Most findings that are sent to open pages; the others are only counted.
const MOST_TOLD: usize = 100;

/// A snapshot of the preview; replaced as a whole, never changed.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The last site built successfully; `None` before the first.
    pub site: Option<Arc<OutputSet>>,
    /// Number of successful builds, so that a page knows whether it is current.
    pub generation: u64,
    /// Why the last build failed, as plain text.
    pub problem: Option<Arc<str>>,
    /// What was found in the site.
    pub findings: Arc<[Told]>,
}

impl Preview {
    /// The state after a successful build.
    #[must_use]
    pub fn with_site(&self, built: Built) -> Self {
        Self {
            site: Some(Arc::new(built.site)),
            generation: self.generation + 1,
            problem: None,
            findings: built.findings.into(),
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
            /// How many findings there are.
            count: usize,
            findings: &'a [Told],
        }
        serde_json::to_string(&State {
            generation: self.generation,
            problem: self.problem.as_deref(),
            count: self.findings.len(),
            findings: &self.findings[..self.findings.len().min(MOST_TOLD)],
        })
        .expect("numbers and strings are JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_findings_the_first_are_sent() {
        let told = |line| Told {
            severity: "警告",
            file: "content/a.md".to_owned(),
            line,
            message: "甲".to_owned(),
            remedies: vec!["乙".to_owned()],
        };
        let built = Built {
            site: OutputSet::default(),
            findings: (1..=MOST_TOLD + 5).map(told).collect(),
            summary: String::new(),
        };
        let state = Preview::default().with_site(built).to_json();
        let state: serde_json::Value = serde_json::from_str(&state).expect("JSON");
        assert_eq!(state["count"], MOST_TOLD + 5);
        assert_eq!(
            state["findings"].as_array().expect("a list").len(),
            MOST_TOLD
        );
        assert_eq!(state["findings"][0]["remedies"][0], "乙");
    }
}

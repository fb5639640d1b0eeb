//! Reports which step a long command is at.

use std::time::{Duration, Instant};

/// Receives the steps of a long command.
pub trait Progress {
    /// A step begins.
    fn begin(&self, step: &str);
    /// A step has ended.
    fn end(&self, step: &str, took: Duration);
}

/// Ignores all steps.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str) {}
    fn end(&self, _: &str, _: Duration) {}
}

/// Runs one step and reports it under its name.
pub fn step<T>(progress: &dyn Progress, name: &str, work: impl FnOnce() -> T) -> T {
    progress.begin(name);
    let started = Instant::now();
    let result = work();
    progress.end(name, started.elapsed());
    result
}

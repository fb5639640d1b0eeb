//! What a long command says while it works: which step it is at.

use std::time::{Duration, Instant};

/// Who is told of the steps of a long work.
pub trait Progress {
    /// A step begins.
    fn begin(&self, step: &str);
    /// It has ended.
    fn end(&self, step: &str, took: Duration);
}

/// Nobody is told.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str) {}
    fn end(&self, _: &str, _: Duration) {}
}

/// Does one step under its name.
pub fn step<T>(progress: &dyn Progress, name: &str, work: impl FnOnce() -> T) -> T {
    progress.begin(name);
    let started = Instant::now();
    let result = work();
    progress.end(name, started.elapsed());
    result
}

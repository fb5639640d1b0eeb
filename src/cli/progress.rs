//! Progress: a bar on a terminal, plain lines elsewhere, nothing when quiet.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use zhize::progress::Progress;

use super::output;

/// Announces the steps of a command on standard error.
#[derive(Debug)]
pub struct Announcer {
    voice: Voice,
    started: Instant,
}

#[derive(Debug)]
enum Voice {
    Bar(ProgressBar),
    Lines,
    Silent,
}

impl Announcer {
    /// Chooses the form of progress that suits standard error, for a command of
    /// `steps` steps.
    pub fn new(steps: usize, quiet: bool) -> Self {
        let voice = if quiet {
            Voice::Silent
        } else if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(steps as u64);
            bar.set_style(
                ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}")
                    .expect("the template is a constant that indicatif accepts"),
            );
            // A step may be one long call, so the bar ticks to show that work
            // goes on.
            bar.enable_steady_tick(Duration::from_millis(200));
            Voice::Bar(bar)
        } else {
            Voice::Lines
        };
        Self {
            voice,
            started: Instant::now(),
        }
    }

    /// Removes the bar from the terminal.
    pub fn finish(&self) {
        if let Voice::Bar(bar) = &self.voice {
            bar.finish_and_clear();
        }
    }

    /// Time since the command began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Progress for Announcer {
    fn begin(&self, step: &str) {
        if let Voice::Bar(bar) = &self.voice {
            bar.set_message(step.to_owned());
        }
    }

    fn end(&self, step: &str, took: Duration) {
        match &self.voice {
            Voice::Bar(bar) => bar.inc(1),
            Voice::Lines => output::remark(&format!("{step} {}\n", in_words(took))),
            Voice::Silent => {}
        }
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        self.finish();
    }
}

/// A duration in readable form: `85 ms`, `1.4 s`.
pub fn in_words(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

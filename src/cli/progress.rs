//! A line that says what is being done, on a terminal only.

use crate::cli::message::Voice;
use crate::instrument::Symbol;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// The steps of a run.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Silent when stderr is not a terminal or the user wants quiet.
    pub fn new(voice: Voice) -> Self {
        let bar = if voice.shows_progress() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }

    /// A bar that fills with so many symbols.
    pub fn of_symbols(voice: Voice, n: usize) -> Self {
        if !voice.shows_progress() {
            return Self::new(voice);
        }
        let bar = ProgressBar::new(u64::try_from(n).unwrap_or(u64::MAX));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// A symbol is done.
    pub fn symbol(&self, symbol: &Symbol) {
        self.bar.set_message(symbol.to_string());
        self.bar.inc(1);
    }

    /// The next step.
    pub fn step(&self, what: &'static str) {
        tracing::info!("{what}");
        self.bar.set_message(what);
    }

    /// The end: the line goes away.
    pub fn done(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

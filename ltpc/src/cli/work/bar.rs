//! How far many submits are, as a bar on standard error.

use std::{
    io::{IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// A bar of so many steps; it is only drawn on a terminal.
pub struct Bar {
    all: u64,
    done: u64,
    failed: u64,
    drawn: Instant,
    start: Instant,
    is_drawn: bool,
}

const WIDTH: u64 = 32;

/// How often it is drawn anew.
const PERIOD: Duration = Duration::from_millis(100);

impl Bar {
    pub fn new(all: u64) -> Self {
        let now = Instant::now();
        Self {
            all,
            done: 0,
            failed: 0,
            drawn: now,
            start: now,
            is_drawn: std::io::stderr().is_terminal(),
        }
    }

    /// One more is over.
    pub fn step(&mut self, done: bool) {
        self.done += 1;
        self.failed += u64::from(!done);
        if self.is_drawn && (self.drawn.elapsed() >= PERIOD || self.done == self.all) {
            self.drawn = Instant::now();
            self.draw();
        }
    }

    fn draw(&self) {
        let filled = (self.done * WIDTH / self.all.max(1)).min(WIDTH);
        let (full, empty) = ("█".repeat(filled as usize), "░".repeat((WIDTH - filled) as usize));
        let end = if self.done == self.all { "\n" } else { "" };
        let rate = self.done as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        // There is nobody to tell if standard error is closed.
        _ = write!(
            std::io::stderr().lock(),
            "\r{full}{empty} {}/{} ({} not done, {rate:.0}/s){end}",
            self.done,
            self.all,
            self.failed
        );
    }
}

//! How far many submits are, as a bar on standard error.

use std::{
    io::{IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// A bar of so many steps; it is only drawn on a terminal, as the last line there.
pub struct Bar {
    all: u64,
    done: u64,
    failed: u64,
    drawn: Instant,
    start: Instant,
    is_drawn: bool,
    /// Whether it stands there now.
    stands: bool,
    /// Whether results are written to the same terminal.
    is_shared: bool,
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
            stands: false,
            is_shared: std::io::stdout().is_terminal(),
        }
    }

    /// Makes room for what is written to the same terminal.
    pub fn make_room(&mut self) {
        if self.is_shared {
            self.clear();
        }
    }

    /// Takes it away.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.stands) {
            // There is nobody to tell if standard error is closed.
            _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// One more is over.
    pub fn step(&mut self, done: bool) {
        self.done += 1;
        self.failed += u64::from(!done);
        // What was taken away for a result is drawn again at once.
        if self.is_drawn && (!self.stands || self.drawn.elapsed() >= PERIOD || self.done == self.all) {
            self.drawn = Instant::now();
            self.draw();
        }
    }

    fn draw(&mut self) {
        let filled = (self.done * WIDTH / self.all.max(1)).min(WIDTH);
        let (full, empty) = ("█".repeat(filled as usize), "░".repeat((WIDTH - filled) as usize));
        let end = if self.done == self.all { "\n" } else { "" };
        let rate = self.done as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        // There is nobody to tell if standard error is closed.
        _ = write!(
            std::io::stderr().lock(),
            "\r{full}{empty} {}/{} ({} not done, {rate:.0}/s)\x1b[K{end}",
            self.done,
            self.all,
            self.failed
        );
        self.stands = self.done < self.all;
    }
}

//! Interleaved rounds: every contender does the same number of calls, one after the other, again and again.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const ROUNDS: usize = 301;
/// Shorter than what a scheduler gives a program at once, so that most rounds are not interrupted.
const ROUND: Duration = Duration::from_micros(400);

/// One way to do a job.
pub struct Contender<'a> {
    pub name: &'static str,
    run: Box<dyn FnMut() + 'a>,
}

/// A contender that does this; what comes of it is not thrown away before it is there.
pub fn contender<'a, T>(name: &'static str, mut job: impl FnMut() -> T + 'a) -> Contender<'a> {
    Contender {
        name,
        run: Box::new(move || {
            black_box(job());
        }),
    }
}

/// A job, with everyone who does it; the first is what the others are compared with.
pub struct Job<'a> {
    pub what: &'static str,
    /// Octets of the text that is read or written.
    pub octets: usize,
    pub contenders: Vec<Contender<'a>>,
}

impl Contender<'_> {
    /// Does it so many times; for counting instructions.
    pub fn repeat(&mut self, times: u32) {
        for _ in 0..times {
            (self.run)();
        }
    }

    fn calibrate(&mut self) -> u32 {
        let begun = Instant::now();
        let mut calls = 0;
        while begun.elapsed() < ROUND {
            (self.run)();
            calls += 1;
        }
        calls
    }
}

impl Job<'_> {
    /// The median time of one call of each contender, in nanoseconds.
    pub fn race(&mut self) -> Vec<f64> {
        let repeats: Vec<u32> = self.contenders.iter_mut().map(Contender::calibrate).collect();
        let mut times = vec![Vec::with_capacity(ROUNDS); self.contenders.len()];
        for _ in 0..ROUNDS {
            for ((contender, repeat), times) in self.contenders.iter_mut().zip(&repeats).zip(&mut times) {
                let begun = Instant::now();
                contender.repeat(*repeat);
                times.push(begun.elapsed().as_secs_f64() * 1e9 / f64::from(*repeat));
            }
        }
        times.into_iter().map(median).collect()
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

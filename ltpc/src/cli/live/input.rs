//! Standard input, line by line, beside everything else that goes on.

use std::{io, thread};

use tokio::sync::mpsc;

use crate::cli::lines::{Line, Lines};

/// How many lines are read ahead.
const AHEAD: usize = 16;

/// A line, with its number.
pub struct Input {
    pub number: u64,
    /// `Err`: so many octets, which is more than the limit.
    pub text: Result<Vec<u8>, u64>,
}

/// The lines of standard input, none longer than the limit. The channel ends with the input.
pub fn lines(most: usize) -> mpsc::Receiver<Input> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    // A thread of its own: a read that waits for the user cannot be cancelled, and must not keep the process from ending.
    thread::spawn(move || {
        let mut lines = Lines::new(io::stdin().lock(), most);
        while let Ok(Some((number, line))) = lines.next() {
            let text = match line {
                Line::Whole(text) => Ok(text.to_vec()),
                Line::TooLong(octets) => Err(octets),
            };
            if sender.blocking_send(Input { number, text }).is_err() {
                return;
            }
        }
    });
    receiver
}

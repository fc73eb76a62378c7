//! The texts of a stream: one a line, or cut as they are framed.

use std::io::{self, Read};

use ltp_runtime::text::Splitter;

use super::{
    lines::{Line, Lines},
    output::{Failure, Outcome, Output, Result},
};

/// One text.
pub struct Text<'t> {
    /// What it is called: `line` or `message`.
    pub what: &'static str,
    /// Which, from 1.
    pub number: u64,
    /// Its octets; `Err`: there are so many, more than are read.
    pub octets: std::result::Result<&'t [u8], u64>,
}

/// Calls `take` with each text of a stream. Lines that are longer than `most` octets are passed over; what breaks the form of framed text is
/// given to `take` as what it is, and ends the stream. A reader at the other end of a pipe sees what is decided before anything is waited for.
pub fn each(
    source: impl Read,
    splitter: Option<Splitter>,
    most: usize,
    output: &mut Output,
    take: impl FnMut(Text<'_>, &mut Output) -> Result,
) -> Result {
    match splitter {
        Some(splitter) => each_frame(source, splitter, output, take),
        None => each_line(source, most, output, take),
    }
}

fn each_line(source: impl Read, most: usize, output: &mut Output, mut take: impl FnMut(Text<'_>, &mut Output) -> Result) -> Result {
    let mut lines = Lines::new(source, most);
    let mut outcome = Outcome::Fine;
    loop {
        let (number, octets) = match lines.next()? {
            None => return Ok(outcome),
            Some((number, Line::Whole(line))) => (number, Ok(line)),
            Some((number, Line::TooLong(octets))) => (number, Err(octets)),
        };
        let what = "line";
        outcome = either(outcome, take(Text { what, number, octets }, output)?);
        if !lines.has_more() {
            output.flush()?;
        }
    }
}

fn each_frame(
    mut source: impl Read,
    mut splitter: Splitter,
    output: &mut Output,
    mut take: impl FnMut(Text<'_>, &mut Output) -> Result,
) -> Result {
    let mut outcome = Outcome::Fine;
    let mut number = 0;
    let mut piece = vec![0; 64 << 10];
    loop {
        let octets = match source.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            octets => octets.map_err(Failure::from)?,
        };
        splitter.push(&piece[..octets]);
        loop {
            let frame = if octets == 0 { splitter.finish() } else { splitter.next() };
            let (frame, whole) = match frame {
                Ok(Some(frame)) => (frame.octets, true),
                Ok(None) => break,
                Err(broken) => (broken.octets, false),
            };
            number += 1;
            let text = Text {
                what: "message",
                number,
                octets: Ok(frame),
            };
            outcome = either(outcome, take(text, output)?);
            output.flush()?;
            if !whole {
                return Ok(outcome);
            }
        }
        if octets == 0 {
            return Ok(outcome);
        }
    }
}

/// What both found.
fn either(one: Outcome, other: Outcome) -> Outcome {
    match one {
        Outcome::Fine => other,
        Outcome::Found => one,
    }
}

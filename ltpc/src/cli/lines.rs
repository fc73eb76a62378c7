//! Lines of a stream, none of which takes more memory than its limit.

use std::io::{self, BufRead as _, BufReader, Read};

/// Octets that are read at once.
const PIECE: usize = 64 << 10;

/// Reads lines.
pub struct Lines<R> {
    source: BufReader<R>,
    most: usize,
    number: u64,
    line: Vec<u8>,
}

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'l> {
    /// Without its line end.
    Whole(&'l [u8]),
    /// More octets than the limit; how many, without the line end. They were passed over.
    TooLong(u64),
}

impl<R: Read> Lines<R> {
    /// Reads lines of at most so many octets.
    pub fn new(source: R, most: usize) -> Self {
        Self {
            source: BufReader::with_capacity(PIECE, source),
            most,
            number: 0,
            line: Vec::new(),
        }
    }

    /// Whether another line is at hand, so that asking for it does not wait.
    pub fn has_more(&self) -> bool {
        self.source.buffer().contains(&b'\n')
    }

    /// The next line that is not blank, with its number (from 1); `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        loop {
            self.number += 1;
            match self.read()? {
                None => return Ok(None),
                Some(octets) if octets > self.most as u64 => return Ok(Some((self.number, Line::TooLong(octets)))),
                Some(_) if self.line.iter().all(u8::is_ascii_whitespace) => {}
                Some(_) => return Ok(Some((self.number, Line::Whole(&self.line)))),
            }
        }
    }

    /// Reads one line; how many octets it has.
    fn read(&mut self) -> io::Result<Option<u64>> {
        self.line.clear();
        let mut octets = 0;
        loop {
            let buffer = match self.source.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                return Ok((octets > 0).then_some(octets));
            }
            let end = buffer.iter().position(|octet| *octet == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            octets += part.len() as u64;
            // What is past the limit is counted, not kept.
            let room = self.most.saturating_sub(self.line.len()).min(part.len());
            self.line.extend_from_slice(&part[..room]);
            let used = part.len() + usize::from(end.is_some());
            self.source.consume(used);
            if end.is_some() {
                return Ok(Some(octets));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives four octets at a time.
    struct Slowly<'t>(&'t [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(4);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn a_line_past_the_limit_is_passed_over_and_the_next_one_read() {
        let text = "short\n\n0123456789\r\nlast";
        let mut lines = Lines::new(Slowly(text.as_bytes()), 8);
        assert_eq!(lines.next().unwrap(), Some((1, Line::Whole(b"short"))));
        assert_eq!(lines.next().unwrap(), Some((3, Line::TooLong(11))));
        assert_eq!(lines.next().unwrap(), Some((4, Line::Whole(b"last"))));
        assert_eq!(lines.next().unwrap(), None);
        assert!(lines.line.capacity() <= 16);
    }
}

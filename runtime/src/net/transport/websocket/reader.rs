//! Messages out of frames, without I/O.

use std::ops::Range;

use super::{
    Role,
    frame::{Head, Opcode, apply},
};
use crate::net::transport::pool;

/// What was read. Of all but a pong, [`Reader::payload`] has the octets until the next one is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// A message, whole; of UTF-8 if it is text.
    Message {
        is_text: bool,
    },
    Ping,
    Pong,
    /// The payload is empty, or a status that may be sent and a reason.
    Close,
}

/// Why nothing more can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A message would have so many octets.
    TooLarge(u64),
    /// Text is no UTF-8.
    Utf8(String),
    Protocol(&'static str),
}

/// Cuts octets into frames, takes their masks off where they lie, and puts fragments together.
///
/// Memory grows with the octets that came, and is given back as soon as nothing is held.
#[derive(Debug)]
pub(super) struct Reader {
    role: Role,
    /// Octets that a message may have.
    limit: usize,
    /// What came; from a pool where that is enough.
    buffer: Vec<u8>,
    /// Where what is not read yet begins.
    start: usize,
    /// The last item's payload in the buffer.
    payload: Range<usize>,
    /// What came of a message in fragments.
    fragments: Vec<u8>,
    /// Whether the message in fragments is text.
    fragmented: Option<bool>,
    /// Whether the last item's payload is what the fragments were put together to.
    is_assembled: bool,
}

impl Reader {
    pub(super) fn new(role: Role, limit: usize) -> Self {
        Self {
            role,
            limit,
            buffer: Vec::new(),
            start: 0,
            payload: 0..0,
            fragments: Vec::new(),
            fragmented: None,
            is_assembled: false,
        }
    }

    /// Octets that a message may have.
    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    /// Where octets that come are to be appended: there is room for some.
    pub(super) fn room(&mut self) -> &mut Vec<u8> {
        self.payload = 0..0;
        let held = self.buffer.len() - self.start;
        if self.buffer.capacity() < pool::SIZE && held < pool::SIZE / 2 {
            let mut larger = pool::take();
            larger.extend_from_slice(&self.buffer[self.start..]);
            self.buffer = larger;
            self.start = 0;
        } else if self.buffer.capacity() - self.buffer.len() < pool::SIZE / 4 {
            self.buffer.drain(..self.start);
            self.start = 0;
            // Doubles, so that long messages are copied a few times at most; what is announced takes no memory.
            self.buffer.reserve(pool::SIZE / 4);
        }
        &mut self.buffer
    }

    /// Gives back what is not needed while nothing comes.
    pub(super) fn rest(&mut self) {
        self.payload = 0..0;
        let held = self.buffer.len() - self.start;
        if held == 0 || held < self.buffer.capacity() / 2 {
            let kept = self.buffer[self.start..].to_vec();
            pool::give(std::mem::replace(&mut self.buffer, kept));
            self.start = 0;
        }
        if std::mem::take(&mut self.is_assembled) {
            self.fragments = Vec::new();
        }
    }

    pub(super) fn payload(&self) -> &[u8] {
        if self.is_assembled {
            &self.fragments
        } else {
            &self.buffer[self.payload.clone()]
        }
    }

    /// The next item; `None` if more must come.
    ///
    /// # Errors
    /// What breaks the rules or the limit; then nothing more can be read.
    pub(super) fn next(&mut self) -> Result<Option<Item>, Fault> {
        if std::mem::take(&mut self.is_assembled) {
            self.fragments = Vec::new();
        }
        loop {
            let Some(head) = Head::parse(&self.buffer[self.start..], self.role).map_err(Fault::Protocol)? else {
                return Ok(None);
            };
            self.judge(&head)?;
            // No longer than the limit, or than a control frame may be.
            let begin = self.start + head.octets;
            let end = begin + head.length as usize;
            let Some(payload) = self.buffer.get_mut(begin..end) else {
                return Ok(None);
            };
            let is_ascii = head.mask.is_some_and(|mask| apply(mask, payload));
            self.start = end;
            self.payload = begin..end;
            if let Some(item) = self.item(&head, is_ascii)? {
                return Ok(Some(item));
            }
        }
    }

    /// Judges a frame by its head, before memory is taken for it.
    fn judge(&self, head: &Head) -> Result<(), Fault> {
        let before = match (head.opcode, self.fragmented) {
            (Opcode::Close | Opcode::Ping | Opcode::Pong, _) => return Ok(()),
            (Opcode::Continuation, Some(_)) => self.fragments.len() as u64,
            (Opcode::Text | Opcode::Binary, None) => 0,
            (Opcode::Continuation, None) => return Err(Fault::Protocol("a continuation has nothing before it")),
            (Opcode::Text | Opcode::Binary, Some(_)) => return Err(Fault::Protocol("a message begins within another")),
        };
        let size = before + head.length;
        if size > self.limit as u64 {
            return Err(Fault::TooLarge(size));
        }
        Ok(())
    }

    /// What a frame is, or ends; `None` for a fragment. `is_ascii`: its payload is known to be.
    fn item(&mut self, head: &Head, is_ascii: bool) -> Result<Option<Item>, Fault> {
        let is_text = match head.opcode {
            Opcode::Ping => return Ok(Some(Item::Ping)),
            Opcode::Pong => return Ok(Some(Item::Pong)),
            Opcode::Close => {
                judge_close(&self.buffer[self.payload.clone()])?;
                return Ok(Some(Item::Close));
            }
            Opcode::Text => true,
            Opcode::Binary => false,
            Opcode::Continuation => self.fragmented == Some(true),
        };
        if !head.is_final || head.opcode == Opcode::Continuation {
            self.fragments.extend_from_slice(&self.buffer[self.payload.clone()]);
            if !head.is_final {
                self.fragmented = Some(is_text);
                return Ok(None);
            }
            self.fragmented = None;
            self.is_assembled = true;
        }
        let is_known = is_ascii && !self.is_assembled;
        if is_text
            && !is_known
            && let Err(problem) = std::str::from_utf8(self.payload())
        {
            return Err(Fault::Utf8(problem.to_string()));
        }
        Ok(Some(Item::Message { is_text }))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        pool::give(std::mem::take(&mut self.buffer));
    }
}

/// The status and the reason of a close frame that was read; status 1005 stands for none.
pub(super) fn close_of(payload: &[u8]) -> (u16, &str) {
    match payload.split_first_chunk() {
        Some((status, reason)) => (u16::from_be_bytes(*status), std::str::from_utf8(reason).unwrap_or_default()),
        None => (super::NO_STATUS, ""),
    }
}

/// RFC 6455, 5.5.1 and 7.4.
fn judge_close(payload: &[u8]) -> Result<(), Fault> {
    let Some((status, reason)) = payload.split_first_chunk() else {
        return match payload {
            [] => Ok(()),
            _ => Err(Fault::Protocol("a close frame has half a status")),
        };
    };
    match u16::from_be_bytes(*status) {
        1000..=1003 | 1007..=1014 | 3000..=4999 => {}
        _ => return Err(Fault::Protocol("a close frame has a status that may not be sent")),
    }
    match std::str::from_utf8(reason) {
        Ok(_) => Ok(()),
        Err(problem) => Err(Fault::Utf8(problem.to_string())),
    }
}

#[cfg(test)]
mod tests;

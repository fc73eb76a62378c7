//! Cutting a stream of octets into frames.

use alloc::{sync::Arc, vec::Vec};

use super::scan::{Behind, LengthMismatch, Scan, Step};
use crate::{
    codec::Refused,
    schema::{Framing, Mismatch, Schema},
};

/// Takes octets in pieces of any size and gives whole frames, each as a slice of what it holds. The same octets give the same frames
/// however they are cut. Each octet is looked at and moved a bounded number of times; never more is held than one message may have,
/// beside what a single read brought.
///
/// Line ends between messages are passed over. What breaks the form breaks the stream: there is no place to go on from.
#[derive(Debug, Clone)]
pub struct Splitter {
    framing: Arc<Framing>,
    limit: usize,
    mismatch: Mismatch,
    held: Vec<u8>,
    /// Where the next frame begins in `held`.
    from: usize,
    scan: Scan,
    broken: Option<Refused>,
}

/// A whole message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'h> {
    /// Its octets, from the start line to the end of the last line.
    pub octets: &'h [u8],
    /// Lengths that disagree, where the splitter is an advisory one.
    pub mismatch: Option<LengthMismatch>,
}

/// Octets that no message can begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken<'h> {
    /// What is wrong with them first.
    pub refused: Refused,
    /// The octets, as many as are there: what [`super::refusal`] explains.
    pub octets: &'h [u8],
}

impl Splitter {
    /// A splitter for messages of at most `limit` octets, which judges lengths by the framing's own rule.
    #[must_use]
    pub fn new(framing: impl Into<Arc<Framing>>, limit: usize) -> Self {
        let framing = framing.into();
        Self {
            mismatch: framing.body_end.mismatch(),
            framing,
            limit,
            held: Vec::new(),
            from: 0,
            scan: Scan::default(),
            broken: None,
        }
    }

    /// A splitter for the messages of a schema; `None` if they are no framed text.
    #[must_use]
    pub fn of(schema: &Schema, mismatch: Mismatch) -> Option<Self> {
        let mut splitter = Self::new(schema.framing.clone()?, schema.limits.message);
        splitter.mismatch = mismatch;
        Some(splitter)
    }

    /// The rule for lengths that disagree.
    #[must_use]
    pub fn mismatch(&self) -> Mismatch {
        self.mismatch
    }

    /// Judges lengths by another rule in what has not been given yet.
    pub fn set_mismatch(&mut self, mismatch: Mismatch) {
        self.mismatch = mismatch;
    }

    /// Takes octets.
    pub fn push(&mut self, octets: &[u8]) {
        self.space().extend_from_slice(octets);
    }

    /// Where octets are to be appended, so that a socket can be read without copying. Nothing may be taken away from it.
    pub fn space(&mut self) -> &mut Vec<u8> {
        // What is left moves only when at least as much has gone before it.
        if self.from >= self.held.len() - self.from {
            self.held.drain(..self.from);
            self.from = 0;
        }
        &mut self.held
    }

    /// Gives back the memory of octets that have become frames. While nothing is pending nothing is held.
    pub fn release(&mut self) {
        if self.pending() == 0 {
            self.held = Vec::new();
            self.from = 0;
        }
    }

    /// Octets that no frame has been made of yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.held.len() - self.from
    }

    /// The next whole message; `None`: more octets are needed.
    ///
    /// # Errors
    /// What is there cannot become a message.
    #[allow(clippy::should_implement_trait)] // the frame is a slice of the splitter
    pub fn next(&mut self) -> Result<Option<Frame<'_>>, Broken<'_>> {
        self.cut(Behind::More)
    }

    /// As [`Self::next`], when the peer has paused: a message is also whole whose end marker lacks only its line end, and, for an
    /// advisory reader, one whose declared length reaches past its end marker. A strict reader goes on waiting for the latter.
    ///
    /// # Errors
    /// What is there cannot become a message.
    pub fn pause(&mut self) -> Result<Option<Frame<'_>>, Broken<'_>> {
        self.cut(Behind::Pause)
    }

    /// As [`Self::next`], when no more octets will come.
    ///
    /// # Errors
    /// What is there is no message.
    pub fn finish(&mut self) -> Result<Option<Frame<'_>>, Broken<'_>> {
        self.cut(Behind::Nothing)
    }

    fn cut(&mut self, behind: Behind) -> Result<Option<Frame<'_>>, Broken<'_>> {
        self.pass_over();
        let start = self.from;
        let octets = self.held.get(start..).unwrap_or_default();
        if let Some(refused) = self.broken {
            return Err(Broken { refused, octets });
        }
        let half = self.framing.newline.reads_crlf() && behind != Behind::Nothing && octets == b"\r";
        if octets.is_empty() || half {
            return Ok(None);
        }
        match self.scan.step(&self.framing, self.limit, self.mismatch, octets, behind) {
            Step::More => Ok(None),
            Step::Whole(extent) => {
                self.scan = Scan::default();
                self.from += extent.end;
                Ok(Some(Frame {
                    octets: octets.get(..extent.end).unwrap_or_default(),
                    mismatch: extent.mismatch,
                }))
            }
            Step::Wrong(wrong) => {
                let refused = Refused::new(wrong.rule, wrong.at);
                self.broken = Some(refused);
                Err(Broken { refused, octets })
            }
        }
    }

    /// Passes over line ends before a message.
    fn pass_over(&mut self) {
        // Where a scan has begun, a message has.
        if !self.scan.is_new() {
            return;
        }
        loop {
            match self.held.get(self.from..).unwrap_or_default() {
                [b'\n', ..] if self.framing.newline.reads_lf() => self.from += 1,
                [b'\r', b'\n', ..] if self.framing.newline.reads_crlf() => self.from += 2,
                _ => return,
            }
        }
    }
}

//! Transports that keep the borders of messages.

use std::{
    borrow::Cow,
    io,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    codec::{Rule, Violation},
    session::{Readable, Refusal},
    text::Splitter,
};

mod framed;
mod handshake;
mod lines;
mod pool;
mod websocket;

pub use framed::Framed;
pub use handshake::{accept_websocket, request_websocket};
pub use lines::Lines;
pub use websocket::{Role, WebSocket};

/// An open transport. It is polled by one task.
pub trait Transport: Send {
    /// Waits for what comes next. Nothing comes after [`Received::Ended`].
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Received<'_>>;

    /// Nothing is received for a while: memory that is not needed meanwhile is given back. One that waits for the peer does so by itself.
    fn rest(&mut self) {}

    /// Takes a message to be written, without waiting.
    ///
    /// # Errors
    /// If the transport is broken, or holds more than [`Limits::most_unsent`] because the peer takes nothing.
    fn queue(&mut self, message: &[u8]) -> io::Result<()>;

    /// Writes what was taken.
    ///
    /// # Errors
    /// If the transport is broken.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Writes what was taken, says good-bye in the transport's own way and waits until the peer has done so. What comes meanwhile
    /// is thrown away. Called again with the same reason until it is ready; the caller limits the time.
    fn poll_close(&mut self, context: &mut Context<'_>, reason: &str) -> Poll<()>;
}

/// What a transport is opened with.
#[derive(Debug, Clone)]
pub struct Terms {
    /// How much it may hold.
    pub limits: Limits,
    /// What cuts octets into messages, if they are framed text.
    pub splitter: Option<Splitter>,
}

/// What a transport yields.
#[derive(Debug)]
pub enum Received<'t> {
    /// A message's octets, whole, where the transport holds them.
    Message(&'t [u8]),
    /// Octets that no message begins with, as many as are there: the codec says what is wrong with them. Nothing can be received
    /// behind them.
    Broken(&'t [u8]),
    /// Something that is refused without being read.
    Refused {
        /// What is wrong with it.
        refusal: Refusal,
        /// Whether more can be received. Otherwise the transport can only be written to and closed.
        usable: bool,
    },
    /// The transport is gone.
    Ended {
        /// Why, in words.
        reason: String,
    },
}

/// How much a transport may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets of one received message. No transport takes memory for more.
    pub message: usize,
    /// Octets that may wait to be written while the transport still takes calls and reads. The driver heeds it.
    pub unsent: usize,
    /// How long a message of framed text may take from its first octet to its last.
    pub message_time: Duration,
}

impl Limits {
    /// Octets that may wait to be written at most: what timers and answers under way can add beyond `unsent`. A transport that
    /// would hold more is broken.
    #[must_use]
    pub const fn most_unsent(&self) -> usize {
        self.unsent.saturating_mul(2).saturating_add(self.message.saturating_mul(4))
    }
}

/// The refusal of a message that is too large, of which `size` octets were announced or read.
pub(crate) fn oversized(size: u64, limit: usize) -> Refusal {
    refusal(size, Rule::Size, format!("at most {limit} octets").into(), format!("{size} octets"))
}

/// The refusal of something that no codec sees.
pub(crate) fn refusal(size: u64, rule: Rule, expected: Cow<'static, str>, actual: String) -> Refusal {
    Refusal {
        tag: None,
        message: None,
        size,
        violations: vec![Violation {
            pointer: String::new(),
            rule,
            expected,
            actual,
            position: None,
        }],
        readable: Readable::default(),
    }
}

/// The error of a transport whose peer takes nothing.
pub(crate) fn unsent_too_much() -> io::Error {
    io::Error::other("the peer takes nothing, and too much waits for it")
}

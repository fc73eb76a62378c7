//! A bus: octets under subjects, for whoever listens.
//!
//! Subjects and patterns are those of [`crate::subject`], which are those of NATS. [`Embedded`] is the part of that which fits into
//! one process.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;

mod embedded;
#[cfg(feature = "nats")]
mod nats;

pub use embedded::Embedded;
#[cfg(feature = "nats")]
pub use nats::Nats;

/// What a bus will answer.
pub type Answer<'b, T> = Pin<Box<dyn Future<Output = Result<T, BusError>> + Send + 'b>>;

/// Carries messages. Nothing waits for a subscriber, and nothing waits for ever.
pub trait Bus: Send + Sync {
    /// Hands a message to everyone who has subscribed to its subject. `Ok` says that it is on its way, not that anyone has it.
    ///
    /// # Errors
    /// If the bus is down, or does not take the message.
    fn publish<'b>(&'b self, subject: &'b str, message: Bytes) -> Answer<'b, ()>;

    /// Asks everyone who has subscribed to a subject, and takes the first answer.
    ///
    /// # Errors
    /// If the bus is down, nobody listens, or nobody answers in time.
    fn request<'b>(&'b self, subject: &'b str, message: Bytes, within: Duration) -> Answer<'b, Bytes>;

    /// Listens to a subject, or to all that fit a pattern. It goes on through reconnections; what is published while the bus is down
    /// is missed.
    ///
    /// # Errors
    /// If the pattern is none, or the bus has ended.
    fn subscribe<'b>(&'b self, pattern: &'b str) -> Answer<'b, Subscription>;
}

/// What a subscriber is given. Dropping it ends the subscription.
///
/// It holds a bounded number of messages. A subscriber that is too slow misses those that find no room, and nobody waits for it.
pub struct Subscription {
    poll: PollNext,
}

type PollNext = Box<dyn FnMut(&mut Context<'_>) -> Poll<Option<Delivered>> + Send>;

impl Subscription {
    /// Messages that wait for a subscriber at most.
    pub const MOST: usize = 1024;

    fn new(poll: impl FnMut(&mut Context<'_>) -> Poll<Option<Delivered>> + Send + 'static) -> Self {
        Self { poll: Box::new(poll) }
    }

    /// The next message; `None` once the bus has ended. Can be cancelled without losing one.
    pub async fn next(&mut self) -> Option<Delivered> {
        std::future::poll_fn(|context| (self.poll)(context)).await
    }
}

/// A message that a subscriber gets.
pub struct Delivered {
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub message: Bytes,
    /// Where it is answered, if it is a request.
    pub reply: Option<Reply>,
}

/// Answers a request; the first answer counts.
pub struct Reply {
    send: Box<dyn FnOnce(Bytes) -> Sending + Send>,
}

type Sending = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Reply {
    /// Answers. Who asked may have given up.
    pub async fn answer(self, message: Bytes) {
        (self.send)(message).await;
    }
}

/// Why a bus did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BusError {
    /// There is no connection to it.
    Down,
    /// Nobody listens to the subject.
    NobodyListens,
    /// Nobody answered in time.
    NoAnswer {
        /// The time there was.
        within: Duration,
    },
    /// That is no subject, or no pattern.
    Subject {
        /// What was given.
        text: String,
    },
    /// Something else.
    Other {
        /// What went wrong.
        problem: String,
    },
}

impl fmt::Display for BusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down => f.write_str("the bus is down"),
            Self::NobodyListens => f.write_str("nobody listens"),
            Self::NoAnswer { within } => write!(f, "nobody answered within {within:?}"),
            Self::Subject { text } => write!(f, "{text:?} is no subject"),
            Self::Other { problem } => f.write_str(problem),
        }
    }
}

impl std::error::Error for BusError {}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

impl fmt::Debug for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivered")
            .field("subject", &self.subject)
            .field("message", &self.message)
            .field("is_request", &self.reply.is_some())
            .finish()
    }
}

/// An answer that is there at once.
fn ready<'b, T: Send + 'b>(result: Result<T, BusError>) -> Answer<'b, T> {
    Box::pin(std::future::ready(result))
}

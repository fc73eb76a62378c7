use std::{borrow::Cow, collections::VecDeque};

use crate::{
    net::store::StoreError,
    session::{CallError, Place, Refusal},
};

/// What the application is told.
#[derive(Debug)]
pub enum Event<M> {
    /// The machine delivers a message.
    Message(M),
    /// A request has its answer: the peer's, or what stands in for it.
    Answer {
        /// The request, as it was sent.
        request: Box<M>,
        /// The answer.
        reply: Box<M>,
    },
    /// The machine entered a state: its name in the schema.
    State(Cow<'static, str>),
    /// Something came that the state does not handle, or that it reports.
    Unexpected {
        /// A message's name, `malformed`, `open` or `closed`.
        input: Cow<'static, str>,
        /// The state's name.
        state: Cow<'static, str>,
        /// What is wrong with it, if it was malformed.
        refusal: Option<Box<Refusal>>,
    },
    /// The machine itself wanted to send a message that does not conform; it was not sent.
    Refused(CallError),
    /// A value could not be stored, found or removed. The session goes on as if there were none.
    StoreFailed {
        /// Where.
        place: Place,
        /// Why.
        error: StoreError,
    },
    /// The application was so far behind that this many events, none of them a message, were left out.
    Skipped(u64),
    /// The session is over; nothing comes after this.
    Ended {
        /// Why, in words.
        reason: String,
    },
}

/// What waits for the application. A message stays where it was read until it is taken; what is rare is boxed, as it is large.
pub(super) enum Waiting<M> {
    Message(Box<M>),
    Answer { request: Box<M>, reply: Box<M> },
    Other(Box<Event<M>>),
}

impl<M> Waiting<M> {
    /// As the application gets it.
    pub(super) fn into_event(self) -> Event<M> {
        match self {
            Self::Message(message) => Event::Message(*message),
            Self::Answer { request, reply } => Event::Answer { request, reply },
            Self::Other(event) => *event,
        }
    }

    /// Whether it is never left out.
    fn must_be_kept(&self) -> bool {
        match self {
            Self::Message(_) | Self::Answer { .. } => true,
            Self::Other(event) => matches!(**event, Event::Ended { .. }),
        }
    }
}

/// Events that wait beyond the application's room, although no message is read: timers and reconnections make them too. Further ones
/// are only counted.
const MOST_WAITING: usize = 256;

/// Events whose memory an idle session keeps.
const KEPT: usize = 4;

/// The way to the application.
pub(super) struct EventQueue<M> {
    /// Oldest first.
    queue: VecDeque<Waiting<M>>,
    /// How many may wait while more messages are read.
    room: u32,
    is_wanted: bool,
}

impl<M> EventQueue<M> {
    pub(super) fn new(room: usize) -> Self {
        Self {
            queue: VecDeque::new(),
            room: u32::try_from(room).unwrap_or(u32::MAX),
            is_wanted: true,
        }
    }

    /// Whether it is kept or counted: not if nobody wants events.
    pub(super) fn push(&mut self, event: Waiting<M>) -> bool {
        if !self.is_wanted {
            return false;
        }
        if self.queue.len() < self.room as usize + MOST_WAITING || event.must_be_kept() {
            self.queue.push_back(event);
        } else if let Some(Waiting::Other(last)) = self.queue.back_mut()
            && let Event::Skipped(count) = &mut **last
        {
            *count += 1;
        } else {
            self.queue.push_back(Waiting::Other(Box::new(Event::Skipped(1))));
        }
        true
    }

    /// The oldest; and whether there is room for messages again.
    pub(super) fn pop(&mut self) -> (Option<Waiting<M>>, bool) {
        let had_room = self.has_room();
        let event = self.queue.pop_front();
        (event, !had_room && self.has_room())
    }

    /// Whether a message may be read: an application that wants no events keeps up with them.
    pub(super) fn has_room(&self) -> bool {
        self.queue.len() <= self.room as usize
    }

    /// Nobody wants events any more.
    pub(super) fn forsake(&mut self) {
        self.is_wanted = false;
        self.queue = VecDeque::new();
    }

    /// Takes over memory that another queue has left, if it has none.
    pub(super) fn borrow(&mut self, spare: &mut VecDeque<Waiting<M>>) {
        if self.queue.capacity() == 0 {
            std::mem::swap(&mut self.queue, spare);
        }
    }

    /// Leaves its memory to others while it is empty.
    pub(super) fn lend(&mut self, spare: &mut VecDeque<Waiting<M>>) {
        if self.queue.is_empty() && self.queue.capacity() > spare.capacity() {
            std::mem::swap(&mut self.queue, spare);
        }
        self.shrink();
    }

    /// Gives its memory back while it is empty.
    pub(super) fn shrink(&mut self) {
        if self.queue.is_empty() && self.queue.capacity() > KEPT {
            self.queue = VecDeque::new();
        }
    }
}

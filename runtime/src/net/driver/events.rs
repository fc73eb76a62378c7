use std::{
    borrow::Cow,
    collections::VecDeque,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::sync::mpsc::{
    OwnedPermit, Sender,
    error::{SendError, TrySendError},
};

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

/// Events that wait although no message is read: timers and reconnections make them too. Further ones are only counted.
const MOST_WAITING: usize = 256;

type Reserving<M> = Pin<Box<dyn Future<Output = Result<OwnedPermit<Event<M>>, SendError<()>>> + Send>>;

/// The way to the application.
pub(super) struct EventQueue<M> {
    sender: Sender<Event<M>>,
    /// What found no room, oldest first.
    waiting: VecDeque<Event<M>>,
    reserving: Option<Reserving<M>>,
}

impl<M: Send + 'static> EventQueue<M> {
    pub(super) const fn new(sender: Sender<Event<M>>) -> Self {
        Self {
            sender,
            waiting: VecDeque::new(),
            reserving: None,
        }
    }

    pub(super) fn push(&mut self, event: Event<M>) {
        if self.waiting.is_empty() {
            match self.sender.try_send(event) {
                Ok(()) | Err(TrySendError::Closed(_)) => {}
                Err(TrySendError::Full(event)) => self.waiting.push_back(event),
            }
            return;
        }
        let is_kept = self.waiting.len() < MOST_WAITING || matches!(event, Event::Message(_) | Event::Answer { .. } | Event::Ended { .. });
        if is_kept {
            self.waiting.push_back(event);
        } else if let Some(Event::Skipped(count)) = self.waiting.back_mut() {
            *count += 1;
        } else {
            self.waiting.push_back(Event::Skipped(1));
        }
    }

    /// Hands over what waits, as far as there is room; ready once nothing waits, so that more may be read. An application that
    /// wants no events keeps up with them.
    pub(super) fn poll_drained(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.waiting.is_empty() {
            let reserving = self.reserving.get_or_insert_with(|| Box::pin(self.sender.clone().reserve_owned()));
            match reserving.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(permit)) => {
                    if let Some(event) = self.waiting.pop_front() {
                        permit.send(event);
                    }
                }
                Poll::Ready(Err(_)) => self.waiting.clear(),
            }
            self.reserving = None;
        }
        Poll::Ready(())
    }
}

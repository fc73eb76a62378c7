//! What cannot be done at once: calls of the store, what waits for them, and what follows from what was done. Few sessions have any of it.

use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context as Polling, Poll, Waker},
};

use super::{Event, core::Core};
use crate::{
    net::store::{Store, StoreError},
    session::{Action, Input, Machine, Place},
};

/// Held only while there is something in it.
pub(super) struct Later<M: Machine> {
    /// Inputs that follow from actions; they come before anything else.
    answers: VecDeque<Input<M::Message, M::Call>>,
    /// Messages that were delivered, for the handler once their step is over.
    delivered: VecDeque<Box<M::Message>>,
    /// Actions that wait for the store.
    waiting: VecDeque<Action<M::Message>>,
    storing: Option<Storing>,
}

impl<M: Machine> Default for Later<M> {
    fn default() -> Self {
        Self {
            answers: VecDeque::new(),
            delivered: VecDeque::new(),
            waiting: VecDeque::new(),
            storing: None,
        }
    }
}

impl<M: Machine> Later<M> {
    /// Feeds the machine an input once all that was asked before is done.
    pub(super) fn follow(&mut self, answer: Input<M::Message, M::Call>) {
        self.answers.push_back(answer);
    }

    /// Whether an input follows.
    pub(super) fn has_answers(&self) -> bool {
        !self.answers.is_empty()
    }

    fn is_empty(&self) -> bool {
        self.storing.is_none() && self.answers.is_empty() && self.delivered.is_empty() && self.waiting.is_empty()
    }
}

/// A call of the store that is under way.
struct Storing {
    purpose: Purpose,
    place: Place,
    answer: Calling,
}

type Calling = Pin<Box<dyn Future<Output = Result<Option<String>, StoreError>> + Send>>;

pub(super) enum Purpose {
    Start,
    Keep,
    Lookup,
}

impl<M: Machine> Core<M> {
    /// Whether nothing is under way that must come before the next input.
    pub(super) fn is_settled(&self) -> bool {
        self.later.as_ref().is_none_or(|later| later.is_empty())
    }

    /// Whether the store is waited for.
    pub(super) fn is_storing(&self) -> bool {
        self.later.as_ref().is_some_and(|later| later.storing.is_some())
    }

    /// Carries out an action once the store has answered.
    pub(super) fn put_off(&mut self, action: Action<M::Message>) {
        self.later.get_or_insert_default().waiting.push_back(action);
    }

    /// The oldest action that waited for the store.
    pub(super) fn put_off_first(&mut self) -> Option<Action<M::Message>> {
        self.later.as_mut()?.waiting.pop_front()
    }

    /// Feeds the machine an input before anything else comes.
    pub(super) fn follow_with(&mut self, answer: Input<M::Message, M::Call>) {
        self.later.get_or_insert_default().follow(answer);
    }

    /// Has a message handled once the step that delivered it is over.
    pub(super) fn deliver_later(&mut self, message: Box<M::Message>) {
        self.later.get_or_insert_default().delivered.push_back(message);
    }

    /// The oldest message that is to be handled.
    pub(super) fn next_delivered(&mut self) -> Option<Box<M::Message>> {
        self.later.as_mut()?.delivered.pop_front()
    }

    /// The oldest input that follows from what was done.
    pub(super) fn next_answer(&mut self) -> Option<Input<M::Message, M::Call>> {
        self.later.as_mut()?.answers.pop_front()
    }

    pub(super) fn store_call(&mut self, purpose: Purpose, place: Place, call: impl FnOnce(Arc<dyn Store>, Place) -> Calling) {
        let answer = call(Arc::clone(&self.store), place.clone());
        self.later.get_or_insert_default().storing = Some(Storing { purpose, place, answer });
    }

    /// Goes on with a call of the store; whether none is under way any more.
    pub(super) fn poll_store(&mut self) -> bool {
        let Some(later) = &mut self.later else { return true };
        let Some(storing) = &mut later.storing else { return true };
        let waker = self.wakers.driver.as_ref().unwrap_or(Waker::noop());
        let Poll::Ready(answer) = storing.answer.as_mut().poll(&mut Polling::from_waker(waker)) else {
            return false;
        };
        let Some(Storing { purpose, place, .. }) = later.storing.take() else {
            return true;
        };
        let value = answer.unwrap_or_else(|error| {
            tracing::error!(space = %place.space, key = place.key, %error, "the store failed");
            self.tell(Event::StoreFailed { place, error });
            None
        });
        match purpose {
            Purpose::Start => self.started(value),
            Purpose::Lookup => self.later.get_or_insert_default().answers.push_front(Input::Found(value)),
            Purpose::Keep => {}
        }
        true
    }
}

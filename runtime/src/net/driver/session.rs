use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Weak},
    task::{Context, Poll, ready},
};

use super::{
    Event, Shared,
    core::{Asking, Core, Phase},
    events::Waiting,
};
use crate::{
    codec::{Carries, PayloadKind, Violation, Wire},
    session::{CallError, Input, Machine},
};

/// The application's end of a session. Dropping it closes the session.
pub struct Session<M: Machine> {
    caller: Caller<M>,
    events: Events<M>,
}

impl<M: Machine> Session<M> {
    pub(super) fn new(shared: Arc<Shared<M>>) -> Self {
        Self {
            caller: Caller {
                shared: Arc::clone(&shared),
            },
            events: Events { shared, handlers: None },
        }
    }

    /// Asks the machine to send a message. Waits while the peer takes nothing, or too much waits to be written; an `Ok` says that
    /// the machine sent it, not that it arrived. A call that is cancelled while it waits may be carried out all the same.
    ///
    /// # Errors
    /// If the machine refuses, or the session has ended.
    pub fn call(&self, call: M::Call) -> impl Future<Output = Result<(), CallFailure>> {
        self.caller.call(call)
    }

    /// [`Session::call`] of whatever a call can be made from: of generated machines a message's body, alone or with what it says of
    /// the envelope.
    ///
    /// # Errors
    /// If the machine refuses, or the session has ended.
    pub fn send(&self, message: impl Into<M::Call>) -> impl Future<Output = Result<(), CallFailure>> {
        self.caller.send(message)
    }

    /// Waits until the machine is in a state, by its name in the schema. What happens until then can still be taken as events; once
    /// as many of them wait as there is room for, nothing more is read.
    ///
    /// # Errors
    /// If the session has ended, in another state.
    pub async fn reached(&self, state: &str) -> Result<(), CallFailure> {
        self.caller.reached(state).await
    }

    /// Asks the machine to close, and waits until the session has ended. Events that were not taken can still be.
    ///
    /// # Errors
    /// If the machine refuses. A session that has already ended is closed.
    pub async fn close(&self) -> Result<(), CallFailure> {
        self.caller.close().await
    }

    /// The next event; `None` after [`Event::Ended`]. Can be cancelled without losing one.
    pub fn event(&mut self) -> impl Future<Output = Option<Event<M::Message>>> {
        self.events.next()
    }

    /// Has payloads of a kind that the application declares itself handled where they come: with the value, or with everything that
    /// is wrong with it. The message is an event all the same, and so is one of a kind that nobody knows.
    ///
    /// Handlers run while [`Self::event`] is waited for, in the order in which they were added.
    pub fn on<K>(&mut self, handler: impl FnMut(Result<K, Vec<Violation>>) + Send + Sync + 'static) -> &mut Self
    where
        K: PayloadKind + for<'w> Wire<'w>,
        M::Message: Carries,
    {
        self.events.on(handler);
        self
    }

    /// Calls and events apart, for two tasks. The session is closed once all callers are dropped; events that nobody wants are
    /// thrown away once `Events` is dropped.
    #[must_use]
    pub fn split(self) -> (Caller<M>, Events<M>) {
        (self.caller, self.events)
    }
}

/// The calling half of a [`Session`].
pub struct Caller<M: Machine> {
    shared: Arc<Shared<M>>,
}

impl<M: Machine> Caller<M> {
    /// See [`Session::call`].
    ///
    /// # Errors
    /// If the machine refuses, or the session has ended.
    pub fn call(&self, call: M::Call) -> impl Future<Output = Result<(), CallFailure>> {
        self.ask(Wish::Call(call))
    }

    /// As [`Self::call`], for many calls at once: if the machine refuses, `refused` is told why, and that is no failure.
    ///
    /// # Errors
    /// If the session has ended.
    pub async fn post(&self, call: M::Call, refused: impl FnOnce(CallError) + Send + 'static) -> Result<(), CallFailure> {
        match self.call(call).await {
            Err(CallFailure::Refused(error)) => {
                refused(error);
                Ok(())
            }
            other => other,
        }
    }

    /// The same, which does not keep the session from being closed.
    #[must_use]
    pub fn downgrade(&self) -> WeakCaller<M> {
        WeakCaller {
            shared: Arc::downgrade(&self.shared),
        }
    }

    /// Whether the session has ended: no call is carried out any more.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.shared.lock().phase == Phase::Over
    }

    /// See [`Session::send`].
    ///
    /// # Errors
    /// If the machine refuses, or the session has ended.
    pub fn send(&self, message: impl Into<M::Call>) -> impl Future<Output = Result<(), CallFailure>> {
        self.call(message.into())
    }

    /// Gives up on a request that waits for its answer, by its key.
    ///
    /// # Errors
    /// If the machine knows no such request or its state does not give up on any, or the session has ended.
    pub async fn cancel(&self, key: impl Into<String>) -> Result<(), CallFailure> {
        self.ask(Wish::Cancel(key.into())).await
    }

    /// See [`Session::reached`].
    ///
    /// # Errors
    /// If the session has ended, in another state.
    pub async fn reached(&self, state: &str) -> Result<(), CallFailure> {
        poll_fn(|context| {
            let mut core = self.shared.lock();
            if core.entered == state {
                return Poll::Ready(Ok(()));
            }
            core.wait_for_change(context).map(Err)
        })
        .await
    }

    /// See [`Session::close`].
    ///
    /// # Errors
    /// If the machine refuses.
    pub async fn close(&self) -> Result<(), CallFailure> {
        match self.ask(Wish::Close).await {
            Ok(()) | Err(CallFailure::Ended) => Ok(()),
            refused => refused,
        }
    }

    fn ask(&self, wish: Wish<M::Call>) -> Asked<'_, M> {
        Asked {
            shared: &self.shared,
            wish: Some(wish),
            ticket: 0,
        }
    }
}

impl<M: Machine> Clone for Caller<M> {
    fn clone(&self) -> Self {
        self.shared.lock().callers += 1;
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<M: Machine> Drop for Caller<M> {
    fn drop(&mut self) {
        let mut core = self.shared.lock();
        core.callers -= 1;
        if core.callers == 0 {
            core.wakers.wake_driver();
        }
    }
}

/// A [`Caller`] that does not keep the session from being closed.
pub struct WeakCaller<M: Machine> {
    shared: Weak<Shared<M>>,
}

impl<M: Machine> WeakCaller<M> {
    /// The caller, as long as there is another.
    #[must_use]
    pub fn upgrade(&self) -> Option<Caller<M>> {
        let shared = self.shared.upgrade()?;
        let mut core = shared.lock();
        if core.callers == 0 {
            return None;
        }
        core.callers += 1;
        drop(core);
        Some(Caller { shared })
    }
}

/// What the application asks of a machine.
enum Wish<C> {
    Call(C),
    Cancel(String),
    Close,
}

/// A wish, until it is granted or refused. It is carried out where it is asked for, as soon as the session takes calls.
struct Asked<'c, M: Machine> {
    shared: &'c Shared<M>,
    wish: Option<Wish<M::Call>>,
    /// By which the verdict is found, once the machine has been asked.
    ticket: u64,
}

// Nothing in it is ever pinned.
impl<M: Machine> Unpin for Asked<'_, M> {}

impl<M: Machine> Future for Asked<'_, M> {
    type Output = Result<(), CallFailure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let shared = self.shared;
        let mut core = shared.lock();
        if core.phase != Phase::Over
            && core.takes_calls()
            && let Some(wish) = self.wish.take()
        {
            self.ticket = core.ask(wish);
        }
        if self.wish.is_none()
            && let Some(verdict) = core.verdicts.fetch(self.ticket)
        {
            return Poll::Ready(verdict.map_err(CallFailure::Refused));
        }
        core.wait_for_change(context).map(Err)
    }
}

impl<M: Machine> Drop for Asked<'_, M> {
    fn drop(&mut self) {
        if self.wish.is_none() {
            // Nobody fetches the verdict any more.
            let mut core = self.shared.lock();
            core.asking.take_if(|asking| asking.ticket == self.ticket);
            core.verdicts.fetch(self.ticket);
        }
    }
}

impl<M: Machine> Core<M> {
    fn ask(&mut self, wish: Wish<M::Call>) -> u64 {
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        let (input, is_close) = match wish {
            // The machine would ignore it, and the caller would take that for a success.
            Wish::Call(_) | Wish::Cancel(_) if self.machine.is_ended() => return ticket,
            Wish::Call(call) => (Input::Call(call), false),
            Wish::Cancel(key) => (Input::Cancel(key), false),
            Wish::Close => (Input::Close, true),
        };
        self.asking = Some(Asking { ticket, is_close });
        self.take(input);
        self.settle();
        self.wakers.took_calls = self.takes_calls();
        self.wakers.wake_driver();
        ticket
    }

    /// Until a state is entered, a verdict is there or calls are taken; ready when nothing changes any more.
    fn wait_for_change(&mut self, context: &Context<'_>) -> Poll<CallFailure> {
        if self.phase == Phase::Over {
            return Poll::Ready(CallFailure::Ended);
        }
        self.wakers.wait(context.waker());
        self.wakers.took_calls = self.takes_calls();
        Poll::Pending
    }
}

/// The listening half of a [`Session`].
pub struct Events<M: Machine> {
    shared: Arc<Shared<M>>,
    /// Few sessions have any.
    handlers: Option<Box<Handlers<M::Message>>>,
}

struct Handlers<T>(Vec<Handler<T>>);

/// Looks at a message before the application gets it.
type Handler<T> = Box<dyn FnMut(&T) + Send + Sync>;

impl<M: Machine> Events<M> {
    /// See [`Session::event`].
    // No iterator's: it is waited for.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> impl Future<Output = Option<Event<M::Message>>> {
        Next { events: self }
    }

    fn poll_waiting(&self, context: &Context<'_>) -> Poll<Option<Waiting<M::Message>>> {
        let mut core = self.shared.lock();
        let (event, has_room_again) = core.events.pop();
        if has_room_again {
            core.wakers.wake_driver();
        }
        if event.is_some() {
            return Poll::Ready(event);
        }
        if core.phase == Phase::Over {
            return Poll::Ready(None);
        }
        let wakers = &mut core.wakers;
        match &mut wakers.listener {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        if !wakers.is_attended {
            core.events.shrink();
        }
        Poll::Pending
    }

    /// See [`Session::on`].
    pub fn on<K>(&mut self, mut handler: impl FnMut(Result<K, Vec<Violation>>) + Send + Sync + 'static) -> &mut Self
    where
        K: PayloadKind + for<'w> Wire<'w>,
        M::Message: Carries,
    {
        let handlers = self.handlers.get_or_insert_with(|| Box::new(Handlers(Vec::new())));
        handlers.0.push(Box::new(move |message: &M::Message| {
            if let Some(value) = message.get::<K>() {
                handler(value);
            }
        }));
        self
    }
}

/// The next event, until it is there.
struct Next<'e, M: Machine> {
    events: &'e mut Events<M>,
}

impl<M: Machine> Future for Next<'_, M> {
    type Output = Option<Event<M::Message>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let event = ready!(self.events.poll_waiting(context));
        if let (Some(Waiting::Message(message)), Some(handlers)) = (&event, &mut self.events.handlers) {
            handlers.0.iter_mut().for_each(|handler| handler(message));
        }
        Poll::Ready(event.map(Waiting::into_event))
    }
}

impl<M: Machine> Drop for Events<M> {
    fn drop(&mut self) {
        let mut core = self.shared.lock();
        core.events.forsake();
        core.wakers.wake_driver();
    }
}

/// Why a call came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallFailure {
    /// The machine refuses it.
    Refused(CallError),
    /// The session has ended.
    Ended,
}

impl fmt::Display for CallFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Ended => f.write_str("the session has ended"),
        }
    }
}

impl std::error::Error for CallFailure {}

use std::{borrow::Cow, fmt};

use tokio::sync::{mpsc, oneshot, watch};

use super::Event;
use crate::{
    codec::{Carries, PayloadKind, Violation, Wire},
    session::{CallError, Machine},
};

/// What the application asks of a driver, and how it is answered.
pub(super) enum Command<M: Machine> {
    Call {
        call: M::Call,
        answer: Answer,
    },
    /// Answered as a call is.
    Cancel {
        key: String,
        answer: Answer,
    },
    Close {
        /// Answered when the session has ended, or at once if the machine refuses.
        answer: oneshot::Sender<Result<(), CallError>>,
    },
}

/// Where a call is answered.
pub(super) enum Answer {
    /// Somebody waits for it.
    Waited(oneshot::Sender<Result<(), CallError>>),
    /// Only why the machine refuses is told.
    Refused(Box<dyn FnOnce(CallError) + Send>),
}

impl Answer {
    /// Says what became of the call. Who called may have given up.
    pub(super) fn tell(self, result: Result<(), CallError>) {
        match (self, result) {
            (Self::Waited(answer), result) => _ = answer.send(result),
            (Self::Refused(tell), Err(error)) => tell(error),
            (Self::Refused(_), Ok(())) => {}
        }
    }
}

/// The application's end of a session. Dropping it closes the session.
pub struct Session<M: Machine> {
    caller: Caller<M>,
    events: Events<M>,
}

impl<M: Machine> Session<M> {
    pub(super) const fn new(
        commands: mpsc::Sender<Command<M>>,
        state: watch::Receiver<Cow<'static, str>>,
        events: mpsc::Receiver<Event<M::Message>>,
    ) -> Self {
        Self {
            caller: Caller { commands, state },
            events: Events {
                events,
                handlers: Vec::new(),
            },
        }
    }

    /// Asks the machine to send a message. Waits while too many calls are under way or the peer takes nothing; an `Ok` says that
    /// the machine sent it, not that it arrived. A call that is cancelled while it waits may be carried out all the same.
    ///
    /// # Errors
    /// If the machine refuses, or the session has ended.
    pub async fn call(&self, call: M::Call) -> Result<(), CallFailure> {
        self.caller.call(call).await
    }

    /// [`Session::call`] of whatever a call can be made from: of generated machines a message's body, alone or with what it says of
    /// the envelope.
    ///
    /// # Errors
    /// If the machine refuses, or the session has ended.
    pub async fn send(&self, message: impl Into<M::Call>) -> Result<(), CallFailure> {
        self.caller.send(message).await
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
    pub async fn event(&mut self) -> Option<Event<M::Message>> {
        self.events.next().await
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
    commands: mpsc::Sender<Command<M>>,
    state: watch::Receiver<Cow<'static, str>>,
}

impl<M: Machine> Caller<M> {
    /// See [`Session::call`].
    ///
    /// # Errors
    /// If the machine refuses, or the session has ended.
    pub async fn call(&self, call: M::Call) -> Result<(), CallFailure> {
        let (answer, answered) = oneshot::channel();
        let answer = Answer::Waited(answer);
        let sent = self.commands.send(Command::Call { call, answer }).await;
        sent.map_err(|_| CallFailure::Ended)?;
        answered.await.map_err(|_| CallFailure::Ended)?.map_err(CallFailure::Refused)
    }

    /// As [`Self::call`], without waiting for the machine: for many calls at once. It waits while too many are under way; if the machine
    /// refuses, `refused` is told why, in the task of the session.
    ///
    /// # Errors
    /// If the session has ended. One that ends before the call is carried out says nothing.
    pub async fn post(&self, call: M::Call, refused: impl FnOnce(CallError) + Send + 'static) -> Result<(), CallFailure> {
        let answer = Answer::Refused(Box::new(refused));
        let sent = self.commands.send(Command::Call { call, answer }).await;
        sent.map_err(|_| CallFailure::Ended)
    }

    /// The same, which does not keep the session from being closed.
    #[must_use]
    pub fn downgrade(&self) -> WeakCaller<M> {
        WeakCaller {
            commands: self.commands.downgrade(),
            state: self.state.clone(),
        }
    }

    /// Whether the session has ended: no call is carried out any more.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.commands.is_closed()
    }

    /// See [`Session::send`].
    ///
    /// # Errors
    /// If the machine refuses, or the session has ended.
    pub async fn send(&self, message: impl Into<M::Call>) -> Result<(), CallFailure> {
        self.call(message.into()).await
    }

    /// Gives up on a request that waits for its answer, by its key.
    ///
    /// # Errors
    /// If the machine knows no such request or its state does not give up on any, or the session has ended.
    pub async fn cancel(&self, key: impl Into<String>) -> Result<(), CallFailure> {
        let (answer, answered) = oneshot::channel();
        let (key, answer) = (key.into(), Answer::Waited(answer));
        let sent = self.commands.send(Command::Cancel { key, answer }).await;
        sent.map_err(|_| CallFailure::Ended)?;
        answered.await.map_err(|_| CallFailure::Ended)?.map_err(CallFailure::Refused)
    }

    /// See [`Session::reached`].
    ///
    /// # Errors
    /// If the session has ended, in another state.
    pub async fn reached(&self, state: &str) -> Result<(), CallFailure> {
        let mut current = self.state.clone();
        let reached = current.wait_for(|current| *current == state).await;
        reached.map(drop).map_err(|_| CallFailure::Ended)
    }

    /// See [`Session::close`].
    ///
    /// # Errors
    /// If the machine refuses.
    pub async fn close(&self) -> Result<(), CallFailure> {
        let (answer, answered) = oneshot::channel();
        if self.commands.send(Command::Close { answer }).await.is_err() {
            return Ok(());
        }
        answered.await.unwrap_or(Ok(())).map_err(CallFailure::Refused)
    }
}

impl<M: Machine> Clone for Caller<M> {
    fn clone(&self) -> Self {
        Self {
            commands: self.commands.clone(),
            state: self.state.clone(),
        }
    }
}

/// A [`Caller`] that does not keep the session from being closed.
pub struct WeakCaller<M: Machine> {
    commands: mpsc::WeakSender<Command<M>>,
    state: watch::Receiver<Cow<'static, str>>,
}

impl<M: Machine> WeakCaller<M> {
    /// The caller, as long as there is another.
    #[must_use]
    pub fn upgrade(&self) -> Option<Caller<M>> {
        Some(Caller {
            commands: self.commands.upgrade()?,
            state: self.state.clone(),
        })
    }
}

/// The listening half of a [`Session`].
pub struct Events<M: Machine> {
    events: mpsc::Receiver<Event<M::Message>>,
    handlers: Vec<Handler<M::Message>>,
}

/// Looks at a message before the application gets it.
type Handler<T> = Box<dyn FnMut(&T) + Send + Sync>;

impl<M: Machine> Events<M> {
    /// See [`Session::event`].
    pub async fn next(&mut self) -> Option<Event<M::Message>> {
        let event = self.events.recv().await?;
        if let Event::Message(message) = &event {
            self.handlers.iter_mut().for_each(|handler| handler(message));
        }
        Some(event)
    }

    /// See [`Session::on`].
    pub fn on<K>(&mut self, mut handler: impl FnMut(Result<K, Vec<Violation>>) + Send + Sync + 'static) -> &mut Self
    where
        K: PayloadKind + for<'w> Wire<'w>,
        M::Message: Carries,
    {
        self.handlers.push(Box::new(move |message: &M::Message| {
            if let Some(value) = message.get::<K>() {
                handler(value);
            }
        }));
        self
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

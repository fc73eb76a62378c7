//! Inputs to the machine, and what its actions ask for.

use bytes::Bytes;
use tokio::time::Instant;

use super::{Asking, Command, Event, Happened, Running};
use crate::{
    net::{store::StoreError, transport::Received},
    session::{Action, CallError, Context, Direction, Input, Machine, Place},
};

/// Answers in a row after which other tasks get a turn: a machine may go round in circles, the thread must not.
const ANSWERS_AT_ONCE: u32 = 64;

/// A message longer than this does not leave its memory behind.
const KEPT: usize = 16 * 1024;

impl<M> Running<M>
where
    M: Machine + Send + 'static,
    M::Message: Send + 'static,
    M::Call: Send + 'static,
{
    pub(super) fn on_time(&mut self) {
        let now = Instant::now();
        if self.must_end.is_some_and(|by| by <= now) {
            self.give_up();
        } else if let Some(happened) = self.link.expire(now) {
            self.on_link(happened);
        } else if !self.machine.is_ended() && self.machine.next_deadline().is_some_and(|due| due <= self.now().ticks) {
            self.take(Input::Due);
        }
    }

    pub(super) fn on_link(&mut self, happened: Happened) {
        match happened {
            Happened::Opened => {
                tracing::info!("open");
                self.take(Input::Opened);
            }
            Happened::NotOpened(error) => {
                tracing::warn!(%error, remedy = %error.remedy(), "not opened");
                let reason = error.to_string();
                self.take(Input::Closed { reason });
            }
            Happened::Closed { reason } => {
                tracing::info!(reason, "closed");
                self.take(Input::Closed { reason });
            }
            Happened::Received(received) => self.on_received(received),
        }
    }

    fn on_received(&mut self, received: Received) {
        match received {
            Received::Message(octets) => self.on_octets(octets),
            Received::Broken(octets) => {
                self.must_close = true;
                self.on_octets(octets);
            }
            Received::Refused { refusal, usable } => {
                tracing::warn!(bytes = refusal.size, state = self.machine.state(), ?refusal, "refused unread");
                self.must_close = !usable;
                self.take(Input::Malformed(refusal));
            }
            Received::Ended { reason } => self.take(Input::Closed { reason }),
        }
    }

    fn on_octets(&mut self, octets: Bytes) {
        let bytes = octets.len();
        self.observe_frame(Direction::In, &octets);
        match self.machine.decode(&octets) {
            Ok(message) => {
                tracing::debug!(
                    message = self.machine.message_name(&message),
                    bytes,
                    state = self.machine.state(),
                    "received"
                );
                // The frame's memory is free again before the message is handled.
                drop(octets);
                self.take(Input::Message(message));
            }
            Err(refusal) => {
                tracing::warn!(bytes, state = self.machine.state(), ?refusal, "refused");
                self.take(Input::Malformed(refusal));
            }
        }
    }

    pub(super) fn on_command(&mut self, command: Command<M>) {
        match command {
            // The machine would ignore it, and the caller would take that for a success.
            Command::Call { .. } if self.machine.is_ended() => {}
            Command::Call { call, answer } => {
                self.asking = Some(Asking::Call(answer));
                self.take(Input::Call(call));
            }
            Command::Cancel { .. } if self.machine.is_ended() => {}
            Command::Cancel { key, answer } => {
                self.asking = Some(Asking::Call(answer));
                self.take(Input::Cancel(key));
            }
            Command::Close { answer } => {
                self.asking = Some(Asking::Close(answer));
                self.take(Input::Close);
            }
        }
    }

    /// Asks the machine to close, and gives up on it at a time.
    pub(super) fn end_by(&mut self, by: Instant) {
        self.must_end = Some(self.must_end.map_or(by, |earlier| earlier.min(by)));
        if !self.machine.is_ended() {
            self.take(Input::Close);
        }
    }

    /// Ends without the machine.
    fn give_up(&mut self) {
        tracing::warn!(state = self.machine.state(), "the session did not end in time");
        self.link.drop_now();
        self.reason = "the session did not end in time".into();
        self.given_up = true;
    }

    /// Feeds the machine one input; [`Self::settle`] carries out what it asks for.
    pub(super) fn take(&mut self, input: Input<M::Message, M::Call>) {
        if let Input::Closed { reason } = &input {
            self.reason.clone_from(reason);
        }
        let now = self.now();
        if let Some(observer) = &mut self.observer {
            observer.input(&self.machine, now, &input);
        }
        let mut context = Context {
            now,
            entropy: &mut *self.entropy,
            peer: &self.host,
            policy: &mut self.policy.held(),
        };
        self.machine.handle(input, &mut context, &mut self.actions);
    }

    /// Carries out all actions, feeds the answers that they call for, and so on until there are none.
    pub(super) async fn settle(&mut self) {
        let mut count = 0;
        loop {
            let mut actions = std::mem::take(&mut self.actions);
            for action in actions.drain(..) {
                self.observe_action(&action);
                match action {
                    Action::Store { place, value, expires } => {
                        let stored = self.store.put(&place, &value, expires).await;
                        self.judge_store(place, stored);
                    }
                    Action::Forget { place } => {
                        let removed = self.store.remove(&place).await;
                        self.judge_store(place, removed);
                    }
                    Action::Lookup { place } => {
                        let row = self.look_up(place).await;
                        self.answers.push_front(Input::Found(row));
                    }
                    action => self.obey(action),
                }
            }
            self.actions = actions;
            match self.asking.take() {
                Some(Asking::Call(answer)) => answer.tell(Ok(())),
                Some(Asking::Close(answer)) => self.closers.push(answer),
                None => {}
            }
            let Some(answer) = self.answers.pop_front() else { break };
            self.take(answer);
            count += 1;
            if count % ANSWERS_AT_ONCE == 0 {
                tokio::task::yield_now().await;
            }
        }
        if std::mem::take(&mut self.must_close) && self.link.is_up() {
            self.link.close("what came cannot be read past".into());
        }
    }

    /// Carries out an action that does not wait for the store.
    fn obey(&mut self, action: Action<M::Message>) {
        match action {
            Action::Connect => self.connect(),
            Action::Send(message) => self.send(&message),
            Action::Deliver(message) => self.events.push(Event::Message(message)),
            Action::Answer { request, reply } => self.events.push(Event::Answer { request, reply }),
            Action::Close { reason } => {
                tracing::debug!(%reason, "closing");
                if !self.link.close(reason.clone().into_owned()) {
                    self.answer_closed(reason.into_owned());
                }
            }
            Action::Drop { reason } => {
                tracing::info!(%reason, "dropped");
                self.link.drop_now();
                self.answer_closed(reason.into_owned());
            }
            Action::Enter { state } => {
                tracing::info!(%state, "entered");
                self.entered.send_replace(state.clone());
                self.events.push(Event::State(state));
            }
            Action::Refuse(error) => self.refuse(error),
            Action::Unexpected { input, state, refusal } => {
                tracing::warn!(%input, %state, "unexpected");
                self.events.push(Event::Unexpected { input, state, refusal });
            }
            // These wait for the store, and never come here.
            Action::Store { .. } | Action::Forget { .. } | Action::Lookup { .. } => {}
        }
    }

    fn answer_closed(&mut self, reason: String) {
        self.answers.push_back(Input::Closed { reason });
    }

    /// Answers the call that is being carried out. What the machine refuses by itself is the application's to know.
    fn refuse(&mut self, error: CallError) {
        match self.asking.take() {
            Some(asking) => {
                tracing::debug!(%error, state = self.machine.state(), "call refused");
                match asking {
                    Asking::Call(answer) => answer.tell(Err(error)),
                    Asking::Close(closer) => _ = closer.send(Err(error)),
                }
            }
            None => {
                tracing::warn!(%error, state = self.machine.state(), "not sent");
                self.events.push(Event::Refused(error));
            }
        }
    }

    fn connect(&mut self) {
        match &self.connector {
            Some(connector) => {
                tracing::debug!("opening");
                self.link.open(&**connector, self.machine.splitter());
            }
            // A transport that was accepted is open already, and the machine is told so.
            None if self.link.is_up() => {}
            None => self.answer_closed("only the peer can open a transport".into()),
        }
    }

    fn send(&mut self, message: &M::Message) {
        self.octets.clear();
        self.machine.encode(message, &mut self.octets);
        let (name, bytes) = (self.machine.message_name(message), self.octets.len());
        match self.link.send(&self.octets) {
            Ok(()) => tracing::debug!(message = name, bytes, state = self.machine.state(), "sent"),
            Err(reason) => {
                tracing::warn!(message = name, bytes, reason, "not sent");
                if self.link.is_up() {
                    self.link.drop_now();
                    self.answer_closed(reason);
                }
                return;
            }
        }
        let mut octets = std::mem::take(&mut self.octets);
        self.observe_frame(Direction::Out, &octets);
        if octets.capacity() > KEPT {
            octets = Vec::new();
        }
        self.octets = octets;
    }

    pub(super) async fn look_up(&mut self, place: Place) -> Option<String> {
        match self.store.get(&place).await {
            Ok(value) => value,
            Err(error) => {
                self.store_failed(place, error);
                None
            }
        }
    }

    fn judge_store(&mut self, place: Place, result: Result<(), StoreError>) {
        if let Err(error) = result {
            self.store_failed(place, error);
        }
    }

    fn store_failed(&mut self, place: Place, error: StoreError) {
        tracing::error!(space = %place.space, key = place.key, %error, "the store failed");
        self.events.push(Event::StoreFailed { place, error });
    }

    fn observe_action(&mut self, action: &Action<M::Message>) {
        let now = self.now();
        if let Some(observer) = &mut self.observer {
            observer.action(&self.machine, now, action);
        }
    }

    fn observe_frame(&mut self, direction: Direction, octets: &[u8]) {
        let now = self.now();
        if let Some(observer) = &mut self.observer {
            observer.frame(&self.machine, now, direction, octets);
        }
    }
}

//! Inputs to the machine, and what its actions ask for.

use tokio::time::Instant;

use super::{Command, Event, Happened, Running};
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
    pub(super) async fn on_time(&mut self) {
        let now = Instant::now();
        if self.must_end.is_some_and(|by| by <= now) {
            return self.give_up();
        }
        if let Some(happened) = self.link.expire(now) {
            self.on_link(happened).await;
        }
        let is_due = self.machine.next_deadline().is_some_and(|due| due <= self.now().ticks);
        if is_due && !self.machine.is_ended() {
            self.step(Input::Due).await;
        }
    }

    pub(super) async fn on_link(&mut self, happened: Happened) {
        match happened {
            Happened::Opened => {
                tracing::info!("open");
                self.step(Input::Opened).await;
            }
            Happened::NotOpened(error) => {
                tracing::warn!(%error, remedy = %error.remedy(), "not opened");
                let reason = error.to_string();
                self.step(Input::Closed { reason }).await;
            }
            Happened::Closed { reason } => {
                tracing::info!(reason, "closed");
                self.step(Input::Closed { reason }).await;
            }
            Happened::Received(received) => self.on_received(received).await,
        }
    }

    async fn on_received(&mut self, received: Received) {
        match received {
            Received::Message(octets) => {
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
                        self.step(Input::Message(message)).await;
                    }
                    Err(refusal) => {
                        tracing::warn!(bytes, state = self.machine.state(), ?refusal, "refused");
                        self.step(Input::Malformed(refusal)).await;
                    }
                }
            }
            Received::Refused { refusal, usable } => {
                tracing::warn!(bytes = refusal.size, state = self.machine.state(), ?refusal, "refused unread");
                self.step(Input::Malformed(refusal)).await;
                if !usable && self.link.is_up() {
                    self.link.close("what came cannot be read past".into());
                }
            }
            Received::Ended { reason } => {
                self.step(Input::Closed { reason }).await;
            }
        }
    }

    pub(super) async fn on_command(&mut self, command: Command<M>) {
        match command {
            // The machine would ignore it, and the caller would take that for a success.
            Command::Call { .. } if self.machine.is_ended() => {}
            Command::Call { call, answer } => {
                let refused = self.step(Input::Call(call)).await;
                // Who called may have given up.
                let _ = answer.send(refused.map_or(Ok(()), Err));
            }
            Command::Close { answer } => match self.step(Input::Close).await {
                Some(error) => {
                    let _ = answer.send(Err(error));
                }
                None => self.closers.push(answer),
            },
        }
    }

    /// Asks the machine to close, and gives up on it at a time.
    pub(super) async fn end_by(&mut self, by: Instant) {
        self.must_end = Some(self.must_end.map_or(by, |earlier| earlier.min(by)));
        if !self.machine.is_ended() {
            self.step(Input::Close).await;
        }
    }

    /// Ends without the machine.
    fn give_up(&mut self) {
        tracing::warn!(state = self.machine.state(), "the session did not end in time");
        self.link.drop_now();
        self.reason = "the session did not end in time".into();
        self.given_up = true;
    }

    /// Feeds an input and all that follows from it at once; the first refusal among the actions of the input itself.
    pub(super) async fn step(&mut self, input: Input<M::Message, M::Call>) -> Option<CallError> {
        let refused = self.handle(input).await;
        let mut count = 0;
        while let Some(answer) = self.answers.pop_front() {
            self.handle(answer).await;
            count += 1;
            if count % ANSWERS_AT_ONCE == 0 {
                tokio::task::yield_now().await;
            }
        }
        refused
    }

    async fn handle(&mut self, input: Input<M::Message, M::Call>) -> Option<CallError> {
        let is_asked = matches!(input, Input::Call(_) | Input::Close);
        if let Input::Closed { reason } = &input {
            self.reason.clone_from(reason);
        }
        let now = self.now();
        if let Some(observer) = &mut self.observer {
            observer.input(&self.machine, now, &input);
        }
        let mut actions = std::mem::take(&mut self.actions);
        self.machine.handle(
            input,
            &mut Context {
                now,
                entropy: &mut *self.entropy,
            },
            &mut actions,
        );
        let mut refused = None;
        for action in actions.drain(..) {
            if let Some(observer) = &mut self.observer {
                observer.action(&self.machine, now, &action);
            }
            match action {
                Action::Refuse(error) if is_asked && refused.is_none() => {
                    tracing::debug!(%error, state = self.machine.state(), "call refused");
                    refused = Some(error);
                }
                action => self.obey(action).await,
            }
        }
        self.actions = actions;
        refused
    }

    async fn obey(&mut self, action: Action<M::Message>) {
        match action {
            Action::Connect => self.connect(),
            Action::Send(message) => self.send(&message),
            Action::Deliver(message) => self.events.push(Event::Message(message)),
            Action::Close { reason } => {
                tracing::debug!(%reason, "closing");
                if !self.link.close(reason.clone().into_owned()) {
                    self.answers.push_back(Input::Closed {
                        reason: reason.into_owned(),
                    });
                }
            }
            Action::Drop { reason } => {
                tracing::info!(%reason, "dropped");
                self.link.drop_now();
                self.answers.push_back(Input::Closed {
                    reason: reason.into_owned(),
                });
            }
            Action::Enter { state } => {
                tracing::info!(%state, "entered");
                self.events.push(Event::State(state));
            }
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
            Action::Refuse(error) => {
                tracing::warn!(%error, state = self.machine.state(), "not sent");
                self.events.push(Event::Refused(error));
            }
            Action::Unexpected { input, state, refusal } => {
                tracing::warn!(%input, %state, "unexpected");
                self.events.push(Event::Unexpected { input, state, refusal });
            }
        }
    }

    fn connect(&mut self) {
        match &self.connector {
            Some(connector) => {
                tracing::debug!("opening");
                self.link.open(&**connector);
            }
            // A transport that was accepted is open already, and the machine is told so.
            None if self.link.is_up() => {}
            None => self.answers.push_back(Input::Closed {
                reason: "only the peer can open a transport".into(),
            }),
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
                    self.answers.push_back(Input::Closed { reason });
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

    fn observe_frame(&mut self, direction: Direction, octets: &[u8]) {
        let now = self.now();
        if let Some(observer) = &mut self.observer {
            observer.frame(&self.machine, now, direction, octets);
        }
    }
}

//! The driver's part of a session: what comes by itself.

use std::{
    mem,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    Happened,
    core::{Core, Phase},
    spare,
    within::Turn,
};
use crate::{
    net::{clock::millis, transport::Received},
    session::{Direction, Input, Machine, Now, Refusal},
};

/// Messages in a row after which the application gets a turn.
const MESSAGES_AT_ONCE: u32 = 64;

impl<M: Machine> Core<M> {
    /// Nothing happens any more.
    pub(super) fn abandon(&mut self) {
        self.phase = Phase::Over;
        self.link.drop_now();
        self.later = None;
        self.closed_by = None;
        self.wakers.wake_callers();
        self.wakers.wake_listener();
    }
}

impl<M: Machine> Core<M>
where
    M::Message: 'static,
{
    /// Takes over memory to work with.
    pub(super) fn equip(&mut self) {
        let spare = self.spare.get_or_insert_with(spare::take);
        self.events.borrow(&mut spare.events);
    }

    /// Leaves memory that is not needed while nothing happens.
    pub(super) fn unequip(&mut self) {
        self.forget_time();
        if self.is_settled() {
            self.later = None;
        }
        if let Some(mut left) = self.spare.take_if(|spare| spare.actions.is_empty()) {
            self.events.lend(&mut left.events);
            spare::give(left);
        }
    }

    /// The clocks are looked at again.
    pub(super) fn forget_time(&mut self) {
        if let Some(spare) = &mut self.spare {
            spare.now = None;
        }
    }

    /// Does all that is to be done, but writes nothing.
    pub(super) fn turn(&mut self, context: &mut Context<'_>) {
        let instant = self.look_at_clocks();
        if self.phase == Phase::New {
            self.begin();
        }
        let mut is_link_next = false;
        for _ in 0..MESSAGES_AT_ONCE {
            if self.phase == Phase::Over {
                return;
            }
            self.settle();
            if !self.is_settled() {
                return;
            }
            if self.is_over() {
                return self.finish();
            }
            if !is_link_next {
                is_link_next = !self.on_time(instant) && !self.on_owner(context);
            } else if !self.on_link(context) {
                return;
            } else if self.wakers.is_application_wanted {
                // One at a time: while a message is fresh its memory is, and what it is answered with takes what it leaves.
                break;
            }
        }
        self.wakers.is_driver_wanted = true;
    }

    /// The instant of what is being done, which has a date from now on.
    fn look_at_clocks(&mut self) -> Instant {
        let ticks = self.spare.as_ref().and_then(|spare| spare.now).map(|now| now.ticks);
        if let Some(instant) = ticks.and_then(|ticks| self.start().checked_add(Duration::from_millis(ticks))) {
            return instant;
        }
        let instant = Instant::now();
        let now = Now {
            ticks: millis(instant.saturating_duration_since(self.start())),
            unix: self.clock.unix(),
        };
        self.spare.get_or_insert_default().now = Some(now);
        instant
    }

    /// Writes what waits; what a broken transport means is the next turn's.
    pub(super) fn flush(&mut self, context: &mut Context<'_>) {
        let took_calls = self.link.takes_calls();
        if let Err(reason) = self.link.flush(context) {
            tracing::info!(reason, "closed");
            self.follow_with(Input::Closed { reason });
            self.wakers.is_driver_wanted = true;
        } else if !took_calls && self.link.takes_calls() {
            // There is room to read into.
            self.wakers.is_driver_wanted = true;
        }
        let takes_calls = self.takes_calls();
        if takes_calls && !self.wakers.took_calls {
            self.wakers.wake_callers();
        }
        self.wakers.took_calls = takes_calls;
    }

    fn must_end_by(&self) -> Option<Instant> {
        self.ending.as_ref()?.by
    }

    /// When there is something to do though nothing comes.
    pub(super) fn deadline(&self) -> Option<Instant> {
        // While the store is waited for nothing else happens.
        if self.phase == Phase::Over || !self.is_settled() {
            return None;
        }
        let due = self.machine.next_deadline().filter(|_| !self.machine.is_ended());
        let due = due.and_then(|ticks| self.start().checked_add(Duration::from_millis(ticks)));
        [due, self.link.deadline(), self.must_end_by()].into_iter().flatten().min()
    }

    /// Whether nothing is left to be done. A machine that has ended may still have its transport closed.
    fn is_over(&mut self) -> bool {
        if self.given_up || !self.machine.is_ended() {
            return self.given_up;
        }
        if self.link.is_up() {
            self.link.close("the session has ended".into());
        } else if !self.link.is_closing() {
            self.link.drop_now();
        }
        self.link.is_down()
    }

    /// Says how it ended, to everyone who asked or asks.
    fn finish(&mut self) {
        let reason = self.ending.take().map(|ending| ending.reason).unwrap_or_default();
        tracing::info!(state = self.machine.state(), reason, "ended");
        self.tell(super::Event::Ended { reason });
        self.abandon();
    }

    fn on_time(&mut self, now: Instant) -> bool {
        if self.deadline().is_none_or(|due| due > now) {
            return false;
        }
        if self.must_end_by().is_some_and(|by| by <= now) {
            tracing::warn!(state = self.machine.state(), "the session did not end in time");
            self.link.drop_now();
            self.ending.get_or_insert_default().reason = "the session did not end in time".into();
            self.given_up = true;
            return true;
        }
        match self.link.expire(now) {
            None => self.take(Input::Due),
            Some(Happened::NotOpened(error)) => {
                tracing::warn!(%error, remedy = %error.remedy(), "not opened");
                let reason = error.to_string();
                self.take(Input::Closed { reason });
            }
            Some(Happened::Closed { reason }) => {
                tracing::info!(reason, "closed");
                self.take(Input::Closed { reason });
            }
            Some(Happened::Opened | Happened::Received(_)) => {}
        }
        true
    }

    /// Whether whoever owns the session wants it closed.
    fn on_owner(&mut self, context: &mut Context<'_>) -> bool {
        let is_new = mem::take(&mut self.wakers.is_driver_new);
        if let Some(ear) = &mut self.closed_by
            && let Poll::Ready(by) = ear.poll(context.waker(), is_new)
        {
            self.closed_by = None;
            self.end_by(by);
            return true;
        }
        if self.callers == 0 && !self.is_abandoned {
            self.is_abandoned = true;
            self.end_by(Instant::now() + self.link.close_timeout());
            return true;
        }
        false
    }

    fn on_link(&mut self, context: &mut Context<'_>) -> bool {
        let may_read = self.events.has_room();
        let now = self.now();
        let input = match self.link.poll(context, may_read) {
            Poll::Pending => return false,
            Poll::Ready(Happened::Opened) => {
                tracing::info!("open");
                Input::Opened
            }
            Poll::Ready(Happened::NotOpened(error)) => {
                tracing::warn!(%error, remedy = %error.remedy(), "not opened");
                let reason = error.to_string();
                Input::Closed { reason }
            }
            Poll::Ready(Happened::Closed { reason }) => {
                tracing::info!(reason, "closed");
                Input::Closed { reason }
            }
            Poll::Ready(Happened::Received(Received::Message(octets))) if self.handler.is_some() && self.observer.is_none() => {
                let Some(handler) = &mut self.handler else { return true };
                let bytes = octets.len();
                let turn = Turn {
                    machine: &mut self.machine,
                    now,
                    entropy: &mut *self.entropy,
                    host: &self.host,
                    policy: &self.policy,
                    outgoing: &mut self.spare.get_or_insert_default().outgoing,
                    later: &mut self.later,
                    events: &mut self.events,
                    wakers: &mut self.wakers,
                    has_waiting: false,
                };
                match handler.frame(octets, turn) {
                    Ok(None) => {
                        self.post();
                        return true;
                    }
                    Ok(Some(message)) => Input::Message(message),
                    Err(refusal) => self.refused(bytes, refusal),
                }
            }
            Poll::Ready(Happened::Received(received)) => {
                let (octets, is_broken) = match received {
                    Received::Message(octets) => (octets, false),
                    Received::Broken(octets) => (octets, true),
                    Received::Refused { refusal, usable } => {
                        tracing::warn!(bytes = refusal.size, state = self.machine.state(), ?refusal, "refused unread");
                        self.must_close = !usable;
                        self.take(Input::Malformed(refusal));
                        return true;
                    }
                    Received::Ended { reason } => {
                        self.link.drop_now();
                        tracing::info!(reason, "closed");
                        self.take(Input::Closed { reason });
                        return true;
                    }
                };
                self.must_close |= is_broken;
                if let Some(observer) = &mut self.observer {
                    observer.frame(&self.machine, now, Direction::In, octets);
                }
                let bytes = octets.len();
                match self.machine.decode(octets) {
                    Ok(message) => {
                        tracing::debug!(
                            message = self.machine.message_name(&message),
                            bytes,
                            state = self.machine.state(),
                            "received"
                        );
                        Input::Message(message)
                    }
                    Err(refusal) => self.refused(bytes, refusal),
                }
            }
        };
        self.take(input);
        true
    }

    fn refused(&self, bytes: usize, refusal: Refusal) -> Input<M::Message, M::Call> {
        tracing::warn!(bytes, state = self.machine.state(), ?refusal, "refused");
        Input::Malformed(refusal)
    }
}

use std::{
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::Instant;

use super::Options;
use crate::net::{
    ConnectError,
    dial::{Connect, Connecting},
    transport::{Limits, Received, Terms, Transport},
};
use crate::text::Splitter;

/// Messages that may be received while written ones wait to be flushed together.
const BATCH: u32 = 32;

/// A machine's transport, from its opening to its end.
pub(super) struct Link {
    state: State,
    /// Octets that were queued since all was written.
    unflushed: usize,
    /// Messages received since then.
    received: u32,
    /// Since the peer takes nothing: when that has lasted too long.
    stalled: Option<Instant>,
    limits: Limits,
    write_timeout: Duration,
    close_timeout: Duration,
    connect_timeout: Duration,
}

enum State {
    Down,
    Opening {
        opening: Connecting<'static>,
        due: Instant,
        peer: String,
    },
    Up(Box<dyn Transport>),
    Closing {
        transport: Box<dyn Transport>,
        reason: String,
        due: Instant,
    },
}

/// What happened to the transport.
pub(super) enum Happened {
    Opened,
    NotOpened(ConnectError),
    Received(Received),
    /// It is gone.
    Closed {
        reason: String,
    },
}

impl Link {
    pub(super) fn new(limits: Limits, options: &Options) -> Self {
        Self {
            state: State::Down,
            unflushed: 0,
            received: 0,
            stalled: None,
            limits,
            write_timeout: options.write_timeout,
            close_timeout: options.close_timeout,
            connect_timeout: options.connect_timeout,
        }
    }

    pub(super) const fn is_down(&self) -> bool {
        matches!(self.state, State::Down)
    }

    pub(super) const fn is_up(&self) -> bool {
        matches!(self.state, State::Up(_))
    }

    pub(super) const fn is_closing(&self) -> bool {
        matches!(self.state, State::Closing { .. })
    }

    /// Whether calls may be taken: not while what was written before them is not under way.
    pub(super) const fn takes_calls(&self) -> bool {
        self.stalled.is_none()
    }

    /// Puts an open transport in place.
    pub(super) fn attach(&mut self, transport: Box<dyn Transport>) {
        self.drop_now();
        self.state = State::Up(transport);
    }

    pub(super) fn open(&mut self, connector: &dyn Connect, splitter: Option<Splitter>) {
        self.drop_now();
        self.state = State::Opening {
            opening: connector.connect(Terms {
                limits: self.limits,
                splitter,
            }),
            due: Instant::now() + self.connect_timeout,
            peer: connector.peer(),
        };
    }

    /// Queues a message; what is wrong with the transport if it cannot.
    pub(super) fn send(&mut self, octets: &[u8]) -> Result<(), String> {
        let State::Up(transport) = &mut self.state else {
            return Err("there is no open transport".into());
        };
        self.unflushed += octets.len();
        transport.queue(octets).map_err(|error| error.to_string())
    }

    /// Begins the good-bye; `Closed` follows. `false` if there is nothing to say good-bye to: then it is down, and nothing follows.
    pub(super) fn close(&mut self, reason: String) -> bool {
        self.stalled = None;
        match std::mem::replace(&mut self.state, State::Down) {
            State::Up(transport) => {
                let due = Instant::now() + self.close_timeout;
                self.state = State::Closing { transport, reason, due };
                true
            }
            State::Closing { transport, reason, due } => {
                self.state = State::Closing { transport, reason, due };
                true
            }
            State::Opening { .. } | State::Down => false,
        }
    }

    /// Drops the transport, whatever it is doing. Nothing follows.
    pub(super) fn drop_now(&mut self) {
        self.state = State::Down;
        self.unflushed = 0;
        self.received = 0;
        self.stalled = None;
    }

    /// When [`Self::expire`] has something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Down => None,
            State::Opening { due, .. } | State::Closing { due, .. } => Some(*due),
            State::Up(_) => self.stalled,
        }
    }

    /// Gives up on what has taken too long.
    pub(super) fn expire(&mut self, now: Instant) -> Option<Happened> {
        if self.deadline().is_none_or(|due| due > now) {
            return None;
        }
        let happened = match std::mem::replace(&mut self.state, State::Down) {
            State::Down => return None,
            State::Opening { peer, .. } => Happened::NotOpened(ConnectError::TimedOut {
                address: peer,
                after: self.connect_timeout,
            }),
            State::Up(_) => Happened::Closed {
                reason: format!("the peer took nothing for {:?}", self.write_timeout),
            },
            State::Closing { reason, .. } => Happened::Closed { reason },
        };
        self.drop_now();
        Some(happened)
    }

    /// Writes what waits, and waits for what happens. Messages are only read if `may_read`.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, may_read: bool) -> Poll<Happened> {
        match &mut self.state {
            State::Down => Poll::Pending,
            State::Opening { opening, .. } => opening.as_mut().poll(context).map(|opened| match opened {
                Ok(transport) => {
                    self.attach(transport);
                    Happened::Opened
                }
                Err(error) => {
                    self.drop_now();
                    Happened::NotOpened(error)
                }
            }),
            State::Closing { transport, reason, .. } => {
                ready!(transport.poll_close(context, reason));
                let reason = std::mem::take(reason);
                self.lost(reason)
            }
            State::Up(_) => self.poll_up(context, may_read),
        }
    }

    fn poll_up(&mut self, context: &mut Context<'_>, may_read: bool) -> Poll<Happened> {
        let must_flush = self.stalled.is_some() || self.received >= BATCH;
        if must_flush && let Err(reason) = self.flush(context) {
            return self.lost(reason);
        }
        if may_read
            && self.unflushed <= self.limits.unsent
            && let State::Up(transport) = &mut self.state
            && let Poll::Ready(received) = transport.poll_receive(context)
        {
            self.received += 1;
            if let Received::Ended { reason } = received {
                return self.lost(reason);
            }
            return Poll::Ready(Happened::Received(received));
        }
        if !must_flush && let Err(reason) = self.flush(context) {
            return self.lost(reason);
        }
        Poll::Pending
    }

    /// Flushes as far as the peer takes it.
    fn flush(&mut self, context: &mut Context<'_>) -> Result<(), String> {
        self.received = 0;
        let State::Up(transport) = &mut self.state else { return Ok(()) };
        if self.unflushed == 0 {
            return Ok(());
        }
        match transport.poll_flush(context) {
            Poll::Ready(Ok(())) => {
                self.unflushed = 0;
                self.stalled = None;
                Ok(())
            }
            Poll::Ready(Err(error)) => Err(format!("the connection broke: {error}")),
            Poll::Pending => {
                let due = Instant::now() + self.write_timeout;
                self.stalled.get_or_insert(due);
                Ok(())
            }
        }
    }

    fn lost(&mut self, reason: String) -> Poll<Happened> {
        self.drop_now();
        Poll::Ready(Happened::Closed { reason })
    }
}

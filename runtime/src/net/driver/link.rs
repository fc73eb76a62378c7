use std::{
    sync::Arc,
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

/// Octets that may wait to be written although nothing keeps them from being written: more are not gathered for one write.
const GATHERED: usize = 256 * 1024;

/// A machine's transport, from its opening to its end.
pub(super) struct Link {
    state: State,
    /// Octets that were queued since all was written.
    unflushed: usize,
    /// Since the peer takes nothing: when that has lasted too long.
    stalled: Option<Instant>,
    /// Octets that may wait to be written while more are received.
    unsent: usize,
    write_timeout: Milliseconds,
    close_timeout: Milliseconds,
    /// Of those that are opened here.
    opens: Option<Box<Opens>>,
}

/// A time that is not more than some weeks: sessions are many.
type Milliseconds = u32;

fn milliseconds(duration: Duration) -> Milliseconds {
    Milliseconds::try_from(duration.as_millis()).unwrap_or(Milliseconds::MAX)
}

/// How transports are opened.
struct Opens {
    connector: Arc<dyn Connect>,
    limits: Limits,
    timeout: Duration,
}

/// What does not last is boxed: most transports are up for most of the time.
enum State {
    Down,
    Opening(Box<Opening>),
    Up(Box<dyn Transport>),
    Closing(Box<Closing>),
}

struct Opening {
    opening: Connecting<'static>,
    /// What it may take.
    after: Duration,
    due: Instant,
    peer: String,
}

struct Closing {
    transport: Box<dyn Transport>,
    reason: String,
    due: Instant,
}

/// What happened to the transport.
pub(super) enum Happened<'t> {
    Opened,
    NotOpened(ConnectError),
    Received(Received<'t>),
    /// It is gone.
    Closed {
        reason: String,
    },
}

impl Link {
    /// Without a transport; `connector`: what opens them.
    pub(super) fn new(limits: Limits, options: &Options, connector: Option<Arc<dyn Connect>>) -> Self {
        let timeout = options.connect_timeout;
        Self {
            state: State::Down,
            unflushed: 0,
            stalled: None,
            unsent: limits.unsent,
            write_timeout: milliseconds(options.write_timeout),
            close_timeout: milliseconds(options.close_timeout),
            opens: connector.map(|connector| {
                Box::new(Opens {
                    connector,
                    limits,
                    timeout,
                })
            }),
        }
    }

    /// How long a good-bye may take.
    pub(super) fn close_timeout(&self) -> Duration {
        Duration::from_millis(self.close_timeout.into())
    }

    fn write_timeout(&self) -> Duration {
        Duration::from_millis(self.write_timeout.into())
    }

    pub(super) const fn is_down(&self) -> bool {
        matches!(self.state, State::Down)
    }

    pub(super) const fn is_up(&self) -> bool {
        matches!(self.state, State::Up(_))
    }

    pub(super) const fn is_closing(&self) -> bool {
        matches!(self.state, State::Closing(_))
    }

    /// Whether calls may be taken: not while what was queued before them is not under way.
    pub(super) fn takes_calls(&self) -> bool {
        self.stalled.is_none() && self.has_room()
    }

    /// Whether more may be received, whose answers would have to be queued.
    fn has_room(&self) -> bool {
        self.unflushed <= self.unsent.min(GATHERED)
    }

    /// Puts an open transport in place.
    pub(super) fn attach(&mut self, transport: Box<dyn Transport>) {
        self.drop_now();
        self.state = State::Up(transport);
    }

    /// Opens a transport; `false` if that is the peer's affair.
    pub(super) fn open(&mut self, splitter: Option<Splitter>) -> bool {
        if self.opens.is_some() {
            self.drop_now();
        }
        let Some(opens) = &self.opens else { return false };
        self.state = State::Opening(Box::new(Opening {
            opening: opens.connector.connect(Terms {
                limits: opens.limits,
                splitter,
            }),
            after: opens.timeout,
            due: Instant::now() + opens.timeout,
            peer: opens.connector.peer(),
        }));
        true
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
                let due = Instant::now() + self.close_timeout();
                self.state = State::Closing(Box::new(Closing { transport, reason, due }));
                true
            }
            closing @ State::Closing(_) => {
                self.state = closing;
                true
            }
            State::Opening(_) | State::Down => false,
        }
    }

    /// Drops the transport, whatever it is doing. Nothing follows.
    pub(super) fn drop_now(&mut self) {
        self.state = State::Down;
        self.unflushed = 0;
        self.stalled = None;
    }

    /// When [`Self::expire`] has something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Down => None,
            State::Opening(opening) => Some(opening.due),
            State::Closing(closing) => Some(closing.due),
            State::Up(_) => self.stalled,
        }
    }

    /// Gives up on what has taken too long.
    pub(super) fn expire(&mut self, now: Instant) -> Option<Happened<'static>> {
        if self.deadline().is_none_or(|due| due > now) {
            return None;
        }
        let happened = match std::mem::replace(&mut self.state, State::Down) {
            State::Down => return None,
            State::Opening(opening) => Happened::NotOpened(ConnectError::TimedOut {
                address: opening.peer,
                after: opening.after,
            }),
            State::Up(_) => Happened::Closed {
                reason: format!("the peer took nothing for {:?}", self.write_timeout()),
            },
            State::Closing(closing) => Happened::Closed { reason: closing.reason },
        };
        self.drop_now();
        Some(happened)
    }

    /// Waits for what happens. Messages are only read if `may_read`, and while what is queued is not too much; nothing is written.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, may_read: bool) -> Poll<Happened<'_>> {
        if !self.is_up() {
            return self.poll_change(context);
        }
        let has_room = self.has_room();
        let State::Up(transport) = &mut self.state else {
            return Poll::Pending;
        };
        if may_read && has_room {
            return transport.poll_receive(context).map(Happened::Received);
        }
        transport.rest();
        Poll::Pending
    }

    /// Waits until a transport is open, or closed.
    fn poll_change(&mut self, context: &mut Context<'_>) -> Poll<Happened<'static>> {
        let happened = match &mut self.state {
            State::Down | State::Up(_) => return Poll::Pending,
            State::Opening(opening) => match ready!(opening.opening.as_mut().poll(context)) {
                Ok(transport) => {
                    self.attach(transport);
                    Happened::Opened
                }
                Err(error) => {
                    self.drop_now();
                    Happened::NotOpened(error)
                }
            },
            State::Closing(closing) => {
                ready!(closing.transport.poll_close(context, &closing.reason));
                let reason = std::mem::take(&mut closing.reason);
                self.drop_now();
                Happened::Closed { reason }
            }
        };
        Poll::Ready(happened)
    }

    /// Writes what waits as far as the peer takes it. If the transport is broken it is down, and this says why.
    pub(super) fn flush(&mut self, context: &mut Context<'_>) -> Result<(), String> {
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
            Poll::Ready(Err(error)) => {
                self.drop_now();
                Err(format!("the connection broke: {error}"))
            }
            Poll::Pending => {
                let due = Instant::now() + Duration::from_millis(self.write_timeout.into());
                self.stalled.get_or_insert(due);
                Ok(())
            }
        }
    }
}

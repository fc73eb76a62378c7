//! One machine, one transport, one task.

use std::{
    borrow::Cow,
    future::{Future, Ready},
    pin::Pin,
    sync::Arc,
};

use tracing::Instrument;

use super::{
    address::host_of,
    bell::Ear,
    clock::{self, Clock},
    dial::Connect,
    entropy::OsEntropy,
    policy::SharedPolicy,
    store::{MemoryStore, Store},
    transport::{Limits, Transport},
};
use crate::session::{Entropy, InPlace, Machine, Observer};

mod core;
mod events;
mod later;
mod link;
mod options;
mod running;
mod session;
mod spare;
mod turn;
mod within;

use core::{Core, Phase, Verdicts, Wakers};
pub use events::Event;
use events::EventQueue;
use link::{Happened, Link};
pub use options::Options;
use running::{Running, Shared};
pub use session::{CallFailure, Caller, Events, Session, WeakCaller};
pub use within::Turn;
use within::{Handle, Within};

/// Everything that runs one machine. Made by [`Driver::client`] or [`Driver::server`], set up, then started.
///
/// The driver obeys: it opens, closes and drops the transport when the machine says so, feeds what comes, and wakes the machine at
/// its deadlines. One thing happens at a time, and its actions are carried out in order before the next.
pub struct Driver<M: Machine> {
    machine: M,
    connector: Option<Arc<dyn Connect>>,
    accepted: Option<Box<dyn Transport>>,
    peer: String,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entropy: Box<dyn Entropy + Send>,
    policy: Option<Arc<SharedPolicy>>,
    observer: Option<Box<dyn Observer<M>>>,
    handler: Option<Box<dyn Handle<M>>>,
    options: Options,
    closed_by: Option<Ear>,
}

impl<M> Driver<M>
where
    M: Machine + Send + 'static,
    M::Message: Send + 'static,
    M::Call: Send + 'static,
{
    /// A driver that opens its transports when the machine says `Connect`.
    pub fn client(machine: M, connector: impl Connect + 'static) -> Self {
        let peer = connector.peer();
        Self::new(machine, Some(Arc::new(connector)), None, peer)
    }

    /// A driver over a transport that a peer opened. The machine is told so once it has started.
    pub fn server(machine: M, transport: Box<dyn Transport>, peer: impl ToString) -> Self {
        Self::new(machine, None, Some(transport), peer.to_string())
    }

    fn new(machine: M, connector: Option<Arc<dyn Connect>>, accepted: Option<Box<dyn Transport>>, peer: String) -> Self {
        Self {
            machine,
            connector,
            accepted,
            peer,
            store: Arc::new(MemoryStore::new()),
            clock: clock::system(),
            entropy: Box::new(OsEntropy::new()),
            policy: None,
            observer: None,
            handler: None,
            options: Options::default(),
            closed_by: None,
        }
    }

    /// Where the machine's values are stored; in memory, and only for this session, if nothing is said.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = store;
        self
    }

    /// Queues and timeouts.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Who sees every frame, input and action.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer<M> + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Has messages handled within the turn in which they were read, before they become events. The handler gets each message that the
    /// machine delivers, in order, and answers it there by [`Turn::send`]; what it does not want it keeps as an event by [`Turn::keep`].
    ///
    /// A message borrows from what was read: nothing is copied to be kept, and what is sent is written where it goes out. What has to be kept
    /// is made its own. Where a state does more with a message than to deliver it, as to note whose answer it is, or an observer wants to
    /// see it, the handler gets it all the same, as soon as everything that the step asks for is done.
    ///
    /// All other events, and answers to requests, go to the [`Session`], which sees them after the handler saw the messages that came
    /// with them. A handler must not block: nothing else happens to the session, and on its thread, until it returns.
    #[must_use]
    pub fn on_message<H>(mut self, handler: H) -> Self
    where
        M: InPlace,
        H: FnMut(M::Read<'_>, &mut Turn<'_, M>) + Send + 'static,
    {
        self.handler = Some(Box::new(Within(handler)));
        self
    }

    /// Another clock than the system's, for the date; ticks are always tokio's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Another source of randomness than the system's.
    #[must_use]
    pub fn entropy(mut self, entropy: impl Entropy + Send + 'static) -> Self {
        self.entropy = Box::new(entropy);
        self
    }

    /// What decides on claims and counts, for all who share it; without a registry, and only for this session, if nothing is said.
    #[must_use]
    pub fn policy(mut self, policy: Arc<SharedPolicy>) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Closes the session when a bell is rung.
    pub(super) fn closed_by(mut self, ear: Ear) -> Self {
        self.closed_by = Some(ear);
        self
    }

    /// The session, and the future that runs it until it ends.
    pub fn start(self) -> (Session<M>, impl Future<Output = ()> + Send + 'static) {
        let (session, running, span) = self.ready();
        (session, running.run(None::<Pin<Box<Ready<()>>>>).instrument(span))
    }

    /// Runs the session, and beside it, in the same task, what the application does with it; until both are done.
    ///
    /// The two take turns: what the application answers to all that came at once is written at once.
    pub fn run<F>(self, application: impl FnOnce(Session<M>) -> F) -> impl Future<Output = ()>
    where
        F: Future<Output = ()>,
    {
        let (session, running, span) = self.ready();
        // Boxed: a future that takes another by value keeps it twice.
        running.run(Some(Box::pin(application(session)))).instrument(span)
    }

    /// Runs the session in a task of its own.
    pub fn spawn(self) -> Session<M> {
        let (session, running) = self.start();
        tokio::spawn(running);
        session
    }

    fn ready(self) -> (Session<M>, Running<M>, tracing::Span) {
        let span = tracing::debug_span!(
            "session",
            session = %self.options.session,
            role = %self.options.role,
            peer = %self.peer,
        );
        let limits = Limits {
            message: self.machine.max_size(),
            unsent: self.options.unsent,
            message_time: self.options.message_time,
        };
        let mut link = Link::new(limits, &self.options, self.connector);
        if let Some(transport) = self.accepted {
            link.attach(transport);
        }
        let core = Core {
            machine: self.machine,
            store: self.store,
            clock: self.clock,
            entropy: self.entropy,
            host: host_of(&self.peer).into(),
            observer: self.observer,
            handler: self.handler,
            closed_by: self.closed_by,
            policy: self.policy.unwrap_or_default(),
            link,
            events: EventQueue::new(self.options.events.max(1)),
            entered: Cow::Borrowed(""),
            phase: Phase::New,
            later: None,
            spare: None,
            asking: None,
            verdicts: Verdicts::default(),
            last_ticket: 0,
            ending: None,
            must_close: false,
            given_up: false,
            callers: 1,
            is_abandoned: false,
            wakers: Wakers::default(),
        };
        let shared = Arc::new(Shared::new(core));
        (Session::new(Arc::clone(&shared)), Running::new(shared), span)
    }
}

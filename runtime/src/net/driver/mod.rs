//! One machine, one transport, one task.

use std::{
    borrow::Cow,
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, Sleep},
};
use tracing::Instrument;

use super::{
    address::host_of,
    clock::{Clock, SystemClock, millis},
    dial::Connect,
    entropy::OsEntropy,
    policy::SharedPolicy,
    store::{MemoryStore, Store},
    transport::{Limits, Transport},
};
use crate::session::{Action, CallError, Entropy, Input, Machine, Now, Observer};

mod events;
mod link;
mod options;
mod session;
mod step;

pub use events::Event;
use events::EventQueue;
use link::{Happened, Link};
pub use options::Options;
use session::{Answer, Command};
pub use session::{CallFailure, Caller, Events, Session, WeakCaller};

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
    options: Options,
    shutdown: Option<Shutdown>,
}

/// Yields when the session is to be closed: by when it must have ended.
pub(super) type Shutdown = Pin<Box<dyn Future<Output = Instant> + Send>>;

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
            clock: Arc::new(SystemClock),
            entropy: Box::new(OsEntropy::new()),
            policy: None,
            observer: None,
            options: Options::default(),
            shutdown: None,
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

    pub(super) fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = Some(shutdown);
        self
    }

    /// The session, and the future that runs it until it ends.
    pub fn start(self) -> (Session<M>, impl Future<Output = ()> + Send + 'static) {
        let (commands, received) = mpsc::channel(self.options.calls.max(1));
        let (sender, events) = mpsc::channel(self.options.events.max(1));
        let (entered, state) = watch::channel(Cow::Borrowed(""));
        let span = tracing::debug_span!(
            "session",
            session = %self.options.session,
            role = %self.options.role,
            peer = %self.peer,
        );
        let mut running = Running::new(self, received, EventQueue::new(sender), entered);
        // Run by reference: a future that takes its arguments by value keeps them twice.
        let running = async move { running.run().await };
        (Session::new(commands, state, events), running.instrument(span))
    }

    /// Runs the session, and beside it, in the same task, what the application does with it; until both are done.
    pub async fn run<F>(self, application: impl FnOnce(Session<M>) -> F)
    where
        F: Future<Output = ()>,
    {
        let (session, running) = self.start();
        tokio::join!(running, application(session));
    }

    /// Runs the session in a task of its own.
    pub fn spawn(self) -> Session<M> {
        let (session, running) = self.start();
        tokio::spawn(running);
        session
    }
}

/// A driver at work.
struct Running<M: Machine> {
    machine: M,
    connector: Option<Arc<dyn Connect>>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entropy: Box<dyn Entropy + Send>,
    policy: Arc<SharedPolicy>,
    /// The peer's host.
    host: Box<str>,
    observer: Option<Box<dyn Observer<M>>>,
    close_timeout: Duration,
    shutdown: Option<Shutdown>,
    /// The instant of tick 0.
    start: Instant,
    link: Link,
    /// `None` once all callers are gone.
    commands: Option<mpsc::Receiver<Command<M>>>,
    events: EventQueue<M::Message>,
    /// The name of the state that was entered last.
    entered: watch::Sender<Cow<'static, str>>,
    /// Inputs that follow from actions; they come before anything else.
    answers: VecDeque<Input<M::Message, M::Call>>,
    actions: Vec<Action<M::Message>>,
    /// What a message is encoded into.
    octets: Vec<u8>,
    /// Who waits for the answer to the call that the machine is carrying out.
    asking: Option<Asking>,
    /// Who waits for the end.
    closers: Vec<Closer>,
    /// By when the session must have ended, once nobody wants it any more.
    must_end: Option<Instant>,
    /// Whose turn it is where both a message and a call are there.
    calls_first: bool,
    /// Why the transport went last.
    reason: String,
    /// Whether the transport can only be closed, once what was answered is sent.
    must_close: bool,
    given_up: bool,
}

/// Where one is answered who waits for the end.
type Closer = oneshot::Sender<Result<(), CallError>>;

/// What the machine was asked, and where it is answered if the machine does not refuse: at once, or at the end.
enum Asking {
    Call(Answer),
    Close(Closer),
}

/// What the driver was woken for.
enum Woken<M: Machine> {
    /// A deadline has come: the machine's, the link's, or the end.
    Time,
    Link(Happened),
    Command(Command<M>),
    /// All callers are gone.
    Abandoned,
    /// The server is shutting down.
    Shutdown(Instant),
}

impl<M> Running<M>
where
    M: Machine + Send + 'static,
    M::Message: Send + 'static,
    M::Call: Send + 'static,
{
    fn new(
        driver: Driver<M>,
        commands: mpsc::Receiver<Command<M>>,
        events: EventQueue<M::Message>,
        entered: watch::Sender<Cow<'static, str>>,
    ) -> Self {
        let limits = Limits {
            message: driver.machine.max_size(),
            unsent: driver.options.unsent,
            message_time: driver.options.message_time,
        };
        let mut link = Link::new(limits, &driver.options);
        if let Some(transport) = driver.accepted {
            link.attach(transport);
        }
        let policy = driver.policy.unwrap_or_default();
        Self {
            machine: driver.machine,
            connector: driver.connector,
            store: driver.store,
            clock: driver.clock,
            entropy: driver.entropy,
            observer: driver.observer,
            close_timeout: driver.options.close_timeout,
            shutdown: driver.shutdown,
            // Who counts together has one clock.
            start: policy.epoch(),
            policy,
            host: host_of(&driver.peer).into(),
            link,
            commands: Some(commands),
            events,
            entered,
            answers: VecDeque::new(),
            actions: Vec::new(),
            octets: Vec::new(),
            asking: None,
            closers: Vec::new(),
            must_end: None,
            calls_first: false,
            reason: String::new(),
            must_close: false,
            given_up: false,
        }
    }

    async fn run(&mut self) {
        let persisted = match self.machine.persistence() {
            Some(place) => self.look_up(place).await,
            None => None,
        };
        self.take(Input::Start { persisted });
        self.settle().await;
        if self.link.is_up() && !self.machine.is_ended() {
            self.take(Input::Opened);
            self.settle().await;
        }
        let mut sleep = pin!(tokio::time::sleep_until(self.start));
        while !self.is_over() {
            match self.wait(sleep.as_mut()).await {
                Woken::Time => self.on_time(),
                Woken::Link(happened) => self.on_link(happened),
                Woken::Command(command) => self.on_command(command),
                Woken::Abandoned => {
                    self.commands = None;
                    self.end_by(Instant::now() + self.close_timeout);
                }
                Woken::Shutdown(by) => {
                    self.shutdown = None;
                    self.end_by(by);
                }
            }
            self.settle().await;
        }
        self.finish();
        poll_fn(|context| self.events.poll_drained(context)).await;
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

    /// Says how it ended, to everyone who asked or asks. Events that still wait are handed over afterwards.
    fn finish(&mut self) {
        let reason = std::mem::take(&mut self.reason);
        tracing::info!(state = self.machine.state(), reason, "ended");
        self.link.drop_now();
        self.commands = None;
        for closer in self.closers.drain(..) {
            // Who asked may be gone.
            let _ = closer.send(Ok(()));
        }
        self.events.push(Event::Ended { reason });
    }

    async fn wait(&mut self, mut sleep: Pin<&mut Sleep>) -> Woken<M> {
        let due = self.machine.next_deadline().filter(|_| !self.machine.is_ended());
        let due = due.and_then(|ticks| self.start.checked_add(Duration::from_millis(ticks)));
        poll_fn(|context| {
            loop {
                let deadline = [due, self.link.deadline(), self.must_end].into_iter().flatten().min();
                if let Some(deadline) = deadline {
                    if sleep.deadline() != deadline {
                        sleep.as_mut().reset(deadline);
                    }
                    if sleep.as_mut().poll(context).is_ready() {
                        return Poll::Ready(Woken::Time);
                    }
                }
                let (took_calls, link_due) = (self.link.takes_calls(), self.link.deadline());
                if let Poll::Ready(woken) = self.poll_inputs(context) {
                    return Poll::Ready(woken);
                }
                // A peer that stopped or began to take what is written sets a deadline, or lets calls in again.
                if (took_calls, link_due) == (self.link.takes_calls(), self.link.deadline()) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn poll_inputs(&mut self, context: &mut Context<'_>) -> Poll<Woken<M>> {
        if let Some(shutdown) = &mut self.shutdown
            && let Poll::Ready(by) = shutdown.as_mut().poll(context)
        {
            return Poll::Ready(Woken::Shutdown(by));
        }
        let may_read = self.events.poll_drained(context).is_ready();
        self.calls_first = !self.calls_first;
        if self.calls_first
            && let Poll::Ready(woken) = self.poll_command(context)
        {
            return Poll::Ready(woken);
        }
        if let Poll::Ready(happened) = self.link.poll(context, may_read) {
            return Poll::Ready(Woken::Link(happened));
        }
        if self.calls_first {
            Poll::Pending
        } else {
            self.poll_command(context)
        }
    }

    fn poll_command(&mut self, context: &mut Context<'_>) -> Poll<Woken<M>> {
        match &mut self.commands {
            Some(commands) if self.link.takes_calls() => commands.poll_recv(context).map(|command| match command {
                Some(command) => Woken::Command(command),
                None => Woken::Abandoned,
            }),
            _ => Poll::Pending,
        }
    }

    fn now(&self) -> Now {
        Now {
            ticks: millis(self.start.elapsed()),
            unix: self.clock.unix(),
        }
    }
}

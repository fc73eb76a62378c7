use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::Instant,
};

use super::{
    run::{run, ticks},
    stats::KindStats,
};
use crate::work::{Counts, Do, Failure, Handler, Limits, Outcome, PlaceId, Scheduler, Table, Unit};

/// What bounds a node.
#[derive(Debug, Clone, Copy)]
pub struct NodeOptions {
    /// What bounds its scheduler.
    pub limits: Limits,
    /// Units that handlers here work on at once; the number of processors, if nothing is said.
    pub parallel: usize,
    /// Units that a peer is handed at once.
    pub peer_parallel: usize,
    /// Octets of what a handler may give.
    pub most_output: usize,
}

impl Default for NodeOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            parallel: std::thread::available_parallelism().map_or(2, usize::from),
            peer_parallel: 64,
            most_output: (1 << 20) - (4 << 10),
        }
    }
}

/// Who is told what became of a submit.
pub(super) type To = Box<dyn FnOnce(Outcome) + Send>;

/// What a peer that handles work is asked to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Work on it.
    Start { serial: u64, unit: Arc<Unit> },
    /// No longer.
    Cancel { serial: u64 },
}

/// Takes work in, and has it done. Clones are the same node.
#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

struct Inner {
    table: Arc<Table>,
    handlers: BTreeMap<String, Handler>,
    options: NodeOptions,
    start: Instant,
    state: Mutex<State>,
    /// The next deadline may be another.
    changed: Notify,
    submitters: AtomicU64,
}

struct State {
    scheduler: Scheduler<To>,
    /// What runs here, with what ends it.
    here: HashMap<u64, oneshot::Sender<()>>,
    peers: HashMap<PlaceId, mpsc::UnboundedSender<Order>>,
    begun: HashMap<u64, (String, Instant)>,
    stats: BTreeMap<String, KindStats>,
}

impl Node {
    /// A node with handlers, which keeps time in a task of its own. Must be made within a runtime of tokio.
    #[must_use]
    pub fn new(table: Arc<Table>, handlers: impl IntoIterator<Item = Handler>, options: NodeOptions) -> Self {
        let known = |handler: Handler| Some((table.kind_of(handler.kind())?, handler));
        let handlers: BTreeMap<String, Handler> = handlers.into_iter().filter_map(known).collect();
        let mut scheduler = Scheduler::new(Arc::clone(&table), options.limits);
        let kinds = handlers.keys().cloned().collect();
        let stats = handlers.keys().map(|kind| (kind.clone(), KindStats::default())).collect();
        if !handlers.is_empty() {
            scheduler.place(0, PlaceId::HERE, kinds, options.parallel.max(1), &mut Vec::new());
        }
        let state = State {
            scheduler,
            here: HashMap::new(),
            peers: HashMap::new(),
            begun: HashMap::new(),
            stats,
        };
        let inner = Inner {
            table,
            handlers,
            options,
            start: Instant::now(),
            state: Mutex::new(state),
            changed: Notify::new(),
            submitters: AtomicU64::new(1),
        };
        let node = Self { inner: Arc::new(inner) };
        tokio::spawn(keep_time(Arc::downgrade(&node.inner)));
        node
    }

    /// What the schema says of work.
    #[must_use]
    pub fn table(&self) -> &Arc<Table> {
        &self.inner.table
    }

    /// What it is bounded by.
    #[must_use]
    pub fn options(&self) -> &NodeOptions {
        &self.inner.options
    }

    /// What it holds.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.state().scheduler.counts()
    }

    /// How full it is, from 0 to 1.
    #[must_use]
    pub fn load(&self) -> f64 {
        self.state().scheduler.load()
    }

    /// What it has done, by kind.
    #[must_use]
    pub fn stats(&self) -> BTreeMap<String, KindStats> {
        self.state().stats.clone()
    }

    /// The kinds that handlers here handle.
    pub fn handled_here(&self) -> impl Iterator<Item = &str> {
        self.inner.handlers.keys().map(String::as_str)
    }

    /// A number for somebody who submits.
    #[must_use]
    pub fn submitter(&self) -> u64 {
        self.inner.submitters.fetch_add(1, Ordering::Relaxed)
    }

    /// Submits a unit; `to` is told what became of it, once.
    pub fn submit(&self, submitter: u64, unit: Unit, to: impl FnOnce(Outcome) + Send + 'static) {
        let to: To = Box::new(to);
        self.tell(|scheduler, now, out| scheduler.submit(now, submitter, unit, to, out));
    }

    /// Takes nothing in any more, waits until what it holds is done, and gives back what is not by then.
    pub async fn shut_down(&self, grace: Duration) {
        let by = Instant::now() + grace;
        while !self.state().scheduler.drain() && Instant::now() < by {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.tell(Scheduler::give_back);
    }

    pub(super) fn peer_handles(&self, id: PlaceId, kinds: Vec<String>, orders: mpsc::UnboundedSender<Order>) {
        self.state().peers.insert(id, orders);
        let kinds = kinds.iter().filter_map(|kind| self.inner.table.kind_of(kind)).collect();
        let room = self.inner.options.peer_parallel;
        self.tell(|scheduler, now, out| scheduler.place(now, id, kinds, room, out));
    }

    pub(super) fn peer_gone(&self, id: PlaceId) {
        self.state().peers.remove(&id);
        self.tell(|scheduler, now, out| scheduler.remove_place(now, id, out));
    }

    pub(super) fn finished(&self, serial: u64, result: Result<String, Failure>) {
        self.tell(|scheduler, now, out| scheduler.finished(now, serial, result, out));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the scheduler what happened, and does what it says.
    fn tell(&self, tell: impl FnOnce(&mut Scheduler<To>, u64, &mut Vec<Do<To>>)) {
        let mut out = Vec::new();
        let mut starting = Vec::new();
        let mut answers = Vec::new();
        let sooner = {
            let mut state = self.state();
            let before = state.scheduler.next_deadline();
            tell(&mut state.scheduler, ticks(self.inner.start.elapsed()), &mut out);
            for action in out {
                match action {
                    Do::Start { serial, place, unit, kind } => {
                        state.begin(serial, &kind);
                        if place == PlaceId::HERE {
                            let (cancel, cancelled) = oneshot::channel();
                            state.here.insert(serial, cancel);
                            starting.push((serial, unit, kind, cancelled));
                        } else if let Some(peer) = state.peers.get(&place) {
                            // A peer whose task is gone is removed in a moment.
                            let _ = peer.send(Order::Start { serial, unit });
                        }
                    }
                    Do::Cancel { serial, place } => {
                        state.end(serial, false);
                        if place == PlaceId::HERE {
                            state.here.remove(&serial).map(|cancel| cancel.send(()));
                        } else if let Some(peer) = state.peers.get(&place) {
                            let _ = peer.send(Order::Cancel { serial });
                        }
                    }
                    Do::Answer { to, outcome } => answers.push((to, outcome)),
                }
            }
            let after = state.scheduler.next_deadline();
            after.is_some() && (before.is_none() || after < before)
        };
        if sooner {
            self.inner.changed.notify_one();
        }
        for (serial, unit, kind, cancelled) in starting {
            self.start(serial, unit, kind, cancelled);
        }
        for (to, outcome) in answers {
            to(outcome);
        }
    }

    fn start(&self, serial: u64, unit: Arc<Unit>, kind: String, cancelled: oneshot::Receiver<()>) {
        let Some(handler) = self.inner.handlers.get(&kind).cloned() else {
            return;
        };
        let node = self.clone();
        tokio::spawn(async move {
            let most = node.inner.options.most_output;
            let result = run(handler, &node.inner.table, kind, &unit, most, cancelled).await;
            let was_running = {
                let mut state = node.state();
                state.end(serial, result.is_ok());
                state.here.remove(&serial).is_some()
            };
            if was_running {
                node.finished(serial, result);
            }
        });
    }

    pub(super) fn ended_elsewhere(&self, serial: u64, done: bool) {
        self.state().end(serial, done);
    }
}

impl State {
    fn begin(&mut self, serial: u64, kind: &str) {
        self.begun.insert(serial, (kind.to_owned(), Instant::now()));
        self.stats.entry(kind.to_owned()).or_default().running += 1;
    }

    fn end(&mut self, serial: u64, done: bool) {
        let Some((kind, since)) = self.begun.remove(&serial) else { return };
        let stats = self.stats.entry(kind).or_default();
        stats.running = stats.running.saturating_sub(1);
        *(if done { &mut stats.done } else { &mut stats.failed }) += 1;
        stats.latency.add(since.elapsed());
    }
}

/// Wakes the scheduler at its deadlines, as long as there is a node.
async fn keep_time(inner: std::sync::Weak<Inner>) {
    loop {
        let Some(node) = inner.upgrade().map(|inner| Node { inner }) else {
            return;
        };
        let next = node.state().scheduler.next_deadline();
        let at = next.map(|tick| node.inner.start + Duration::from_millis(tick));
        if at.is_some_and(|at| at <= Instant::now()) {
            node.tell(Scheduler::due);
            continue;
        }
        // Without a deadline it looks now and then whether the node is still there.
        let at = at.unwrap_or_else(|| Instant::now() + Duration::from_secs(1));
        tokio::select! {
            () = tokio::time::sleep_until(at) => {}
            () = node.inner.changed.notified() => {}
        }
    }
}

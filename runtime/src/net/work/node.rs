use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, mpsc},
    time::Instant,
};

use super::{
    pool::Pool,
    run::{Begun, Ended, begin},
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
    /// Threads that handlers may hold. One that blocks for ever holds one for ever.
    pub most_threads: usize,
    /// How often peers are told how busy this is.
    pub beat: Duration,
}

impl Default for NodeOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            parallel: processors(),
            peer_parallel: 64,
            most_output: (1 << 20) - (4 << 10),
            most_threads: 256,
            beat: Duration::from_secs(10),
        }
    }
}

/// Who is told what became of a submit.
pub(super) type To = Box<dyn FnOnce(Outcome) + Send>;

/// What a peer that handles work is asked to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Work on it, for so many milliseconds.
    Start { serial: u64, unit: Arc<Unit>, left: u64 },
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
    pool: Pool,
    start: Instant,
    state: Mutex<State>,
    /// The next deadline may be another.
    changed: Notify,
    submitters: AtomicU64,
}

struct State {
    scheduler: Scheduler<To>,
    peers: HashMap<PlaceId, mpsc::UnboundedSender<Order>>,
    running: HashMap<u64, Running>,
    stats: BTreeMap<Arc<str>, KindStats>,
}

/// A unit that is worked on.
struct Running {
    kind: Arc<str>,
    since: Instant,
    /// What ends it, if it is worked on here.
    here: Option<Begun>,
}

/// What is to be begun here.
struct Starting {
    serial: u64,
    unit: Arc<Unit>,
    kind: Arc<str>,
}

/// Handlers that are begun in a row where work comes in; further ones are begun elsewhere, so that others have their turn.
const AT_ONCE: usize = 64;

impl Node {
    /// A node with handlers, which keeps time in a task of its own. Must be made within a runtime of tokio.
    #[must_use]
    pub fn new(table: Arc<Table>, handlers: impl IntoIterator<Item = Handler>, options: NodeOptions) -> Self {
        let known = |handler: Handler| Some((table.kind_of(handler.kind())?, handler));
        let handlers: BTreeMap<String, Handler> = handlers.into_iter().filter_map(known).collect();
        let mut scheduler = Scheduler::new(Arc::clone(&table), options.limits);
        let kinds = handlers.keys().cloned().collect();
        let stats = handlers.keys().map(|kind| (kind.as_str().into(), KindStats::default())).collect();
        if !handlers.is_empty() {
            scheduler.place(0, PlaceId::HERE, kinds, options.parallel.max(1), &mut Vec::new());
        }
        let state = State {
            scheduler,
            peers: HashMap::new(),
            running: HashMap::new(),
            stats,
        };
        let inner = Inner {
            table,
            handlers,
            options,
            pool: Pool::new(options.parallel.min(processors()), options.most_threads),
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
        let state = self.state();
        let mut all: BTreeMap<String, KindStats> = state.stats.iter().map(|(kind, stats)| (kind.to_string(), stats.clone())).collect();
        for (kind, queued) in state.scheduler.depths() {
            all.entry(kind.to_owned()).or_default().queued = queued;
        }
        all
    }

    /// Threads that its handlers hold or may be given.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.inner.pool.threads()
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
        drop(self.state().peers.remove(&id));
        self.tell(|scheduler, now, out| scheduler.remove_place(now, id, out));
    }

    pub(super) fn finished(&self, serial: u64, result: Result<String, Failure>) {
        self.tell(|scheduler, now, out| scheduler.finished(now, serial, result, out));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the scheduler what happened, and does what it says; and so on with what quick handlers give at once.
    fn tell(&self, tell: impl FnOnce(&mut Scheduler<To>, u64, &mut Vec<Do<To>>)) {
        let (mut out, mut starting, mut answers) = (Vec::new(), Vec::new(), Vec::new());
        let mut begun = 0;
        let mut told = self.told(tell, &mut out, &mut starting, &mut answers);
        loop {
            if told {
                self.inner.changed.notify_one();
            }
            for (to, outcome) in answers.drain(..) {
                to(outcome);
            }
            let mut ended = Vec::new();
            for starting in starting.drain(..) {
                begun += 1;
                let serial = starting.serial;
                ended.extend(self.start(starting, begun > AT_ONCE).map(|result| (serial, result)));
            }
            if ended.is_empty() {
                return;
            }
            let finished = |scheduler: &mut Scheduler<To>, now: u64, out: &mut Vec<Do<To>>| {
                for (serial, result) in ended {
                    scheduler.finished(now, serial, result, out);
                }
            };
            told = self.told(finished, &mut out, &mut starting, &mut answers);
        }
    }

    /// What is to be begun here and answered once the scheduler was told; whether the next deadline is earlier than it was.
    fn told(
        &self,
        tell: impl FnOnce(&mut Scheduler<To>, u64, &mut Vec<Do<To>>),
        out: &mut Vec<Do<To>>,
        starting: &mut Vec<Starting>,
        answers: &mut Vec<(To, Outcome)>,
    ) -> bool {
        let mut state = self.state();
        let before = state.scheduler.next_deadline();
        let now = Instant::now();
        tell(&mut state.scheduler, ticks(now.saturating_duration_since(self.inner.start)), out);
        for action in out.drain(..) {
            match action {
                Do::Start {
                    serial,
                    place,
                    unit,
                    kind,
                    left,
                } => {
                    state.begin(serial, Arc::clone(&kind), now);
                    if place == PlaceId::HERE {
                        starting.push(Starting { serial, unit, kind });
                    } else if let Some(peer) = state.peers.get(&place) {
                        // A peer whose task is gone is removed in a moment.
                        let _ = peer.send(Order::Start { serial, unit, left });
                    }
                }
                Do::Cancel { serial, place } => {
                    if let Some(begun) = state.end(serial, false, now) {
                        begun.cancel();
                    }
                    if let Some(peer) = state.peers.get(&place) {
                        let _ = peer.send(Order::Cancel { serial });
                    }
                }
                Do::Answer { to, outcome } => answers.push((to, outcome)),
            }
        }
        let after = state.scheduler.next_deadline();
        after.is_some() && (before.is_none() || after < before)
    }

    /// Begins a unit here; what became of it, if that is known at once.
    fn start(&self, starting: Starting, elsewhere: bool) -> Option<Ended> {
        let Starting { serial, unit, kind } = starting;
        let handler = self.inner.handlers.get(&*kind)?;
        let node = self.clone();
        let done = move |ended: Ended| {
            if node.ended(serial, ended.is_ok()) {
                node.finished(serial, ended);
            }
        };
        let most = self.inner.options.most_output;
        match begin(handler, &self.inner.pool, &self.inner.table, kind, &unit, most, elsewhere, done) {
            Ok(ended) => self.ended(serial, ended.is_ok()).then_some(ended),
            Err(begun) => {
                match self.state().running.get_mut(&serial) {
                    Some(running) => running.here = Some(begun),
                    // It is over already, or no longer wanted.
                    None => begun.cancel(),
                }
                None
            }
        }
    }

    /// What was worked on is over; whether it was still wanted.
    pub(super) fn ended(&self, serial: u64, done: bool) -> bool {
        let mut state = self.state();
        let was_running = state.running.contains_key(&serial);
        drop(state.end(serial, done, Instant::now()));
        was_running
    }

    /// A peer says how busy it is.
    pub(super) fn peer_loaded(&self, id: PlaceId, load: f64) {
        self.state().scheduler.loaded(id, load);
    }
}

impl State {
    fn begin(&mut self, serial: u64, kind: Arc<str>, since: Instant) {
        // What is begun anew was begun before.
        drop(self.end(serial, false, since));
        match self.stats.get_mut(&kind) {
            Some(stats) => stats.running += 1,
            None => {
                let stats = KindStats {
                    running: 1,
                    ..KindStats::default()
                };
                self.stats.insert(Arc::clone(&kind), stats);
            }
        }
        self.running.insert(serial, Running { kind, since, here: None });
    }

    /// A unit is over; what may still run of it here.
    fn end(&mut self, serial: u64, done: bool, now: Instant) -> Option<Begun> {
        let Running { kind, since, here } = self.running.remove(&serial)?;
        if let Some(stats) = self.stats.get_mut(&kind) {
            stats.running = stats.running.saturating_sub(1);
            *(if done { &mut stats.done } else { &mut stats.failed }) += 1;
            stats.latency.add(now.saturating_duration_since(since));
        }
        here
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Milliseconds as ticks.
fn ticks(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
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

use alloc::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    format,
    string::{String, ToString as _},
    sync::Arc,
    vec::Vec,
};

use super::{Failure, Outcome, Remembered, Route, Table, Unit};

mod depends;
mod order;
mod terms;

use order::Order;
pub use terms::{Counts, Do, Limits, PlaceId};

/// Decides which unit of work is done where and when. `W` is who waits for the answer of a submit.
///
/// Time is an argument, in ticks of a millisecond. Everything that it is told takes time logarithmic in what it holds, and in the number
/// of kinds that wait; what it holds is bounded by its [`Limits`].
#[derive(Debug)]
pub struct Scheduler<W> {
    table: Arc<Table>,
    limits: Limits,
    next: u64,
    units: BTreeMap<u64, Held<W>>,
    by_id: BTreeMap<String, u64>,
    /// Who waits for an id that is not done: by the id.
    dependents: BTreeMap<String, BTreeSet<u64>>,
    deadlines: BTreeSet<(u64, u64)>,
    order: Order,
    places: BTreeMap<PlaceId, Place>,
    remembered: Remembered,
    waiting: usize,
    draining: bool,
}

#[derive(Debug)]
struct Place {
    kinds: BTreeSet<String>,
    free: usize,
    /// How busy it says that it is, in tenths.
    load: u8,
}

#[derive(Debug)]
struct Held<W> {
    unit: Arc<Unit>,
    kind: Arc<str>,
    /// Whose lane it waits in, if its group is ordered.
    lane: Option<(u64, String)>,
    score: i128,
    deadline: u64,
    waiters: Vec<W>,
    /// How often it was begun.
    tries: u32,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// It waits for these.
    Blocked(BTreeSet<String>),
    Queued,
    Running {
        place: PlaceId,
        since: u64,
    },
}

impl<W> Scheduler<W> {
    /// A scheduler that knows of no place.
    #[must_use]
    pub fn new(table: Arc<Table>, limits: Limits) -> Self {
        Self {
            table,
            limits,
            next: 0,
            units: BTreeMap::new(),
            by_id: BTreeMap::new(),
            dependents: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            order: Order::default(),
            places: BTreeMap::new(),
            remembered: Remembered::new(limits.remembered, limits.remembered_octets, limits.remember_for),
            waiting: 0,
            draining: false,
        }
    }

    /// What it holds.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            waiting: self.waiting,
            remembered: self.remembered.len(),
            ..Counts::default()
        };
        for held in self.units.values() {
            match held.stage {
                Stage::Blocked(_) => counts.blocked += 1,
                Stage::Queued => counts.queued += 1,
                Stage::Running { .. } => counts.running += 1,
            }
        }
        counts
    }

    /// How many units of each kind wait: for others, or for a place.
    #[must_use]
    pub fn depths(&self) -> BTreeMap<&str, u64> {
        let mut depths = BTreeMap::new();
        for held in self.units.values().filter(|held| !matches!(held.stage, Stage::Running { .. })) {
            *depths.entry(&*held.kind).or_default() += 1;
        }
        depths
    }

    /// How full it is, from 0 to 1.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn load(&self) -> f64 {
        (self.waiting as f64 / self.limits.capacity.max(1) as f64).min(1.0)
    }

    /// All kinds that some place handles.
    #[must_use]
    pub fn handled(&self) -> BTreeSet<&str> {
        self.places.values().flat_map(|place| &place.kinds).map(String::as_str).collect()
    }

    /// When something must be done by itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// A place handles these kinds, so many units at once. Of a place that is known already, the kinds change.
    pub fn place(&mut self, now: u64, id: PlaceId, kinds: BTreeSet<String>, capacity: usize, out: &mut Vec<Do<W>>) {
        let place = self.places.entry(id).or_insert(Place {
            kinds: BTreeSet::new(),
            free: capacity,
            load: 0,
        });
        let lost: Vec<String> = place.kinds.difference(&kinds).cloned().collect();
        place.kinds = kinds;
        self.unroute(now, &lost, out);
        self.start(now, out);
    }

    /// A place says how busy it is, from 0 to 1: of those that handle an element the less busy one is asked.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn loaded(&mut self, id: PlaceId, load: f64) {
        if let Some(place) = self.places.get_mut(&id) {
            place.load = (load.clamp(0.0, 1.0) * 10.0) as u8;
        }
    }

    /// A place is gone. What was worked on there is tried elsewhere, unless its element is only to be done once, or it was tried as often
    /// as may be; that is not done, and neither is what nobody else handles.
    pub fn remove_place(&mut self, now: u64, id: PlaceId, out: &mut Vec<Do<W>>) {
        let Some(place) = self.places.remove(&id) else { return };
        let there = |held: &Held<W>| matches!(held.stage, Stage::Running { place, .. } if place == id);
        let lost: Vec<u64> = self
            .units
            .iter()
            .filter(|(_, held)| there(held))
            .map(|(serial, _)| *serial)
            .collect();
        for serial in lost {
            let Some(held) = self.units.get_mut(&serial) else { continue };
            if held.tries < self.limits.tries && !self.table.is_once(&held.kind) {
                held.stage = Stage::Queued;
                self.order.queue(&held.kind, held.score, serial);
                continue;
            }
            let failure = Failure::new(self.table.codes.unrouted.clone(), "the peer that worked on it is gone");
            self.end(now, serial, Err(failure), true, out);
        }
        let kinds: Vec<String> = place.kinds.into_iter().collect();
        self.unroute(now, &kinds, out);
        self.start(now, out);
    }

    /// A unit is submitted. `submitter` tells who: the units of ordered groups are done one by one for each.
    pub fn submit(&mut self, now: u64, submitter: u64, unit: Unit, to: W, out: &mut Vec<Do<W>>) {
        let codes = &self.table.codes;
        let refuse = |code: &alloc::borrow::Cow<'static, str>, message: String| Err(Failure::new(code.clone(), message));
        if let Some(outcome) = self.remembered.get(now, &unit.id) {
            let outcome = outcome.clone();
            out.push(Do::Answer { to, outcome });
            return;
        }
        let is_full = self.waiting >= self.limits.capacity;
        if let Some(held) = self.by_id.get(&unit.id).and_then(|serial| self.units.get_mut(serial))
            && !is_full
        {
            held.waiters.push(to);
            self.waiting += 1;
            return;
        }
        let refusal = if self.draining {
            refuse(&codes.overloaded, "the node is shutting down".into())
        } else if is_full {
            refuse(&codes.overloaded, format!("{} units wait already", self.limits.capacity))
        } else {
            match self.table.kind(&unit.group, &unit.element) {
                None => refuse(&codes.unhandled, format!("there is no {}:{}", unit.group, unit.element)),
                Some(kind) if !self.is_handled(&kind) => {
                    let peers = self.places.keys().any(|id| *id != PlaceId::HERE);
                    let code = if peers { &codes.unrouted } else { &codes.unhandled };
                    refuse(code, format!("nothing handles {kind}"))
                }
                Some(kind) => self.blockers(now, &unit).map(|blockers| (kind, blockers)),
            }
        };
        match refusal {
            Ok((kind, blockers)) => self.hold(now, submitter, unit, kind, blockers, to),
            Err(failure) => {
                let (id, result) = (unit.id, Err(failure));
                let outcome = Outcome { id, result, took: 0 };
                out.push(Do::Answer { to, outcome });
            }
        }
        self.start(now, out);
    }

    /// What was started is done. Of what was cancelled nothing is known any more.
    pub fn finished(&mut self, now: u64, serial: u64, result: Result<String, Failure>, out: &mut Vec<Do<W>>) {
        if matches!(self.units.get(&serial), Some(held) if matches!(held.stage, Stage::Running { .. })) {
            self.end(now, serial, result, true, out);
            self.start(now, out);
        }
    }

    /// What has taken too long is answered, and no longer worked on.
    pub fn due(&mut self, now: u64, out: &mut Vec<Do<W>>) {
        while let Some((_, serial)) = self.deadlines.first().copied().filter(|(deadline, _)| *deadline <= now) {
            let Some(held) = self.units.get(&serial) else {
                self.deadlines.pop_first();
                continue;
            };
            let message = match &held.stage {
                Stage::Blocked(on) => format!(
                    "{} did not come in time",
                    on.iter().next().map_or("what it waits for", String::as_str)
                ),
                Stage::Queued => "it was not begun in time".to_string(),
                Stage::Running { place, .. } => {
                    out.push(Do::Cancel { serial, place: *place });
                    "it took too long".to_string()
                }
            };
            let failure = Failure::new(self.table.codes.late.clone(), message);
            self.end(now, serial, Err(failure), true, out);
        }
        self.start(now, out);
    }

    /// Nothing more is taken in; what is held is done. Whether nothing is left.
    pub fn drain(&mut self) -> bool {
        self.draining = true;
        self.units.is_empty()
    }

    /// Everything that is held is given back undone: answered with the code that says that another may do it.
    pub fn give_back(&mut self, now: u64, out: &mut Vec<Do<W>>) {
        self.draining = true;
        let serials: Vec<u64> = self.units.keys().copied().collect();
        for serial in serials {
            if let Some(Held {
                stage: Stage::Running { place, .. },
                ..
            }) = self.units.get(&serial)
            {
                out.push(Do::Cancel { serial, place: *place });
            }
            let failure = Failure::new(self.table.codes.unrouted.clone(), "the node is shutting down");
            self.end(now, serial, Err(failure), false, out);
        }
    }

    fn is_handled(&self, kind: &str) -> bool {
        self.places.values().any(|place| place.kinds.contains(kind))
    }

    fn hold(&mut self, now: u64, submitter: u64, unit: Unit, kind: String, blockers: BTreeSet<String>, to: W) {
        let serial = self.next;
        self.next += 1;
        let route = self.table.group(&unit.group).map_or(Route::Parallel, |group| group.route);
        let deadline = now.saturating_add(unit.timeout.unwrap_or(self.limits.timeout).max(1));
        let lane = (route == Route::Ordered).then(|| (submitter, unit.group.clone()));
        self.deadlines.insert((deadline, serial));
        self.by_id.insert(unit.id.clone(), serial);
        for id in &blockers {
            self.dependents.entry(id.clone()).or_default().insert(serial);
        }
        let held = Held {
            score: order::score(route, unit.priority, now, self.limits.aging),
            unit: Arc::new(unit),
            kind: kind.into(),
            lane,
            deadline,
            waiters: Vec::from([to]),
            tries: 0,
            stage: Stage::Blocked(blockers),
        };
        self.units.insert(serial, held);
        self.waiting += 1;
        // In an ordered group even what is blocked keeps its place in the line.
        if let Some(Held { lane: Some(lane), .. }) = self.units.get(&serial) {
            self.order.join(lane.clone(), serial);
        }
        self.ready(serial);
    }

    /// A unit that waits for nothing joins the queue of its kind; of an ordered group, once it is its turn.
    fn ready(&mut self, serial: u64) {
        let Some(held) = self.units.get_mut(&serial) else { return };
        if !matches!(&held.stage, Stage::Blocked(on) if on.is_empty()) {
            return;
        }
        if held.lane.as_ref().is_some_and(|lane| !self.order.is_first(lane, serial)) {
            return;
        }
        held.stage = Stage::Queued;
        self.order.queue(&held.kind, held.score, serial);
    }

    /// Starts what can be: the best of all that wait for a kind with a free place, until there is none.
    fn start(&mut self, now: u64, out: &mut Vec<Do<W>>) {
        loop {
            let places = &self.places;
            let free = |kind: &str| {
                let able = places.iter().filter(|(_, place)| place.free > 0 && place.kinds.contains(kind));
                // The node itself first, then who is least busy, then who has most room.
                able.min_by_key(|(id, place)| (**id != PlaceId::HERE, place.load, usize::MAX - place.free, **id))
                    .map(|(id, _)| *id)
            };
            let Some((serial, place)) = self.order.take_best(free) else {
                return;
            };
            let Some(held) = self.units.get_mut(&serial) else { continue };
            held.stage = Stage::Running { place, since: now };
            held.tries += 1;
            if let Some(place) = self.places.get_mut(&place) {
                place.free -= 1;
            }
            out.push(Do::Start {
                serial,
                place,
                unit: Arc::clone(&held.unit),
                kind: Arc::clone(&held.kind),
                left: held.deadline.saturating_sub(now),
            });
        }
    }

    /// A unit is over: its submits are answered, and what waited for it goes on or fails with it.
    fn end(&mut self, now: u64, serial: u64, result: Result<String, Failure>, remember: bool, out: &mut Vec<Do<W>>) {
        // Failures may go on for as long as there are dependents: a list instead of recursion.
        let mut ended: VecDeque<(u64, Result<String, Failure>)> = VecDeque::from([(serial, result)]);
        while let Some((serial, result)) = ended.pop_front() {
            let Some(held) = self.units.remove(&serial) else { continue };
            self.deadlines.remove(&(held.deadline, serial));
            self.by_id.remove(&held.unit.id);
            let mut took = 0;
            match held.stage {
                Stage::Blocked(on) => {
                    for id in on {
                        self.release(&id, serial);
                    }
                }
                Stage::Queued => self.order.leave(&held.kind, held.score, serial),
                Stage::Running { place, since } => {
                    took = now.saturating_sub(since);
                    if let Some(place) = self.places.get_mut(&place) {
                        place.free += 1;
                    }
                }
            }
            if let Some(lane) = &held.lane
                && let Some(next) = self.order.step_out(lane, serial)
            {
                self.ready(next);
            }
            let failed = result.is_err();
            let outcome = Outcome {
                id: held.unit.id.clone(),
                result,
                took,
            };
            self.waiting -= held.waiters.len();
            out.extend(held.waiters.into_iter().map(|to| Do::Answer {
                to,
                outcome: outcome.clone(),
            }));
            for dependent in self.dependents.remove(&held.unit.id).unwrap_or_default() {
                if failed {
                    ended.push_back((dependent, Err(self.blocked_by(&held.unit.id))));
                } else if let Some(Held {
                    stage: Stage::Blocked(on), ..
                }) = self.units.get_mut(&dependent)
                {
                    on.remove(&held.unit.id);
                    self.ready(dependent);
                }
            }
            if remember {
                self.remembered.add(now, outcome);
            }
        }
    }

    /// What waits for a kind that nobody handles any more is answered.
    fn unroute(&mut self, now: u64, kinds: &[String], out: &mut Vec<Do<W>>) {
        let lost: BTreeSet<&str> = kinds.iter().map(String::as_str).filter(|kind| !self.is_handled(kind)).collect();
        if lost.is_empty() {
            return;
        }
        let stuck = |held: &Held<W>| !matches!(held.stage, Stage::Running { .. }) && lost.contains(&*held.kind);
        let serials: Vec<u64> = self
            .units
            .iter()
            .filter(|(_, held)| stuck(held))
            .map(|(serial, _)| *serial)
            .collect();
        for serial in serials {
            let failure = Failure::new(self.table.codes.unrouted.clone(), "who handled it is gone");
            self.end(now, serial, Err(failure), false, out);
        }
    }
}

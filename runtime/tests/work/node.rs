//! A scheduler that is told what happens, and remembers what it says.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ltp_runtime::work::{Codes, Do, Group, Limits, Members, Name, Outcome, PlaceId, Route, Scheduler, Table, Unit};

pub const ROOM: usize = 4;

/// A group of each route; each has the elements `sort`, with the other name `st`, and `charge`, which is only done once.
pub fn table() -> Arc<Table> {
    let text = |text: &'static str| Cow::Borrowed(text);
    let group = |code, route| Group {
        code: text(code),
        title: text(code),
        route,
        elements: vec![
            Name {
                name: text("sort"),
                aliases: vec![text("st")].into(),
                once: false,
            },
            Name {
                name: text("charge"),
                aliases: Cow::Borrowed(&[]),
                once: true,
            },
        ]
        .into(),
    };
    Arc::new(Table {
        groups: vec![
            group("flow", Route::Ordered),
            group("data", Route::Parallel),
            group("bell", Route::Urgent),
        ]
        .into(),
        open: true,
        codes: Codes {
            unhandled: text("UNHANDLED"),
            invalid: text("INVALID"),
            unrouted: text("UNROUTED"),
            overloaded: text("OVERLOADED"),
            blocked: text("BLOCKED"),
            failed: text("FAILED"),
            late: text("LATE"),
        },
        members: Members {
            id: text("id"),
            group: text("group"),
            element: text("element"),
            input: text("input"),
            priority: text("priority"),
            usual_priority: 5,
            timeout: text("timeout"),
            after: text("after"),
            request_says: Cow::Borrowed(&[]),
            reply_says: Cow::Borrowed(&[]),
            beat_says: Cow::Borrowed(&[]),
            answers: text("of"),
            status: text("status"),
            done: text("done"),
            undone: text("undone"),
            output: text("output"),
            failure: text("failure"),
            code: text("code"),
            message: text("message"),
            took: text("took"),
            fault_code: text("code"),
            fault_message: text("message"),
            handlers: text("handlers"),
            load: text("load"),
        },
    })
}

/// A scheduler, what it has started, and what it has answered.
pub struct Node {
    pub scheduler: Scheduler<u64>,
    pub now: u64,
    pub submits: u64,
    pub running: BTreeMap<String, (u64, PlaceId)>,
    /// In the order in which they were started, with the time that was left to each.
    pub started: Vec<String>,
    pub left: Vec<u64>,
    pub cancelled: Vec<u64>,
    pub answers: Vec<(u64, Outcome)>,
}

impl Node {
    pub fn new(limits: Limits) -> Self {
        Self::handling(limits, &["flow:sort", "data:sort", "bell:sort"], ROOM)
    }

    pub fn handling(limits: Limits, kinds: &[&str], room: usize) -> Self {
        let mut node = Self {
            scheduler: Scheduler::new(table(), limits),
            now: 0,
            submits: 0,
            running: BTreeMap::new(),
            started: Vec::new(),
            left: Vec::new(),
            cancelled: Vec::new(),
            answers: Vec::new(),
        };
        node.place(PlaceId::HERE, kinds, room);
        node
    }

    pub fn place(&mut self, id: PlaceId, kinds: &[&str], room: usize) {
        let kinds: BTreeSet<String> = kinds.iter().map(ToString::to_string).collect();
        self.obey(|scheduler, now, out| scheduler.place(now, id, kinds, room, out));
    }

    /// A peer is gone, with all that it worked on.
    pub fn lose(&mut self, id: PlaceId) {
        self.running.retain(|_, (_, place)| *place != id);
        self.obey(|scheduler, now, out| scheduler.remove_place(now, id, out));
    }

    pub fn obey(&mut self, tell: impl FnOnce(&mut Scheduler<u64>, u64, &mut Vec<Do<u64>>)) {
        let mut out = Vec::new();
        tell(&mut self.scheduler, self.now, &mut out);
        for action in out {
            match action {
                Do::Start {
                    serial, place, unit, left, ..
                } => {
                    self.left.push(left);
                    self.started.push(unit.id.clone());
                    self.running.insert(unit.id.clone(), (serial, place));
                }
                Do::Cancel { serial, .. } => {
                    self.running.retain(|_, (running, _)| *running != serial);
                    self.cancelled.push(serial);
                }
                Do::Answer { to, outcome } => self.answers.push((to, outcome)),
            }
        }
    }

    pub fn submit(&mut self, unit: Unit) {
        self.submit_as(1, unit);
    }

    pub fn submit_as(&mut self, submitter: u64, unit: Unit) {
        self.submits += 1;
        let to = self.submits;
        self.obey(|scheduler, now, out| scheduler.submit(now, submitter, unit, to, out));
    }

    pub fn done(&mut self, id: &str) {
        self.finish(id, Ok("1".to_owned()));
    }

    pub fn fail(&mut self, id: &str) {
        let failure = ltp_runtime::work::Failure::new("FAILED", "no");
        self.finish(id, Err(failure));
    }

    pub fn finish(&mut self, id: &str, result: Result<String, ltp_runtime::work::Failure>) {
        let (serial, _) = self.running.remove(id).unwrap_or_else(|| panic!("{id} does not run"));
        self.obey(|scheduler, now, out| scheduler.finished(now, serial, result, out));
    }

    /// Time passes, and every deadline on the way is met.
    pub fn pass(&mut self, ticks: u64) {
        let until = self.now + ticks;
        while let Some(due) = self.scheduler.next_deadline().filter(|due| *due <= until) {
            self.now = due;
            self.obey(Scheduler::due);
        }
        self.now = until;
    }

    pub fn code_of(&self, id: &str) -> &str {
        let (_, outcome) = self
            .answers
            .iter()
            .find(|(_, outcome)| outcome.id == id)
            .unwrap_or_else(|| panic!("{id} has no answer"));
        outcome.result.as_ref().map_or_else(|failure| &*failure.code, |_| "done")
    }
}

pub fn unit(id: &str, kind: &str) -> Unit {
    let (group, element) = kind.split_once(':').unwrap();
    Unit {
        priority: 5,
        ..Unit::new(id, group, element, "{}")
    }
}

pub fn after(id: &str, ids: &[&str]) -> Unit {
    Unit {
        after: ids.iter().map(ToString::to_string).collect(),
        ..unit(id, "data:sort")
    }
}

//! A connection of a node: what its peer submits, and what it is handed.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::mpsc, time::MissedTickBehavior};

use super::node::{Node, Order};
use crate::{
    net::{Caller, Event, Session},
    session::{CallError, Machine},
    work::{Beat, Failure, Flow, Outcome, PlaceId, Said, Unit},
};

/// Where units that were submitted elsewhere go: see `Shared`.
pub(super) type SubmitTo = Arc<dyn Fn(u64, Unit, super::node::To) + Send + Sync>;

/// Answers that are sent in a row.
const BATCH: usize = 64;

/// Serves a peer until its session ends: what it submits is answered, and what it handles it is handed.
pub async fn attend<F>(node: Node, flow: Arc<F>, session: Session<F::Machine>)
where
    F: Flow,
    F::Machine: Machine + Send + 'static,
    <F::Machine as Machine>::Message: Clone + Send + Sync + 'static,
    <F::Machine as Machine>::Call: Send + 'static,
{
    let to_node = node.clone();
    let submit: SubmitTo = Arc::new(move |submitter, unit, to| to_node.submit(submitter, unit, to));
    attend_with(node, flow, session, submit).await;
}

pub(super) async fn attend_with<F>(node: Node, flow: Arc<F>, session: Session<F::Machine>, submit: SubmitTo)
where
    F: Flow,
    F::Machine: Machine + Send + 'static,
    <F::Machine as Machine>::Message: Clone + Send + Sync + 'static,
    <F::Machine as Machine>::Call: Send + 'static,
{
    let (caller, mut events) = session.split();
    // Bounded by the node's capacity: each is the answer of a submit that was taken in, or of the one that is being read.
    let (answers, mut answered) = mpsc::unbounded_channel();
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let mut beats = beats(node.options().beat);
    let mut connection = Connection {
        submitter: node.submitter(),
        node,
        flow,
        caller,
        answers,
        orders,
        submit,
        handed: HashMap::new(),
        is_worker: false,
    };
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            // What is to be sent first: what is read makes more of it.
            biased;
            _ = answered.recv_many(&mut batch, BATCH) => for answer in batch.drain(..) {
                connection.answer(answer).await;
            },
            Some(order) = ordered.recv() => connection.obey(order).await,
            _ = beats.tick() => connection.beat().await,
            event = events.next() => match event {
                Some(Event::Message(message)) => connection.said(message),
                Some(Event::Answer { request, reply }) => connection.done(&request, *reply),
                Some(_) => {}
                None => break,
            },
        }
    }
    if connection.is_worker {
        connection.node.peer_gone(connection.place());
    }
}

/// When peers are told how busy this is; not at once, for what was just opened says so itself.
pub(super) fn beats(period: Duration) -> tokio::time::Interval {
    let period = period.max(Duration::from_millis(1));
    let mut beats = tokio::time::interval_at(tokio::time::Instant::now() + period, period);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats
}

/// What became of a request.
struct Answer<T> {
    ticket: T,
    outcome: Outcome,
    /// Whether it says that another answer could not be sent. If this one cannot either, there is none.
    is_last: bool,
}

struct Connection<F: Flow> {
    submitter: u64,
    node: Node,
    flow: Arc<F>,
    caller: Caller<F::Machine>,
    answers: mpsc::UnboundedSender<Answer<F::Ticket>>,
    orders: mpsc::UnboundedSender<Order>,
    submit: SubmitTo,
    /// What the peer works on, by its id: of equal ones the oldest first.
    handed: HashMap<String, VecDeque<u64>>,
    is_worker: bool,
}

impl<F: Flow> Connection<F> {
    const fn place(&self) -> PlaceId {
        PlaceId(self.submitter)
    }

    fn said(&mut self, message: <F::Machine as Machine>::Message) {
        match self.flow.read(message) {
            Some(Said::Request(unit, ticket)) => {
                let answers = self.answers.clone();
                let to = move |outcome| {
                    // The connection may be gone.
                    let _ = answers.send(Answer {
                        ticket,
                        outcome,
                        is_last: false,
                    });
                };
                (self.submit)(self.submitter, unit, Box::new(to));
            }
            Some(Said::Beat(beat)) => {
                let handlers = beat.handlers.filter(|handlers| !handlers.is_empty() || self.is_worker);
                if let Some(handlers) = handlers {
                    self.is_worker = true;
                    self.node.peer_handles(self.place(), handlers, self.orders.clone());
                }
                if let Some(load) = beat.load {
                    self.node.peer_loaded(self.place(), load);
                }
            }
            _ => {}
        }
    }

    /// Answers a submit. What cannot be sent is answered as a failure; one that cannot be sent either is nobody's to have.
    async fn answer(&self, answer: Answer<F::Ticket>) {
        let Answer { ticket, outcome, is_last } = answer;
        let (id, took) = (outcome.id.clone(), outcome.took);
        let (code, answers, again) = (self.node.table().codes.failed.clone(), self.answers.clone(), ticket.clone());
        let refused = move |words: String| {
            tracing::debug!(id, words, "not answered");
            if !is_last {
                let result = Err(Failure::new(code, format!("the result cannot be sent: {words}")));
                // The connection may be gone.
                let _ = answers.send(Answer {
                    ticket: again,
                    outcome: Outcome { id, result, took },
                    is_last: true,
                });
            }
        };
        match self.flow.answer(ticket, outcome) {
            // A session that has ended has nobody who could be told.
            Ok(call) => _ = self.caller.post(call, move |error: CallError| refused(error.to_string())).await,
            Err(violations) => refused(violations.first().map(ToString::to_string).unwrap_or_default()),
        }
    }

    /// Says how busy the node is.
    async fn beat(&self) {
        let beat = Beat {
            handlers: None,
            load: Some(self.node.load()),
        };
        if let Ok(call) = self.flow.beat(beat) {
            // Where the session does not say so now, the next one may.
            let _ = self.caller.post(call, |_| {}).await;
        }
    }

    async fn obey(&mut self, order: Order) {
        match order {
            Order::Start { serial, unit, left } => {
                let id = unit.id.clone();
                // It may take there what is left of its time here.
                let unit = Unit {
                    timeout: Some(left.max(1)),
                    ..Unit::clone(&unit)
                };
                let sent = match self.flow.submit(unit) {
                    Ok(call) => self.caller.call(call).await.map_err(|error| error.to_string()),
                    Err(violations) => Err(violations.first().map(ToString::to_string).unwrap_or_default()),
                };
                match sent {
                    Ok(()) => self.handed.entry(id).or_default().push_back(serial),
                    // What is lost with the peer is tried elsewhere.
                    Err(_) if self.caller.is_ended() => {}
                    Err(error) => {
                        let code = self.node.table().codes.unrouted.clone();
                        self.end(serial, Err(Failure::new(code, format!("the peer cannot be handed it: {error}"))));
                    }
                }
            }
            Order::Cancel { serial } => {
                let id = self
                    .handed
                    .iter()
                    .find(|(_, serials)| serials.contains(&serial))
                    .map(|(id, _)| id.clone());
                if let Some(id) = id {
                    self.forget(&id, serial);
                    // One that was answered meanwhile needs no giving up.
                    let _ = self.caller.cancel(id).await;
                }
            }
        }
    }

    /// The peer has worked on something, or its session says what stands in for that.
    fn done(&mut self, request: &<F::Machine as Machine>::Message, reply: <F::Machine as Machine>::Message) {
        let Some(id) = self.flow.id(request) else { return };
        let Some(serials) = self.handed.get_mut(id) else { return };
        let serial = serials.pop_front();
        if serials.is_empty() {
            self.handed.remove(id);
        }
        let Some(serial) = serial else { return };
        let codes = &self.node.table().codes;
        let result = match self.flow.read(reply) {
            // What a session says at its end of what it loses: that is tried elsewhere once the peer is gone.
            Some(Said::Reply(Outcome { result: Err(failure), .. })) if failure.code == codes.unrouted && self.caller.is_ended() => return,
            Some(Said::Reply(outcome)) => outcome.result,
            Some(Said::Fault(failure)) => Err(failure),
            _ => Err(Failure::new(codes.failed.clone(), "the peer said nothing of use")),
        };
        self.end(serial, result);
    }

    fn end(&self, serial: u64, result: Result<String, Failure>) {
        if self.node.ended(serial, result.is_ok()) {
            self.node.finished(serial, result);
        }
    }

    fn forget(&mut self, id: &str, serial: u64) {
        if let Some(serials) = self.handed.get_mut(id) {
            serials.retain(|other| *other != serial);
            if serials.is_empty() {
                self.handed.remove(id);
            }
        }
    }
}

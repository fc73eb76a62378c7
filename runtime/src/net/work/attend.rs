//! A connection of a node: what its peer submits, and what it is handed.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use tokio::sync::mpsc;

use super::node::{Node, Order};
use crate::{
    net::{Caller, Event, Session},
    session::Machine,
    work::{Failure, Flow, Outcome, Part, PlaceId},
};

/// Where units that were submitted elsewhere go: see `Shared`.
pub(super) type SubmitTo = Arc<dyn Fn(u64, crate::work::Unit, super::node::To) + Send + Sync>;

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
    let submitter = node.submitter();
    let (caller, mut events) = session.split();
    // Bounded by the node's capacity: each is the answer of a submit that was taken in, or of the one that is being read.
    let (answers, mut answered) = mpsc::unbounded_channel();
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let mut connection = Connection {
        node,
        flow,
        caller,
        place: PlaceId(submitter),
        handed: HashMap::new(),
        is_worker: false,
    };
    loop {
        tokio::select! {
            Some((request, outcome)) = answered.recv() => connection.answer(&request, outcome).await,
            Some(order) = ordered.recv() => connection.obey(order).await,
            event = events.next() => match event {
                Some(Event::Message(message)) => match connection.flow.read(&message) {
                    Some((Part::Request, body)) => {
                        if let Some(unit) = connection.node.table().unit(&body) {
                            let answers = answers.clone();
                            submit(submitter, unit, Box::new(move |outcome| {
                                // The connection may be gone.
                                let _ = answers.send((message, outcome));
                            }));
                        }
                    }
                    Some((Part::Beat, body)) => {
                        let handlers = connection.node.table().beat(&body).and_then(|beat| beat.handlers);
                        if let Some(handlers) = handlers.filter(|handlers| !handlers.is_empty() || connection.is_worker) {
                            connection.is_worker = true;
                            connection.node.peer_handles(connection.place, handlers, orders.clone());
                        }
                    }
                    _ => {}
                },
                Some(Event::Answer { request, reply }) => connection.done(&request, &reply),
                Some(_) => {}
                None => break,
            },
        }
    }
    if connection.is_worker {
        connection.node.peer_gone(connection.place);
    }
}

struct Connection<F: Flow> {
    node: Node,
    flow: Arc<F>,
    caller: Caller<F::Machine>,
    place: PlaceId,
    /// What the peer works on, by its id: of equal ones the oldest first.
    handed: HashMap<String, VecDeque<u64>>,
    is_worker: bool,
}

impl<F: Flow> Connection<F> {
    /// Answers a submit. What cannot be sent is answered as a failure; one that cannot be sent either is nobody's to have.
    async fn answer(&self, request: &<F::Machine as Machine>::Message, outcome: Outcome) {
        let table = self.node.table();
        let call = self.flow.answer(request, &table.reply(&outcome)).or_else(|violations| {
            let first = violations.first().map(ToString::to_string).unwrap_or_default();
            let failure = Failure::new(table.codes.failed.clone(), format!("the result cannot be sent: {first}"));
            let undone = Outcome {
                result: Err(failure),
                ..outcome
            };
            self.flow.answer(request, &table.reply(&undone))
        });
        if let Ok(call) = call
            && let Err(error) = self.caller.call(call).await
        {
            tracing::debug!(%error, "not answered");
        }
    }

    async fn obey(&mut self, order: Order) {
        match order {
            Order::Start { serial, unit } => {
                let body = self.node.table().request(&unit);
                let sent = match self.flow.submit(&body) {
                    Ok(call) => self.caller.call(call).await.map_err(|error| error.to_string()),
                    Err(violations) => Err(violations.first().map(ToString::to_string).unwrap_or_default()),
                };
                match sent {
                    Ok(()) => self.handed.entry(unit.id.clone()).or_default().push_back(serial),
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
    fn done(&mut self, request: &<F::Machine as Machine>::Message, reply: &<F::Machine as Machine>::Message) {
        let table = self.node.table();
        let Some(unit) = self.flow.read(request).and_then(|(_, body)| table.unit(&body)) else {
            return;
        };
        let Some(serial) = self.handed.get_mut(&unit.id).and_then(VecDeque::pop_front) else {
            return;
        };
        self.handed.retain(|_, serials| !serials.is_empty());
        let result = match self.flow.read(reply) {
            Some((Part::Reply, body)) => table.outcome(&body).map(|outcome| outcome.result),
            Some((Part::Fault, body)) => table.fault(&body).map(Err),
            _ => None,
        };
        let nothing = || Err(Failure::new(self.node.table().codes.failed.clone(), "the peer said nothing of use"));
        self.end(serial, result.unwrap_or_else(nothing));
    }

    fn end(&self, serial: u64, result: Result<String, Failure>) {
        self.node.ended_elsewhere(serial, result.is_ok());
        self.node.finished(serial, result);
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

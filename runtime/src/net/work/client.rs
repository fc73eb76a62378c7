use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::{
    net::{CallFailure, Caller, Driver, Event, Events, Session},
    session::{CallError, Machine},
    work::{Failure, Flow, Handler, Outcome, Part, Submit, Unit},
};

use super::node::{Node, NodeOptions};

/// Submits work to a node, and may work for it. Clones are the same client; the session ends when all are gone.
pub struct Client<F: Flow> {
    flow: Arc<F>,
    caller: Caller<F::Machine>,
    waiting: Arc<Waiting>,
}

impl<F: Flow> Clone for Client<F> {
    fn clone(&self) -> Self {
        Self {
            flow: Arc::clone(&self.flow),
            caller: self.caller.clone(),
            waiting: Arc::clone(&self.waiting),
        }
    }
}

/// Who waits for which outcome.
#[derive(Default)]
struct Waiting {
    by_id: Mutex<HashMap<String, VecDeque<oneshot::Sender<Outcome>>>>,
}

impl Waiting {
    fn held(&self) -> MutexGuard<'_, HashMap<String, VecDeque<oneshot::Sender<Outcome>>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, id: &str) -> oneshot::Receiver<Outcome> {
        let (sender, receiver) = oneshot::channel();
        self.held().entry(id.to_owned()).or_default().push_back(sender);
        receiver
    }

    /// Of several that wait for one id, the oldest.
    fn take(&self, id: &str) -> Option<oneshot::Sender<Outcome>> {
        let mut held = self.held();
        let waiting = held.get_mut(id)?;
        let first = waiting.pop_front();
        if waiting.is_empty() {
            held.remove(id);
        }
        first
    }
}

impl<F> Client<F>
where
    F: Flow,
    F::Machine: Machine + Send + 'static,
    <F::Machine as Machine>::Message: Clone + Send + Sync + 'static,
    <F::Machine as Machine>::Call: Send + 'static,
{
    /// A client over a session that a driver runs from now on. Must be made within a runtime of tokio.
    #[must_use]
    pub fn new(flow: F, driver: Driver<F::Machine>) -> Self {
        Self::over(flow, driver.spawn())
    }

    /// A client over a session.
    #[must_use]
    pub fn over(flow: F, session: Session<F::Machine>) -> Self {
        let (client, events) = Self::parts(flow, session);
        tokio::spawn(listen(Arc::clone(&client.flow), Arc::clone(&client.waiting), events, |_| {}));
        client
    }

    /// A client that works, too: what the node hands it, its handlers do. Which they are is an option of the session.
    #[must_use]
    pub fn working(flow: F, driver: Driver<F::Machine>, handlers: impl IntoIterator<Item = Handler>, options: NodeOptions) -> Self {
        let (client, events) = Self::parts(flow, driver.spawn());
        let node = Node::new(client.flow.table(), handlers, options);
        let submitter = node.submitter();
        let (flow, caller) = (Arc::clone(&client.flow), client.caller.clone());
        let work = move |message: <F::Machine as Machine>::Message| {
            let Some((Part::Request, body)) = flow.read(&message) else { return };
            let Some(unit) = node.table().unit(&body) else { return };
            let (flow, caller, table) = (Arc::clone(&flow), caller.clone(), Arc::clone(node.table()));
            node.submit(submitter, unit, move |outcome| {
                if let Ok(call) = flow.answer(&message, &table.reply(&outcome)) {
                    tokio::spawn(async move { caller.call(call).await });
                }
            });
        };
        tokio::spawn(listen(Arc::clone(&client.flow), Arc::clone(&client.waiting), events, work));
        client
    }

    fn parts(flow: F, session: Session<F::Machine>) -> (Self, Events<F::Machine>) {
        let (caller, events) = session.split();
        let client = Self {
            flow: Arc::new(flow),
            caller,
            waiting: Arc::default(),
        };
        (client, events)
    }

    /// The session's calls.
    #[must_use]
    pub const fn caller(&self) -> &Caller<F::Machine> {
        &self.caller
    }

    /// Submits many, at most `at_once` that wait for their outcomes at a time; gives the outcomes as they come.
    pub fn submit_all(&self, units: impl IntoIterator<Item = Unit, IntoIter: Send + 'static>, at_once: usize) -> Results {
        let (sender, outcomes) = mpsc::channel(at_once.max(1));
        let (client, room) = (self.clone(), Arc::new(Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS))));
        let units = units.into_iter();
        tokio::spawn(async move {
            for unit in units {
                let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
                    return;
                };
                if sender.is_closed() {
                    return;
                }
                let (client, sender) = (client.clone(), sender.clone());
                tokio::spawn(async move {
                    let outcome = client.submit(unit).await;
                    // Who asked may have had enough.
                    let _ = sender.send(outcome).await;
                    drop(permit);
                });
            }
        });
        Results { outcomes }
    }

    async fn submitted(&self, unit: Unit) -> Outcome {
        let table = self.flow.table();
        let undone = |id: String, failure: Failure| Outcome {
            id,
            result: Err(failure),
            took: 0,
        };
        let call = match self.flow.submit(&table.request(&unit)) {
            Ok(call) => call,
            Err(violations) => {
                let all: Vec<String> = violations.iter().map(ToString::to_string).collect();
                return undone(unit.id, Failure::new(table.codes.invalid.clone(), all.join("; ")));
            }
        };
        let answered = self.waiting.add(&unit.id);
        if let Err(error) = self.caller.call(call).await {
            drop(self.waiting.take(&unit.id));
            let code = match &error {
                CallFailure::Refused(CallError::Full { .. }) => &table.codes.overloaded,
                CallFailure::Refused(CallError::Invalid(_)) => &table.codes.invalid,
                _ => &table.codes.unrouted,
            };
            return undone(unit.id, Failure::new(code.clone(), error.to_string()));
        }
        let ended = || Failure::new(table.codes.unrouted.clone(), "the session has ended");
        answered.await.unwrap_or_else(|_| undone(unit.id, ended()))
    }
}

impl<F> Submit for Client<F>
where
    F: Flow,
    F::Machine: Machine + Send + 'static,
    <F::Machine as Machine>::Message: Clone + Send + Sync + 'static,
    <F::Machine as Machine>::Call: Send + 'static,
{
    fn submit(&self, unit: Unit) -> impl Future<Output = Outcome> + Send {
        self.submitted(unit)
    }
}

/// Outcomes as they come.
#[derive(Debug)]
pub struct Results {
    outcomes: mpsc::Receiver<Outcome>,
}

impl Results {
    /// The next; `None` once all have come. Can be cancelled without losing one.
    pub async fn next(&mut self) -> Option<Outcome> {
        self.outcomes.recv().await
    }
}

/// Hands answers to who waits, until the session ends.
async fn listen<F: Flow>(
    flow: Arc<F>,
    waiting: Arc<Waiting>,
    mut events: Events<F::Machine>,
    work: impl Fn(<F::Machine as Machine>::Message),
) {
    let table = flow.table();
    while let Some(event) = events.next().await {
        match event {
            Event::Message(message) => work(message),
            Event::Answer { request, reply } => {
                let Some(unit) = flow.read(&request).and_then(|(_, body)| table.unit(&body)) else {
                    continue;
                };
                let result = match flow.read(&reply) {
                    Some((Part::Reply, body)) => table.outcome(&body),
                    Some((Part::Fault, body)) => table.fault(&body).map(|failure| Outcome {
                        id: String::new(),
                        result: Err(failure),
                        took: 0,
                    }),
                    _ => None,
                };
                if let (Some(outcome), Some(to)) = (result, waiting.take(&unit.id)) {
                    // A peer may have told the request by something else than its id.
                    let _ = to.send(Outcome { id: unit.id, ..outcome });
                }
            }
            _ => {}
        }
    }
    waiting.held().clear();
}

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{
    attend::beats,
    node::{Node, NodeOptions},
};
use crate::{
    net::{Caller, Driver, Event, Events, Session, WeakCaller},
    session::{CallError, Machine},
    work::{Beat, Codes, Failure, Flow, Handler, Outcome, Said, Submit, Unit},
};

/// Submits work to a node, and may work for it. Clones are the same client; the session ends when all are gone.
pub struct Client<F: Flow> {
    flow: Arc<F>,
    codes: Arc<Codes>,
    caller: Caller<F::Machine>,
    waiting: Arc<Waiting>,
}

impl<F: Flow> Clone for Client<F> {
    fn clone(&self) -> Self {
        Self {
            flow: Arc::clone(&self.flow),
            codes: Arc::clone(&self.codes),
            caller: self.caller.clone(),
            waiting: Arc::clone(&self.waiting),
        }
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
        // What the session tells is heard in its own task: nobody else is woken for it.
        let (session, running) = driver.start();
        let (client, events) = Self::parts(flow, session);
        let heard = listen(Arc::clone(&client.flow), Arc::clone(&client.waiting), events, |_| {});
        tokio::spawn(async move { tokio::join!(running, heard) });
        client
    }

    /// A client over a session.
    #[must_use]
    pub fn over(flow: F, session: Session<F::Machine>) -> Self {
        let (client, events) = Self::parts(flow, session);
        tokio::spawn(listen(Arc::clone(&client.flow), Arc::clone(&client.waiting), events, |_| {}));
        client
    }

    /// A client that works, too: what the node hands it, its handlers do. That they are its handlers is an option of the session, which
    /// says so when it is open; how busy they are is said from time to time.
    #[must_use]
    pub fn working(flow: F, driver: Driver<F::Machine>, handlers: impl IntoIterator<Item = Handler>, options: NodeOptions) -> Self {
        let (session, running) = driver.start();
        let (client, events) = Self::parts(flow, session);
        let node = Node::new(client.flow.table(), handlers, options);
        let (answers, answered) = mpsc::unbounded_channel();
        let work = {
            let (node, submitter) = (node.clone(), node.submitter());
            move |said: Said<F::Ticket>| {
                let Said::Request(unit, ticket) = said else { return };
                let answers = answers.clone();
                // The session may be over.
                node.submit(submitter, unit, move |outcome| _ = answers.send((ticket, outcome)));
            }
        };
        let heard = listen(Arc::clone(&client.flow), Arc::clone(&client.waiting), events, work);
        let told = tell(Arc::clone(&client.flow), client.caller.downgrade(), node, answered);
        tokio::spawn(async move {
            tokio::join!(running, async {
                tokio::select! {
                    () = heard => {}
                    () = told => {}
                }
            })
        });
        client
    }

    fn parts(flow: F, session: Session<F::Machine>) -> (Self, Events<F::Machine>) {
        let (caller, events) = session.split();
        let client = Self {
            codes: Arc::new(flow.table().codes.clone()),
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

    /// Submits many, at most `at_once` that wait for their outcomes or to be taken at a time; gives the outcomes as they come.
    pub fn submit_all(&self, units: impl IntoIterator<Item = Unit, IntoIter: Send + 'static>, at_once: usize) -> Results {
        let (sender, outcomes) = mpsc::unbounded_channel();
        let (client, room) = (self.clone(), Arc::new(Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS))));
        let units = units.into_iter();
        tokio::spawn(async move {
            for unit in units {
                let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
                    return;
                };
                // Who asked may have had enough.
                if sender.is_closed() {
                    return;
                }
                let to = Waiter::Among(sender.clone(), permit);
                client.post(unit, to).await;
            }
        });
        Results { outcomes }
    }

    /// Submits a unit; `to` is told what becomes of it, once.
    async fn post(&self, unit: Unit, to: Waiter) {
        let id = unit.id.clone();
        let call = match self.flow.submit(unit) {
            Ok(call) => call,
            Err(violations) => {
                let all: Vec<String> = violations.iter().map(ToString::to_string).collect();
                return to.tell(undone(id, Failure::new(self.codes.invalid.clone(), all.join("; "))));
            }
        };
        let ended = || Failure::new(self.codes.unrouted.clone(), "the session has ended");
        if let Err(to) = self.waiting.add(id.clone(), to) {
            return to.tell(undone(id, ended()));
        }
        let (waiting, codes, of) = (Arc::clone(&self.waiting), Arc::clone(&self.codes), id.clone());
        let refused = move |error: CallError| {
            if let Some(to) = waiting.take(&of) {
                to.tell(undone(of, refusal(&codes, &error)));
            }
        };
        if self.caller.post(call, refused).await.is_err()
            && let Some(to) = self.waiting.take(&id)
        {
            to.tell(undone(id, ended()));
        }
    }
}

impl<F> Submit for Client<F>
where
    F: Flow,
    F::Machine: Machine + Send + 'static,
    <F::Machine as Machine>::Message: Clone + Send + Sync + 'static,
    <F::Machine as Machine>::Call: Send + 'static,
{
    async fn submit(&self, unit: Unit) -> Outcome {
        let id = unit.id.clone();
        let (sender, outcome) = oneshot::channel();
        self.post(unit, Waiter::Alone(sender)).await;
        let ended = || undone(id, Failure::new(self.codes.unrouted.clone(), "the session has ended"));
        outcome.await.unwrap_or_else(|_| ended())
    }
}

/// Outcomes as they come.
#[derive(Debug)]
pub struct Results {
    outcomes: mpsc::UnboundedReceiver<(Outcome, OwnedSemaphorePermit)>,
}

impl Results {
    /// The next; `None` once all have come. Can be cancelled without losing one.
    pub async fn next(&mut self) -> Option<Outcome> {
        self.outcomes.recv().await.map(|(outcome, _)| outcome)
    }
}

fn undone(id: String, failure: Failure) -> Outcome {
    Outcome {
        id,
        result: Err(failure),
        took: 0,
    }
}

/// Why a session does not submit.
fn refusal(codes: &Codes, error: &CallError) -> Failure {
    let code = match error {
        CallError::Full { .. } => &codes.overloaded,
        CallError::Invalid(_) => &codes.invalid,
        CallError::NotNow { .. } => &codes.unrouted,
    };
    Failure::new(code.clone(), error.to_string())
}

/// Who waits for an outcome.
enum Waiter {
    Alone(oneshot::Sender<Outcome>),
    /// Of many, with the room that it takes.
    Among(mpsc::UnboundedSender<(Outcome, OwnedSemaphorePermit)>, OwnedSemaphorePermit),
}

impl Waiter {
    /// Who asked may have had enough.
    fn tell(self, outcome: Outcome) {
        match self {
            Self::Alone(to) => _ = to.send(outcome),
            Self::Among(to, permit) => _ = to.send((outcome, permit)),
        }
    }
}

/// Who waits for which outcome.
#[derive(Default)]
struct Waiting {
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    by_id: HashMap<String, VecDeque<Waiter>>,
    /// Nothing comes any more.
    is_over: bool,
}

impl Waiting {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more waits; given back if nothing comes any more.
    fn add(&self, id: String, to: Waiter) -> Result<(), Waiter> {
        let mut held = self.held();
        if held.is_over {
            return Err(to);
        }
        held.by_id.entry(id).or_default().push_back(to);
        Ok(())
    }

    /// Of several that wait for one id, the oldest.
    fn take(&self, id: &str) -> Option<Waiter> {
        let mut held = self.held();
        let waiting = held.by_id.get_mut(id)?;
        let first = waiting.pop_front();
        if waiting.is_empty() {
            held.by_id.remove(id);
        }
        first
    }

    fn end(&self) -> HashMap<String, VecDeque<Waiter>> {
        let mut held = self.held();
        held.is_over = true;
        std::mem::take(&mut held.by_id)
    }
}

/// Hands answers to who waits, until the session ends.
async fn listen<F: Flow>(flow: Arc<F>, waiting: Arc<Waiting>, mut events: Events<F::Machine>, work: impl Fn(Said<F::Ticket>)) {
    while let Some(event) = events.next().await {
        match event {
            Event::Message(message) => {
                if let Some(said) = flow.read(message) {
                    work(said);
                }
            }
            Event::Answer { request, reply } => {
                let Some(id) = flow.id(&request) else { continue };
                let (result, took) = match flow.read(*reply) {
                    Some(Said::Reply(outcome)) => (outcome.result, outcome.took),
                    Some(Said::Fault(failure)) => (Err(failure), 0),
                    _ => continue,
                };
                if let Some(to) = waiting.take(id) {
                    // A peer may have told the request by something else than its id.
                    let id = id.to_owned();
                    to.tell(Outcome { id, result, took });
                }
            }
            _ => {}
        }
    }
    let unrouted = flow.table().codes.unrouted.clone();
    for (id, waiters) in waiting.end() {
        for to in waiters {
            to.tell(undone(id.clone(), Failure::new(unrouted.clone(), "the session has ended")));
        }
    }
}

/// Tells the node what became of what it handed over, and how busy this is.
async fn tell<F>(flow: Arc<F>, caller: WeakCaller<F::Machine>, node: Node, mut answered: mpsc::UnboundedReceiver<(F::Ticket, Outcome)>)
where
    F: Flow,
{
    let mut beats = beats(node.options().beat);
    loop {
        let call = tokio::select! {
            biased;
            Some((ticket, outcome)) = answered.recv() => flow.answer(ticket, outcome),
            _ = beats.tick() => flow.beat(Beat {
                handlers: Some(node.handled_here().map(str::to_owned).collect()),
                load: Some(node.load()),
            }),
        };
        let Some(caller) = caller.upgrade() else { return };
        if let Ok(call) = call {
            let _ = caller.post(call, |error| tracing::debug!(%error, "not said")).await;
        }
    }
}

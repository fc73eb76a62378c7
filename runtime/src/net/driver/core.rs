//! A machine, its transport, and what lies between: everything that happens to a session happens here, one thing at a time.

use std::{borrow::Cow, sync::Arc, task::Waker};

use tokio::time::Instant;

use super::{
    Event, EventQueue, Link,
    events::Waiting,
    later::{Later, Purpose},
    spare::Spare,
    within::{Handle, Outgoing, Turn},
};
use crate::{
    net::{
        bell::Ear,
        clock::{Clock, millis},
        policy::SharedPolicy,
        store::Store,
    },
    session::{Action, CallError, Context, Direction, Entropy, Input, Machine, Now, Observer},
};

/// Answers in a row after which other tasks get a turn: a machine may go round in circles, the thread must not.
const ANSWERS_AT_ONCE: u32 = 64;

pub(super) struct Core<M: Machine> {
    pub(super) machine: M,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Box<dyn Entropy + Send>,
    pub(super) policy: Arc<SharedPolicy>,
    /// The peer's host.
    pub(super) host: Box<str>,
    pub(super) observer: Option<Box<dyn Observer<M>>>,
    /// Who gets messages first.
    pub(super) handler: Option<Box<dyn Handle<M>>>,
    /// Says when the session is to be closed.
    pub(super) closed_by: Option<Ear>,
    pub(super) link: Link,
    pub(super) events: EventQueue<M::Message>,
    /// The name of the state that was entered last.
    pub(super) entered: Cow<'static, str>,
    pub(super) phase: Phase,
    pub(super) later: Option<Box<Later<M>>>,
    /// Memory to work with, while there is work.
    pub(super) spare: Option<Box<Spare<M::Message>>>,
    pub(super) asking: Option<Asking>,
    pub(super) verdicts: Verdicts,
    pub(super) last_ticket: u64,
    pub(super) ending: Option<Box<Ending>>,
    /// Whether the transport can only be closed, once what was answered is sent.
    pub(super) must_close: bool,
    pub(super) given_up: bool,
    /// Callers that are not dropped.
    pub(super) callers: u32,
    /// Whether the machine was asked to close because there are none.
    pub(super) is_abandoned: bool,
    pub(super) wakers: Wakers,
}

/// What is known of the end before it comes.
#[derive(Default)]
pub(super) struct Ending {
    /// By when the session must have ended, once nobody wants it any more.
    pub(super) by: Option<Instant>,
    /// Why the transport went last.
    pub(super) reason: String,
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    New,
    /// What was stored is looked up.
    Fetching,
    /// The machine has started.
    Started,
    Running,
    Over,
}

/// Who is woken.
#[derive(Default)]
pub(super) struct Wakers {
    /// The driver's task.
    pub(super) driver: Option<Waker>,
    /// Who waits for an event.
    pub(super) listener: Option<Waker>,
    /// Those who wait for an answer, a state or the end.
    callers: Option<Box<Callers>>,
    /// Whether the driver and the application are being run in turn, so that neither need be woken for the other.
    pub(super) is_attended: bool,
    /// Whether the driver has something to do.
    pub(super) is_driver_wanted: bool,
    /// Whether the application has, which is being run in turn with the driver.
    pub(super) is_application_wanted: bool,
    /// Whether the driver's task is another than the last time.
    pub(super) is_driver_new: bool,
    /// Whether calls were taken when this was last looked at.
    pub(super) took_calls: bool,
}

/// Few applications wait for anything but an event.
struct Callers(Vec<Waker>);

impl Wakers {
    /// The driver has something to do.
    pub(super) fn wake_driver(&mut self) {
        self.is_driver_wanted = true;
        if !self.is_attended
            && let Some(driver) = &self.driver
        {
            driver.wake_by_ref();
        }
    }

    fn wake(&mut self, waker: Waker) {
        if self.is_attended && self.driver.as_ref().is_some_and(|driver| driver.will_wake(&waker)) {
            self.is_application_wanted = true;
        } else {
            waker.wake();
        }
    }

    pub(super) fn wake_listener(&mut self) {
        if let Some(waker) = self.listener.take() {
            self.wake(waker);
        }
    }

    pub(super) fn wake_callers(&mut self) {
        if let Some(callers) = self.callers.take() {
            callers.0.into_iter().for_each(|waker| self.wake(waker));
        }
    }

    /// Has a caller woken when something changes.
    pub(super) fn wait(&mut self, waker: &Waker) {
        let callers = &mut self.callers.get_or_insert_with(|| Box::new(Callers(Vec::new()))).0;
        if !callers.iter().any(|waiting| waiting.will_wake(waker)) {
            callers.push(waker.clone());
        }
    }
}

/// What the machine was asked, and how the answer is found.
pub(super) struct Asking {
    pub(super) ticket: u64,
    /// Whether the answer is the end, unless the machine refuses.
    pub(super) is_close: bool,
}

/// What became of what was asked, until it is fetched: most is fetched at once.
#[derive(Default)]
pub(super) struct Verdicts {
    first: Option<Verdict>,
    more: Option<Box<More>>,
}

/// Few applications have several calls under way.
struct More(Vec<Verdict>);

/// By its ticket. Boxed, as few calls are refused.
type Verdict = (u64, Result<(), Box<CallError>>);

impl Verdicts {
    fn push(&mut self, ticket: u64, verdict: Result<(), CallError>) {
        let verdict = (ticket, verdict.map_err(Box::new));
        match &self.first {
            None => self.first = Some(verdict),
            Some(_) => self.more.get_or_insert_with(|| Box::new(More(Vec::new()))).0.push(verdict),
        }
    }

    pub(super) fn fetch(&mut self, ticket: u64) -> Option<Result<(), CallError>> {
        if let Some((_, verdict)) = self.first.take_if(|(first, _)| *first == ticket) {
            return Some(verdict.map_err(|error| *error));
        }
        let more = &mut self.more.as_mut()?.0;
        let at = more.iter().position(|(of, _)| *of == ticket)?;
        let (_, verdict) = more.swap_remove(at);
        if more.is_empty() {
            self.more = None;
        }
        Some(verdict.map_err(|error| *error))
    }
}

impl<M: Machine> Core<M> {
    /// The instant of tick 0: who counts together has one clock.
    pub(super) fn start(&self) -> Instant {
        self.policy.epoch()
    }

    pub(super) fn now(&self) -> Now {
        self.spare.as_ref().and_then(|spare| spare.now).unwrap_or_else(|| Now {
            ticks: millis(self.start().elapsed()),
            unix: self.clock.unix(),
        })
    }

    pub(super) fn takes_calls(&self) -> bool {
        self.phase == Phase::Running && self.is_settled() && self.link.takes_calls()
    }

    /// Starts the machine, with what was stored for it.
    pub(super) fn begin(&mut self) {
        match self.machine.persistence() {
            Some(place) => {
                self.phase = Phase::Fetching;
                self.store_call(Purpose::Start, place, |store, place| {
                    Box::pin(async move { store.get(&place).await })
                });
            }
            None => self.started(None),
        }
        self.settle();
    }

    pub(super) fn started(&mut self, persisted: Option<String>) {
        self.phase = Phase::Started;
        self.take(Input::Start { persisted });
    }

    /// Asks the machine to close, and gives up on it at a time.
    pub(super) fn end_by(&mut self, by: Instant) {
        let must = &mut self.ending.get_or_insert_default().by;
        *must = Some(must.map_or(by, |earlier| earlier.min(by)));
        if !self.machine.is_ended() {
            self.take(Input::Close);
        }
    }

    /// Feeds the machine one input; [`Self::settle`] carries out what it asks for.
    pub(super) fn take(&mut self, input: Input<M::Message, M::Call>) {
        if let Input::Closed { reason } = &input {
            self.ending.get_or_insert_default().reason.clone_from(reason);
        }
        let now = self.now();
        if let Some(observer) = &mut self.observer {
            observer.input(&self.machine, now, &input);
        }
        let mut context = Context {
            now,
            entropy: &mut *self.entropy,
            peer: &self.host,
            policy: &mut self.policy.held(),
        };
        let spare = self.spare.get_or_insert_default();
        self.machine.handle(input, &mut context, &mut spare.actions);
    }

    /// Carries out all actions, feeds the answers that they call for, and so on until there are none; or until the store has to be
    /// waited for, or others are to have a turn. Then the driver goes on with it.
    pub(super) fn settle(&mut self) {
        for count in 1.. {
            if !self.advance() {
                return;
            }
            // To who asked to close, the end is the answer.
            if let Some(Asking { ticket, is_close: false }) = self.asking.take() {
                self.judged(ticket, Ok(()));
            }
            if let Some(message) = self.next_delivered() {
                self.attend(message);
            } else if let Some(answer) = self.next_answer() {
                self.take(answer);
            } else {
                break;
            }
            if count % ANSWERS_AT_ONCE == 0 {
                self.wakers.wake_driver();
                return;
            }
        }
        if self.phase == Phase::Started {
            self.phase = Phase::Running;
            if self.link.is_up() && !self.machine.is_ended() {
                self.take(Input::Opened);
                return self.settle();
            }
        }
        if std::mem::take(&mut self.must_close) && self.link.is_up() {
            self.link.close("what came cannot be read past".into());
            self.wakers.wake_driver();
        }
    }

    /// Carries out actions; whether all are done, and none waits for the store.
    fn advance(&mut self) -> bool {
        while self.later.is_some() {
            if !self.poll_store() {
                return false;
            }
            let Some(action) = self.put_off_first() else { break };
            self.obey(action);
        }
        let Some(spare) = &mut self.spare else { return true };
        if spare.actions.is_empty() {
            return true;
        }
        let mut actions = std::mem::take(&mut spare.actions);
        for action in actions.drain(..) {
            if self.is_storing() {
                self.put_off(action);
            } else {
                self.obey(action);
                self.poll_store();
            }
        }
        // Nothing else is asked for meanwhile: the machine takes no input.
        self.spare.get_or_insert_default().actions = actions;
        !self.is_storing()
    }

    /// Carries out an action.
    fn obey(&mut self, action: Action<M::Message>) {
        if self.observer.is_some() {
            let now = self.now();
            if let Some(observer) = &mut self.observer {
                observer.action(&self.machine, now, &action);
            }
        }
        match action {
            Action::Send(message) => self.send(&message),
            Action::Deliver(message) if self.handler.is_some() => self.deliver_later(message),
            Action::Deliver(message) => self.hand_over(Waiting::Message(message)),
            Action::Answer { request, reply } => self.hand_over(Waiting::Answer { request, reply }),
            Action::Connect => self.connect(),
            Action::Close { reason } => {
                tracing::debug!(%reason, "closing");
                self.wakers.wake_driver();
                if !self.link.close(reason.clone().into_owned()) {
                    self.answer_closed(reason.into_owned());
                }
            }
            Action::Drop { reason } => {
                tracing::info!(%reason, "dropped");
                self.wakers.wake_driver();
                self.link.drop_now();
                self.answer_closed(reason.into_owned());
            }
            Action::Enter { state } => {
                tracing::info!(%state, "entered");
                self.entered.clone_from(&state);
                self.wakers.wake_callers();
                self.tell(Event::State(state));
            }
            Action::Refuse(error) => self.refuse(error),
            Action::Unexpected { input, state, refusal } => {
                tracing::warn!(%input, %state, "unexpected");
                self.tell(Event::Unexpected { input, state, refusal });
            }
            Action::Store { place, value, expires } => self.store_call(Purpose::Keep, place, |store, place| {
                Box::pin(async move { store.put(&place, &value, expires).await.map(|()| None) })
            }),
            Action::Forget { place } => self.store_call(Purpose::Keep, place, |store, place| {
                Box::pin(async move { store.remove(&place).await.map(|()| None) })
            }),
            Action::Lookup { place } => self.store_call(Purpose::Lookup, place, |store, place| {
                Box::pin(async move { store.get(&place).await })
            }),
        }
    }

    pub(super) fn tell(&mut self, event: Event<M::Message>) {
        self.hand_over(Waiting::Other(Box::new(event)));
    }

    fn hand_over(&mut self, event: Waiting<M::Message>) {
        if self.events.push(event) {
            self.wakers.wake_listener();
        }
    }

    fn answer_closed(&mut self, reason: String) {
        self.follow_with(Input::Closed { reason });
    }

    fn judged(&mut self, ticket: u64, verdict: Result<(), CallError>) {
        self.verdicts.push(ticket, verdict);
        self.wakers.wake_callers();
    }

    /// Answers the call that is being carried out. What the machine refuses by itself is the application's to know.
    fn refuse(&mut self, error: CallError) {
        match self.asking.take() {
            Some(Asking { ticket, .. }) => {
                tracing::debug!(%error, state = self.machine.state(), "call refused");
                self.judged(ticket, Err(error));
            }
            None => {
                tracing::warn!(%error, state = self.machine.state(), "not sent");
                self.tell(Event::Refused(error));
            }
        }
    }

    fn connect(&mut self) {
        if self.link.open(self.machine.splitter()) {
            tracing::debug!("opening");
            self.wakers.wake_driver();
        } else if !self.link.is_up() {
            // One that was accepted is open already, and the machine is told so.
            self.answer_closed("only the peer can open a transport".into());
        }
    }

    fn send(&mut self, message: &M::Message) {
        let now = self.observed();
        let octets = &mut self.spare.get_or_insert_default().outgoing.octets;
        self.machine.encode(message, octets);
        let name = self.machine.message_name(message);
        let queued = queue(&mut self.link, &self.machine, name, octets);
        if queued.is_ok()
            && let (Some(observer), Some(now)) = (&mut self.observer, now)
        {
            observer.frame(&self.machine, now, Direction::Out, octets);
        }
        octets.clear();
        if let Err(reason) = queued {
            self.not_queued(reason);
        }
    }

    /// Queues what was said within a turn.
    pub(super) fn post(&mut self) {
        let now = self.observed();
        let Some(spare) = &mut self.spare else { return };
        let Outgoing { octets, ends } = &mut spare.outgoing;
        let (mut begin, mut broken) = (0, None);
        for (name, end) in ends.drain(..) {
            let said = &octets[begin..end];
            begin = end;
            match queue(&mut self.link, &self.machine, name, said) {
                Ok(()) => {
                    if let (Some(observer), Some(now)) = (&mut self.observer, now) {
                        observer.frame(&self.machine, now, Direction::Out, said);
                    }
                }
                Err(reason) => broken = broken.or(Some(reason)),
            }
        }
        octets.clear();
        if let Some(reason) = broken {
            self.not_queued(reason);
        }
    }

    /// The time, if somebody looks on.
    fn observed(&self) -> Option<Now> {
        self.observer.is_some().then(|| self.now())
    }

    /// There is something wrong with the transport.
    fn not_queued(&mut self, reason: String) {
        if self.link.is_up() {
            self.link.drop_now();
            self.answer_closed(reason);
        }
    }

    /// Has a message handled that the machine has delivered.
    fn attend(&mut self, message: Box<M::Message>) {
        let now = self.now();
        let Some(handler) = &mut self.handler else {
            return self.hand_over(Waiting::Message(message));
        };
        let turn = Turn {
            machine: &mut self.machine,
            now,
            entropy: &mut *self.entropy,
            host: &self.host,
            policy: &self.policy,
            outgoing: &mut self.spare.get_or_insert_default().outgoing,
            has_waiting: self.later.as_ref().is_some_and(|later| later.has_answers()),
            later: &mut self.later,
            events: &mut self.events,
            wakers: &mut self.wakers,
        };
        handler.message(message, turn);
        self.post();
    }
}

/// Queues a message, and says so in the log.
fn queue<M: Machine>(link: &mut Link, machine: &M, name: &str, octets: &[u8]) -> Result<(), String> {
    let bytes = octets.len();
    let queued = link.send(octets);
    match &queued {
        Ok(()) => tracing::debug!(message = name, bytes, state = machine.state(), "sent"),
        Err(reason) => tracing::warn!(message = name, bytes, reason, "not sent"),
    }
    queued
}

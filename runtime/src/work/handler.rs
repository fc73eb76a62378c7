use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use core::{future::Future, pin::Pin};

use super::{Beat, Element, Failure, Outcome, Table, Task, Unit, refused};
use crate::{codec::Violation, session::Machine};

/// A handler at work: JSON text, or why there is none.
pub type Running = Pin<Box<dyn Future<Output = Result<String, Failure>> + Send>>;

/// Handles an element. Clones are the same handler.
#[derive(Clone)]
pub struct Handler {
    kind: Arc<str>,
    run: Arc<dyn Fn(String, Task) -> Running + Send + Sync>,
    is_quick: bool,
}

impl Handler {
    /// A handler of an element, as `group:element`: of what it takes as JSON text, it gives such a text.
    pub fn new<F>(kind: impl Into<String>, run: impl Fn(String, Task) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, Failure>> + Send + 'static,
    {
        Self {
            kind: kind.into().into(),
            run: Arc::new(move |input, task| Box::pin(run(input, task))),
            is_quick: false,
        }
    }

    /// A handler of an element whose input and output have types: what is of another type is refused, on its way in and out.
    pub fn typed<E, F>(run: impl Fn(E::Input, Task) -> F + Send + Sync + 'static) -> Self
    where
        E: Element,
        F: Future<Output = Result<E::Output, Failure>> + Send + 'static,
    {
        let mut kind = String::from(E::GROUP);
        kind.push(':');
        kind.push_str(E::NAME);
        Self {
            kind: kind.into(),
            is_quick: false,
            run: Arc::new(move |input, task| match E::read_input(&input) {
                Err(violations) => Box::pin(core::future::ready(Err(refused(E::REFUSED, &violations)))),
                Ok(input) => {
                    let running = run(input, task);
                    Box::pin(async move {
                        let output = running.await?;
                        E::write_output(&output).map_err(|violations| refused(E::REFUSED, &violations))
                    })
                }
            }),
        }
    }

    /// The same, said to be quick: it never blocks its thread, and computes for no longer than a message takes to be read. It is begun
    /// where its work comes in, without another thread; it may wait for as long as it likes.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.is_quick = true;
        self
    }

    /// Whether it is said to be [`Self::quick`].
    #[must_use]
    pub const fn is_quick(&self) -> bool {
        self.is_quick
    }

    /// What it handles, as `group:element`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Begins to work.
    #[must_use]
    pub fn run(&self, input: String, task: Task) -> Running {
        (self.run)(input, task)
    }
}

impl core::fmt::Debug for Handler {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Handler").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Takes units of work, and says what became of each.
pub trait Submit: Sync {
    /// Submits a unit, and waits for what becomes of it.
    fn submit(&self, unit: Unit) -> impl Future<Output = Outcome> + Send;
}

/// Submits work for an element whose input and output have types. `unit` says all but the input.
///
/// # Errors
/// Why it was not done; what is of the wrong type is refused before it is sent, and after it came.
pub async fn submit<E: Element>(to: &impl Submit, mut unit: Unit, input: &E::Input) -> Result<E::Output, Failure>
where
    E::Input: Sync,
{
    let refuse = |violations: Vec<Violation>| refused(E::REFUSED, &violations);
    unit.input = E::write_input(input).map_err(refuse)?;
    let outcome = to.submit(unit).await;
    E::read_output(&outcome.result?).map_err(refuse)
}

/// What a message says of work.
#[derive(Debug, Clone, PartialEq)]
pub enum Said<T> {
    /// It asks for work. With what is kept of the message until it is answered.
    Request(Unit, T),
    /// It says what became of some.
    Reply(Outcome),
    /// It says that a frame was bad.
    Fault(Failure),
    /// It says what a peer handles.
    Beat(Beat),
}

/// What the messages of one side of a session say of work. The compiler implements it.
pub trait Flow: Send + Sync + 'static {
    /// The side.
    type Machine: Machine;
    /// What of a request its answer repeats.
    type Ticket: Clone + Send + Sync + 'static;

    /// What the schema says of work.
    fn table(&self) -> Arc<Table>;

    /// What a message says; none if it says nothing of work.
    fn read(&self, message: <Self::Machine as Machine>::Message) -> Option<Said<Self::Ticket>>;

    /// The id of a request.
    fn id<'m>(&self, request: &'m <Self::Machine as Machine>::Message) -> Option<&'m str>;

    /// The call that submits a unit.
    ///
    /// # Errors
    /// All that is wrong with it that is known by now; nothing, if this side does not submit.
    fn submit(&self, unit: Unit) -> Result<<Self::Machine as Machine>::Call, Vec<Violation>>;

    /// The call that answers a request.
    ///
    /// # Errors
    /// All that is wrong with it that is known by now; nothing, if this side does not answer.
    fn answer(&self, ticket: Self::Ticket, outcome: Outcome) -> Result<<Self::Machine as Machine>::Call, Vec<Violation>>;

    /// The call that says how busy this side is, and what it handles.
    ///
    /// # Errors
    /// All that is wrong with it; nothing, if this side does not say so.
    fn beat(&self, beat: Beat) -> Result<<Self::Machine as Machine>::Call, Vec<Violation>>;
}

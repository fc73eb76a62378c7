//! What a session needs while it does something, lent by the thread that it does it on: one that is idle holds none of it.

use std::{
    any::{Any, TypeId},
    cell::RefCell,
    collections::VecDeque,
};

use super::{events::Waiting, within::Outgoing};
use crate::session::{Action, Now};

/// Pieces of a kind that a thread keeps.
const MOST: usize = 4;

/// Actions or events whose memory is kept.
const KEPT: usize = 256;

/// A message longer than this does not leave its memory behind.
const LONGEST: usize = 16 * 1024;

/// Memory for one session at work.
pub(super) struct Spare<M> {
    /// The time of what is being done.
    pub(super) now: Option<Now>,
    /// What the machine asks for.
    pub(super) actions: Vec<Action<M>>,
    /// What messages are encoded into.
    pub(super) outgoing: Outgoing,
    /// What an empty queue of events left.
    pub(super) events: VecDeque<Waiting<M>>,
}

impl<M> Default for Spare<M> {
    fn default() -> Self {
        Self {
            now: None,
            actions: Vec::new(),
            outgoing: Outgoing::default(),
            events: VecDeque::new(),
        }
    }
}

/// What a thread keeps of one kind.
struct Kind {
    of: TypeId,
    spare: Vec<Box<dyn Any>>,
}

thread_local! {
    /// Few programs run more than a few kinds of machines.
    static KINDS: RefCell<Vec<Kind>> = const { RefCell::new(Vec::new()) };
}

/// Memory that another session left, or none yet.
pub(super) fn take<M: 'static>() -> Box<Spare<M>> {
    let taken = KINDS.try_with(|kinds| {
        let mut kinds = kinds.borrow_mut();
        let kind = kinds.iter_mut().find(|kind| kind.of == TypeId::of::<M>())?;
        kind.spare.pop()?.downcast().ok()
    });
    taken.ok().flatten().unwrap_or_default()
}

/// Leaves memory to the next session.
pub(super) fn give<M: 'static>(mut spare: Box<Spare<M>>) {
    spare.now = None;
    spare.actions.clear();
    spare.outgoing.clear();
    spare.events.clear();
    spare.actions.shrink_to(KEPT);
    spare.outgoing.octets.shrink_to(LONGEST);
    spare.outgoing.ends.shrink_to(KEPT);
    spare.events.shrink_to(KEPT);
    // While a thread ends there is nobody to keep it for.
    let _ = KINDS.try_with(|kinds| {
        let mut kinds = kinds.borrow_mut();
        let of = TypeId::of::<M>();
        let index = kinds.iter().position(|kind| kind.of == of).unwrap_or_else(|| {
            kinds.push(Kind { of, spare: Vec::new() });
            kinds.len() - 1
        });
        let kept = &mut kinds[index].spare;
        if kept.len() < MOST {
            kept.push(spare);
        }
    });
}

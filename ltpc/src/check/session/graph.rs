//! What leads where in a role, and what can come in meanwhile.

use crate::model::{ActionKind, Expr, ExprKind, Goto, Model, Next, Role, Session, State, StateKind, Transition, Trigger, VarRef};

/// Every role of every session, each with its peer's, if there is just one.
pub fn roles(model: &Model) -> impl Iterator<Item = (&Session, &Role, Option<&Role>)> {
    model.sessions.iter().flat_map(|session| {
        session.roles.iter().enumerate().map(move |(index, role)| {
            let peer = if session.roles.len() == 2 {
                session.roles.get(1 - index)
            } else {
                None
            };
            (session, role, peer)
        })
    })
}

/// Where a transition may lead.
pub fn targets(transition: &Transition) -> impl Iterator<Item = &Goto> {
    let (first, second) = match &transition.next {
        Next::Stay => (None, None),
        Next::Goto(goto) => (Some(goto), None),
        Next::Retry { again, spent, .. } => (Some(again), Some(spent)),
    };
    first.into_iter().chain(second)
}

/// The states that a machine can get to from some of them, those included, along transitions that `follow` allows.
pub fn closure(role: &Role, from: impl IntoIterator<Item = usize>, follow: impl Fn(&Transition) -> bool) -> Vec<bool> {
    let mut met = vec![false; role.states.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut meet = |state: usize, open: &mut Vec<usize>| {
        if let Some(met) = met.get_mut(state).filter(|met| !**met) {
            *met = true;
            open.push(state);
        }
    };
    for state in from {
        meet(state, &mut open);
    }
    while let Some(state) = open.pop() {
        for transition in role
            .states
            .get(state)
            .into_iter()
            .flat_map(|state| &state.transitions)
            .filter(|one| follow(one))
        {
            for goto in targets(transition) {
                meet(goto.state, &mut open);
            }
        }
    }
    met
}

/// The states that a machine can get to.
pub fn reachable(role: &Role) -> Vec<bool> {
    closure(role, [role.start], |_| true)
}

/// The states that a `lookup` leads to.
pub fn asking(role: &Role) -> Vec<bool> {
    let mut asking = vec![false; role.states.len()];
    for transition in role.states.iter().flat_map(|state| &state.transitions) {
        if let (Next::Goto(goto), true) = (&transition.next, asks(transition))
            && let Some(asking) = asking.get_mut(goto.state)
        {
            *asking = true;
        }
    }
    asking
}

/// The states to which nothing but lookups leads: nothing else comes in before the answer.
pub fn only_asking(role: &Role) -> Vec<bool> {
    let mut only = asking(role);
    for transition in role
        .states
        .iter()
        .flat_map(|state| &state.transitions)
        .filter(|transition| !asks(transition))
    {
        for goto in targets(transition) {
            if let Some(only) = only.get_mut(goto.state) {
                *only = false;
            }
        }
    }
    if let Some(only) = only.get_mut(role.start) {
        *only = false;
    }
    only
}

/// Whether a transition ends with a `lookup`.
pub fn asks(transition: &Transition) -> bool {
    transition
        .actions
        .iter()
        .any(|action| matches!(action.kind, ActionKind::Lookup { .. }))
}

/// Whether a transition closes or drops the transport.
pub fn closes(transition: &Transition) -> bool {
    transition
        .actions
        .iter()
        .any(|action| matches!(action.kind, ActionKind::Close(_) | ActionKind::Drop(_)))
}

/// Whether a state is one in which things happen.
pub fn lives(state: &State) -> bool {
    state.kind != StateKind::End
}

/// What a machine's transport may be while the machine rests in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Phases {
    /// There is none.
    pub none: bool,
    /// It is being opened.
    pub opening: bool,
    /// It is open, or being closed.
    pub open: bool,
}

impl Phases {
    const NONE: Self = Self {
        none: true,
        opening: false,
        open: false,
    };
    const OPENING: Self = Self {
        none: false,
        opening: true,
        open: false,
    };
    const OPEN: Self = Self {
        none: false,
        opening: false,
        open: true,
    };

    fn add(&mut self, other: Self) -> bool {
        let before = *self;
        self.none |= other.none;
        self.opening |= other.opening;
        self.open |= other.open;
        *self != before
    }

    fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// The phases of every state. Those of a state that waits for the answer to a `lookup` are only what it passes on.
pub fn phases(role: &Role) -> Vec<Phases> {
    let mut phases = vec![Phases::default(); role.states.len()];
    let mut open: Vec<usize> = Vec::new();
    let asking = only_asking(role);
    let first = if role.connects { Phases::NONE } else { Phases::OPENING };
    arrive(role, role.start, first, &mut phases, &mut open);
    while let Some(at) = open.pop() {
        let Some((state, now)) = role.states.get(at).zip(phases.get(at).copied()) else {
            continue;
        };
        let answers = asking.get(at).is_some_and(|asking| *asking);
        for transition in &state.transitions {
            let happens = match transition.trigger {
                Trigger::Enter => false,
                Trigger::Found | Trigger::Missing => true,
                _ => !answers,
            };
            if !happens {
                continue;
            }
            let after = after(transition, now);
            if after.is_empty() {
                continue;
            }
            if matches!(transition.next, Next::Stay) {
                if phases[at].add(after) {
                    open.push(at);
                }
                continue;
            }
            for goto in targets(transition) {
                arrive(role, goto.state, after, &mut phases, &mut open);
            }
        }
    }
    phases
}

/// What the transport may be after a transition is taken while it was one of these.
fn after(transition: &Transition, before: Phases) -> Phases {
    let after = match transition.trigger {
        Trigger::Open => {
            if before.opening {
                Phases::OPEN
            } else {
                Phases::default()
            }
        }
        Trigger::Closed => {
            if before.opening || before.open {
                Phases::NONE
            } else {
                Phases::default()
            }
        }
        Trigger::Messages(_) | Trigger::AnyMessage | Trigger::Malformed | Trigger::Repeat(_) => {
            if before.open {
                Phases::OPEN
            } else {
                Phases::default()
            }
        }
        _ => before,
    };
    connected(transition, after)
}

fn connected(transition: &Transition, phases: Phases) -> Phases {
    let connects = transition.actions.iter().any(|action| matches!(action.kind, ActionKind::Connect));
    if connects && !phases.is_empty() { Phases::OPENING } else { phases }
}

/// Enters a state, and follows what it does on entry until it rests.
fn arrive(role: &Role, state: usize, came: Phases, phases: &mut [Phases], open: &mut Vec<usize>) {
    // What is to be entered yet, each with what the transport may be.
    let mut entering = vec![(state, came)];
    let mut entered: Vec<Phases> = Vec::new();
    while let Some((at, came)) = entering.pop() {
        let Some(state) = role.states.get(at) else { continue };
        let mut rests = true;
        for transition in state.transitions.iter().filter(|one| matches!(one.trigger, Trigger::Enter)) {
            let after = connected(transition, came);
            if matches!(transition.next, Next::Stay) {
                rest(at, after, phases, open);
            } else {
                if entered.is_empty() {
                    entered = vec![Phases::default(); role.states.len()];
                }
                for goto in targets(transition) {
                    // Entering for ever is another rule's matter; here each state is entered once with what is new.
                    if entered.get_mut(goto.state).is_some_and(|known| known.add(after)) {
                        entering.push((goto.state, after));
                    }
                }
            }
            if transition.guard.is_none() {
                rests = false;
                break;
            }
        }
        if rests {
            rest(at, came, phases, open);
        }
    }
}

fn rest(state: usize, came: Phases, phases: &mut [Phases], open: &mut Vec<usize>) {
    if phases.get_mut(state).is_some_and(|known| known.add(came)) {
        open.push(state);
    }
}

/// How long a duration is, in milliseconds, where the schema says it; with `defaults`, options count as what they are by default.
pub fn constant(role: &Role, expr: &Expr, defaults: bool) -> Option<u64> {
    use crate::model::BinaryOp as Op;
    let both = |left: &Expr, right: &Expr| Some((constant(role, left, defaults)?, constant(role, right, defaults)?));
    match &expr.kind {
        ExprKind::Duration(millis) => Some(*millis),
        ExprKind::Integer(value) => u64::try_from(*value).ok(),
        ExprKind::Wrap(inner) => constant(role, inner, defaults),
        ExprKind::OfUnit { value, unit } => Some(constant(role, value, defaults)?.saturating_mul(*unit)),
        ExprKind::InUnit { value, unit, up: false } => constant(role, value, defaults)?.checked_div(*unit),
        ExprKind::InUnit { value, unit, up: true } => constant(role, value, defaults)
            .filter(|_| *unit > 0)
            .map(|value| value.div_ceil(*unit)),
        ExprKind::Binary { op, left, right } => {
            let (left, right) = both(left, right)?;
            match op {
                Op::Add => Some(left.saturating_add(right)),
                Op::Subtract => Some(left.saturating_sub(right)),
                Op::Multiply => Some(left.saturating_mul(right)),
                _ => None,
            }
        }
        ExprKind::Place(place) if defaults && place.path.is_empty() => match place.base {
            crate::model::PlaceBase::Var(VarRef::Option(index)) => constant(role, role.options.get(index)?.init.as_ref()?, defaults),
            _ => None,
        },
        _ => None,
    }
}

/// A length of time as a schema writes it.
pub fn duration(millis: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    let unit = UNITS.into_iter().find(|(unit, _)| millis >= *unit && millis.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{millis} ms"), |(unit, name)| format!("{} {name}", millis / unit))
}

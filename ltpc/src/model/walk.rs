//! Walking over expressions.

use super::{Action, ActionKind, Expr, ExprKind, Goto, Next, Role, Transition, Trigger};

impl Expr {
    /// Calls `see` for this expression and all within it, from the outside in, in the order in which they are written.
    pub fn each<'e>(&'e self, see: &mut impl FnMut(&'e Self)) {
        see(self);
        self.parts(&mut |part| part.each(see));
    }

    /// Calls `see` for the expressions that this one is made of.
    pub fn parts<'e>(&'e self, see: &mut dyn FnMut(&'e Self)) {
        match &self.kind {
            ExprKind::Wrap(inner) | ExprKind::Unwrap(inner) | ExprKind::Not(inner) | ExprKind::AsText(inner) => see(inner),
            ExprKind::Digest { list, .. } => see(list),
            ExprKind::OfUnit { value, .. } | ExprKind::InUnit { value, .. } | ExprKind::May { tier: value, .. } => see(value),
            ExprKind::Binary { left, right, .. } => {
                see(left);
                see(right);
            }
            ExprKind::Grant { agent, claim, key, .. } => {
                see(agent);
                see(claim);
                key.iter().for_each(|key| see(key));
            }
            ExprKind::Wait { key, tier, .. } => {
                see(key);
                tier.iter().for_each(|tier| see(tier));
            }
            ExprKind::Object(members) => members.iter().for_each(|(_, value)| see(value)),
            ExprKind::List(items) => items.iter().for_each(see),
            ExprKind::Text(_)
            | ExprKind::Integer(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Duration(_)
            | ExprKind::Variant(..)
            | ExprKind::Place(_)
            | ExprKind::Has(_)
            | ExprKind::Now
            | ExprKind::Peer
            | ExprKind::Peek(_)
            | ExprKind::Fresh
            | ExprKind::FreshHex { .. } => {}
        }
    }
}

impl Action {
    /// Calls `see` for the expressions of an action, not for those within them.
    pub fn expressions<'e>(&'e self, see: &mut dyn FnMut(&'e Expr)) {
        self.kind.expressions(see);
    }
}

impl ActionKind {
    /// Calls `see` for the expressions of an action, not for those within them.
    pub fn expressions<'e>(&'e self, see: &mut dyn FnMut(&'e Expr)) {
        match self {
            Self::Send { envelope, body, .. } => envelope.iter().chain(body).for_each(|(_, value)| see(value)),
            Self::Set { value, .. } => see(value),
            Self::Lookup { key, .. } | Self::Forget { key, .. } => see(key),
            Self::Store { key, fields, .. } => {
                see(key);
                fields.iter().for_each(|(_, value)| see(value));
            }
            Self::Count { key, tier, .. } => {
                see(key);
                tier.iter().for_each(see);
            }
            Self::Fail { guard, answer, .. } => {
                guard.iter().for_each(&mut *see);
                answer.body.iter().for_each(|(_, value)| see(value));
            }
            Self::Ignore
            | Self::Track(_)
            | Self::Resolve(_)
            | Self::Resend(_)
            | Self::Deliver
            | Self::Report
            | Self::Connect
            | Self::Close(_)
            | Self::Drop(_)
            | Self::SendGiven
            | Self::Arm(_)
            | Self::Disarm(_)
            | Self::Reset(_) => {}
        }
    }
}

impl Next {
    /// Calls `see` for the values of the states that may come next.
    pub fn expressions<'e>(&'e self, see: &mut dyn FnMut(&'e Expr)) {
        let mut fields = |goto: &'e Goto| goto.values.iter().for_each(&mut *see);
        match self {
            Self::Stay => {}
            Self::Goto(goto) => fields(goto),
            Self::Retry { again, spent, .. } => {
                fields(again);
                fields(spent);
            }
        }
    }
}

impl Transition {
    /// Calls `see` for the expressions of a transition: of its trigger, its guard, its actions and what is next.
    pub fn expressions<'e>(&'e self, see: &mut dyn FnMut(&'e Expr)) {
        if let Trigger::Every(time) | Trigger::After(time) = &self.trigger {
            see(time);
        }
        self.guard.iter().for_each(&mut *see);
        self.actions.iter().for_each(|action| action.expressions(see));
        self.next.expressions(see);
    }
}

impl Role {
    /// Calls `see` for every expression in the states of a role and in what waits for answers, and all within them.
    pub fn expressions<'e>(&'e self, see: &mut impl FnMut(&'e Expr)) {
        for pending in &self.pendings {
            pending.within.each(see);
            pending.late.body.iter().for_each(|(_, value)| value.each(see));
        }
        for state in &self.states {
            state.timers.iter().for_each(|timer| timer.duration.each(see));
            let stamped = state.stamps.iter().flat_map(|stamp| &stamp.entries);
            stamped.for_each(|entry| entry.value.each(see));
            for transition in &state.transitions {
                transition.expressions(&mut |expr| expr.each(see));
            }
        }
    }
}

//! What transitions do.

use ltp_runtime::{codec::Value, session::Action};

use super::{Step, keep};
use crate::{
    interpret::eval::Came,
    model::{ActionKind, Expr, VarRef},
};

impl Step<'_, '_> {
    /// Does one thing.
    pub(super) fn act(&mut self, action: &ActionKind) {
        match action {
            ActionKind::Ignore => {}
            ActionKind::Deliver => {
                if let Came::Message(message) = &self.came {
                    self.actions.push(Action::Deliver(Box::new(message.clone())));
                }
            }
            ActionKind::Report => self.report(),
            ActionKind::Connect => self.actions.push(Action::Connect),
            ActionKind::Close(reason) => self.actions.push(Action::Close {
                reason: reason.clone().into(),
            }),
            ActionKind::Drop(reason) => self.actions.push(Action::Drop {
                reason: reason.clone().into(),
            }),
            ActionKind::SendGiven => self.send_given(),
            ActionKind::Track(pending) => self.track(*pending),
            ActionKind::Resolve(pending) => self.resolve(*pending),
            ActionKind::Resend(pending) => self.resend(*pending),
            ActionKind::Fail { pending, guard, answer } => self.fail(*pending, guard.as_ref(), answer),
            ActionKind::Send { message, envelope, body } => {
                let envelope = self.given(envelope);
                let body = self.given(body);
                self.send(*message, envelope, body);
            }
            ActionKind::Set { var, value } => {
                let value = self.eval(value);
                self.set(*var, value);
            }
            ActionKind::Arm(timer) => self.arm(*timer),
            ActionKind::Disarm(timer) => self.disarm(*timer),
            ActionKind::Reset(retry) => self.reset(*retry),
            ActionKind::Lookup { table, key } => {
                let key = self.eval(key);
                self.machine.asked = Some(*table);
                self.actions.push(Action::Lookup {
                    place: keep::place(self.program, *table, &key),
                });
            }
            ActionKind::Store { table, key, fields } => self.store(*table, key, fields),
            ActionKind::Count { meter, key, tier } => self.scope().count(*meter, key, tier.as_ref()),
            ActionKind::Forget { table, key } => {
                let key = self.eval(key);
                self.actions.push(Action::Forget {
                    place: keep::place(self.program, *table, &key),
                });
            }
        }
    }

    /// The values of members, by their indices; of those that are none, nothing.
    pub(super) fn given(&mut self, members: &[(usize, Expr)]) -> Vec<(usize, Value)> {
        let evaluated = members.iter().map(|(index, value)| (*index, self.eval(value)));
        evaluated.collect()
    }

    fn store(&mut self, table: usize, key: &Expr, fields: &[(usize, Expr)]) {
        let declared = &self.program.role().tables[table];
        let key = self.eval(key);
        let fields = self.given(fields);
        let expires = self.scope().milliseconds(&declared.expires);
        self.actions.push(Action::Store {
            place: keep::place(self.program, table, &key),
            value: keep::row_text(self.program, table, fields),
            expires: Some(self.context.now.unix.saturating_add(expires)),
        });
    }

    fn set(&mut self, var: VarRef, value: Value) {
        let variables = &mut self.machine.variables;
        let (list, index) = match var {
            VarRef::Option(index) => (&mut variables.options, index),
            VarRef::Role(index) => (&mut variables.role, index),
            VarRef::Persist(index) => (&mut variables.persists, index),
            VarRef::State(index) => (&mut variables.state, index),
        };
        if let Some(slot) = list.get_mut(index) {
            *slot = value;
        }
    }

    pub(super) fn report(&mut self) {
        let name = match &self.came {
            Came::Message(message) => self.program.schema().messages[message.message].name.clone(),
            Came::Malformed(_) => "malformed".into(),
            Came::Transport(name) => (*name).into(),
            _ => return,
        };
        self.unexpected(name);
    }
}

//! Variables, and members of what came.

use ltp_runtime::codec::Value;

use super::{Came, Scope, number::number};
use crate::model::{Member, MessageBody, Place, PlaceBase, Type, TypeKind, Var, VarRef};

impl<'s> Scope<'s> {
    /// What a place holds; none if nothing is there.
    pub fn place(&self, place: &Place) -> Value {
        match self.base(&place.base) {
            Some((value, ty)) => self.within(value, ty, &place.path).cloned(),
            None => self.said(&place.base),
        }
        .unwrap_or(Value::Null)
    }

    /// The value where a place begins, with its type.
    fn base(&self, base: &PlaceBase) -> Option<(&'s Value, &'s Type)> {
        let (model, variables) = (self.model, self.variables);
        match base {
            PlaceBase::Var(var) => {
                let role = self.program?.role();
                match var {
                    VarRef::Option(index) => variable(&variables.options, &role.options, *index),
                    VarRef::Role(index) => variable(&variables.role, &role.vars, *index),
                    VarRef::Persist(index) => variable(&variables.persists, &role.persists, *index),
                    VarRef::State(index) => variable(&variables.state, &role.states[variables.current].vars, *index),
                }
            }
            PlaceBase::Body(index) => {
                if let Came::Record(record, value) = self.came {
                    return member(value, &model[*record].members, *index);
                }
                let (Came::Message(message) | Came::Call(message)) = self.came else {
                    return None;
                };
                let MessageBody::Record(record) = model.messages[message.message].body else {
                    return None;
                };
                member(&message.body, &model[record].members, *index)
            }
            PlaceBase::Envelope(index) => {
                let (Came::Message(message) | Came::Call(message)) = self.came else {
                    return None;
                };
                let envelope = model.messages[message.message].envelope;
                member(&message.envelope, &model[envelope].members, *index)
            }
            PlaceBase::Row(index) => {
                let Came::Row(table, row) = self.came else { return None };
                member(row, &model[self.program?.role().tables.get(*table)?.row].members, *index)
            }
            _ => None,
        }
    }

    /// What is said of that which came beside its members.
    fn said(&self, base: &PlaceBase) -> Option<Value> {
        let text = |text: &str| Some(Value::String(text.to_owned()));
        match (base, self.came) {
            (PlaceBase::Tag, Came::Message(message) | Came::Call(message)) => text(&message.tag),
            (PlaceBase::RefusedTag, Came::Malformed(refusal)) => text(refusal.tag.as_deref()?),
            (PlaceBase::RefusedSize, Came::Malformed(refusal)) => Some(number(refusal.size)),
            (PlaceBase::RefusedRule, Came::Malformed(refusal)) => text(refusal.rule()),
            (PlaceBase::RefusedPointer, Came::Malformed(refusal)) => text(refusal.pointer()),
            (PlaceBase::RefusedText, Came::Malformed(refusal)) => Some(Value::String(refusal.text())),
            (PlaceBase::MessageLimit, _) => Some(number(self.model.limits.message)),
            _ => None,
        }
    }

    /// Follows members of records.
    fn within(&self, value: &'s Value, ty: &'s Type, path: &[usize]) -> Option<&'s Value> {
        let Some((index, rest)) = path.split_first() else {
            return Some(value);
        };
        let TypeKind::Record(record) = ty.kind else { return None };
        let (value, ty) = member(value, &self.model[record].members, *index)?;
        self.within(value, ty, rest)
    }
}

fn variable<'s>(values: &'s [Value], vars: &'s [Var], index: usize) -> Option<(&'s Value, &'s Type)> {
    Some((values.get(index)?, &vars.get(index)?.ty))
}

fn member<'s>(object: &'s Value, members: &'s [Member], index: usize) -> Option<(&'s Value, &'s Type)> {
    let member = members.get(index)?;
    Some((object.get(&member.wire)?, &member.ty))
}

//! Messages that a machine makes: what is given, defaults, stamps, and the check that nothing wrong is sent.

use ltp_runtime::{
    codec::{self, Decoded, Value},
    session::{Action, CallError},
};

use super::{Step, keep};
use crate::{
    interpret::{constant, eval::Came},
    model::{Member, MessageBody, MessageId, Model, StampEntry, Tag, TypeKind},
};

impl<'s> Step<'s, '_> {
    /// Sends a message of which some members are given.
    pub(super) fn send(&mut self, message: MessageId, envelope: Vec<(usize, Value)>, body: Vec<(usize, Value)>) {
        let model = self.program.model();
        let declared = &model[message];
        let body = match declared.body {
            MessageBody::Record(record) => keep::with_defaults(self.program, &model[record].members, body),
            MessageBody::Object => Value::Raw("{}".to_owned()),
        };
        let tag = match &declared.tag {
            Tag::Text(tag) => tag.clone(),
            Tag::Scalar { .. } => String::new(),
        };
        let envelope = keep::with_defaults(self.program, &model[declared.envelope].members, envelope);
        self.finish(Decoded {
            message: message.0 as usize,
            tag,
            envelope,
            body,
        });
    }

    /// Sends what the application gave.
    pub(super) fn send_given(&mut self) {
        if let Came::Call(given) = &self.came {
            let given = given.clone();
            self.finish(given);
        }
    }

    /// Stamps and checks a message.
    fn finish(&mut self, mut made: Decoded) {
        let model = self.program.model();
        let of = model.messages[made.message].envelope;
        let stamps = self.state().stamps.iter().filter(|stamp| stamp.envelope == of);
        for entry in stamps.flat_map(|stamp| &stamp.entries) {
            self.stamp(entry, &model[of].members, &mut made.envelope);
        }
        let schema = self.program.schema();
        let mut text = Vec::new();
        codec::encode(schema, &made, &mut text);
        // What is sent is what the peer reads: the text, read again, has every value in its canonical form.
        self.actions.push(match codec::decode(schema, &text) {
            Ok(message) => Action::Send(message),
            Err(refusal) => Action::Refuse(CallError::Invalid(refusal.violations.into())),
        });
    }

    fn stamp(&mut self, entry: &'s StampEntry, members: &'s [Member], envelope: &mut Value) {
        if entry.only_if_absent && stands(self.program.model(), members, &entry.target, envelope) {
            return;
        }
        match self.eval(&entry.value) {
            Value::Null => {}
            value => put(self.program.model(), members, &entry.target, envelope, value),
        }
    }
}

/// Whether an object has the member that a path of indices leads to.
fn stands(model: &Model, members: &[Member], path: &[usize], object: &Value) -> bool {
    let Some((index, rest)) = path.split_first() else { return true };
    let Some(member) = members.get(*index) else { return false };
    object
        .get(&member.wire)
        .is_some_and(|value| stands(model, members_of(model, member), rest, value))
}

/// Puts a value where a path of indices leads; records on the way are made.
fn put(model: &Model, members: &[Member], path: &[usize], object: &mut Value, value: Value) {
    let Some((index, rest)) = path.split_first() else {
        *object = value;
        return;
    };
    let (Some(member), Value::Object(object)) = (members.get(*index), object) else {
        return;
    };
    let slot = match object.iter().position(|(name, _)| *name == member.wire) {
        Some(slot) => slot,
        None => {
            let made = match member.ty.kind {
                TypeKind::Record(record) => constant::record(model, &model[record]),
                _ => Value::Null,
            };
            object.push((member.wire.clone(), made));
            object.len() - 1
        }
    };
    put(model, members_of(model, member), rest, &mut object[slot].1, value);
}

fn members_of<'m>(model: &'m Model, member: &Member) -> &'m [Member] {
    match member.ty.kind {
        TypeKind::Record(record) => &model[record].members,
        _ => &[],
    }
}

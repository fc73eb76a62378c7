//! Messages that a machine makes: what is given, defaults, stamps, and the check that nothing wrong is sent.

use ltp_runtime::{
    codec::{self, Decoded, Value},
    session::{Action, CallError},
};

use super::{Step, keep};
use crate::{
    interpret::{constant, eval::Came},
    model::{Member, MessageBody, MessageId, Model, Tag, TypeKind},
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
        let envelope = keep::given(&model[declared.envelope].members, envelope);
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
            // Its envelope as it was given: a default is not said, and gives way to a stamp.
            let given = Decoded {
                envelope: self.said.clone(),
                ..given.clone()
            };
            self.finish(given);
        }
    }

    /// Stamps and checks a message of whose envelope only what is said stands there.
    fn finish(&mut self, mut made: Decoded) {
        let model = self.program.model();
        let of = model.messages[made.message].envelope;
        let stamps = self.state().stamps.iter().filter(|stamp| stamp.envelope == of);
        let mut stamping = Stamping {
            model,
            members: &model[of].members,
            made: Vec::new(),
        };
        for entry in stamps.flat_map(|stamp| &stamp.entries) {
            if entry.only_if_absent && stamping.stands(&entry.target, &made.envelope) {
                continue;
            }
            match self.eval(&entry.value) {
                Value::Null => {}
                value => stamping.put(&entry.target, &mut made.envelope, value),
            }
        }
        stamping.complete(&mut made.envelope);
        let schema = self.program.schema();
        let mut text = Vec::new();
        codec::encode(schema, &made, &mut text);
        // What is sent is what the peer reads: the text, read again, has every value in its canonical form.
        self.actions.push(match codec::decode(schema, &text) {
            Ok(message) => Action::Send(Box::new(message)),
            Err(refusal) => Action::Refuse(CallError::Invalid(refusal.violations.into())),
        });
    }
}

/// What a state's stamps do to an envelope.
///
/// What the application or the schema gives is given whole: a record that stands there says the defaults of its members too. Of a
/// record that is made by the way nothing is said but what other entries put there.
struct Stamping<'s> {
    model: &'s Model,
    members: &'s [Member],
    /// The records that were made by the way.
    made: Vec<&'s [usize]>,
}

impl<'s> Stamping<'s> {
    /// Whether the member that a path of indices leads to is said.
    fn stands(&self, path: &'s [usize], envelope: &Value) -> bool {
        self.stands_in(self.members, path, 0, envelope)
    }

    fn stands_in(&self, members: &[Member], path: &'s [usize], depth: usize, object: &Value) -> bool {
        let Some(index) = path.get(depth) else { return true };
        let Some(member) = members.get(*index) else { return false };
        let inner = members_of(self.model, member);
        match object.get(&member.wire) {
            Some(value) => self.stands_in(inner, path, depth + 1, value),
            None if self.is_said_by_defaults(&path[..depth]) => {
                constant::default(self.model, member).is_some_and(|value| self.stands_in(inner, path, depth + 1, &value))
            }
            None => false,
        }
    }

    /// Whether the object at a path was given, and so says its defaults. The envelope itself does not.
    fn is_said_by_defaults(&self, path: &[usize]) -> bool {
        !path.is_empty() && !self.made.contains(&path)
    }

    /// Puts a value where a path of indices leads; records on the way are made.
    fn put(&mut self, path: &'s [usize], envelope: &mut Value, value: Value) {
        self.put_in(self.members, path, 0, envelope, value);
    }

    fn put_in(&mut self, members: &'s [Member], path: &'s [usize], depth: usize, object: &mut Value, value: Value) {
        let Some(index) = path.get(depth) else {
            *object = value;
            return;
        };
        let (Some(member), Value::Object(object)) = (members.get(*index), object) else {
            return;
        };
        let slot = match object.iter().position(|(name, _)| *name == member.wire) {
            Some(slot) => slot,
            None => {
                let default = constant::default(self.model, member).filter(|_| self.is_said_by_defaults(&path[..depth]));
                let stands = default.unwrap_or_else(|| {
                    self.made.push(&path[..=depth]);
                    Value::Object(Vec::new())
                });
                object.push((member.wire.clone(), stands));
                object.len() - 1
            }
        };
        self.put_in(members_of(self.model, member), path, depth + 1, &mut object[slot].1, value);
    }

    /// Gives all of which nothing is said its default: members of the envelope, and of records that were made.
    fn complete(&self, envelope: &mut Value) {
        self.complete_at(self.members, &[], envelope);
        for path in &self.made {
            self.complete_at(self.members, path, envelope);
        }
    }

    fn complete_at(&self, members: &[Member], path: &[usize], object: &mut Value) {
        let Value::Object(object) = object else { return };
        if let Some((index, rest)) = path.split_first() {
            let Some(member) = members.get(*index) else { return };
            if let Some((_, inner)) = object.iter_mut().find(|(name, _)| *name == member.wire) {
                self.complete_at(members_of(self.model, member), rest, inner);
            }
            return;
        }
        for member in members {
            if !object.iter().any(|(name, _)| *name == member.wire)
                && let Some(default) = constant::default(self.model, member)
            {
                object.push((member.wire.clone(), default));
            }
        }
    }
}

fn members_of<'m>(model: &'m Model, member: &Member) -> &'m [Member] {
    match member.ty.kind {
        TypeKind::Record(record) => &model[record].members,
        _ => &[],
    }
}

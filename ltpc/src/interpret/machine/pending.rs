//! Requests that wait for their answers.

use ltp_runtime::{
    codec::{self, Decoded, Value},
    session::{Action, CallError},
};

use super::{Step, choose::What, keep};
use crate::{
    interpret::eval::Came,
    model::{Answer, Expr, Keyed, MessageBody, MessageId, Model, Tag, Trigger},
};

impl Step<'_, '_> {
    /// Sends what the application gave, and lets it wait.
    pub(super) fn track(&mut self, index: usize) {
        let declared = &self.program.role().pendings[index];
        if self.machine.pendings[index].is_full() {
            let most = self.machine.pendings[index].most();
            self.actions.push(Action::Refuse(CallError::Full { most }));
            return;
        }
        let before = self.actions.len();
        self.send_given();
        let Some(Action::Send(sent)) = self.actions.get(before) else {
            return;
        };
        let request = sent.clone();
        let keys = declared
            .keys
            .iter()
            .map(|key| text(self.program.model(), &request, key.request))
            .collect();
        let within = self.about(&request, |step| step.scope().milliseconds(&declared.within)).max(1);
        let deadline = self.context.now.ticks.saturating_add(within);
        self.machine.pendings[index].add(request, keys, deadline);
    }

    /// Hands what came to who asked.
    pub(super) fn resolve(&mut self, index: usize) {
        let Came::Message(reply) = &self.came else { return };
        let declared = &self.program.role().pendings[index];
        let of = declared.replies.iter().position(|id| id.0 as usize == reply.message);
        let keys: Vec<Option<String>> = declared
            .keys
            .iter()
            .map(|key| text(self.program.model(), reply, (*key.replies.get(of?)?)?))
            .collect();
        match self.machine.pendings[index].resolve(&keys) {
            Some(request) => self.actions.push(Action::Answer {
                request,
                reply: Box::new(reply.clone()),
            }),
            None => self.report(),
        }
    }

    /// Sends all that wait again.
    pub(super) fn resend(&mut self, index: usize) {
        let waiting = self.machine.pendings[index]
            .requests()
            .cloned()
            .map(|request| Action::Send(Box::new(request)));
        self.actions.extend(waiting);
    }

    /// Answers those that wait and are meant.
    pub(super) fn fail(&mut self, index: usize, guard: Option<&Expr>, answer: &Answer) {
        for serial in self.machine.pendings[index].serials() {
            let Some(request) = self.machine.pendings[index].get(serial).cloned().map(Box::new) else {
                continue;
            };
            if guard.is_none_or(|guard| self.about(&request, |step| step.scope().holds(guard))) {
                self.machine.pendings[index].remove(serial);
                self.answer(request, answer);
            }
        }
    }

    /// Answers what waited too long: one, whose deadline is the earliest of all.
    pub(super) fn overdue(&mut self, index: usize) {
        let now = self.context.now.ticks;
        if let Some(request) = self.machine.pendings[index].take_due(now) {
            self.answer(request, &self.program.role().pendings[index].late);
        }
    }

    /// Answers all that still wait where the machine ends.
    pub(super) fn abandon(&mut self) {
        for index in 0..self.machine.pendings.len() {
            while let Some(request) = self.machine.pendings[index].take_first() {
                self.answer(request, &self.program.role().pendings[index].late);
            }
        }
    }

    /// The application gives up on a request.
    pub(super) fn cancel(&mut self, key: &str) {
        let transitions = &self.state().transitions;
        for transition in transitions {
            let Trigger::Cancel(index) = transition.trigger else { continue };
            if let Some(request) = self.machine.pendings[index].cancel(key) {
                self.came = Came::Message(*request);
                self.transition(&What::Cancel(index));
                return;
            }
        }
        self.refuse_now("cancel".into());
    }

    /// A reply that is made: in the request's envelope, checked as what is sent is.
    fn answer(&mut self, request: Box<Decoded>, answer: &Answer) {
        let model = self.program.model();
        let declared = &model[answer.message];
        let body = self.about(&request, |step| step.given(&answer.body));
        let body = match declared.body {
            MessageBody::Record(record) => keep::with_defaults(self.program, &model[record].members, body),
            MessageBody::Object => Value::Raw("{}".to_owned()),
        };
        let made = Decoded {
            message: answer.message.0 as usize,
            tag: tag(model, answer.message),
            envelope: request.envelope.clone(),
            body,
        };
        let schema = self.program.schema();
        let mut text = Vec::new();
        codec::encode(schema, &made, &mut text);
        self.actions.push(match codec::decode(schema, &text) {
            Ok(reply) => Action::Answer {
                request,
                reply: Box::new(reply),
            },
            Err(refusal) => Action::Refuse(CallError::Invalid(refusal.violations.into())),
        });
    }

    /// What is said while a request is what came.
    fn about<T>(&mut self, request: &Decoded, say: impl FnOnce(&mut Self) -> T) -> T {
        let came = std::mem::replace(&mut self.came, Came::Message(request.clone()));
        let said = say(self);
        self.came = came;
        said
    }
}

fn tag(model: &Model, id: MessageId) -> String {
    match &model[id].tag {
        Tag::Text(tag) => tag.clone(),
        Tag::Scalar { .. } => String::new(),
    }
}

/// The text of a member by which messages are told apart; none where it is absent.
fn text(model: &Model, message: &Decoded, member: Keyed) -> Option<String> {
    let declared = &model.messages[message.message];
    let value = match member {
        Keyed::Body(index) => {
            let MessageBody::Record(record) = declared.body else { return None };
            message.body.get(&model[record].members.get(index)?.wire)?
        }
        Keyed::Envelope(index) => message.envelope.get(&model[declared.envelope].members.get(index)?.wire)?,
    };
    match value {
        Value::String(text) | Value::Number(text) => Some(text.clone()),
        _ => None,
    }
}

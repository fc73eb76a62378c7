//! Requests that wait for their answers.

use serde_json::{Value, json};

use super::Lowering;
use crate::{
    backend::template::tables::expr::Scope,
    model::{Answer, Binding, BindingKind, Expr, Keyed, Member, MessageBody, MessageId, Pending},
};

impl<'m> Lowering<'m> {
    /// A set of requests: by which members answers are told, how long each waits, and what answers it then.
    pub(super) fn pending(&self, pending: &Pending) -> Value {
        let request = about(pending.request);
        let scope = Scope {
            binding: Some(&request),
            ..self.scope(None)
        };
        let keys = pending.keys.iter().map(|key| {
            let replies = pending.replies.iter().zip(&key.replies);
            let replies = replies.map(|(reply, member)| member.map(|member| self.keyed(*reply, member)));
            json!({ "request": self.keyed(pending.request, key.request), "replies": replies.collect::<Vec<_>>() })
        });
        json!({
            "name": pending.name,
            "request": pending.request.0,
            "replies": pending.replies.iter().map(|id| id.0).collect::<Vec<_>>(),
            "keys": keys.collect::<Vec<_>>(),
            "within": scope.expr(&pending.within),
            "most": pending.most,
            "late": self.answer(scope, &pending.late),
        })
    }

    /// What answers those for which a condition holds.
    pub(super) fn fail(&self, scope: Scope<'m>, index: usize, guard: Option<&Expr>, answer: &Answer) -> Value {
        let request = about(self.role.pendings[index].request);
        let scope = Scope {
            binding: Some(&request),
            ..scope
        };
        json!({ "do": "fail", "index": index, "guard": scope.maybe(guard), "answer": self.answer(scope, answer) })
    }

    fn answer(&self, scope: Scope<'_>, answer: &Answer) -> Value {
        json!({ "message": answer.message.0, "body": scope.given(self.body(answer.message), &answer.body) })
    }

    fn keyed(&self, message: MessageId, member: Keyed) -> Value {
        let (of, members, index) = match member {
            Keyed::Body(index) => ("body", self.body(message), index),
            Keyed::Envelope(index) => ("envelope", &self.model[self.model[message].envelope].members[..], index),
        };
        json!({ "of": of, "name": members[index].wire })
    }

    fn body(&self, message: MessageId) -> &'m [Member] {
        match self.model[message].body {
            MessageBody::Record(record) => &self.model[record].members,
            MessageBody::Object => &[],
        }
    }
}

/// In what is said of a request, the request is what came.
fn about(request: MessageId) -> Binding {
    Binding {
        name: String::new(),
        kind: BindingKind::Message(request),
    }
}

//! Sessions: each role as the table that a machine runs.

mod pending;

use serde_json::{Value, json};

use super::{
    expr::{Scope, object},
    integer,
};
use crate::{
    interpret::Tables,
    model::{
        Action, ActionKind, Goto, MessageBody, MessageId, MeterRate, Model, Next, Rate, Role, Session, State, StateKind, Transition,
        Trigger, TypeKind, Var, VarRef,
    },
};

/// Every session of the compiled file and of those that it imports.
pub(super) fn sessions(model: &Model, tables: &Tables) -> Vec<Value> {
    let session = |session: &Session| {
        let roles: Vec<Value> = session
            .roles
            .iter()
            .map(|role| Lowering { model, tables, role }.role(session))
            .collect();
        json!({ "name": session.decl.name, "roles": roles })
    };
    model.sessions.iter().map(session).collect()
}

/// What each tier may, and how often; the highest first.
pub(super) fn tiers(model: &Model) -> Vec<Value> {
    let tiers = model.tiers.iter().map(|tiers| {
        let levels = model[tiers.of].variants.iter().zip(&tiers.levels).map(|(variant, level)| {
            json!({
                "name": variant.name,
                "wire": variant.wire,
                "may": level.may,
                "rate": level.rate.map(rate),
                "by_key": level.by_key,
            })
        });
        Value::from(levels.collect::<Vec<_>>())
    });
    tiers.collect()
}

/// Digests, by the names of members on the wire.
pub(super) fn digests(model: &Model) -> Vec<Value> {
    let digest = |digest: &crate::model::Digest| {
        let members = &model[digest.record].members;
        let is_integer = |index: &usize| matches!(members[*index].ty.kind, TypeKind::Int(_) | TypeKind::Uint(_));
        let sort = digest.sort.iter().map(|index| json!([members[*index].wire, is_integer(index)]));
        let join = digest.join.iter().map(|index| &members[*index].wire);
        json!({
            "name": digest.decl.name,
            "record": digest.record.0,
            "sort": sort.collect::<Vec<_>>(),
            "join": join.collect::<Vec<_>>(),
            "digits": digest.digits,
            "prefix": digest.prefix,
            "empty": digest.empty,
        })
    };
    model.digests.iter().map(digest).collect()
}

fn rate(rate: Rate) -> Value {
    json!({ "limit": rate.limit, "window": integer(rate.window.into()) })
}

struct Lowering<'m> {
    model: &'m Model,
    tables: &'m Tables,
    role: &'m Role,
}

impl<'m> Lowering<'m> {
    fn scope(&self, state: Option<&'m State>) -> Scope<'m> {
        Scope {
            model: self.model,
            role: self.role,
            state,
            binding: None,
        }
    }

    fn role(&self, session: &Session) -> Value {
        let role = self.role;
        let vars = |vars: &[Var]| vars.iter().map(|var| self.var(var)).collect::<Vec<_>>();
        let retries = role.retries.iter().map(|retry| {
            json!({
                "first": integer(retry.first.into()),
                "cap": integer(retry.cap.into()),
                "factor": retry.factor,
                "jitter": retry.jitter.min(100),
                "tries": retry.tries,
            })
        });
        let tables = role.tables.iter().map(|table| {
            json!({
                "space": format!("{}.{}", session.decl.name, table.name),
                "row": table.row.0,
                "expires": self.scope(None).expr(&table.expires),
            })
        });
        let meters = role.meters.iter().map(|meter| {
            let (fixed, tiers) = match meter.rate {
                MeterRate::Fixed(of) => (Some(rate(of)), None),
                MeterRate::Tiers(tiers) => (None, Some(tiers.0)),
            };
            json!({ "name": format!("{}.{}", session.decl.name, meter.name), "rate": fixed, "tiers": tiers, "last": meter.last })
        });
        let uniques = role.uniques.iter().map(|unique| {
            let member = &self.model[unique.envelope].members[unique.member];
            json!({ "envelope": unique.envelope.0, "member": member.wire, "last": unique.last })
        });
        json!({
            "name": role.name,
            "session": session.decl.name,
            "connects": role.connects,
            "options": vars(&role.options),
            "vars": vars(&role.vars),
            "persists": vars(&role.persists),
            "persist_key": role.persist_key,
            "retries": retries.collect::<Vec<_>>(),
            "tables": tables.collect::<Vec<_>>(),
            "meters": meters.collect::<Vec<_>>(),
            "uniques": uniques.collect::<Vec<_>>(),
            "pendings": role.pendings.iter().map(|pending| self.pending(pending)).collect::<Vec<_>>(),
            "start": role.start,
            "states": role.states.iter().map(|state| self.state(state)).collect::<Vec<_>>(),
        })
    }

    fn var(&self, var: &Var) -> Value {
        json!({
            "name": var.name,
            "type": self.tables.type_id(&var.ty),
            "duration": matches!(var.ty.kind, TypeKind::Duration),
            "nullable": var.ty.nullable,
            "init": self.scope(None).maybe(var.init.as_ref()),
        })
    }

    fn state(&self, state: &'m State) -> Value {
        let scope = self.scope(Some(state));
        let timers = state
            .timers
            .iter()
            .map(|timer| json!({ "queue": timer.queue, "duration": scope.expr(&timer.duration) }));
        let stamps = state.stamps.iter().flat_map(|stamp| {
            stamp.entries.iter().map(|entry| {
                json!({
                    "envelope": stamp.envelope.0,
                    "path": self.names(&self.model[stamp.envelope].members, &entry.target),
                    "absent": entry.only_if_absent,
                    "value": scope.expr(&entry.value),
                })
            })
        });
        json!({
            "name": state.name,
            "end": state.kind == StateKind::End,
            "vars": state.vars.iter().map(|var| scope.maybe(var.init.as_ref())).collect::<Vec<_>>(),
            "timers": timers.collect::<Vec<_>>(),
            "stamps": stamps.collect::<Vec<_>>(),
            "transitions": state.transitions.iter().map(|transition| self.transition(state, transition)).collect::<Vec<_>>(),
        })
    }

    fn names(&self, members: &[crate::model::Member], path: &[usize]) -> Vec<String> {
        let Some((index, rest)) = path.split_first() else {
            return Vec::new();
        };
        let member = &members[*index];
        let mut names = vec![member.wire.clone()];
        if let TypeKind::Record(record) = member.ty.kind {
            names.extend(self.names(&self.model[record].members, rest));
        }
        names
    }

    fn transition(&self, state: &'m State, transition: &'m Transition) -> Value {
        let scope = Scope {
            binding: transition.binding.as_ref(),
            ..self.scope(Some(state))
        };
        let ids = |messages: &[MessageId]| Value::from(messages.iter().map(|id| id.0).collect::<Vec<_>>());
        let (on, of) = match &transition.trigger {
            Trigger::Enter => ("enter", Value::Null),
            Trigger::Every(period) => ("every", scope.expr(period)),
            Trigger::After(duration) => ("after", scope.expr(duration)),
            Trigger::Open => ("open", Value::Null),
            Trigger::Closed => ("closed", Value::Null),
            Trigger::Malformed => ("malformed", Value::Null),
            Trigger::Timeout(index) => ("timeout", json!(index)),
            Trigger::Due(index) => ("due", json!(index)),
            Trigger::Found => ("found", Value::Null),
            Trigger::Missing => ("missing", Value::Null),
            Trigger::AnyMessage => ("message", Value::Null),
            Trigger::Messages(messages) => ("messages", ids(messages)),
            Trigger::App(messages) => ("call", ids(messages)),
            Trigger::AppClose => ("close", Value::Null),
            Trigger::Repeat(index) => ("repeat", json!(index)),
            Trigger::Cancel(index) => ("cancel", json!(index)),
        };
        let actions: Vec<Value> = transition.actions.iter().map(|action| self.action(scope, action)).collect();
        let next = match &transition.next {
            Next::Stay => Value::Null,
            Next::Goto(to) => goto(scope, to),
            Next::Retry { retry, again, spent } => json!({ "retry": retry, "again": goto(scope, again), "spent": goto(scope, spent) }),
        };
        object([
            ("on", on.into()),
            ("of", of),
            ("guard", scope.maybe(transition.guard.as_ref())),
            ("actions", actions.into()),
            ("next", next),
        ])
    }

    fn action(&self, scope: Scope<'m>, action: &Action) -> Value {
        let row = |table: usize| &self.model[self.role.tables[table].row].members;
        match &action.kind {
            ActionKind::Ignore => json!({ "do": "ignore" }),
            ActionKind::Track(index) => json!({ "do": "track", "index": index }),
            ActionKind::Resolve(index) => json!({ "do": "resolve", "index": index }),
            ActionKind::Resend(index) => json!({ "do": "resend", "index": index }),
            ActionKind::Fail { pending, guard, answer } => self.fail(scope, *pending, guard.as_ref(), answer),
            ActionKind::Deliver => json!({ "do": "deliver" }),
            ActionKind::Report => json!({ "do": "report" }),
            ActionKind::Connect => json!({ "do": "connect" }),
            ActionKind::Close(reason) => json!({ "do": "close", "reason": reason }),
            ActionKind::Drop(reason) => json!({ "do": "drop", "reason": reason }),
            ActionKind::SendGiven => json!({ "do": "send_given" }),
            ActionKind::Send { message, envelope, body } => {
                let of = &self.model[*message];
                let members = match of.body {
                    MessageBody::Record(record) => &self.model[record].members[..],
                    MessageBody::Object => &[],
                };
                json!({
                    "do": "send",
                    "message": message.0,
                    "envelope": scope.given(&self.model[of.envelope].members, envelope),
                    "body": scope.given(members, body),
                })
            }
            ActionKind::Set { var, value } => {
                let (base, index) = match var {
                    VarRef::Option(index) => ("option", index),
                    VarRef::Role(index) => ("var", index),
                    VarRef::Persist(index) => ("persist", index),
                    VarRef::State(index) => ("state", index),
                };
                json!({ "do": "set", "base": base, "index": index, "value": scope.expr(value) })
            }
            ActionKind::Arm(index) => json!({ "do": "arm", "index": index }),
            ActionKind::Disarm(index) => json!({ "do": "disarm", "index": index }),
            ActionKind::Reset(index) => json!({ "do": "reset", "index": index }),
            ActionKind::Lookup { table, key } => json!({ "do": "lookup", "table": table, "key": scope.expr(key) }),
            ActionKind::Store { table, key, fields } => {
                json!({ "do": "store", "table": table, "key": scope.expr(key), "fields": scope.given(row(*table), fields) })
            }
            ActionKind::Forget { table, key } => json!({ "do": "forget", "table": table, "key": scope.expr(key) }),
            ActionKind::Count { meter, key, tier } => {
                json!({ "do": "count", "meter": meter, "key": scope.expr(key), "tier": scope.maybe(tier.as_ref()) })
            }
        }
    }
}

fn goto(scope: Scope<'_>, goto: &Goto) -> Value {
    let values: Vec<Value> = goto.values.iter().map(|value| scope.expr(value)).collect();
    json!({ "state": goto.state, "values": values })
}

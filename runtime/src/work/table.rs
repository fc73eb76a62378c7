//! Between the bodies of messages, as JSON, and what they say of work.

use alloc::{
    borrow::Cow,
    string::{String, ToString as _},
    vec,
    vec::Vec,
};

use super::{Beat, Failure, Outcome, Table, Unit};
use crate::codec::{Json, Value};

/// Where the bodies of messages say what: names on the wire. An empty name: it is not said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Members {
    pub id: Cow<'static, str>,
    pub group: Cow<'static, str>,
    pub element: Cow<'static, str>,
    pub input: Cow<'static, str>,
    pub priority: Cow<'static, str>,
    /// What an absent priority is.
    pub usual_priority: u64,
    pub timeout: Cow<'static, str>,
    pub after: Cow<'static, str>,
    /// What a sender says of other members of a request, as JSON.
    pub request_says: Cow<'static, [(Cow<'static, str>, Cow<'static, str>)]>,
    /// The same of a reply.
    pub reply_says: Cow<'static, [(Cow<'static, str>, Cow<'static, str>)]>,
    /// Of the reply.
    pub answers: Cow<'static, str>,
    pub status: Cow<'static, str>,
    pub done: Cow<'static, str>,
    pub undone: Cow<'static, str>,
    pub output: Cow<'static, str>,
    pub failure: Cow<'static, str>,
    pub code: Cow<'static, str>,
    pub message: Cow<'static, str>,
    pub took: Cow<'static, str>,
    /// Of the message that says that a frame was bad.
    pub fault_code: Cow<'static, str>,
    pub fault_message: Cow<'static, str>,
    /// Of the message that says what a peer handles.
    pub handlers: Cow<'static, str>,
    pub load: Cow<'static, str>,
    /// What a sender says of its other members, as JSON.
    pub beat_says: Cow<'static, [(Cow<'static, str>, Cow<'static, str>)]>,
}

impl Table {
    /// The unit that a request's body asks for.
    #[must_use]
    pub fn unit(&self, body: &str) -> Option<Unit> {
        let (of, body) = (&self.members, Value::of_written(body)?);
        Some(Unit {
            id: text(&body, &of.id)?,
            group: text(&body, &of.group)?,
            element: text(&body, &of.element)?,
            input: json(body.get(&of.input)?),
            priority: number(&body, &of.priority).unwrap_or(of.usual_priority),
            timeout: number(&body, &of.timeout),
            after: texts(&body, &of.after).unwrap_or_default(),
            more: self.others(&body),
        })
    }

    /// The members of a request's body that say nothing of work, with their JSON.
    #[must_use]
    pub fn more(&self, body: &str) -> Vec<(String, String)> {
        Value::of_written(body).map(|body| self.others(&body)).unwrap_or_default()
    }

    fn others(&self, body: &Value) -> Vec<(String, String)> {
        let of = &self.members;
        let known = [&of.id, &of.group, &of.element, &of.input, &of.priority, &of.timeout, &of.after];
        let Value::Object(members) = body else { return Vec::new() };
        let others = members.iter().filter(|(name, _)| !known.iter().any(|known| *known == name));
        others.map(|(name, value)| (name.clone(), json(value))).collect()
    }

    /// The body of a request.
    #[must_use]
    pub fn request(&self, unit: &Unit) -> String {
        let of = &self.members;
        let mut members = vec![
            string(&of.id, &unit.id),
            string(&of.group, &unit.group),
            string(&of.element, &unit.element),
            (of.input.to_string(), Value::Raw(unit.input.clone())),
        ];
        if unit.priority > 0 {
            members.push(integer(&of.priority, unit.priority));
        }
        members.extend(unit.timeout.map(|timeout| integer(&of.timeout, timeout)));
        if !unit.after.is_empty() {
            let after = unit.after.iter().map(|id| Value::String(id.clone())).collect();
            members.push((of.after.to_string(), Value::List(after)));
        }
        members.extend(unit.more.iter().map(|(name, json)| (name.clone(), Value::Raw(json.clone()))));
        say(&mut members, &of.request_says);
        object(members)
    }

    /// What a reply's body says became of a unit.
    #[must_use]
    pub fn outcome(&self, body: &str) -> Option<Outcome> {
        let (of, body) = (&self.members, Value::of_written(body)?);
        let result = if text(&body, &of.status)? == of.done {
            Ok(body.get(&of.output).map_or_else(|| "null".into(), json))
        } else {
            let failure = body.get(&of.failure);
            let said = |name: &str| failure.and_then(|failure| text(failure, name));
            Err(Failure::new(
                said(&of.code).map_or(self.codes.failed.clone(), Cow::Owned),
                said(&of.message).unwrap_or_default(),
            ))
        };
        Some(Outcome {
            id: text(&body, &of.answers)?,
            result,
            took: number(&body, &of.took).unwrap_or(0),
        })
    }

    /// The body of a reply.
    #[must_use]
    pub fn reply(&self, outcome: &Outcome) -> String {
        let of = &self.members;
        let mut members = vec![string(&of.answers, &outcome.id)];
        match &outcome.result {
            Ok(output) => {
                members.push(string(&of.status, &of.done));
                members.push((of.output.to_string(), Value::Raw(output.clone())));
            }
            Err(failure) => {
                members.push(string(&of.status, &of.undone));
                let words = vec![string(&of.code, &failure.code), string(&of.message, &failure.message)];
                members.push((of.failure.to_string(), Value::Object(words)));
            }
        }
        members.push(integer(&of.took, outcome.took));
        say(&mut members, &of.reply_says);
        object(members)
    }

    /// What the body of a fault says.
    #[must_use]
    pub fn fault(&self, body: &str) -> Option<Failure> {
        let (of, body) = (&self.members, Value::of_written(body)?);
        let code = text(&body, &of.fault_code)?;
        Some(Failure::new(code, text(&body, &of.fault_message).unwrap_or_default()))
    }

    /// The body of a beat.
    #[must_use]
    pub fn say_beat(&self, beat: &Beat) -> String {
        let of = &self.members;
        let mut members = Vec::new();
        if let Some(handlers) = &beat.handlers {
            let handlers = handlers.iter().map(|kind| Value::String(kind.clone())).collect();
            members.push((of.handlers.to_string(), Value::List(handlers)));
        }
        if let Some(load) = beat.load.filter(|load| load.is_finite()) {
            members.push((of.load.to_string(), Value::Number(load.to_string())));
        }
        say(&mut members, &of.beat_says);
        object(members)
    }

    /// What the body of a beat says.
    #[must_use]
    pub fn beat(&self, body: &str) -> Option<Beat> {
        let (of, body) = (&self.members, Value::of_written(body)?);
        let load = match body.get(&of.load) {
            Some(Value::Number(digits)) => digits.parse().ok(),
            _ => None,
        };
        Some(Beat {
            handlers: texts(&body, &of.handlers),
            load,
        })
    }
}

/// Takes a text that is JSON out of its place; one that is none stays.
#[doc(hidden)]
#[must_use]
pub fn taken(text: &mut String) -> Option<Json<'static>> {
    let json = Json::parse(text.as_str()).ok()?;
    if json.as_str().len() < text.len() {
        return Some(json.into_owned());
    }
    Some(Json::trusted(Cow::Owned(core::mem::take(text))))
}

fn text(of: &Value, name: &str) -> Option<String> {
    of.get(name)?.as_str().map(Into::into)
}

fn number(of: &Value, name: &str) -> Option<u64> {
    match of.get(name)? {
        Value::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn texts(of: &Value, name: &str) -> Option<Vec<String>> {
    match of.get(name)? {
        Value::List(items) => Some(items.iter().filter_map(|item| item.as_str().map(Into::into)).collect()),
        _ => None,
    }
}

fn json(value: &Value) -> String {
    let mut out = Vec::new();
    value.write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn string(name: &str, text: &str) -> (String, Value) {
    (name.into(), Value::String(text.into()))
}

fn integer(name: &str, value: u64) -> (String, Value) {
    (name.into(), Value::Number(value.to_string()))
}

/// Says what is not said yet.
fn say(members: &mut Vec<(String, Value)>, says: &[(Cow<'static, str>, Cow<'static, str>)]) {
    for (name, json) in says {
        if !members.iter().any(|(known, _)| known == name) {
            members.push((name.to_string(), Value::Raw(json.to_string())));
        }
    }
}

/// What has no name is not said.
fn object(mut members: Vec<(String, Value)>) -> String {
    members.retain(|(name, _)| !name.is_empty());
    json(&Value::Object(members))
}

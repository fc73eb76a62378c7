//! Reading scripts.

use ltp_runtime::{codec::Value, schema::Limits};
use serde_json::Map;

use super::{Event, Line, Script, ScriptError, text_of};

/// Scripts are the user's own: only depth is bounded.
const LIMITS: Limits = Limits {
    message: usize::MAX,
    depth: Limits::DEEPEST,
    string: usize::MAX,
    list: usize::MAX,
    members: usize::MAX,
};

pub(super) fn script(text: &str) -> Result<Script, ScriptError> {
    let mut script = Script {
        session: None,
        role: None,
        options: Map::new(),
        seed: 0,
        unix: 0,
        peer: String::new(),
        registry: serde_json::Value::Null,
        lines: Vec::new(),
    };
    let mut at = 0;
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let Some(Value::Object(members)) = Value::parse(line, &LIMITS) else {
            return Err(ScriptError::at(number, "expected a JSON object"));
        };
        if members.iter().any(|(name, _)| name == "at") {
            let line = read_line(number, at, members)?;
            at = line.at;
            script.lines.push(line);
        } else if script.lines.is_empty() {
            read_head(number, members, &mut script)?;
        } else {
            return Err(ScriptError::at(number, "expected the member `at`"));
        }
    }
    Ok(script)
}

/// What stands before the first time: the role, its options, the seed and the epoch.
fn read_head(number: usize, members: Vec<(String, Value)>, script: &mut Script) -> Result<(), ScriptError> {
    for (name, value) in members {
        let wrong = |expected: &str| ScriptError::at(number, format!("`{name}`: expected {expected}, got {}", text_of(&value)));
        match name.as_str() {
            "session" => script.session = Some(text(&value).ok_or_else(|| wrong("a text"))?),
            "role" => script.role = Some(text(&value).ok_or_else(|| wrong("a text"))?),
            "seed" => script.seed = integer(&value).ok_or_else(|| wrong("an unsigned integer"))?,
            "unix" => script.unix = integer(&value).ok_or_else(|| wrong("milliseconds since the Unix epoch"))?,
            "peer" => script.peer = text(&value).ok_or_else(|| wrong("a text"))?,
            "registry" => script.registry = serde_json::from_str(&text_of(&value)).map_err(|_| wrong("an object"))?,
            "options" => script.options = serde_json::from_str(&text_of(&value)).map_err(|_| wrong("an object"))?,
            _ => {
                return Err(ScriptError::at(
                    number,
                    format!("`{name}` is none of session, role, options, seed, unix, peer, registry"),
                ));
            }
        }
    }
    Ok(())
}

fn read_line(number: usize, before: u64, members: Vec<(String, Value)>) -> Result<Line, ScriptError> {
    let mut line = Line {
        number,
        at: before,
        event: None,
    };
    for (name, value) in members {
        let wrong = |expected: &str| ScriptError::at(number, format!("`{name}`: expected {expected}, got {}", text_of(&value)));
        let event = match name.as_str() {
            "at" => {
                line.at = integer(&value)
                    .filter(|at| *at >= before)
                    .ok_or_else(|| wrong(&format!("milliseconds, {before} or more")))?;
                continue;
            }
            "start" => Event::Start(object_or_null(&value).ok_or_else(|| wrong("the stored object, or null"))?),
            "found" => Event::Found(object_or_null(&value).ok_or_else(|| wrong("a row's object, or null"))?),
            "open" => Event::Open,
            "close" => Event::Close,
            "closed" => Event::Closed(text(&value).ok_or_else(|| wrong("why, in words"))?),
            "message" => Event::Message(text(&value).ok_or_else(|| wrong("the frame's text"))?),
            "oversized" => Event::Oversized(integer(&value).ok_or_else(|| wrong("octets"))?),
            "call" => Event::Call(text_of(&value)),
            "cancel" => Event::Cancel(text(&value).ok_or_else(|| wrong("the request's key"))?),
            _ => {
                let known = "at, start, open, closed, message, oversized, call, close, cancel, found";
                return Err(ScriptError::at(number, format!("`{name}` is none of {known}")));
            }
        };
        if matches!(event, Event::Open | Event::Close) && value != Value::Bool(true) {
            return Err(wrong("true"));
        }
        if line.event.replace(event).is_some() {
            return Err(ScriptError::at(number, "two things happen: expected one"));
        }
    }
    Ok(line)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn integer(value: &Value) -> Option<u64> {
    match value {
        Value::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn object_or_null(value: &Value) -> Option<Option<String>> {
    match value {
        Value::Null => Some(None),
        Value::Object(_) => Some(Some(text_of(value))),
        _ => None,
    }
}

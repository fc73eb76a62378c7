//! Values as the table-driven walk holds them.

use alloc::{string::String, vec::Vec};

use super::{tape::Tape, write};
use crate::schema::Limits;

/// Any value that a message can hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its canonical text.
    Number(String),
    /// Text, unescaped.
    String(String),
    /// Items.
    List(Vec<Value>),
    /// Members: the declared ones in declared order, then what is kept of unknown ones in received order.
    Object(Vec<(String, Value)>),
    /// JSON text as it was received: of members typed `json` and `object`, and of unknown members that are kept.
    Raw(String),
}

/// A message that conforms, as the walk reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Which message: an index into [`crate::schema::Schema::messages`].
    pub message: usize,
    /// What the tag member said.
    pub tag: String,
    /// [`Value::Object`]: the envelope's members without tag and body, defaults filled in.
    pub envelope: Value,
    /// [`Value::Object`], or [`Value::Raw`] if the body is any object.
    pub body: Value,
}

impl Value {
    /// The member of that name, if this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Reads any JSON text within limits, raw parts taken apart: numbers keep their text. `None` if it is no JSON within them.
    #[must_use]
    pub fn parse(json: &str, limits: &Limits) -> Option<Self> {
        super::Reader::new(json.as_bytes(), limits)
            .and_then(|mut reader| reader.skip().and_then(|()| reader.finish()))
            .ok()?;
        let tape = Tape::parse(json, limits, 0).ok()?;
        Some(tape.value(Tape::ROOT))
    }

    /// As [`Self::parse`], without limits, of text that we have written ourselves: names may repeat in an object.
    pub(crate) fn of_written(json: &str) -> Option<Self> {
        let tape = Tape::parse(json, &Limits::NONE, 0).ok()?;
        Some(tape.value(Tape::ROOT))
    }

    /// Appends the value as JSON text, knowing nothing of its type. A number whose text is no JSON number becomes `null`.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => write::null(out),
            Self::Bool(value) => write::bool(out, *value),
            Self::Number(text) => match super::numbers::scan(text.as_bytes(), 0) {
                Ok(extent) if extent.end == text.len() => write::raw(out, text),
                _ => write::null(out),
            },
            Self::String(text) => write::string(out, text),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(members) => {
                out.push(b'{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    write::string(out, name);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
            Self::Raw(json) => write::raw(out, json),
        }
    }
}

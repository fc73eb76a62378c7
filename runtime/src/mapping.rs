//! Mappings: what comes of translating a message, and what is lost on the way.

use alloc::{borrow::Cow, string::String, vec::Vec};

use uuid::Uuid;

use crate::{
    codec::{Json, Map, Object, Rule, Violation, write},
    schema::{Member, Schema, Type, TypeId},
    session::{Entropy, fresh_hex, fresh_text, fresh_uuid},
};

/// What a mapping takes from outside.
pub struct Context<'a> {
    /// Milliseconds since the Unix epoch: what `now` is.
    pub unix: u64,
    /// Randomness: what `fresh` draws from.
    pub entropy: &'a mut dyn Entropy,
}

impl Context<'_> {
    /// A fresh identifier, from four draws.
    pub fn fresh(&mut self) -> Uuid {
        fresh_uuid(self.entropy)
    }

    /// A fresh identifier's text.
    pub fn fresh_text(&mut self) -> String {
        fresh_text(self.entropy)
    }

    /// Random hexadecimal digits behind a text, see [`fresh_hex`].
    pub fn fresh_hex(&mut self, prefix: &str, digits: u32) -> String {
        fresh_hex(self.entropy, prefix, digits)
    }
}

impl core::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Context").field("unix", &self.unix).finish_non_exhaustive()
    }
}

/// A message that was translated.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped<T> {
    /// What it became. It conforms.
    pub message: T,
    /// What of the source is not in it, in the order of the rules that drop it.
    pub lost: Vec<Lost>,
}

/// What a message held that its translation does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Where it stood in the source: a JSON pointer, or of framed text a header's name.
    pub pointer: Cow<'static, str>,
    /// Why it is lost, in the schema's words.
    pub reason: Cow<'static, str>,
    /// What it was, as JSON.
    pub value: String,
}

/// Why a message was not translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMapped {
    /// It holds something that the mapping refuses to lose.
    Refused(Lost),
    /// What it would become does not conform: everything that is wrong with that.
    Invalid(Vec<Violation>),
}

impl Lost {
    /// Something that stood at a pointer.
    #[must_use]
    pub fn new(pointer: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>, value: String) -> Self {
        Self {
            pointer: pointer.into(),
            reason: reason.into(),
            value,
        }
    }

    /// Something that stood at a pointer, with a function that writes it as JSON.
    #[must_use]
    pub fn of(pointer: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        Self::new(pointer, reason, written(write))
    }

    /// The same, unless it was this JSON.
    #[must_use]
    pub fn unless(self, default: &str) -> Option<Self> {
        (self.value != default).then_some(self)
    }

    /// As a JSON object: `pointer`, `reason`, `value`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        write::raw(&mut out, "{\"pointer\":");
        write::string(&mut out, &self.pointer);
        write::raw(&mut out, ",\"reason\":");
        write::string(&mut out, &self.reason);
        write::raw(&mut out, ",\"value\":");
        write::raw(&mut out, &self.value);
        out.push(b'}');
        String::from_utf8(out).unwrap_or_default()
    }
}

/// The pointer of a member within what stands at a pointer. Framed text has no members within: its headers are their own pointers.
#[must_use]
pub fn pointer(within: Option<&str>, name: &str) -> String {
    match within {
        None => String::from(name),
        Some(within) => [within, "/", &name.replace('~', "~0").replace('/', "~1")].concat(),
    }
}

/// What a record is to keep of unknown members, if it declares none of them: what is only carried must not become something that means
/// anything. `ty` is the record's type, `within` its pointer.
///
/// # Errors
/// Those that it declares.
pub fn undeclared<'a, T>(schema: &Schema, ty: TypeId, within: Option<&str>, kept: Map<'a, T>) -> Result<Map<'a, T>, NotMapped> {
    let violations = declared(schema, ty, within, kept.iter().map(|(name, _)| name));
    if violations.is_empty() {
        Ok(kept)
    } else {
        Err(NotMapped::Invalid(violations))
    }
}

/// A violation for each of the names that a record declares.
#[must_use]
pub fn declared<'n>(schema: &Schema, ty: TypeId, within: Option<&str>, names: impl Iterator<Item = &'n str>) -> Vec<Violation> {
    let members: &[Member] = match usize::try_from(ty).ok().and_then(|ty| schema.types.get(ty)) {
        Some(Type::Record(record)) => &record.members,
        _ => &[],
    };
    // Names of headers may be compared without case.
    let framing = schema.framing.as_ref().filter(|_| within.is_none());
    let same = |one: &str, other: &str| match framing {
        Some(framing) if framing.headers.insensitive => one.eq_ignore_ascii_case(other),
        _ => one == other,
    };
    let is_declared = |name: &str| {
        let mut all = members.iter().flat_map(|member| member.accepts.iter().chain([&member.name]));
        all.any(|known| same(known, name))
            || framing
                .and_then(|framing| framing.body_end.header())
                .is_some_and(|length| same(length, name))
    };
    let mut violations: Vec<Violation> = names
        .filter(|name| is_declared(name))
        .map(|name| Violation {
            pointer: pointer(within, name),
            rule: Rule::Duplicate,
            expected: "a name that is not declared".into(),
            actual: Json::from(name).as_str().chars().take(64).collect(),
            position: None,
        })
        .collect();
    violations.sort();
    violations.dedup();
    violations
}

/// What a function writes, as JSON.
#[must_use]
pub fn json(write: impl FnOnce(&mut Vec<u8>)) -> Json<'static> {
    Json::parse(written(write)).unwrap_or(Json::NULL)
}

/// Texts as what an open record keeps of unknown members.
#[must_use]
pub fn kept<'a, T: AsRef<str>>(texts: &Map<'_, T>) -> Map<'a, Json<'a>> {
    let members = texts.iter();
    members
        .map(|(name, text)| (String::from(name), Json::from(text.as_ref())))
        .collect()
}

/// An object's members as what an open record keeps of unknown ones.
#[must_use]
pub fn members<'a>(object: &Object<'_>) -> Map<'a, Json<'a>> {
    let members = object.members();
    members.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// Members of any name as an object.
#[must_use]
pub fn object(members: &Map<'_, Json<'_>>) -> Object<'static> {
    members.iter().map(|(name, value)| (name, value.clone())).collect()
}

/// What framed text keeps of unknown headers, as texts.
#[must_use]
pub fn texts<'a, T: From<String>>(kept: &Map<'_, Json<'_>>) -> Map<'a, T> {
    let text = |value: &Json<'_>| match value.reader().string() {
        Ok(text) => text.into_owned(),
        // What framed text keeps is text.
        Err(_) => String::from(value.as_str()),
    };
    let members = kept.iter();
    members.map(|(name, value)| (String::from(name), T::from(text(value)))).collect()
}

fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

impl core::fmt::Display for NotMapped {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Refused(lost) => write!(f, "{} would be lost: {}", lost.pointer, lost.reason),
            Self::Invalid(violations) => {
                f.write_str("what it would become does not conform")?;
                for Violation {
                    pointer, expected, actual, ..
                } in violations
                {
                    write!(f, "; {pointer}: expected {expected}, got {actual}")?;
                }
                Ok(())
            }
        }
    }
}

impl core::error::Error for NotMapped {}

//! Writing messages and values.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    super::{
        numbers, toon,
        value::{Decoded, Value},
        write,
    },
    get,
    payload::{Encoding, payload_of},
};
use crate::schema::{Format, Member, Payload, Presence, Record, Schema, Type, TypeId};

/// The members of an object that is written.
type Members = [(String, Value)];

pub(super) fn message(schema: &Schema, decoded: &Decoded, out: &mut Vec<u8>) {
    let Some(message) = schema.messages.get(decoded.message) else {
        return;
    };
    let Some(envelope) = get(&schema.envelopes, message.envelope) else {
        return;
    };
    let mut writer = Writer {
        schema,
        encodings: Vec::new(),
    };
    let mut members = Cow::Borrowed(members_of(&decoded.envelope));
    for member in envelope.members.iter() {
        let encoding = Encoding::named(said(member, &members).as_deref());
        if encoding == Encoding::Toon && !writer.has_tables(message.body, &decoded.body, &member.name, &mut 0) {
            say_json(member, members.to_mut());
            writer.encodings.push((&member.name, Encoding::Json));
        } else {
            writer.encodings.push((&member.name, encoding));
        }
    }

    out.push(b'{');
    name(&envelope.tag, out);
    write::string(out, &decoded.tag);
    let position = envelope.body.as_ref().map_or(envelope.members.len(), |body| body.position);
    let (before, after) = envelope.members.split_at_checked(position).unwrap_or((&envelope.members, &[]));
    writer.declared(before, &members, out);
    match &envelope.body {
        Some(body) => {
            name(&body.name, out);
            writer.value(message.body, &decoded.body, out);
        }
        None => match (get(&schema.types, message.body), &decoded.body) {
            (Some(Type::Record(record)), Value::Object(members)) => writer.record(record, members, out),
            (_, Value::Object(members)) => kept(members.iter(), out),
            (_, Value::Raw(json)) => {
                let inner = json
                    .trim()
                    .strip_prefix('{')
                    .and_then(|json| json.strip_suffix('}'))
                    .unwrap_or_default();
                if !inner.trim().is_empty() {
                    comma(out);
                    write::raw(out, inner);
                }
            }
            _ => {}
        },
    }
    writer.declared(after, &members, out);
    out.push(b'}');
}

pub(super) fn value(schema: &Schema, ty: TypeId, value: &Value, out: &mut Vec<u8>) {
    Writer {
        schema,
        encodings: Vec::new(),
    }
    .value(ty, value, out);
}

/// Whether a body holds payloads whose encoding the envelope's member names, and each has a TOON document.
pub(super) fn has_documents(schema: &Schema, decoded: &Decoded, naming: &str) -> bool {
    let Some(message) = schema.messages.get(decoded.message) else {
        return false;
    };
    let writer = Writer {
        schema,
        encodings: Vec::new(),
    };
    let mut payloads = 0;
    writer.has_tables(message.body, &decoded.body, naming, &mut payloads) && payloads > 0
}

struct Writer<'s> {
    schema: &'s Schema,
    /// What the envelope's members say of encodings, by their names.
    encodings: Vec<(&'s str, Encoding)>,
}

impl Writer<'_> {
    fn value(&self, ty: TypeId, value: &Value, out: &mut Vec<u8>) {
        match (get(&self.schema.types, ty), value) {
            (Some(Type::Nullable(inner)), value) => self.value(*inner, value, out),
            (Some(Type::Int(_)), Value::Number(text)) => match numbers::read_i64(text.as_bytes(), 0) {
                Ok((value, end)) if end == text.len() => write::i64(out, value),
                _ => value.write(out),
            },
            (Some(Type::Float(_)), Value::Number(text)) => match numbers::read_f64(text.as_bytes(), 0) {
                Ok((value, end)) if end == text.len() => write::f64(out, value),
                _ => value.write(out),
            },
            (Some(Type::String(set)), Value::String(text)) if set.format == Some(Format::Uuid) => {
                write::string(out, &text.to_ascii_lowercase());
            }
            (Some(Type::List(list)), Value::List(items)) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    self.value(list.item, item, out);
                }
                out.push(b']');
            }
            (Some(Type::Map(map)), Value::Object(members)) => {
                out.push(b'{');
                for (key, value) in members {
                    name(key, out);
                    self.value(map.item, value, out);
                }
                out.push(b'}');
            }
            (Some(Type::Record(record)), Value::Object(members)) => {
                out.push(b'{');
                self.record(record, members, out);
                out.push(b'}');
            }
            (Some(Type::Union(union)), Value::Object(members)) => {
                let tag = value.get(&union.tag).and_then(Value::as_str);
                let variant = union.variants.iter().find(|(text, _)| tag == Some(text));
                match variant.and_then(|(_, ty)| get(&self.schema.types, *ty)) {
                    Some(Type::Record(record)) => {
                        out.push(b'{');
                        name(&union.tag, out);
                        write::string(out, tag.unwrap_or_default());
                        self.declared(&record.members, members, out);
                        if record.open {
                            kept(undeclared(&record.members, members).filter(|(key, _)| *key != union.tag), out);
                        }
                        out.push(b'}');
                    }
                    _ => value.write(out),
                }
            }
            _ => value.write(out),
        }
    }

    /// Writes the members of a record, between its braces.
    fn record(&self, record: &Record, members: &Members, out: &mut Vec<u8>) {
        self.declared(&record.members, members, out);
        if record.open {
            kept(undeclared(&record.members, members), out);
        }
    }

    /// Writes declared members in their order.
    fn declared(&self, declared: &[Member], members: &Members, out: &mut Vec<u8>) {
        let patched = self.patched(declared, members);
        for (index, member) in declared.iter().enumerate() {
            let start = out.len();
            let value = patched.get(index).filter(|(name, _)| *name == member.name).map(|(_, value)| value);
            match (value.or_else(|| find(&patched, &member.name)), &member.presence) {
                (Some(value), presence) => {
                    name(&member.name, out);
                    let written = out.len();
                    match payload_of(self.schema, member.ty) {
                        Some((payload, _)) => self.payload(payload, value, declared, &patched, out),
                        None => self.value(member.ty, value, out),
                    }
                    if let Presence::Default { value, always: false } = presence
                        && out.get(written..) == Some(value.as_bytes())
                    {
                        out.truncate(start);
                    }
                }
                (None, Presence::Default { value, always: true }) => {
                    name(&member.name, out);
                    write::raw(out, value);
                }
                (None, _) => {}
            }
        }
    }

    /// The members, those that name an encoding corrected where a payload cannot be written in it.
    fn patched<'m>(&self, declared: &[Member], members: &'m Members) -> Cow<'m, Members> {
        let mut patched = Cow::Borrowed(members);
        for member in declared {
            let Some((payload, _)) = payload_of(self.schema, member.ty) else {
                continue;
            };
            let Some(naming) = payload.encoding.as_ref().filter(|naming| !naming.in_envelope) else {
                continue;
            };
            let Some(naming) = declared.iter().find(|member| member.name == naming.name) else {
                continue;
            };
            let toon = Encoding::named(said(naming, &patched).as_deref()) == Encoding::Toon;
            let fits = find(members, &member.name).is_none_or(|value| self.document(payload, value, declared, members).is_some());
            if toon && !fits {
                say_json(naming, patched.to_mut());
            }
        }
        patched
    }

    fn payload(&self, payload: &Payload, value: &Value, declared: &[Member], members: &Members, out: &mut Vec<u8>) {
        let encoding = match &payload.encoding {
            None => Encoding::Json,
            Some(naming) if naming.in_envelope => self
                .encodings
                .iter()
                .find(|(name, _)| *name == naming.name)
                .map_or(Encoding::Json, |(_, encoding)| *encoding),
            Some(naming) => {
                let naming = declared.iter().find(|member| member.name == naming.name);
                Encoding::named(naming.and_then(|naming| said(naming, members)).as_deref())
            }
        };
        match self
            .document(payload, value, declared, members)
            .filter(|_| encoding == Encoding::Toon && *value != Value::Null)
        {
            Some(document) => write::string(out, &document),
            None => match kind_of(payload, declared, members) {
                Some(ty) => self.value(ty, value, out),
                None => value.write(out),
            },
        }
    }

    /// The TOON document of a payload, if it has one that we write.
    fn document<'v>(&self, payload: &Payload, value: &'v Value, declared: &[Member], members: &Members) -> Option<Cow<'v, str>> {
        match (kind_of(payload, declared, members), value) {
            // `null` is not encoded, and stands in no encoding's way.
            (_, Value::Null) => Some(Cow::Borrowed("")),
            (None, Value::String(document)) => Some(Cow::Borrowed(document)),
            (Some(ty), Value::List(_)) => {
                let Some(Type::List(list)) = get(&self.schema.types, ty) else {
                    return None;
                };
                let mut json = Vec::new();
                self.value(ty, value, &mut json);
                toon::table(list.toon_key.as_deref(), core::str::from_utf8(&json).ok()?).map(Cow::Owned)
            }
            _ => None,
        }
    }

    /// Whether each payload of a body whose encoding stands in an envelope's member has a TOON document; counts them.
    fn has_tables(&self, ty: TypeId, value: &Value, naming: &str, payloads: &mut usize) -> bool {
        match (get(&self.schema.types, ty), value) {
            (Some(Type::Nullable(inner)), value) => self.has_tables(*inner, value, naming, payloads),
            (Some(Type::List(list)), Value::List(items)) => items.iter().all(|item| self.has_tables(list.item, item, naming, payloads)),
            (Some(Type::Map(map)), Value::Object(members)) => {
                members.iter().all(|(_, value)| self.has_tables(map.item, value, naming, payloads))
            }
            (Some(Type::Record(record)), Value::Object(members)) => self.record_has_tables(record, members, naming, payloads),
            (Some(Type::Union(union)), Value::Object(members)) => {
                let tag = value.get(&union.tag).and_then(Value::as_str);
                let variant = union.variants.iter().find(|(text, _)| tag == Some(text));
                match variant.and_then(|(_, ty)| get(&self.schema.types, *ty)) {
                    Some(Type::Record(record)) => self.record_has_tables(record, members, naming, payloads),
                    _ => true,
                }
            }
            _ => true,
        }
    }

    fn record_has_tables(&self, record: &Record, members: &Members, naming: &str, payloads: &mut usize) -> bool {
        record.members.iter().all(|member| {
            let Some(value) = find(members, &member.name) else { return true };
            match payload_of(self.schema, member.ty) {
                Some((payload, _)) => {
                    let named = payload
                        .encoding
                        .as_ref()
                        .is_some_and(|encoding| encoding.in_envelope && encoding.name == naming);
                    *payloads += usize::from(named);
                    !named || self.document(payload, value, &record.members, members).is_some()
                }
                None => self.has_tables(member.ty, value, naming, payloads),
            }
        })
    }
}

/// Appends a comma (unless the object is still empty), a name and a colon.
fn name(name: &str, out: &mut Vec<u8>) {
    comma(out);
    write::string(out, name);
    out.push(b':');
}

fn comma(out: &mut Vec<u8>) {
    // No value ends in an opening brace.
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
}

fn kept<'v>(members: impl Iterator<Item = &'v (String, Value)>, out: &mut Vec<u8>) {
    for (key, value) in members {
        name(key, out);
        value.write(out);
    }
}

fn undeclared<'v>(declared: &[Member], members: &'v Members) -> impl Iterator<Item = &'v (String, Value)> {
    members.iter().filter(|(key, _)| !declared.iter().any(|member| member.name == *key))
}

fn members_of(value: &Value) -> &Members {
    match value {
        Value::Object(members) => members,
        _ => &[],
    }
}

fn find<'v>(members: &'v Members, name: &str) -> Option<&'v Value> {
    members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The type that the kind's member names, if the payload knows it.
fn kind_of(payload: &Payload, declared: &[Member], members: &Members) -> Option<TypeId> {
    let kind = said(declared.iter().find(|member| member.name == payload.kind)?, members)?;
    payload.kinds.iter().find(|(text, _)| *text == kind).map(|(_, ty)| *ty)
}

/// The text of a member, or of its default.
fn said<'v>(member: &'v Member, members: &'v Members) -> Option<Cow<'v, str>> {
    match (find(members, &member.name), &member.presence) {
        (Some(value), _) => value.as_str().map(Cow::Borrowed),
        (None, Presence::Default { value, .. }) => super::payload::default_text(value),
        (None, _) => None,
    }
}

/// Makes the member that names an encoding say JSON: by being absent where it can.
fn say_json(member: &Member, members: &mut Vec<(String, Value)>) {
    members.retain(|(key, _)| *key != member.name);
    if member.presence != Presence::Optional {
        members.push((member.name.to_string(), Value::String("json".to_string())));
    }
}

//! What messages are made of.

use ltp_runtime::schema::{BodyEnd, Charset, Framing, List, Mismatch, Pattern, Presence, Schema, StartPart, StringSet, Tag, Type, Unknown};
use serde_json::{Map, Value, json};

use super::integer;
use crate::model::{self, Model};

/// Every type, by its index.
pub(super) fn types(model: &Model, schema: &Schema) -> Vec<Value> {
    let declared = |index: usize| model.records.get(index).map_or(&[][..], |record| &record.members);
    let types = schema.types.iter().enumerate();
    types.map(|(index, ty)| of_type(model, ty, declared(index))).collect()
}

/// Every envelope, by its index.
pub(super) fn envelopes(model: &Model, schema: &Schema) -> Vec<Value> {
    let named = schema.envelopes.iter().zip(&model.envelopes);
    let envelope = |(envelope, declared): (&ltp_runtime::schema::Envelope, &model::Envelope)| {
        json!({
            "name": envelope.name,
            "tag": envelope.tag,
            "members": members(model, &envelope.members, &declared.members),
            "body": envelope.body.as_ref().map(|body| json!({
                "name": body.name,
                "position": body.position,
                "optional": body.optional,
            })),
        })
    };
    named.map(envelope).collect()
}

/// Every message, by its index.
pub(super) fn messages(schema: &Schema) -> Vec<Value> {
    let message = |message: &ltp_runtime::schema::Message| {
        let (tag, pattern) = match &message.tag {
            Tag::Text(text) => (Some(text), None),
            Tag::Pattern(of) => (None, Some(pattern(of))),
        };
        json!({
            "name": message.name,
            "tag": tag,
            "pattern": pattern,
            "envelope": message.envelope,
            "body": message.body,
            "flat": message.accepts_flat,
        })
    };
    schema.messages.iter().map(message).collect()
}

/// How messages stand as text.
pub(super) fn framing(framing: &Framing) -> Value {
    let start = framing.start.iter().map(|part| match part {
        StartPart::Literal(text) => json!({ "text": text }),
        StartPart::Member(index) => json!({ "member": index }),
        StartPart::Tag => json!({ "tag": true }),
    });
    let strict = framing.body_end.mismatch() == Mismatch::Strict;
    json!({
        "envelope": framing.envelope,
        "newline": framing.newline.written(),
        "reads_lf": framing.newline.reads_lf(),
        "reads_crlf": framing.newline.reads_crlf(),
        "start": start.collect::<Vec<_>>(),
        "separator": framing.headers.separator,
        "insensitive": framing.headers.insensitive,
        "trim": framing.headers.trim,
        "unknown": match framing.headers.unknown { Unknown::Keep => "keep", Unknown::Ignore => "ignore", Unknown::Refuse => "refuse" },
        "most": framing.headers.most,
        "lists": framing.headers.lists,
        "until": framing.head_end,
        "has_body": framing.body_end != BodyEnd::None,
        "length": framing.body_end.header(),
        "marker": framing.body_end.marker(),
        "strict": strict,
        "charset": match framing.body_charset { Charset::Text => "text", Charset::Utf8 => "utf8", Charset::Ascii => "ascii" },
        "line": framing.line,
    })
}

fn of_type(model: &Model, ty: &Type, declared: &[model::Member]) -> Value {
    match ty {
        Type::Bool => json!({ "is": "bool" }),
        Type::Int(set) => json!({ "is": "int", "ranges": integers(set) }),
        Type::Uint(set) => json!({ "is": "uint", "ranges": integers(set) }),
        Type::Float(set) => {
            let finite = |value: f64| value.is_finite().then_some(value);
            let ranges = set
                .iter()
                .map(|range| json!([finite(range.start), finite(range.end), range.end_included]));
            json!({ "is": "float", "ranges": ranges.collect::<Vec<_>>() })
        }
        Type::String(set) => of_text(set),
        // What is linked exists only where Rust types stand in for those of a schema: no model has it.
        Type::Json | Type::Linked(_) => json!({ "is": "json" }),
        Type::Object => json!({ "is": "object" }),
        Type::List(list) => of_list("list", list),
        Type::Map(map) => of_list("map", map),
        Type::Nullable(of) => json!({ "is": "nullable", "of": of }),
        Type::Record(record) => json!({
            "is": "record",
            "name": record.name,
            "members": members(model, &record.members, declared),
            "open": record.open,
        }),
        Type::Enum(set) => json!({ "is": "enum", "name": set.name, "variants": set.variants, "open": set.open }),
        Type::Union(union) => json!({
            "is": "union",
            "name": union.name,
            "tag": union.tag,
            "cases": union.variants,
            "open": union.open,
        }),
        Type::Payload(payload) => json!({
            "is": "payload",
            "kind": payload.kind,
            "kinds": payload.kinds,
            "open": payload.open,
            "encoding": payload.encoding.as_ref().map(|encoding| json!({
                "name": encoding.name,
                "envelope": encoding.in_envelope,
            })),
        }),
    }
}

fn of_text(set: &StringSet) -> Value {
    let mut text = Map::new();
    text.insert("is".to_owned(), "string".into());
    if let Some(length) = set.length {
        text.insert("length".to_owned(), bounds(length));
    }
    if !set.one_of.is_empty() {
        text.insert("one_of".to_owned(), json!(set.one_of));
    }
    if let Some(of) = &set.pattern {
        text.insert("pattern".to_owned(), pattern(of));
    }
    if let Some(format) = set.format {
        let name = match format {
            model::Format::Uuid => "uuid",
            model::Format::Datetime => "datetime",
        };
        text.insert("format".to_owned(), name.into());
    }
    Value::Object(text)
}

fn of_list(is: &str, list: &List) -> Value {
    json!({ "is": is, "of": list.item, "length": list.length.map(bounds), "toon_key": list.toon_key })
}

/// Least and most; no most is `null`.
fn bounds((least, most): (u64, u64)) -> Value {
    json!([integer(least.into()), (most < u64::MAX).then(|| integer(most.into()))])
}

/// A pattern as its automaton: the class of each octet, and by state and class the next state. State 0 is dead, 1 the start.
fn pattern(pattern: &Pattern) -> Value {
    let accepting = pattern
        .accepting
        .iter()
        .enumerate()
        .filter_map(|(state, accepts)| accepts.then_some(state));
    json!({
        "source": pattern.source,
        "classes": pattern.classes,
        "stride": pattern.stride,
        "next": pattern.next,
        "accepting": accepting.collect::<Vec<_>>(),
    })
}

fn integers(set: &[(i128, i128)]) -> Vec<Value> {
    set.iter().map(|(start, end)| json!([integer(*start), integer(*end)])).collect()
}

fn members(model: &Model, members: &[ltp_runtime::schema::Member], declared: &[model::Member]) -> Vec<Value> {
    let member = |(member, declared): (&ltp_runtime::schema::Member, &model::Member)| {
        let mut out = Map::new();
        out.insert("name".to_owned(), json!(member.name));
        out.insert("type".to_owned(), json!(member.ty));
        if !member.accepts.is_empty() {
            out.insert("accepts".to_owned(), json!(member.accepts));
        }
        match &member.presence {
            Presence::Required => {
                if let model::Presence::Required { default: Some(default) } = &declared.presence {
                    let text = crate::interpret::constant_json(model, default, &declared.ty);
                    out.insert("fill".to_owned(), text.into());
                }
            }
            Presence::Optional => _ = out.insert("optional".to_owned(), true.into()),
            Presence::Default { value, always } => {
                out.insert("default".to_owned(), json!(value));
                out.insert("always".to_owned(), (*always).into());
            }
        }
        Value::Object(out)
    };
    members.iter().zip(declared).map(member).collect()
}

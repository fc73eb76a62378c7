use alloc::{borrow::Cow, vec::Vec};

use crate::schema::{
    BodyEnd, Charset, Enum, Envelope, Framing, Headers, Limits, List, Member, Message, Mismatch, Newline, Presence, Record, Schema,
    StartPart, StringSet, Tag, Type, TypeId, Unknown,
};

pub const LIMIT: usize = 400;

fn limits() -> Limits {
    Limits {
        message: LIMIT,
        depth: 4,
        string: LIMIT,
        list: 4,
        members: 32,
    }
}

fn member(name: &'static str, ty: TypeId, presence: Presence) -> Member {
    Member {
        name: Cow::Borrowed(name),
        accepts: Cow::Borrowed(&[]),
        ty,
        presence,
    }
}

fn record(name: &'static str, open: bool, members: Vec<Member>) -> Type {
    Type::Record(Record {
        name: Cow::Borrowed(name),
        members: members.into(),
        open,
    })
}

fn message(name: &'static str, tag: &'static str, body: TypeId) -> Message {
    Message {
        name: Cow::Borrowed(name),
        tag: Tag::Text(Cow::Borrowed(tag)),
        envelope: 0,
        body,
        accepts_flat: false,
    }
}

fn literal(text: &'static str) -> StartPart {
    StartPart::Literal(Cow::Borrowed(text))
}

fn types() -> Vec<Type> {
    Vec::from([
        Type::String(StringSet {
            one_of: Vec::from([Cow::Borrowed("1.0"), Cow::Borrowed("1.1")]).into(),
            ..StringSet::default()
        }),
        Type::String(StringSet {
            length: Some((1, 8)),
            ..StringSet::default()
        }),
        Type::Enum(Enum {
            name: Cow::Borrowed("Kind"),
            variants: Vec::from([Cow::Borrowed("A"), Cow::Borrowed("B")]).into(),
            open: false,
        }),
        Type::Uint(Cow::Borrowed(&[(0, 1000)])),
        Type::List(List {
            item: 1,
            length: None,
            toon_key: None,
        }),
        Type::String(StringSet::default()),
        record(
            "Put",
            true,
            Vec::from([
                member("Name", 1, Presence::Required),
                member("Kind", 2, Presence::Required),
                member(
                    "Rate",
                    3,
                    Presence::Default {
                        value: Cow::Borrowed("7"),
                        always: false,
                    },
                ),
                member("Tags", 4, Presence::Optional),
                member(Framing::BODY, 5, Presence::Required),
            ]),
        ),
        record("Bye", false, Vec::from([member("Name", 1, Presence::Required)])),
    ])
}

/// `SIG/1.0 PUT`, headers, `--BODY--`, a body, `--END--`.
pub fn signals() -> Schema {
    Schema {
        limits: limits(),
        types: types().into(),
        envelopes: Vec::from([Envelope {
            name: Cow::Borrowed("Text"),
            tag: Cow::Borrowed(""),
            members: Vec::from([member("version", 0, Presence::Required)]).into(),
            body: None,
        }])
        .into(),
        messages: Vec::from([message("Put", "PUT", 6), message("Bye", "BYE", 7)]).into(),
        framing: Some(Framing {
            envelope: 0,
            newline: Newline::LfOrCrlf,
            start: Vec::from([literal("SIG/"), StartPart::Member(0), literal(" "), StartPart::Tag]).into(),
            headers: Headers {
                separator: Cow::Borrowed(":"),
                insensitive: true,
                trim: true,
                unknown: Unknown::Keep,
                most: 8,
                lists: Vec::from([(Cow::Borrowed("Tags"), Cow::Borrowed(","))]).into(),
            },
            head_end: Cow::Borrowed("--BODY--"),
            body_end: BodyEnd::Marker {
                line: Cow::Borrowed("--END--"),
                header: Some(Cow::Borrowed("Length")),
                mismatch: Mismatch::Strict,
            },
            body_charset: Charset::Text,
            line: 40,
        }),
    }
}

/// `PUT /path HTTP/1.1`, headers, a blank line, a body of declared length.
pub fn requests() -> Schema {
    let signals = signals();
    Schema {
        envelopes: Vec::from([Envelope {
            name: Cow::Borrowed("Request"),
            tag: Cow::Borrowed(""),
            members: Vec::from([member("target", 5, Presence::Required)]).into(),
            body: None,
        }])
        .into(),
        framing: signals.framing.map(|framing| Framing {
            newline: Newline::Crlf,
            start: Vec::from([StartPart::Tag, literal(" "), StartPart::Member(0), literal(" HTTP/1.1")]).into(),
            head_end: Cow::Borrowed(""),
            body_end: BodyEnd::Length {
                header: Cow::Borrowed("Content-Length"),
            },
            ..framing
        }),
        ..signals
    }
}

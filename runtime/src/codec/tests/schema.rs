//! A schema with one of everything.

use alloc::{borrow::Cow, vec::Vec};

use crate::{
    codec::pattern,
    schema::{
        Body, EncodingMember, Enum, Envelope, FloatRange, Format, Limits, List, Member, Message, Payload, Presence, Record, Schema,
        StringSet, Tag, Type, TypeId, Union,
    },
};

pub const LIMITS: Limits = Limits {
    message: 4096,
    depth: 6,
    string: 64,
    list: 8,
    members: 12,
};

// Types by index.
pub const BOOL: TypeId = 0;
pub const INT: TypeId = 1;
pub const UINT: TypeId = 2;
pub const UNIT: TypeId = 3;
pub const TEXT: TypeId = 4;
pub const JSON: TypeId = 5;
pub const OBJECT: TypeId = 6;
pub const UUID: TypeId = 7;
pub const ENCODING: TypeId = 8;
pub const NAME: TypeId = 9;
pub const SMALL: TypeId = 10;
pub const NAMES: TypeId = 11;
pub const SCORES: TypeId = 12;
pub const MAYBE: TypeId = 13;
pub const META: TypeId = 14;
pub const PING: TypeId = 15;
pub const SAMPLE: TypeId = 16;
pub const LOG: TypeId = 17;
pub const KIND: TypeId = 18;
pub const DATA: TypeId = 19;
pub const UPDATE: TypeId = 20;
pub const HELLO: TypeId = 21;
pub const SHAPE: TypeId = 22;
pub const CIRCLE: TypeId = 23;
pub const SQUARE: TypeId = 24;
pub const FLOAT: TypeId = 25;
pub const FAULT: TypeId = 26;
pub const TREE: TypeId = 27;
pub const TREES: TypeId = 28;
pub const WHEN: TypeId = 29;
pub const CODE: TypeId = 30;
pub const OWN: TypeId = 31;
pub const OWN_DATA: TypeId = 32;
pub const ALL: TypeId = 33;

fn types() -> Vec<Type> {
    let unit = FloatRange {
        start: -1.0,
        end: 1.0,
        end_included: true,
    };
    Vec::from([
        Type::Bool,
        Type::Int(Cow::Borrowed(&[])),
        Type::Uint(Cow::Borrowed(&[])),
        Type::Float(Vec::from([unit]).into()),
        Type::String(StringSet::default()),
        Type::Json,
        Type::Object,
        Type::String(StringSet {
            format: Some(Format::Uuid),
            ..StringSet::default()
        }),
        choice("Encoding", &["json", "toon"], false),
        Type::String(StringSet {
            length: Some((1, 4)),
            ..StringSet::default()
        }),
        Type::Int(Cow::Borrowed(&[(1, 5), (9, 9)])),
        Type::List(List {
            item: NAME,
            length: Some((1, 3)),
            toon_key: None,
        }),
        Type::Map(List {
            item: UINT,
            length: None,
            toon_key: None,
        }),
        Type::Nullable(UINT),
        record("Meta", true, &[("trace", TEXT, Presence::Optional), ("level", INT, default("0"))]),
        record("Ping", false, &[]),
        record("Sample", false, &[("t", UINT, Presence::Required), ("v", UNIT, Presence::Required)]),
        Type::List(List {
            item: SAMPLE,
            length: None,
            toon_key: Some(Cow::Borrowed("log")),
        }),
        choice("Kind", &["plain", "log", "one"], true),
        payload("content_encoding", true, true),
        record(
            "Update",
            false,
            &[("kind", KIND, Presence::Required), ("data", DATA, Presence::Required)],
        ),
        record(
            "Hello",
            false,
            &[
                ("version", CODE, default("\"1\"")),
                ("name", NAME, Presence::Required),
                ("maybe", MAYBE, Presence::Optional),
            ],
        ),
        Type::Union(Union {
            name: Cow::Borrowed("Shape"),
            tag: Cow::Borrowed("is"),
            variants: Vec::from([(Cow::Borrowed("circle"), CIRCLE), (Cow::Borrowed("square"), SQUARE)]).into(),
            open: false,
        }),
        record("Circle", false, &[("radius", FLOAT, Presence::Required)]),
        record("Square", true, &[("side", FLOAT, Presence::Required)]),
        Type::Float(Cow::Borrowed(&[])),
        Type::Record(Record {
            name: Cow::Borrowed("Fault"),
            members: Vec::from([
                Member {
                    accepts: Cow::Borrowed(&[Cow::Borrowed("error")]),
                    ..member("code", TEXT, Presence::Required)
                },
                member("details", OBJECT, Presence::Optional),
            ])
            .into(),
            open: false,
        }),
        record("Tree", false, &[("children", TREES, Presence::Optional)]),
        Type::List(List {
            item: TREE,
            length: None,
            toon_key: None,
        }),
        Type::String(StringSet {
            format: Some(Format::Datetime),
            ..StringSet::default()
        }),
        Type::String(StringSet {
            one_of: Cow::Borrowed(&[Cow::Borrowed("1"), Cow::Borrowed("2")]),
            ..StringSet::default()
        }),
        record(
            "Own",
            false,
            &[
                ("as", ENCODING, default("\"json\"")),
                ("kind", TEXT, Presence::Required),
                ("data", OWN_DATA, Presence::Required),
            ],
        ),
        payload("as", false, false),
        record(
            "All",
            true,
            &[
                ("bool", BOOL, Presence::Optional),
                ("small", SMALL, Presence::Optional),
                ("names", NAMES, Presence::Optional),
                ("scores", SCORES, Presence::Optional),
                ("maybe", MAYBE, Presence::Optional),
                ("shape", SHAPE, Presence::Optional),
                ("float", FLOAT, Presence::Optional),
                ("tree", TREE, Presence::Optional),
                ("when", WHEN, Presence::Optional),
                ("json", JSON, Presence::Optional),
                ("own", OWN, Presence::Optional),
                (
                    "level",
                    INT,
                    Presence::Default {
                        value: Cow::Borrowed("7"),
                        always: true,
                    },
                ),
            ],
        ),
    ])
}

pub fn schema() -> Schema {
    let body = |optional, position| {
        Some(Body {
            name: Cow::Borrowed("payload"),
            position,
            optional,
        })
    };
    let shared = [
        member("id", UUID, Presence::Required),
        member("content_encoding", ENCODING, Presence::Optional),
        member("meta", META, Presence::Optional),
    ];
    let envelope = |name, members: &[Member], body| Envelope {
        name: Cow::Borrowed(name),
        tag: Cow::Borrowed("type"),
        members: members.to_vec().into(),
        body,
    };
    let message = |name, tag, envelope, body| Message {
        name: Cow::Borrowed(name),
        tag: Tag::Text(Cow::Borrowed(tag)),
        envelope,
        body,
        accepts_flat: false,
    };
    Schema {
        limits: LIMITS,
        types: types().into(),
        envelopes: Vec::from([
            envelope("Flat", &[], None),
            envelope("Carrier", &shared, body(false, 2)),
            envelope("Bare", &[member("id", UUID, Presence::Optional)], body(true, 1)),
        ])
        .into(),
        messages: Vec::from([
            message("Hello", "hello", 0, HELLO),
            message("Update", "update", 1, UPDATE),
            message("Ping", "ping", 2, PING),
            Message {
                accepts_flat: true,
                ..message("Fault", "fault", 2, FAULT)
            },
            Message {
                tag: Tag::Pattern(pattern::tests::namespaced()),
                ..message("Custom", "", 1, OBJECT)
            },
            message("All", "all", 2, ALL),
            message("Anything", "anything", 0, OBJECT),
        ])
        .into(),
        framing: None,
    }
}

fn default(value: &'static str) -> Presence {
    Presence::Default {
        value: Cow::Borrowed(value),
        always: false,
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

fn record(name: &'static str, open: bool, members: &[(&'static str, TypeId, Presence)]) -> Type {
    let members: Vec<Member> = members
        .iter()
        .map(|(name, ty, presence)| member(name, *ty, presence.clone()))
        .collect();
    Type::Record(Record {
        name: Cow::Borrowed(name),
        members: members.into(),
        open,
    })
}

fn choice(name: &'static str, variants: &[&'static str], open: bool) -> Type {
    let variants: Vec<_> = variants.iter().map(|variant| Cow::Borrowed(*variant)).collect();
    Type::Enum(Enum {
        name: Cow::Borrowed(name),
        variants: variants.into(),
        open,
    })
}

fn payload(encoding: &'static str, in_envelope: bool, open: bool) -> Type {
    Type::Payload(Payload {
        kind: Cow::Borrowed("kind"),
        kinds: Vec::from([
            (Cow::Borrowed("plain"), OBJECT),
            (Cow::Borrowed("log"), LOG),
            (Cow::Borrowed("one"), SAMPLE),
        ])
        .into(),
        open,
        encoding: Some(EncodingMember {
            name: Cow::Borrowed(encoding),
            in_envelope,
        }),
    })
}

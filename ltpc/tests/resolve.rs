//! Tree to model: what declarations become.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic)]

use ltp_runtime::endpoint::Transport;
use ltpc::check::check;
use ltpc::diagnostic;
use ltpc::load::{Loader, load};
use ltpc::model::{Constant, Encoding, ExampleOf, Member, MessageBody, Model, ModuleId, Presence, Record, Tag, TypeKind};
use ltpc::resolve::resolve;
use ltpc::source::Span;

struct Files<'f>(&'f [(&'f str, &'f str)]);

impl Loader for Files<'_> {
    fn load(&self, path: &str) -> Result<String, String> {
        let found = self.0.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| "no such file".to_owned())
    }
}

/// The model of a schema in which nothing is wrong.
fn model_of(files: &[(&str, &str)]) -> Model {
    let loaded = load(files[0].0, &Files(files));
    let (model, mut found) = resolve(&loaded);
    found.extend(loaded.diagnostics.clone());
    found.extend(check(&model));
    assert!(found.is_empty(), "{}", diagnostic::text(&found, &loaded.sources, false));
    assert!(model.whole);
    model
}

/// The model of one file's declarations.
fn model(text: &str) -> Model {
    model_of(&[("demo.ltp", &format!("protocol demo \"1.0\";\n{text}"))])
}

fn record<'m>(model: &'m Model, name: &str) -> &'m Record {
    model.records.iter().find(|record| record.decl.name == name).unwrap()
}

fn member<'m>(model: &'m Model, record: &str, name: &str) -> &'m Member {
    let members = &self::record(model, record).members;
    members.iter().find(|member| member.name == name).unwrap()
}

fn names(record: &Record) -> Vec<&str> {
    record.members.iter().map(|member| member.name.as_str()).collect()
}

#[test]
fn the_shipped_schema_resolves() {
    let model = model_of(&[("ltp.ltp", include_str!("../../schema/ltp.ltp"))]);
    assert_eq!((model.protocol.name.as_str(), model.protocol.version.as_str()), ("ltp", "0.3"));
    assert_eq!((model.messages.len(), model.envelopes.len(), model.endpoints.len()), (10, 3, 2));
    assert_eq!(model.examples.len(), 4);
    assert_eq!(model.limits.depth, 10);
    let update = record(&model, "StateUpdate");
    let TypeKind::Payload { kind, encoding, .. } = &update.members[1].ty.kind else {
        panic!()
    };
    assert_eq!(kind, "kind");
    assert_eq!(
        encoding,
        &Some(Encoding {
            member: "content_encoding".to_owned(),
            in_envelope: true
        })
    );
}

#[test]
fn constraints_are_sets() {
    let model = model(
        "scalar Port = uint where 1 ..= 65535;
         scalar Low = Port where ..= 1023 | 8080;
         scalar Word = string where pattern \"[a-z]+\" and len 2 ..;
         record A {
             a: Low;
             b: Low where 80 ..;
             c: Word where \"a\" | \"ab\" | \"AB\";
             d: list<Word where len ..= 5> where len 1 ..= 3;
             e: \"x\" | \"y\";
             f: float where 0.5 ..;
         }",
    );
    let kind = |name| &member(&model, "A", name).ty.kind;
    assert_eq!(kind("a"), &TypeKind::Uint(vec![(1, 1023), (8080, 8080)]));
    assert_eq!(kind("b"), &TypeKind::Uint(vec![(80, 1023), (8080, 8080)]));
    let TypeKind::String(set) = kind("c") else { panic!() };
    assert_eq!(
        (set.one_of.as_slice(), &set.pattern, set.length),
        (["ab".to_owned()].as_slice(), &None, None)
    );
    let TypeKind::List { item, length, .. } = kind("d") else { panic!() };
    let TypeKind::String(set) = &item.kind else { panic!() };
    assert_eq!(
        (*length, set.length, set.pattern.as_deref()),
        (Some((1, 3)), Some((2, 5)), Some("[a-z]+"))
    );
    let TypeKind::Float(set) = kind("f") else { panic!() };
    assert_eq!((set[0].start, set[0].end), (0.5, f64::MAX));
    // A scalar is kept where it stands as it is declared.
    assert!(member(&model, "A", "a").ty.scalar.is_some());
    assert!(member(&model, "A", "b").ty.scalar.is_none());
}

#[test]
fn records_in_place_have_names() {
    let model = model(
        "record Line { from: record { x: float; }; to?: list<record End open { x: float; deeper: record { y: int; }; }>; again: End; }
         payloads Kind { log_v1: map<record { t: uint; }>; }",
    );
    assert_eq!(names(record(&model, "LineFrom")), ["x"]);
    assert!(record(&model, "End").open);
    assert_eq!(names(record(&model, "EndDeeper")), ["y"]);
    assert_eq!(names(record(&model, "KindLogV1")), ["t"]);
    let TypeKind::Record(id) = member(&model, "Line", "again").ty.kind else {
        panic!()
    };
    assert_eq!(model[id].decl.name, "End");
}

#[test]
fn spread_members_stand_in_their_places() {
    let model = model(
        "record C { ...B; c: int; }
         record B { b: int = 2; ...A; }
         record A { a?: int = 1 @always; kind: Set; data: Set[kind]; }
         payloads Set { x: string; }
         envelope E tag \"t\" { first: int; ...A; body: body; last: int; }
         message M \"m\" in E { all?: C; }",
    );
    assert_eq!(names(record(&model, "C")), ["b", "a", "kind", "data", "c"]);
    assert_eq!(
        member(&model, "C", "a").presence,
        Presence::Default {
            value: Constant::Integer(1),
            always: true
        }
    );
    assert_eq!(
        member(&model, "C", "b").presence,
        Presence::Required {
            default: Some(Constant::Integer(2))
        }
    );
    assert_eq!(model.envelopes[0].members.len(), 5);
    assert_eq!(model.envelopes[0].body.as_ref().unwrap().position, 4);
}

#[test]
fn imports_are_one_model() {
    let files = [
        (
            "main.ltp",
            "protocol main \"1.0\";
             import \"sub/common.ltp\";
             import \"sub/base.ltp\" as ground;
             message Own \"own\" in common.Frame { p: common.Point; id: ground.Id; }
             example \"theirs\" as common.Ping ```\n{\"type\": \"ping\", \"payload\": {}}\n```
             example \"a point\" as common.Point ```\n{\"x\": 1, \"id\": \"i\"}\n```",
        ),
        (
            "sub/common.ltp",
            "protocol common \"2.0\";
             import \"base.ltp\";
             limits { depth 3; }
             record Point { x: float; id: base.Id; }
             envelope Frame tag \"type\" { payload: body; }
             message Ping \"ping\" in Frame {}",
        ),
        ("sub/base.ltp", "protocol base \"1.0\"; scalar Id = string where len 1;"),
    ];
    let model = model_of(&files);
    let modules: Vec<_> = model.modules.iter().map(|module| module.name.as_str()).collect();
    assert_eq!(modules, ["main", "common", "ground"]);
    let messages: Vec<_> = model.messages.iter().map(|one| (one.decl.name.as_str(), one.decl.module)).collect();
    assert_eq!(messages, [("Own", ModuleId(0)), ("Ping", ModuleId(1))]);
    assert_eq!(model.limits, ltpc::model::Limits::default());
    assert!(matches!(model.examples[0].of, Some(ExampleOf::Message(_))));
    assert!(matches!(&model.examples[1].of, Some(ExampleOf::Type(ty)) if matches!(ty.kind, TypeKind::Record(_))));
}

#[test]
fn messages_have_bodies_tags_and_envelopes() {
    let model = model(
        "scalar Name = string where pattern \"[a-z]+:[a-z]+\";
         record Job { id: uuid; }
         envelope Frame tag \"op\" { seq: uint; payload \"d\": body; trace?: string; }
         envelope Flat tag \"op\" { version: string; }
         message A \"a\" in Frame { x: int; }
         @accepts_flat
         message B \"b\" in Frame = Job;
         message C Name as name in Frame = object;
         message D \"d\" in Flat { y: int; }",
    );
    let [a, b, c, d] = model.messages.as_slice() else { panic!() };
    assert_eq!(a.tag, Tag::Text("a".to_owned()));
    let MessageBody::Record(record) = a.body else { panic!() };
    assert_eq!((model[record].decl.name.as_str(), model[record].decl.span), ("A", a.decl.span));
    assert!(b.accepts_flat && matches!(b.body, MessageBody::Record(id) if model[id].decl.name == "Job"));
    assert!(matches!(&c.tag, Tag::Scalar { member, .. } if member == "name") && c.body == MessageBody::Object);
    let frame = model[a.envelope].body.as_ref().unwrap();
    assert_eq!((frame.wire.as_str(), frame.position, frame.optional), ("d", 1, false));
    assert!(model[d.envelope].body.is_none());
}

#[test]
fn endpoints_are_facts() {
    let model = model(
        "endpoint A { transport websocket; address \"ws://localhost:1\"; alias \"demo\"; subprotocols \"a\", \"b\" or none; binary accepted; }
         endpoint B { transport lines; address \"tcp://example.com:1\"; plaintext allowed; }",
    );
    let [a, b] = model.endpoints.as_slice() else { panic!() };
    assert!(matches!(
        &a.facts.transport,
        Transport::WebSocket { subprotocols, subprotocol_optional: true, accept_binary: true } if subprotocols.len() == 2
    ));
    assert_eq!((a.facts.alias.as_deref(), a.facts.plaintext_loopback_only), (Some("demo"), true));
    assert_eq!((&b.facts.transport, b.facts.plaintext_loopback_only), (&Transport::Lines, false));
}

#[test]
fn defaults_are_of_their_type() {
    let model = model(
        "enum Color { red \"r\"; green; }
         record Point { x: float; label? \"l\": string; }
         record A {
             a?: Color = green;
             b?: Point = { label = \"p\", x = 1 };
             c?: json = { n = -0, list = [1, 2.5, null] };
             d?: int? = null;
             e?: uuid = \"4F3C9E2A-8B21-4C71-9D3F-1A9B12345678\";
             f?: map<uint> = { one = 1 };
         }",
    );
    let default = |name| match &member(&model, "A", name).presence {
        Presence::Default { value, always: false } => value.clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(default("a"), Constant::Variant(_, 1)));
    let object =
        |members: &[(&str, Constant)]| Constant::Object(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect());
    assert_eq!(
        default("b"),
        object(&[("x", Constant::Float(1.0)), ("l", Constant::Text("p".to_owned()))])
    );
    let list = Constant::List(vec![Constant::Integer(1), Constant::Float(2.5), Constant::Null]);
    assert_eq!(default("c"), object(&[("n", Constant::Float(-0.0)), ("list", list)]));
    assert_eq!(default("d"), Constant::Null);
    assert_eq!(default("e"), Constant::Text("4f3c9e2a-8b21-4c71-9d3f-1a9b12345678".to_owned()));
    assert_eq!(default("f"), object(&[("one", Constant::Integer(1))]));
}

#[test]
fn docs_and_unknown_annotations_are_kept() {
    let text = "/// A point.\n@owner(\"me\", since = 2)\nrecord Point {\n/// Across.\nx: float @unit(\"m\") @accepts(\"X\");\n}\nenum E { a @deprecated; }";
    let model = model(text);
    let point = record(&model, "Point");
    assert_eq!(point.decl.docs, "A point.");
    assert_eq!(
        point.decl.annotations[0].args,
        [
            (String::new(), Constant::Text("me".to_owned())),
            ("since".to_owned(), Constant::Integer(2))
        ]
    );
    assert_eq!(
        (point.members[0].docs.as_str(), point.members[0].accepts.as_slice()),
        ("Across.", ["X".to_owned()].as_slice())
    );
    assert_eq!(point.members[0].annotations[0].name, "unit");
    assert_eq!(point.members[0].annotations.len(), 1);
    assert_eq!(model.enums[0].variants[0].annotations[0].name, "deprecated");
    assert_ne!(point.decl.span, Span::default());
}

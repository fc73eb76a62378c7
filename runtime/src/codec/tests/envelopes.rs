//! Messages: tags, envelopes, bodies.

use alloc::{borrow::ToOwned, format, string::ToString, vec::Vec};

use super::{broken, read, rewritten, schema::schema, wrong};
use crate::{
    codec::{Decoded, Value, check, refusal},
    schema::Limits,
};

const ID: &str = "0123ABCD-0000-4000-8000-00000000000f";

#[test]
fn a_message_without_body_member_is_flat() {
    let hello = read(r#" {"name":"ada", "type":"hello"} "#);
    assert_eq!((hello.message, &*hello.tag), (0, "hello"));
    assert_eq!(hello.envelope, Value::Object(Vec::new()));
    assert_eq!(hello.body.get("name"), Some(&Value::String("ada".to_owned())));
    assert_eq!(
        hello.body.get("version"),
        Some(&Value::String("1".to_owned())),
        "absent means the default"
    );
    assert_eq!(hello.body.get("maybe"), None);
}

#[test]
fn canonical_text_has_the_tag_first_and_declared_order() {
    assert_eq!(
        rewritten(r#"{ "name" : "a" , "type":"hello", "version":"2" }"#),
        r#"{"type":"hello","version":"2","name":"a"}"#
    );
    assert_eq!(
        rewritten(r#"{"name":"a","version":"1","type":"hello"}"#),
        r#"{"type":"hello","name":"a"}"#,
        "not what equals its default"
    );
    assert_eq!(
        rewritten(r#"{"type":"all","payload":{}}"#),
        r#"{"type":"all","payload":{"level":7}}"#,
        "unless it is always written"
    );
}

#[test]
fn the_body_stands_at_its_position() {
    let text = format!(r#"{{"meta":{{"z":[ 1 ],"level":0,"trace":"t"}},"payload":{{"a": 1.0}},"id":"{ID}","type":"a:b"}}"#);
    let canonical = r#"{"type":"a:b","id":"0123abcd-0000-4000-8000-00000000000f","payload":{"a": 1.0},"meta":{"trace":"t","z":[ 1 ]}}"#;
    assert_eq!(rewritten(&text), canonical);
    assert_eq!(rewritten(canonical), canonical);
    assert_eq!(read(&text).tag, "a:b");
}

#[test]
fn an_optional_body_may_be_absent() {
    assert_eq!(rewritten(r#"{"type":"ping"}"#), r#"{"type":"ping","payload":{}}"#);
    assert_eq!(broken(r#"{"type":"ping","payload":null}"#), ["/payload type"]);
    assert_eq!(broken(&format!(r#"{{"type":"update","id":"{ID}"}}"#)), ["/payload required"]);
}

#[test]
fn a_body_may_be_accepted_beside_the_envelope() {
    let canonical = r#"{"type":"fault","payload":{"code":"x","details":{ }}}"#;
    assert_eq!(rewritten(r#"{"type":"fault","details":{ },"error":"x"}"#), canonical);
    assert_eq!(rewritten(canonical), canonical);
    assert_eq!(
        rewritten(r#"{"type":"fault","payload":{"code":"x"},"details":1}"#),
        r#"{"type":"fault","payload":{"code":"x"}}"#
    );
    assert_eq!(broken(r#"{"type":"fault"}"#), ["/payload required"]);
    assert_eq!(broken(r#"{"type":"fault","details":1}"#), ["/code required", "/details type"]);
    assert_eq!(broken(r#"{"type":"fault","error":"x","code":"y"}"#), ["/code duplicate"]);
}

#[test]
fn a_flat_body_of_any_object_is_what_the_envelope_does_not_declare() {
    assert_eq!(
        read(r#"{"a": 1,"type":"anything","b\n":[ ]}"#).body,
        Value::Raw(r#"{"a":1,"b\n":[ ]}"#.to_owned())
    );
    assert_eq!(
        rewritten(r#"{"a": 1,"type":"anything","b":[ ]}"#),
        r#"{"type":"anything","a":1,"b":[ ]}"#
    );
    assert_eq!(rewritten(r#"{"type":"anything"}"#), r#"{"type":"anything"}"#);
}

#[test]
fn the_tag_names_the_message() {
    assert_eq!(
        wrong("{}"),
        [r#"/type required: nothing, not one of "hello", "update", "ping", "fault", text that matches `[a-z]+:[a-z]+`, "all", "anything""#]
    );
    assert_eq!(broken(r#"{"type":"nope"}"#), ["/type unknown_tag"]);
    assert_eq!(broken(r#"{"type":"a:"}"#), ["/type unknown_tag"]);
    assert_eq!(broken(r#"{"type":1}"#), ["/type type"]);
    assert_eq!(broken(r#"{"type":"ping","type":"ping"}"#), ["/type duplicate"]);
    assert_eq!(wrong("[]"), [" type: [], not an object"]);
    assert_eq!(broken(r#"{"\u0074ype":"\u0070ing"}"#), [""; 0]);
}

#[test]
fn what_a_refusal_says_of_the_message() {
    let schema = schema();
    let refused = refusal(&schema, br#"{"name":1,"type":"hello"}"#);
    assert_eq!(
        (refused.tag.as_deref(), refused.message.as_deref(), refused.size),
        (Some("hello"), Some("Hello"), 25)
    );
    let unknown = refusal(&schema, br#"{"type":"nope"}"#);
    assert_eq!((unknown.tag.as_deref(), unknown.message.as_deref()), (Some("nope"), None));
    let short = crate::schema::Schema {
        limits: Limits {
            message: 3,
            ..schema.limits
        },
        ..schema
    };
    assert_eq!(refusal(&short, b"12345").violations[0].actual, "5 octets");
    assert!(!refusal(&short, b"{}").violations.is_empty());
}

#[test]
fn what_does_not_conform_is_found_before_it_is_sent() {
    let body = Value::Object(Vec::from([
        ("name".to_string(), Value::String("much too long".to_string())),
        ("maybe".to_string(), Value::Number("-1".to_string())),
    ]));
    let decoded = Decoded {
        message: 0,
        tag: "hello".to_string(),
        envelope: Value::Object(Vec::new()),
        body,
    };
    let found: Vec<_> = check(&schema(), &decoded).into_iter().map(|v| (v.pointer, v.rule.name())).collect();
    assert_eq!(found, [("/maybe".to_string(), "number"), ("/name".to_string(), "length")]);
}

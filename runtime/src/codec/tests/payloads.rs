//! Payloads: a kind that a sibling names, an encoding that another member names.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{broken, read, rewritten, schema::schema, wrong};
use crate::codec::{Value, can_encode_toon, encode};

/// An update with more members of the envelope and a payload.
fn update(encoding: &str, payload: &str) -> String {
    format!(r#"{{"type":"update","id":"00000000-0000-4000-8000-000000000000"{encoding},"payload":{payload}}}"#)
}

const TOON: &str = r#","content_encoding":"toon""#;
const JSON: &str = r#","content_encoding":"json""#;

#[test]
fn the_kind_says_what_the_payload_is_wherever_it_stands() {
    let log = r#"{"kind":"log","data":[{"t":1,"v":0.5}]}"#;
    assert_eq!(
        rewritten(&update("", r#"{"data":[{"v":0.50,"t":1}],"kind":"log"}"#)),
        update("", log)
    );
    assert_eq!(
        rewritten(&update("", r#"{"data":{ "a":1 },"kind":"plain"}"#)),
        update("", r#"{"kind":"plain","data":{ "a":1 }}"#)
    );
    assert_eq!(
        broken(&update("", r#"{"kind":"log","data":[{"t":1,"v":2}]}"#)),
        ["/payload/data/0/v range"]
    );
    assert_eq!(broken(&update("", r#"{"kind":"plain","data":1}"#)), ["/payload/data type"]);
    assert_eq!(broken(&update("", r#"{"kind":"plain"}"#)), ["/payload/data required"]);
}

#[test]
fn of_a_payload_without_kind_nothing_is_said() {
    assert_eq!(broken(&update("", r#"{"data":1}"#)), ["/payload/kind required"]);
    assert_eq!(broken(&update("", r#"{"kind":1,"data":1}"#)), ["/payload/kind type"]);
    assert_eq!(
        broken(&update("", r#"{"kind":1,"data":{"a":1,"a":2}}"#)),
        ["/payload/data/a duplicate", "/payload/kind type"]
    );
}

#[test]
fn an_open_payload_carries_what_it_does_not_know() {
    let text = update("", r#"{"kind":"new","data":[ 1.0 ]}"#);
    assert_eq!(rewritten(&text), text);
    let long = "x".repeat(100);
    let text = update(TOON, &format!(r#"{{"kind":"new","data":"{long}"}}"#));
    assert_eq!(
        read(&text).body.get("data"),
        Some(&Value::String(long)),
        "without a limit of strings"
    );
    assert_eq!(rewritten(&text), text);
    assert_eq!(broken(&update(TOON, r#"{"kind":"new","data":[]}"#)), ["/payload/data type"]);
}

#[test]
fn a_closed_payload_refuses_what_it_does_not_know() {
    let own = |own: &str| format!(r#"{{"type":"all","payload":{{"own":{own}}}}}"#);
    assert_eq!(
        wrong(&own(r#"{"kind":"new","data":1}"#)),
        [r#"/payload/own/kind one_of: "new", not one of "plain", "log", "one""#]
    );
    assert_eq!(broken(&own(r#"{"kind":"log","data":[1]}"#)), ["/payload/own/data/0 type"]);
}

#[test]
fn a_toon_document_is_read_as_the_json_it_stands_for() {
    let document = r#"{"kind":"log","data":"log[2]{t,v}:\n  1,0.2\n  2,-0.3\n"}"#;
    let json = read(&update("", r#"{"kind":"log","data":[{"t":1,"v":0.2},{"t":2,"v":-0.3}]}"#));
    assert_eq!(read(&update(TOON, document)).body, json.body);
    for other in [
        r"[2]{v,t}:\n  0.2,1\n  -0.3,2",
        r"any[2]:\n  - t: 1\n    v: 0.2\n  - v: -0.3\n    t: 2",
        r"x[2|]{t|v}:\n  1|0.2\n  2|-0.3",
    ] {
        assert_eq!(
            read(&update(TOON, &format!(r#"{{"kind":"log","data":"{other}"}}"#))).body,
            json.body,
            "{other}"
        );
    }
    let one = read(&update(TOON, r#"{"kind":"one","data":"t: 1\nv: 0.5"}"#));
    assert_eq!(one.body, read(&update("", r#"{"kind":"one","data":{"t":1,"v":0.5}}"#)).body);
}

#[test]
fn what_is_wrong_in_a_document_has_the_pointer_that_json_would_have() {
    let data = |document: &str| update(TOON, &format!(r#"{{"kind":"log","data":"{document}"}}"#));
    assert_eq!(
        broken(&data(r"log[2]{t,v}:\n  1,2\n  x,0")),
        ["/payload/data/0/v range", "/payload/data/1/t type"]
    );
    assert_eq!(
        wrong(&data(r"log[2]{t,v}:\n  1,0.5")),
        ["/payload/data encoding:   1,0.5, not a TOON document (line 2)"]
    );
    assert_eq!(broken(&data(r"a: 1\nb: 2")), ["/payload/data type"]);
    assert_eq!(broken(&update(TOON, r#"{"kind":"log","data":[]}"#)), ["/payload/data type"]);
    assert_eq!(broken(&data(r"a:\n  b:\n    c:\n      d:\n        e:")), ["/payload/data depth"]);
    let long = format!("log[9]{{t,{}}}:\\n{}", "v".repeat(400), r"  1,2\n".repeat(9));
    assert_eq!(broken(&data(&long)), ["/payload/data list_size"]);
    let longer = format!("log[9]{{t,{}}}:\\n{}", "v".repeat(500), r"  1,2\n".repeat(9));
    assert_eq!(broken(&data(&longer)), ["/payload/data size"]);
}

#[test]
fn an_unknown_encoding_says_nothing_of_the_payload() {
    assert_eq!(
        broken(&update(r#","content_encoding":"cbor""#, r#"{"kind":"log","data":1}"#)),
        ["/content_encoding one_of"]
    );
}

#[test]
fn a_list_is_written_as_a_table_where_it_has_one() {
    let table = r#"{"kind":"log","data":"log[2]{t,v}:\n  1,0.2\n  2,-0.3"}"#;
    assert_eq!(
        rewritten(&update(TOON, r#"{"kind":"log","data":"[2]{v,t}:\n  0.2,1\n  -0.30,2"}"#)),
        update(TOON, table)
    );
    let own = r#"{"type":"all","payload":{"own":{"as":"toon","kind":"log","data":"log[1]{t,v}:\n  1,0.5"},"level":7}}"#;
    assert_eq!(rewritten(own), own);
}

#[test]
fn what_has_no_table_is_written_as_json() {
    assert_eq!(
        rewritten(&update(TOON, r#"{"kind":"log","data":"[]"}"#)),
        update("", r#"{"kind":"log","data":[]}"#)
    );
    assert_eq!(
        rewritten(&update(TOON, r#"{"kind":"plain","data":"a: 1"}"#)),
        update("", r#"{"kind":"plain","data":{"a":1}}"#)
    );
    assert_eq!(
        rewritten(&update(TOON, r#"{"kind":"log","data":"[1]{t,v}:\n  1,-0"}"#)),
        update("", r#"{"kind":"log","data":[{"t":1,"v":-0}]}"#)
    );
    let own = r#"{"type":"all","payload":{"own":{"data":"t: 1\nv: 0","as":"toon","kind":"one"}}}"#;
    assert_eq!(
        rewritten(own),
        r#"{"type":"all","payload":{"own":{"kind":"one","data":{"t":1,"v":0}},"level":7}}"#
    );
}

#[test]
fn what_can_be_sent_as_toon_can_be_asked() {
    let can = |text: &str| can_encode_toon(&schema(), &read(text), "content_encoding");
    assert!(can(&update("", r#"{"kind":"log","data":[{"t":1,"v":0.5}]}"#)));
    assert!(!can(&update("", r#"{"kind":"log","data":[]}"#)));
    assert!(!can(&update("", r#"{"kind":"plain","data":{}}"#)));
    assert!(!can(r#"{"type":"ping"}"#), "there is nothing to encode");
}

#[test]
fn json_named_is_json_kept() {
    let text = update(JSON, r#"{"kind":"plain","data":{}}"#);
    assert_eq!(rewritten(&text), text);
}

#[test]
fn a_message_made_by_hand_is_written_in_the_encoding_it_names() {
    let mut decoded = read(&update("", r#"{"kind":"log","data":[{"t":1,"v":0.5}]}"#));
    assert!(can_encode_toon(&schema(), &decoded, "content_encoding"));
    let Value::Object(members) = &mut decoded.envelope else {
        panic!("an object")
    };
    members.push(("content_encoding".to_string(), Value::String("toon".to_string())));
    let mut out = Vec::new();
    encode(&schema(), &decoded, &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        update(TOON, r#"{"kind":"log","data":"log[1]{t,v}:\n  1,0.5"}"#)
    );
}

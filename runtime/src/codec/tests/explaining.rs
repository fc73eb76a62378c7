//! Explanations: everything at once, sorted; or the one thing that makes a text unreadable.

use alloc::format;

use super::{broken, schema::LIMITS, wrong};
use crate::codec::explain;

#[test]
fn five_defects_are_five_violations() {
    let text = r#"{"type":"update","id":"x","meta":{"level":1.5,"trace":null},"payload":{"kind":"log","data":[{"t":-1,"v":7}]}}"#;
    assert_eq!(
        wrong(text),
        [
            "/id format: \"x\", not a UUID",
            "/meta/level type: 1.5, not an integer",
            "/meta/trace type: null, not a string",
            "/payload/data/0/t number: -1, not an unsigned 64-bit integer",
            "/payload/data/0/v range: 7, not a number in -1 ..= 1",
        ]
    );
}

#[test]
fn limits_and_duplicates_are_found_with_the_rest() {
    let long = "x".repeat(65);
    let text =
        format!(r#"{{"type":"hello","name":1,"x":["{long}",{{"{long}":1}},[0,1,2,3,4,5,6,7,8]],"y":{{"a":{{}},"a":{{}}}},"maybe":true}}"#);
    assert_eq!(
        broken(&text),
        [
            "/maybe type",
            "/name type",
            "/x/0 string_size",
            "/x/1 string_size",
            "/x/2 list_size",
            "/y/a duplicate"
        ]
    );
    assert_eq!(
        wrong(&format!(r#"{{"type":"hello","name":"{long}"}}"#)),
        ["/name string_size: 65 octets, not at most 64 octets"]
    );
}

#[test]
fn what_is_past_its_limit_is_not_looked_at() {
    let many = "\"a\":0,".repeat(12);
    assert_eq!(
        wrong(&format!(r#"{{"type":"hello",{many}"name":1}}"#)),
        [" members: 14 members, not at most 12 members"]
    );
    assert_eq!(
        broken(r#"{"type":"hello","name":"a","x":[[[1,1,1,1,1,1,1,1,{"a":1,"a":2}]]]}"#),
        ["/x/0/0 list_size"]
    );
}

#[test]
fn an_unreadable_text_is_one_violation() {
    for (text, violation) in [
        ("", " syntax: the end at octet 0, not JSON"),
        (r#"{"type":"hello","name":1,,}"#, " syntax: `,` at octet 25, not JSON"),
        (r#"{"type":"hello","name":1}é"#, " syntax: `é` at octet 25, not JSON"),
        (
            r#"{"type":"hello","name":"\ud800"}"#,
            " surrogate: half a pair at octet 24, not whole surrogate pairs",
        ),
        (
            "[[[[[[[]]]]]]]",
            " depth: one more at octet 6, not at most 6 nested objects and lists",
        ),
        ("{\"a\":\"\n\"}", " syntax: `\\n` at octet 6, not JSON"),
    ] {
        assert_eq!(wrong(text), [violation]);
    }
    let utf8 = &explain(&super::schema(), b"{\"a\":\"\xff\"}")[0];
    assert_eq!((utf8.rule.name(), &*utf8.actual), ("utf8", "something else at octet 6"));
    let size = &explain(&super::schema(), &alloc::vec![0xff; LIMITS.message + 1])[0];
    assert_eq!((size.rule.name(), &*size.expected), ("size", "at most 4096 octets"));
}

#[test]
fn a_violation_is_json_for_whoever_asks() {
    let violation = &explain(&super::schema(), br#"{"type":"hello","name":"a\nb\"c"}"#)[0];
    assert_eq!(
        violation.to_json(),
        r#"{"pointer":"/name","rule":"length","expected":"1 ..= 4 characters","actual":"\"a\\nb\\\"c\""}"#
    );
}

//! Values of each type.

use alloc::{format, string::String, vec::Vec};

use super::schema::*;
use crate::{
    codec::{decode_value, encode_value, explain_value},
    schema::TypeId,
};

/// What a value's text becomes when it is read and written; or what is wrong with it.
fn value(ty: TypeId, text: &str) -> Result<String, Vec<String>> {
    let schema = schema();
    let read = decode_value(&schema, ty, text.as_bytes());
    assert_eq!(read.is_ok(), explain_value(&schema, ty, text.as_bytes()).is_empty());
    let value = read.map_err(|wrong| {
        wrong
            .into_iter()
            .map(|v| format!("{} {}: {}, not {}", v.pointer, v.rule.name(), v.actual, v.expected))
            .collect::<Vec<_>>()
    })?;
    let mut out = Vec::new();
    encode_value(&schema, ty, &value, &mut out);
    assert_eq!(
        decode_value(&schema, ty, &out).as_ref(),
        Ok(&value),
        "what is written reads the same"
    );
    Ok(String::from_utf8(out).unwrap())
}

#[track_caller]
fn reads(ty: TypeId, text: &str, canonical: &str) {
    assert_eq!(value(ty, text), Ok(canonical.into()));
}

#[track_caller]
fn refuses(ty: TypeId, text: &str, wrong: &[&str]) {
    assert_eq!(value(ty, text), Err(wrong.iter().map(|wrong| String::from(*wrong)).collect()));
}

#[test]
fn booleans() {
    reads(BOOL, " true", "true");
    refuses(BOOL, "0", &[" type: 0, not true or false"]);
    refuses(BOOL, "null", &[" type: null, not true or false"]);
}

#[test]
fn integers_have_64_bits_and_no_fraction() {
    reads(INT, "-9223372036854775808", "-9223372036854775808");
    reads(INT, "-0", "0");
    refuses(INT, "1.0", &[" type: 1.0, not an integer"]);
    refuses(INT, "1e3", &[" type: 1e3, not an integer"]);
    refuses(
        INT,
        "9223372036854775808",
        &[" number: 9223372036854775808, not a signed 64-bit integer"],
    );
    reads(UINT, "18446744073709551615", "18446744073709551615");
    refuses(UINT, "-0", &[" number: -0, not an unsigned 64-bit integer"]);
    refuses(UINT, "\"1\"", &[" type: \"1\", not an unsigned integer"]);
    reads(SMALL, "9", "9");
    refuses(SMALL, "6", &[" range: 6, not an integer in 1 ..= 5 | 9"]);
}

#[test]
fn floats_are_any_finite_number() {
    reads(FLOAT, "1.50", "1.5");
    reads(FLOAT, "-0.0", "-0");
    reads(FLOAT, "1E21", "1e+21");
    reads(FLOAT, "0.0000001", "1e-7");
    refuses(FLOAT, "1e400", &[" number: 1e400, not a finite double"]);
    reads(UNIT, "-1", "-1");
    refuses(
        UNIT,
        "1.0000000000000002",
        &[" range: 1.0000000000000002, not a number in -1 ..= 1"],
    );
}

#[test]
fn texts_hold_all_parts_of_their_set() {
    reads(TEXT, r#""\u0041\/\ud83e\udd80""#, "\"A/🦀\"");
    reads(NAME, "\"🦀🦀🦀🦀\"", "\"🦀🦀🦀🦀\"");
    refuses(NAME, "\"\"", &[" length: \"\", not 1 ..= 4 characters"]);
    refuses(CODE, "\"3\"", &[r#" one_of: "3", not one of "1", "2""#]);
    reads(
        UUID,
        "\"0123ABCD-0000-4000-8000-00000000000f\"",
        "\"0123abcd-0000-4000-8000-00000000000f\"",
    );
    refuses(UUID, "\"0123ABCD\"", &[" format: \"0123ABCD\", not a UUID"]);
    reads(WHEN, "\"2026-01-31T12:00:00Z\"", "\"2026-01-31T12:00:00Z\"");
    refuses(
        WHEN,
        "\"2026-02-31T12:00:00Z\"",
        &[" format: \"2026-02-31T12:00:00Z\", not an RFC 3339 date and time"],
    );
}

#[test]
fn enums_are_closed_or_open() {
    reads(ENCODING, "\"toon\"", "\"toon\"");
    refuses(ENCODING, "\"yaml\"", &[r#" one_of: "yaml", not one of "json", "toon""#]);
    reads(KIND, "\"else\"", "\"else\"");
}

#[test]
fn lists_and_maps_hold_one_type() {
    reads(NAMES, "[ \"a\" , \"b\" ]", "[\"a\",\"b\"]");
    refuses(NAMES, "[]", &[" length: [], not 1 ..= 3 items"]);
    refuses(
        NAMES,
        "[1,\"\",\"c\",\"d\"]",
        &[
            " length: [1,\"\",\"c\",\"d\"], not 1 ..= 3 items",
            "/0 type: 1, not a string",
            "/1 length: \"\", not 1 ..= 4 characters",
        ],
    );
    reads(SCORES, "{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}");
    refuses(SCORES, "{\"a\":1,\"a\":2}", &["/a duplicate: 2, not a name that stands once"]);
    refuses(SCORES, "{\"a/b~\":null}", &["/a~1b~0 type: null, not an unsigned integer"]);
}

#[test]
fn null_is_read_only_where_it_is_declared() {
    reads(MAYBE, "null", "null");
    reads(MAYBE, "1", "1");
    refuses(MAYBE, "\"\"", &[" type: \"\", not an unsigned integer or null"]);
}

#[test]
fn unions_are_told_apart_by_their_tag() {
    reads(SHAPE, r#"{"radius":1.0,"is":"circle","x":1}"#, r#"{"is":"circle","radius":1}"#);
    reads(SHAPE, r#"{"x":[ ],"side":2,"is":"square"}"#, r#"{"is":"square","side":2,"x":[ ]}"#);
    refuses(
        SHAPE,
        r#"{"radius":1}"#,
        &[r#"/is required: nothing, not one of "circle", "square""#],
    );
    refuses(SHAPE, r#"{"is":"star"}"#, &[r#"/is one_of: "star", not one of "circle", "square""#]);
    refuses(SHAPE, r#"{"is":1}"#, &["/is type: 1, not a string"]);
    refuses(
        SHAPE,
        r#"{"is":"circle","is":"circle"}"#,
        &[
            "/is duplicate: \"circle\", not a name that stands once",
            "/radius required: nothing, not a number",
        ],
    );
}

#[test]
fn json_and_objects_are_carried_as_they_stand() {
    reads(JSON, " [1.50, \"\\u0041\"] ", "[1.50, \"\\u0041\"]");
    reads(OBJECT, "{ }", "{ }");
    refuses(OBJECT, "[]", &[" type: [], not an object"]);
    refuses(
        JSON,
        r#"{"a":[{"b":1,"b":2}]}"#,
        &["/a/0/b duplicate: 2, not a name that stands once"],
    );
}

#[test]
fn records_may_be_recursive() {
    reads(TREE, r#"{"children":[{"children":[]},{}]}"#, r#"{"children":[{"children":[]},{}]}"#);
    refuses(
        TREE,
        r#"{"children":[{"children":[1]}]}"#,
        &["/children/0/children/0 type: 1, not an object"],
    );
}

#[test]
fn an_open_record_keeps_what_it_does_not_know() {
    reads(
        META,
        r#"{"b":1.50,"trace":"t","a":"\u0041","level":0}"#,
        r#"{"trace":"t","b":1.50,"a":"\u0041"}"#,
    );
    refuses(META, r#"{"b":1,"\u0062":2}"#, &["/b duplicate: 2, not a name that stands once"]);
}

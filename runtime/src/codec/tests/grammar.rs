//! JSON's grammar, in the manner of JSONTestSuite: the reader that generated code uses and the walk take the same texts.

use alloc::{format, string::String, vec, vec::Vec};

use crate::{
    codec::{Reader, Rule, explain_value},
    schema::{Limits, Schema, Type},
};

const LIMITS: Limits = Limits {
    message: 1 << 20,
    depth: 4,
    string: 8,
    list: 3,
    members: 3,
};

fn anything() -> Schema {
    Schema {
        limits: LIMITS,
        types: vec![Type::Json].into(),
        envelopes: vec![].into(),
        messages: vec![].into(),
        framing: None,
    }
}

/// The value's text as it stands, or the rule that it breaks.
#[track_caller]
fn raw(text: &str) -> Result<&str, Rule> {
    let raw = Reader::new(text.as_bytes(), &LIMITS).and_then(|mut reader| {
        let raw = reader.raw()?;
        reader.finish().map(|()| raw)
    });
    let explained = explain_value(&anything(), 0, text.as_bytes());
    match raw {
        Ok(raw) => {
            assert_eq!(explained, [], "{text}");
            Ok(raw)
        }
        Err(refused) => {
            assert!(
                explained.iter().any(|violation| violation.rule == refused.rule),
                "{text}: {refused:?}, {explained:?}"
            );
            Err(refused.rule)
        }
    }
}

#[test]
fn texts_that_are_json() {
    let texts = r#"
        0 -0 10 123 -1 1.5 0.0 -0.0 1e3 1E3 1e+3 1E-3 0e0 -1.5e-10 123456789012345678901234567890 1e400 true false null
        "" "a" "\"" "\\" "\/" "\b\f\n\r\t" "\u0000" "\u00e9" "\uD83E\uDD80" "é" "🦀" "[]{}" [] {} [[]] [{}] [1] [1,2,3] [null]
        {"a":1} {"":0} {"a":{"b":[]}} {"a":1,"b":2} {"\u0061":1,"b":1} [[[[]]]] ["\u2028"] {"a":"b","A":1}
    "#;
    for text in texts.split_whitespace() {
        assert_eq!(raw(text), Ok(text));
        assert_eq!(raw(&format!(" \t\r\n{text} \t\r\n")), Ok(text));
    }
    assert_eq!(raw(" [ 1 , { \"a\" : \"b\" } ] "), Ok("[ 1 , { \"a\" : \"b\" } ]"));
}

#[test]
fn texts_that_are_not_json() {
    let texts = r#"
        [ ] { } ] } [1 [1, [1,] [,1] [,] [1,,2] {"a"} {"a":} {"a":1,} {,} {1:1} {a:1} {"a"1} {"a":1"b":2} {"a"::1} {"a":1:2} [} {] [1} {"a":1]
        01 -01 00 - -- +1 .5 1. 1.e3 1e 1e+ 1e1.5 0x1 1_0 ¹ ١ -a 1a nul nulll tru truee True NULL NaN Infinity -Infinity undefined
        'a' "a a" "\a" "\x41" "\u12" "\u12G4" "\u" "\ "\U0041" "a"b ""a [1]] {}{} [][] 1,2 //c /**/1 1// # [1#] [1:2] & [-] ["a":1] \u0031
    "#;
    for text in texts.split_whitespace().filter(|text| !["]", "}"].contains(text)).chain([
        "]",
        "}",
        "",
        " ",
        "\u{feff}1",
        "\u{a0}1",
        "1\u{c}",
        "\"\t\"",
        "\"\n\"",
        "\"\0\"",
        "1 2",
        "\"\\",
    ]) {
        if text == "{" || text == "[" || raw(text) != Ok(text) {
            assert_eq!(raw(text), Err(Rule::Syntax), "{text:?}");
        } else {
            panic!("{text:?} is read");
        }
    }
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#"["\ud800a"]"#,
        r#"{"\ud83e\u0041":1}"#,
        r#""\ud800\ud800""#,
        r#""\udd80\ud83e""#,
    ] {
        assert_eq!(raw(text), Err(Rule::Surrogate), "{text}");
    }
}

#[test]
fn limits_hold_everywhere() {
    assert_eq!(raw("[[[[[]]]]]"), Err(Rule::Depth));
    assert_eq!(raw("[[[{\"a\":{}}]]]"), Err(Rule::Depth));
    assert_eq!(raw("[1,2,3,4]"), Err(Rule::ListSize));
    assert_eq!(raw("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}"), Err(Rule::Members));
    assert_eq!(raw("\"12345678\""), Ok("\"12345678\""));
    assert_eq!(raw("\"123456789\""), Err(Rule::StringSize));
    assert_eq!(raw(r#""1234567\u0038""#), Ok(r#""1234567\u0038""#));
    assert_eq!(raw(r#""123456\u00e9""#), Ok(r#""123456\u00e9""#));
    assert_eq!(raw(r#""1234567\u00e9""#), Err(Rule::StringSize));
    assert_eq!(raw("{\"123456789\":1}"), Err(Rule::StringSize));
}

#[test]
fn a_name_stands_once_in_an_object() {
    assert_eq!(raw(r#"[{"a":1,"\u0061":2}]"#), Err(Rule::Duplicate));
    assert_eq!(raw(r#"{"":1,"":2}"#), Err(Rule::Duplicate));
    assert_eq!(raw(r#"[{"a":1},{"a":{"a":2}}]"#), Ok(r#"[{"a":1},{"a":{"a":2}}]"#));
}

#[test]
fn a_frame_is_checked_for_size_before_utf8() {
    let limits = Limits { message: 2, ..LIMITS };
    let rule = |frame: &[u8]| Reader::new(frame, &limits).err().map(|refused| refused.rule);
    assert_eq!(rule(b"\xff\xff\xff"), Some(Rule::Size));
    assert_eq!(rule(b"1\xff"), Some(Rule::Utf8));
    assert_eq!(rule(b"\xc0\x80"), Some(Rule::Utf8));
    assert_eq!(rule(b"12"), None);
}

#[test]
fn members_and_items_are_read_one_by_one() {
    let mut reader = Reader::new(br#" { "a" : [ 1 , -2.5 ] , "b" : "\u0078" , "c" : null } "#, &LIMITS).unwrap();
    let mut object = reader.begin_object().unwrap();
    assert_eq!(reader.next_name(&mut object).unwrap().as_deref(), Some("a"));
    let mut list = reader.begin_list().unwrap();
    assert_eq!(reader.next_item(&mut list), Ok(true));
    assert_eq!(reader.u64(), Ok(1));
    assert_eq!(reader.next_item(&mut list), Ok(true));
    assert_eq!(reader.f64(), Ok(-2.5));
    assert_eq!(reader.next_item(&mut list), Ok(false));
    assert_eq!(reader.next_name(&mut object).unwrap().as_deref(), Some("b"));
    assert_eq!(reader.string().unwrap(), "x");
    assert_eq!(reader.next_name(&mut object).unwrap().as_deref(), Some("c"));
    assert_eq!(reader.null(), Ok(true));
    assert_eq!(reader.next_name(&mut object).unwrap(), None);
    assert_eq!(reader.finish(), Ok(()));
}

#[test]
fn an_early_look_leaves_the_place() {
    let mut reader = Reader::new(br#"{"a":{"tag":"no"},"tag":"yes","b":1}"#, &LIMITS).unwrap();
    assert_eq!(reader.find_string("tag").unwrap().as_deref(), Some("yes"));
    assert_eq!(reader.find_string("none").unwrap(), None);
    assert_eq!(reader.find_string("b").unwrap(), None);
    assert_eq!(reader.position(), 0);
    let mut names: Vec<String> = vec![];
    let mut object = reader.begin_object().unwrap();
    while let Some(name) = reader.next_name(&mut object).unwrap() {
        names.push(name.clone().into_owned());
        reader.unknown(name).unwrap();
    }
    assert_eq!(names, ["a", "tag", "b"]);
}

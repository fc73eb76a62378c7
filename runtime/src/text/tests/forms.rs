//! Heads: what is read, what is refused and where, what is written.

use super::{
    super::{State, check, partial},
    schema::{LIMIT, requests, signals},
    *,
};
use crate::codec::Value;

#[test]
fn a_message_is_its_members() {
    let schema = signals();
    let framed = read(
        &schema,
        Mismatch::Strict,
        "SIG/1.0 PUT\r\nname:  ghost \r\nKIND: A\r\nTags: a, b,c\r\nX-Own: kept: so\r\nLength: 2\r\n--BODY--\r\nhi\r\n--END--\r\n",
    );
    assert_eq!(framed.decoded.tag, "PUT");
    assert_eq!(framed.decoded.envelope.get("version").and_then(Value::as_str), Some("1.0"));
    let mut out = Vec::new();
    framed.decoded.body.write(&mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        r#"{"Name":"ghost","Kind":"A","Rate":7,"Tags":["a","b","c"],"(body)":"hi","X-Own":"kept: so"}"#
    );
}

#[test]
fn a_message_is_written_as_declared() {
    assert_eq!(
        rewritten(
            &signals(),
            "SIG/1.1 PUT\r\nX-Own: 1\nkind: B\nrate: 7\nTAGS: a , b\nlength: 3\nname: x\n--BODY--\nh\u{e9}\n--END--"
        ),
        "SIG/1.1 PUT\nName: x\nKind: B\nTags: a,b\nLength: 3\nX-Own: 1\n--BODY--\nh\u{e9}\n--END--\n"
    );
    assert_eq!(
        rewritten(&signals(), "SIG/1.0 BYE\nName: x\n--BODY--\n--END--\n"),
        "SIG/1.0 BYE\nName: x\n--BODY--\n--END--\n"
    );
}

#[test]
fn a_request_head_is_a_framing_too() {
    let text = "PUT /a%20b HTTP/1.1\r\nName: x\r\nKind: A\r\nHost: h\r\nContent-Length: 4\r\n\r\n\r\n\r\n";
    let framed = read(&requests(), Mismatch::Strict, text);
    assert_eq!(framed.decoded.envelope.get("target").and_then(Value::as_str), Some("/a%20b"));
    assert_eq!(body(&framed), "\r\n\r\n");
    assert_eq!(
        rewritten(&requests(), text),
        "PUT /a%20b HTTP/1.1\r\nName: x\r\nKind: A\r\nContent-Length: 4\r\nHost: h\r\n\r\n\r\n\r\n"
    );
    for (text, wrong) in [
        ("PUT /a HTTP/1.1\nName: x\n\n", "1:16  charset"),
        ("PUT /a HTTP/2\r\n\r\n", "1:14  start"),
        ("PUT  HTTP/1.1\r\n\r\n", "1:5  start"),
        ("PUT /a HTTP/1.1\r\nName : x\r\n\r\n", "2:1  header"),
        ("PUT /a HTTP/1.1\r\nName: x\r\n folded\r\n\r\n", "3:1  header"),
        ("PUT /a HTTP/1.1\r\nName: x\r\n", "3:1  marker"),
        ("PUT /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", "4:3  truncated"),
        ("PUT /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nab", "4:2  trailing"),
        ("PUT /a HTTP/1.1\r\nContent-Length: +1\r\n\r\na", "2:17 Content-Length number"),
        (
            "PUT /a HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\na",
            "3:17 Content-Length duplicate",
        ),
        ("PUT /a HTTP/1.1\r\nContent-Length: 5000\r\n\r\na", "2:17  size"),
    ] {
        assert_eq!(broken(&requests(), text), [wrong], "{text:?}");
    }
}

#[test]
fn what_breaks_the_form_is_said_with_its_place() {
    let long = format!("SIG/1.0 PUT\nName: {}\n", "x".repeat(40));
    let many = format!("SIG/1.0 PUT\n{}", "A: b\n".repeat(9));
    let large = format!("SIG/1.0 BYE\nName: x\n--BODY--\n{}\n--END--\n", "x".repeat(LIMIT));
    for (text, wrong) in [
        ("", "1:1  empty"),
        (" \r\n\n", "1:1  empty"),
        ("\nSIG/1.0 BYE", "1:1  empty"),
        ("hello", "1:1  start"),
        ("SIG1.0 BYE\n", "1:4  start"),
        ("SIG/1.0\n", "1:8  start"),
        ("SIG/1.0 BYE", "1:12  marker"),
        ("SIG/1.0 BYE\nName: x\n", "3:1  marker"),
        ("SIG/1.0 BYE\nName: x\n--END--\n", "3:1  marker"),
        ("SIG/1.0 BYE\nName: x\n--BODY--\n", "4:1  marker"),
        ("SIG/1.0 BYE\nName: x\n--BODY--", "3:9  marker"),
        ("SIG/1.0 BYE\nName: x\n--BODY--\n--END-- \n", "5:1  marker"),
        ("SIG/1.0 BYE\nName: x\n--BODY--\nx--END--\n", "5:1  marker"),
        ("SIG/1.0 BYE\nName\n--BODY--\n--END--\n", "2:1  header"),
        ("SIG/1.0 BYE\n: x\n--BODY--\n--END--\n", "2:1  header"),
        ("SIG/1.0 BYE\nName: \u{7}x\n--BODY--\n--END--\n", "2:7  charset"),
        ("SIG/1.0 BYE\nName: \u{e9}\n--BODY--\n--END--\n", "2:7  charset"),
        ("SIG/1.0 BYE\nName: a\rb\n--BODY--\n--END--\n", "2:8  charset"),
        (
            "SIG/1.0 BYE\nName: x\nLength: 5\n--BODY--\nab\u{e9}\u{0}\n--END--\n",
            "5:4  charset",
        ),
        ("SIG/1.0 BYE\nName: x\n--BODY--\n--END--\n\n", "5:1  trailing"),
        (&long, "2:41  line_size"),
        (&many, "10:1  headers"),
        (&large, "4:372  size"),
    ] {
        assert_eq!(broken(&signals(), text), [wrong], "{text:?}");
    }
    let mut octets = Vec::from(*b"SIG/1.0 BYE\nName: x\nLength: 1\n--BODY--\n\xff\n--END--\n");
    let wrong = explain(&signals(), Mismatch::Strict, &octets);
    assert_eq!((wrong[0].rule.name(), wrong[0].position.unwrap().line), ("utf8", 5));
    octets[13] = 0xff;
    assert_eq!(explain(&signals(), Mismatch::Strict, &octets)[0].rule.name(), "charset");
}

#[test]
fn what_the_form_holds_is_judged_all_of_it() {
    let text = "SIG/2.0 PUT\nName: much too long\nKind: C\nRate: 07\nTags: a,,b\nname: x\n--BODY--\n--END--\n";
    assert_eq!(
        broken(&signals(), text),
        [
            "1:5 (version) one_of",
            "3:7 Kind one_of",
            "6:7 Name duplicate",
            "2:7 Name length",
            "4:7 Rate type",
            "5:7 Tags/1 length"
        ]
    );
    assert_eq!(broken(&signals(), "SIG/1.0 GET\n--BODY--\n--END--\n"), ["1:9 (tag) unknown_tag"]);
    assert_eq!(
        broken(&signals(), "SIG/1.0 PUT\n--BODY--\n--END--\n"),
        ["2:1 Kind required", "2:1 Name required"]
    );
    assert_eq!(
        broken(&signals(), "SIG/1.0 BYE\nName: x\nX: 1\nx: 2\n--BODY--\n--END--\n"),
        ["4:4 x duplicate"]
    );
}

#[test]
fn a_value_that_its_place_cannot_hold_is_found_before_it_is_sent() {
    let schema = signals();
    let mut decoded = read(&schema, Mismatch::Strict, "SIG/1.0 BYE\nName: x\n--BODY--\n--END--\n").decoded;
    for (name, rule) in [
        ("a\nKind: B", "length"),
        ("a\nB: c", "charset"),
        (" a", "charset"),
        ("\u{e9}", "charset"),
        ("\u{7}", "charset"),
    ] {
        decoded.body = Value::Object(Vec::from([("Name".to_string(), Value::String(name.to_string()))]));
        let wrong = check(&schema, &decoded);
        assert_eq!(wrong[0].rule.name(), rule, "{name:?}: {wrong:?}");
        let mut out = Vec::new();
        encode(&schema, &decoded, &mut out);
        assert_eq!(out.iter().filter(|octet| **octet == b'\n').count(), 4, "{name:?}");
    }
    decoded.body = Value::Object(Vec::from([("Name".to_string(), Value::String("fine".to_string()))]));
    assert_eq!(check(&schema, &decoded), []);
}

#[test]
fn a_text_cut_off_anywhere_is_complete_partial_or_refused() {
    let schema = signals();
    let framing = schema.framing.as_ref().unwrap();
    let mut states = Vec::new();
    for end in 0..=WRONG_LENGTH.len() {
        let text = &WRONG_LENGTH.as_bytes()[..end];
        let read = partial(framing, LIMIT, Mismatch::Advisory, text);
        let lines = WRONG_LENGTH[..end].matches('\n').count();
        assert_eq!(read.headers.len(), lines.saturating_sub(1).min(3), "{end}");
        assert_eq!((read.tag.is_some(), read.head_complete), (lines > 0, lines > 4), "{end}");
        let whole = decode(&schema, Mismatch::Advisory, text);
        assert_eq!(whole.is_ok(), read.state == State::Complete, "{end}");
        assert_eq!(whole.is_err(), !explain(&schema, Mismatch::Advisory, text).is_empty());
        states.push(read.state);
    }
    let complete = states.iter().filter(|state| **state == State::Complete).count();
    assert_eq!(complete, 2, "with and without the last line end");
    assert!(!states.iter().any(|state| matches!(state, State::Broken(..))));
}

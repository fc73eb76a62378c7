//! Where a body ends: lengths, markers, and both.

use super::{schema::signals, *};

fn put(length: &str, payload: &str) -> String {
    format!("SIG/1.0 PUT\nName: x\nKind: A\n{length}--BODY--\n{payload}--END--\n")
}

/// What a reader makes of a message: the body, with the lengths if they disagree, or the rules that it breaks.
fn reading(mode: Mismatch, text: &str) -> String {
    match decode(&signals(), mode, text.as_bytes()) {
        Ok(framed) => {
            let mismatch = framed
                .mismatch
                .map(|mismatch| format!(" ({} for {})", mismatch.declared, mismatch.actual));
            format!("{:?}{}", body(&framed), mismatch.unwrap_or_default())
        }
        Err(refusal) => refusal.violations[0].rule.name().to_string(),
    }
}

#[test]
fn the_length_decides_where_the_marker_stands_behind_it() {
    use Mismatch::{Advisory, Strict};
    for (length, payload, strict, advisory) in [
        ("", "", r#""""#, r#""""#),
        ("", "\n", r#""""#, r#""""#),
        ("", "\n\n", "required", r#""\n""#),
        ("", "a\r\n", "required", r#""a""#),
        ("Length: 0\n", "", r#""""#, r#""""#),
        ("Length: 0\n", "\n", r#""""#, r#""""#),
        ("Length: 1\n", "\n\n", r#""\n""#, r#""\n""#),
        ("Length: 2\n", "ab\n", r#""ab""#, r#""ab""#),
        ("Length: 2\n", "ab\r\n", r#""ab""#, r#""ab""#),
        ("Length: 3\n", "ab\r\n", r#""ab\r""#, r#""ab\r""#),
        ("Length: 2\n", "\u{e9}\n", "\"é\"", "\"é\""),
        ("Length: 1\n", "\u{e9}\n", "length_mismatch", "\"é\" (1 for 2)"),
        ("Length: 9\n", "ab\n", "length_mismatch", r#""ab" (9 for 2)"#),
        ("Length: 900\n", "ab\n", "size", r#""ab" (900 for 2)"#),
        ("Length: 0\n", "ab\n", "length_mismatch", r#""ab" (0 for 2)"#),
        ("Length: 11\n", "a\n--END--\nb\n", r#""a\n--END--\nb""#, r#""a\n--END--\nb""#),
        (
            "Length: 13\n",
            "a\n--END--\nb\nc\n",
            r#""a\n--END--\nb\nc""#,
            r#""a\n--END--\nb\nc""#,
        ),
        ("Length: 5\n", "a\n--END--\nb\n", "length_mismatch", "trailing"),
        ("", "a\n--END--\nb\n", "required", "trailing"),
    ] {
        let text = put(length, payload);
        assert_eq!(
            (reading(Strict, &text), reading(Advisory, &text)),
            (strict.into(), advisory.into()),
            "{text:?}"
        );
    }
}

#[test]
fn nothing_in_a_body_is_a_header() {
    let inside = "Name: evil\nKind: B\n--BODY--\nLength: 0\n--END--\nSIG/1.0 PUT\nName: evil\n--BODY--\nevil\n--END--\nKind: B";
    let text = put(&format!("Length: {}\n", inside.len()), &format!("{inside}\n"));
    let framed = read(&signals(), Mismatch::Strict, &text);
    assert_eq!(body(&framed), inside);
    assert_eq!(framed.decoded.body.get("Name").and_then(crate::codec::Value::as_str), Some("x"));
}

//! TOON: what documents stand for, and which lists have a table. The examples are the specification's.

use alloc::{borrow::ToOwned, format, string::String};

use crate::codec::toon::{Wrong, list_to_json, table, to_json};

#[track_caller]
fn reads(document: &str, json: &str) {
    assert_eq!(to_json(document, 20, 10_000).as_deref(), Ok(json), "{document}");
}

#[track_caller]
fn refuses(document: &str, line: usize) {
    assert_eq!(to_json(document, 20, 10_000), Err(Wrong::Text { line }), "{document}");
}

#[test]
fn scalars() {
    reads("hello", r#""hello""#);
    reads("hello world", r#""hello world""#);
    reads("42", "42");
    reads("-1E+03", "-1E+03");
    reads("05", r#""05""#);
    reads("+5", r#""+5""#);
    reads("1.", r#""1.""#);
    reads("true", "true");
    reads("null", "null");
    reads("\"true\"", r#""true""#);
    reads(r#""a\n\t\"\\\u00e9""#, "\"a\\n\\t\\\"\\\\é\"");
    refuses(r#""a\x""#, 1);
    refuses(r#""\ud83e\udd80""#, 1);
    refuses("\"a", 1);
    refuses("\"a\" b", 1);
    refuses("hello\nworld", 2);
}

#[test]
fn objects() {
    reads("", "{}");
    reads("\n \n", "{}");
    reads("id: 123\nname: Ada\nactive: true\n", r#"{"id":123,"name":"Ada","active":true}"#);
    reads(
        "user:\n  id: 1\n  tags: []\n  none:\nx: y",
        r#"{"user":{"id":1,"tags":[],"none":{}},"x":"y"}"#,
    );
    reads("\"a:b\": 1\nfoo-bar: a: b", r#"{"a:b":1,"foo-bar":"a: b"}"#);
    reads("a: \"\"\nb: -x", r#"{"a":"","b":"-x"}"#);
    refuses("a: 1\n  b: 2", 2);
    refuses("a:\n    b: 2", 2);
    refuses("a:\n b: 2", 2);
    refuses("a:\n\tb: 2", 2);
    refuses("user:\n  key value", 2);
}

#[test]
fn arrays() {
    reads("tags[3]: admin,ops,dev", r#"{"tags":["admin","ops","dev"]}"#);
    reads("[2]: 1, \"a,b\"", r#"[1,"a,b"]"#);
    reads("[]", "[]");
    reads("a[0]:\nb: []", r#"{"a":[],"b":[]}"#);
    reads("a[3]: x,,", r#"{"a":["x","",""]}"#);
    reads("pairs[2]:\n  - [2]: 1,2\n  - [0]:", r#"{"pairs":[[1,2],[]]}"#);
    reads("tags[2|]: a,b|c", r#"{"tags":["a,b","c"]}"#);
    reads("tags[2\t]: a\tb", r#"{"tags":["a","b"]}"#);
    refuses("tags[3]: a,b", 1);
    refuses("tags[03]: a,b,c", 1);
    refuses("tags [1]: a", 1);
    refuses("tags[]: a", 1);
    refuses("a: 1\n[1]: 2", 2);
    refuses("[1]: 2\na: 1", 2);
}

#[test]
fn tables() {
    reads(
        "items[2]{sku,qty}:\n  A1,2\n  B2,1.5",
        r#"{"items":[{"sku":"A1","qty":2},{"sku":"B2","qty":1.5}]}"#,
    );
    reads("[1]{id,url}:\n  1,\"http://a:b\"", r#"[{"id":1,"url":"http://a:b"}]"#);
    reads(
        "o[1]{id,c{n,at{x}},t}:\n  1,Ada,5,9",
        r#"{"o":[{"id":1,"c":{"n":"Ada","at":{"x":5}},"t":9}]}"#,
    );
    reads(
        "users[2:]{age,city}:\n  alice: 30,Berlin\n  bob: 25,Oslo",
        r#"{"users":{"alice":{"age":30,"city":"Berlin"},"bob":{"age":25,"city":"Oslo"}}}"#,
    );
    reads("[1:|]{a|b}:\n  x: 1|2", r#"{"x":{"a":1,"b":2}}"#);
    refuses("items[2]{a}:\n  1", 2);
    refuses("items[1]{a}:\n  1,2", 2);
    refuses("items[1]{a,b}:\n  1", 2);
    refuses("items[1]{a,a}:\n  1,2", 1);
    refuses("items[1]{}:\n  1", 1);
    refuses("items[1]{a|b}:\n  1", 1);
    refuses("items[1]{a}: 1", 1);
    refuses("users[1:]:\n  a: 1", 1);
}

#[test]
fn lists_of_anything() {
    reads("items[3]:\n  - 1\n  - a: 1\n  - text", r#"{"items":[1,{"a":1},"text"]}"#);
    reads(
        "items[2]:\n  - id: 1\n    name: First\n  - id: 2",
        r#"{"items":[{"id":1,"name":"First"},{"id":2}]}"#,
    );
    reads(
        "items[1]:\n  - users[2]{id}:\n      1\n      2\n    status: ok",
        r#"{"items":[{"users":[{"id":1},{"id":2}],"status":"ok"}]}"#,
    );
    reads("[2]:\n  -\n  - []", "[{},[]]");
    reads("[1]:\n  - a:\n      b: 1\n    c: 2", r#"[{"a":{"b":1},"c":2}]"#);
    refuses("[1]:\n  - [1]{a}:\n    1", 2);
    refuses("[1]:\n  1", 2);
    refuses("[1]:\n  - 1\n  - 2", 3);
}

#[test]
fn comments_and_blank_lines() {
    reads("# c\na: 1\n      # c\n\nb: 2", r#"{"a":1,"b":2}"#);
    reads("[2]{a}:\n\n  1\n# c\n  2\n\n", r#"[{"a":1},{"a":2}]"#);
    reads("\u{feff}a: 1\r\nb: 2\r\n", r#"{"a":1,"b":2}"#);
    refuses("[2]{a}:\n  1\n\n  2", 4);
}

#[test]
fn a_list_stands_at_the_root_or_under_one_key() {
    for document in ["[1]{a}:\n  1", "log[1]{a}:\n  1\n", "any:\n  x: 1", "[1]:\n  - a: 1"] {
        let json = list_to_json(document, 2, 100);
        assert_eq!(
            json.as_deref(),
            Ok(if document.starts_with("any") {
                r#"{"x":1}"#
            } else {
                r#"[{"a":1}]"#
            })
        );
    }
    assert_eq!(list_to_json("a[0]:\nb: 1", 2, 100).as_deref(), Ok(r#"{"a":[],"b":1}"#));
    assert_eq!(list_to_json("[1]{a}:\n  1", 1, 100), Err(Wrong::Depth));
    assert_eq!(list_to_json("x[1]{a}:\n  1", 1, 100), Err(Wrong::Depth));
    assert_eq!(list_to_json("x[1]{a}:\n  1", 2, 5), Err(Wrong::Size));
}

#[test]
fn nesting_is_bounded() {
    let deep: String = (0..100_000)
        .map(|depth| format!("{}a:\n", "  ".repeat(depth % 1000)))
        .take(900)
        .collect();
    assert_eq!(to_json(&deep, 20, 1 << 30), Err(Wrong::Depth));
    assert_eq!(
        to_json(&format!("[1]{{{}:", "a{".repeat(100_000)), 20, 1 << 30),
        Err(Wrong::Text { line: 1 })
    );
    let groups = format!("[1]{{{}a{}:\n  1", "a{".repeat(1000), "}".repeat(1001));
    assert_eq!(to_json(&groups, 20, 1 << 30), Err(Wrong::Depth));
    let hyphens = "[1]:\n".to_owned()
        + &(0..900)
            .map(|depth| format!("{}- [1]:\n", "  ".repeat(depth + 1)))
            .collect::<String>();
    assert_eq!(to_json(&hyphens, 20, 1 << 30), Err(Wrong::Depth));
}

#[test]
fn a_list_of_like_records_has_a_table() {
    let json = r#"[{"t":1,"v":0.2},{"v":-0.3,"t":2}]"#;
    assert_eq!(table(Some("log"), json).as_deref(), Some("log[2]{t,v}:\n  1,0.2\n  2,-0.3"));
    assert_eq!(table(None, json).as_deref(), Some("[2]{t,v}:\n  1,0.2\n  2,-0.3"));
    assert_eq!(
        table(Some("a b"), r#"[{"x-y":null,"a.b":true}]"#).as_deref(),
        Some("\"a b\"[1]{\"x-y\",a.b}:\n  null,true")
    );
}

#[test]
fn other_lists_have_none() {
    for json in [
        "[]",
        "[1]",
        "[{}]",
        r#"[{"a":[]}]"#,
        r#"[{"a":{}}]"#,
        r#"[{"a":1},{"b":1}]"#,
        r#"[{"a":1},{"a":1,"b":1}]"#,
        "{}",
        r#"[{"a":-0}]"#,
        r#"[{"a":1.50}]"#,
        r#"[{"a":"\u0041"}]"#,
    ] {
        assert_eq!(table(None, json), None, "{json}");
    }
}

#[test]
fn cells_are_quoted_where_they_would_be_read_as_something_else() {
    for (json, cell) in [
        (r#""plain text""#, "plain text"),
        (r#""""#, r#""""#),
        (r#"" a""#, r#"" a""#),
        (r#""true""#, r#""true""#),
        (r#""05""#, r#""05""#),
        (r#""00""#, r#""00""#),
        (r#""+1""#, r#""+1""#),
        (r#""007.5e1""#, r#""007.5e1""#),
        (r#""1e5""#, r#""1e5""#),
        (r#""1.""#, "1."),
        (r#""1a""#, "1a"),
        (r#""0x""#, "0x"),
        (r#""a:b""#, r#""a:b""#),
        (r#""a,b""#, r#""a,b""#),
        (r#""a|b""#, "a|b"),
        (r##""#a""##, r##""#a""##),
        (r##""a#""##, "a#"),
        (r#""-""#, r#""-""#),
        (r#""a\nb\u0001""#, r#""a\nb\u0001""#),
        (r#""[x]""#, r#""[x]""#),
        (r#""é🦀""#, "é🦀"),
    ] {
        let list = format!(r#"[{{"a":{json}}}]"#);
        let document = table(None, &list).unwrap();
        assert_eq!(document, format!("[1]{{a}}:\n  {cell}"));
        assert_eq!(to_json(&document, 20, 1000).as_deref(), Ok(&*list));
    }
}

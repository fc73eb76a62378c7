//! Headers that a program declares itself, among those that a message keeps.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used)]

use ltp::{
    Headers, Payload,
    codec::{Json, Map},
    text::Headers as _,
};

#[derive(Payload, Debug, Clone, Copy, PartialEq)]
#[ltp(rename_all = "lowercase")]
enum Weight {
    Light,
    Heavy,
}

#[derive(Headers, Debug, PartialEq)]
#[ltp(rename_all = "PascalCase")]
struct Trace {
    trace_id: String,
    #[ltp(range = 0..=9)]
    hops: u8,
    #[ltp(rename = "X-Weight", default = "light")]
    weight: Weight,
    #[ltp(separated = ",", len = ..=3)]
    via: Option<Vec<String>>,
    sampled: Option<bool>,
}

fn kept<'k>(headers: &[(&'k str, &'k str)]) -> Map<'k, Json<'k>> {
    headers.iter().map(|(name, text)| (*name, Json::from(*text))).collect()
}

#[test]
fn headers_are_read_as_text_and_written_as_text() {
    let mut headers = kept(&[
        ("traceid", "12"),
        ("Hops", "3"),
        ("Via", "a, b"),
        ("Other", "x"),
        ("sampled", "true"),
    ]);
    let trace = Trace::of_headers(&headers).unwrap();
    let expected = Trace {
        trace_id: "12".to_owned(),
        hops: 3,
        weight: Weight::Light,
        via: Some(vec!["a".to_owned(), "b".to_owned()]),
        sampled: Some(true),
    };
    assert_eq!(trace, expected);

    let trace = Trace {
        weight: Weight::Heavy,
        via: None,
        ..trace
    };
    trace.add_to(&mut headers);
    let written: Vec<_> = headers.iter().map(|(name, json)| format!("{name}: {}", json.as_str())).collect();
    assert_eq!(
        written,
        [
            r#"Other: "x""#,
            r#"TraceId: "12""#,
            r#"Hops: "3""#,
            r#"X-Weight: "heavy""#,
            r#"Sampled: "true""#
        ]
    );
    assert_eq!(Trace::of_headers(&headers).unwrap(), trace);
}

#[test]
fn what_is_wrong_is_said_by_the_names_of_headers() {
    let wrong = Trace::of_headers(&kept(&[
        ("Hops", "10"),
        ("Via", "a,b,c,d"),
        ("Sampled", "yes"),
        ("X-Weight", "none"),
    ]))
    .unwrap_err();
    let wrong: Vec<_> = wrong.iter().map(|one| format!("{} {}", one.pointer, one.rule.name())).collect();
    assert_eq!(
        wrong,
        ["Hops range", "Sampled type", "TraceId required", "Via length", "X-Weight one_of"]
    );
}

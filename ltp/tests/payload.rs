//! Types that are derived, against the same types of a schema.
#![allow(clippy::unwrap_used)]

use std::borrow::Cow;

use ltp::{
    Payload, Uuid,
    codec::{Json, Map, Object, Wire as _},
};

/// A level.
#[derive(Payload, Debug, Clone, PartialEq)]
#[ltp(range = -1.0..=1.0)]
struct Level(f64);

#[derive(Payload, Debug, Clone, Copy, PartialEq)]
#[ltp(rename_all = "snake_case")]
enum Mode {
    Fast,
    #[ltp(rename = "slow!")]
    VerySlow,
}

#[derive(Payload, Debug, Clone, PartialEq)]
#[ltp(rename_all = "lowercase")]
enum Tone<'t> {
    High,
    Low,
    #[ltp(open)]
    Other(Cow<'t, str>),
}

#[derive(Payload, Debug, Clone, PartialEq)]
struct Point {
    #[ltp(range = ..=100)]
    t: u64,
    level: Level,
    #[ltp(skip)]
    cached: u32,
}

#[derive(Payload, Debug, Clone, PartialEq)]
struct Note<'a> {
    #[ltp(len = 1..=8)]
    text: Cow<'a, str>,
    #[ltp(open)]
    rest: Map<'a, Json<'a>>,
}

#[derive(Payload, Debug, Clone, PartialEq)]
#[ltp(tag = "shape", rename_all = "lowercase")]
enum Shape<'a> {
    Point(Point),
    #[ltp(rename = "remark")]
    Note(Note<'a>),
    #[ltp(open)]
    Other(Object<'a>),
}

#[derive(Payload, Debug, Clone, PartialEq)]
#[ltp(kind = "log_v1")]
struct Log<'b> {
    #[ltp(pattern = "[a-z]{2,4}", accepts("title", "header"))]
    name: String,
    #[ltp(rename = "from")]
    sender: Option<Cow<'b, str>>,
    #[ltp(range = 1..=10)]
    priority: Option<u8>,
    mode: Mode,
    #[ltp(default = "fast")]
    next: Mode,
    #[ltp(default = 3, always)]
    tries: i32,
    #[ltp(default = "none", one_of("none", "some"))]
    what: String,
    tone: Tone<'b>,
    #[ltp(len = ..=3)]
    points: Vec<Point>,
    names: Map<'b, Vec<Option<u16>>>,
    #[ltp(nullable)]
    parent: Option<Uuid>,
    #[ltp(datetime)]
    at: Option<String>,
    shape: Option<Shape<'b>>,
    r#type: Option<bool>,
    any: Option<Json<'b>>,
    inner: Option<Box<Log<'b>>>,
    #[ltp(open)]
    rest: Map<'b, Json<'b>>,
}

#[derive(Payload, Debug, Clone, PartialEq)]
struct Page<T> {
    items: Vec<T>,
    next: Option<T>,
}

#[test]
fn a_text_is_read_and_written() {
    let text = br#"{"name":"abc","from":"x\n","mode":"slow!","tone":"odd","points":[{"t":1,"level":0.5}],"names":{"a":[1,null]},"parent":null,"tries":3,"shape":{"shape":"remark","text":"hi","k":1},"z":[1]}"#;
    let log = Log::decode(text).unwrap();
    assert_eq!(log.tries, 3);
    assert_eq!(log.next, Mode::Fast);
    assert!(matches!(&log.tone, Tone::Other(text) if text == "odd"));
    assert_eq!(
        log.to_json(),
        r#"{"name":"abc","from":"x\n","mode":"slow!","tries":3,"tone":"odd","points":[{"t":1,"level":0.5}],"names":{"a":[1,null]},"parent":null,"shape":{"shape":"remark","text":"hi","k":1},"z":[1]}"#
    );
    let wrong = Log::explain(br#"{"name":"ABC","mode":"x","tone":"low","points":[{"t":101,"level":2},{},{},{}],"names":{"a":[70000]},"shape":{"shape":"point"},"inner":{}}"#);
    let wrong: Vec<String> = wrong.iter().map(|one| format!("{} {}", one.pointer, one.rule.name())).collect();
    assert_eq!(
        wrong.join(", "),
        "/inner/mode required, /inner/name required, /inner/names required, /inner/parent required, /inner/points required, \
         /inner/tone required, /mode one_of, /name pattern, /names/a/0 range, /parent required, /points length, \
         /points/0/level range, /points/0/t range, /points/1/level required, /points/1/t required, /points/2/level required, \
         /points/2/t required, /points/3/level required, /points/3/t required, /shape/level required, /shape/t required"
    );
}

#[test]
fn generics() {
    let page = Page::<Mode>::decode(br#"{"items":["fast"]}"#).unwrap();
    assert_eq!(page.items, [Mode::Fast]);
    assert_eq!(
        Page::<Page<u8>>::explain(br#"{"items":[{"items":[300]}]}"#)[0].pointer,
        "/items/0/items/0"
    );
}

//! Types that are derived against the same types of a schema: the same octets, the same verdicts, the same explanations.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::borrow::Cow;

use ltp::{
    Payload, Uuid,
    codec::{Json, Map, Object, Violation, Wire},
};
use protocol_tests::{derived as schema, messages::Generator};

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

/// A list of its own constraints.
#[derive(Payload, Debug, Clone, PartialEq)]
#[ltp(kind = "levels_v1", len = 1..)]
struct Levels(Vec<Option<Level>>);

/// What a text is to both: whether it is accepted, or what differs.
fn differs<'t, Derived: Wire<'t>, Declared: Wire<'t>>(text: &'t [u8]) -> Result<bool, String> {
    let (derived, declared) = (Derived::decode(text), Declared::decode(text));
    if let (Ok(derived), Ok(declared)) = (&derived, &declared) {
        let (one, other) = (derived.to_json(), declared.to_json());
        if one != other {
            return Err(format!("written as {one}, and as {other}"));
        }
        let (one, other) = (derived.validate(), declared.validate());
        return match one == other {
            true => Ok(true),
            false => Err(format!("validated as {one:?}, and as {other:?}")),
        };
    }
    let of = |result: Result<(), Vec<Violation>>| result.err().unwrap_or_default();
    let (one, other) = (of(derived.map(drop)), of(declared.map(drop)));
    match one == other && !one.is_empty() {
        true => Ok(false),
        false => Err(format!("refused for {one:?}, and for {other:?}")),
    }
}

/// Compares so many texts of each sort: values, values in other spellings, spoiled values, and octets.
fn compare<Derived, Declared>(name: &str, each: usize)
where
    Derived: for<'t> Wire<'t>,
    Declared: for<'t> Wire<'t>,
{
    compared(name, each, Declared::SCHEMA, Declared::TYPE, |text| {
        differs::<Derived, Declared>(text)
    });
}

fn compared(name: &str, each: usize, tables: &ltp::schema::Schema, ty: u32, differs: impl Fn(&[u8]) -> Result<bool, String>) {
    let mut generator = Generator::new(tables, 1);
    let (mut tried, mut accepted, mut found) = (0, 0, Vec::new());
    for _ in 0..each {
        let value = generator.whole(ty);
        let texts = [value.to_json(), generator.spelled(&value), generator.spoiled_node(value)];
        for text in texts {
            tried += 1;
            match differs(&text) {
                Ok(conforms) => accepted += usize::from(conforms),
                Err(what) => found.push(format!("{}: {what}", String::from_utf8_lossy(&text))),
            }
        }
    }
    println!("{name}: {tried} inputs, {accepted} of them accepted, {} differences", found.len());
    assert!(accepted > each && accepted < tried, "{name}: one sort of inputs is missing");
    assert!(
        found.is_empty(),
        "{} of {tried}, the first:\n{}",
        found.len(),
        found[..found.len().min(3)].join("\n")
    );
}

#[test]
fn records() {
    let each = 5_000;
    let (tables, ty) = (schema::Log::SCHEMA, schema::Log::TYPE);
    compared("Log", each, tables, ty, |text| differs::<Log<'_>, schema::Log<'_>>(text));
    let (tables, ty) = (schema::Note::SCHEMA, schema::Note::TYPE);
    compared("Note", each, tables, ty, |text| differs::<Note<'_>, schema::Note<'_>>(text));
    compare::<Point, schema::Point>("Point", each);
    compare::<Page<Mode>, schema::Page>("Page", each);
}

#[test]
fn enums_and_unions() {
    let each = 5_000;
    compare::<Mode, schema::Mode>("Mode", each);
    let (tables, ty) = (schema::Tone::SCHEMA, schema::Tone::TYPE);
    compared("Tone", each, tables, ty, |text| differs::<Tone<'_>, schema::Tone<'_>>(text));
    let (tables, ty) = (schema::Shape::SCHEMA, schema::Shape::TYPE);
    compared("Shape", each, tables, ty, |text| differs::<Shape<'_>, schema::Shape<'_>>(text));
}

/// What is no record is compared where a record holds it.
#[test]
fn values() {
    #[derive(Payload)]
    struct Held {
        levels: Levels,
    }
    compare::<Held, schema::Held>("Levels", 5_000);
}

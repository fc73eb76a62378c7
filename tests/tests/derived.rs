//! Types that are derived against the same types of a schema: the same octets, the same verdicts, the same explanations.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::borrow::Cow;

use ltp::{
    Payload, Uuid,
    bytes::Bytes,
    codec::{Json, Map, Object, Shareable, Shared, Violation, Wire},
    schema::Declared,
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

/// What is drawn.
#[derive(Payload, Debug, Clone, PartialEq)]
#[ltp(tag = "figure", rename_all = "lowercase")]
enum Figure<'a, T> {
    /// A circle.
    Circle {
        /// From its middle.
        #[ltp(range = 0.0..)]
        radius: f64,
        color: Option<Cow<'a, str>>,
    },
    #[ltp(rename_all = "camelCase")]
    Text {
        #[ltp(len = 1..=8)]
        text: Cow<'a, str>,
        out: Option<Shape<'a>>,
        #[ltp(range = ..=100)]
        font_size: u8,
        #[ltp(skip)]
        width: Option<u32>,
        #[ltp(open)]
        rest: Map<'a, Json<'a>>,
    },
    Nothing,
    Point(T),
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

// Held with the text that they borrow from.
type PointedFigure<'a> = Figure<'a, Point>;
ltp::shareable!(Tone, Note, Shape, Log, PointedFigure);

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
    let (tables, ty) = (schema::Figure::SCHEMA, schema::Figure::TYPE);
    compared("Figure", each, tables, ty, |text| {
        differs::<Figure<'_, Point>, schema::Figure<'_>>(text)
    });
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

/// What is derived becomes a schema, which means the same.
#[test]
fn extracted() {
    struct One(String);

    impl ltpc::load::Loader for One {
        fn load(&self, _: &str) -> Result<String, String> {
            Ok(self.0.clone())
        }
    }

    let text = Declared::new("mine", "1.0")
        .kind::<Log<'_>>("Mine")
        .kind::<Levels>("Mine")
        .with::<Page<Mode>>("Page")
        .with::<Figure<'_, Point>>("Figure")
        .to_string();
    println!("{text}");
    let compilation = ltpc::compile("mine.ltp", &One(text.clone()));
    let wrong = ltpc::diagnostic::text(&compilation.diagnostics, &compilation.sources, false);
    let model = compilation.model.unwrap_or_else(|| panic!("{text}\n{wrong}"));
    let tables = ltpc::interpret::Tables::new(&model);
    let ty = tables.named(&model, "Log").unwrap();
    let schema = &tables.schema;
    compared("Log, extracted", 5_000, schema, ty, |text| {
        let (derived, walked) = (Log::decode(text), ltp::codec::decode_value(schema, ty, text));
        match (derived, walked) {
            (Ok(derived), Ok(value)) => {
                let mut out = Vec::new();
                ltp::codec::encode_value(schema, ty, &value, &mut out);
                match derived.to_json().as_bytes() == out {
                    true => Ok(true),
                    false => Err(format!("written as {}", derived.to_json())),
                }
            }
            (Err(one), Err(other)) if one == other => Ok(false),
            (derived, walked) => Err(format!("{:?}, and {:?}", derived.err(), walked.err())),
        }
    });
    let sets = "payloads Mine open {\n    log_v1: Log;\n    /// A list of its own constraints.\n    \
                levels_v1: list<float? where -1 ..= 1> where len 1 ..;\n}";
    assert!(text.contains(sets), "{text}");
    let documented = "/// A circle.\nrecord FigureCircle {\n    /// From its middle.\n    radius: float where 0 ..;\n";
    assert!(text.contains(documented), "{text}");
    assert!(
        text.contains("/// What is drawn.\nunion Figure tag \"figure\" {\n    /// A circle.\n    circle: FigureCircle;\n"),
        "{text}"
    );
}

/// Elements go into a schema that imports what declares their group.
#[test]
fn extracted_elements() {
    struct Both(String);

    impl ltpc::load::Loader for Both {
        fn load(&self, path: &str) -> Result<String, String> {
            match path {
                "mine.ltp" => Ok(self.0.clone()),
                _ => Ok("protocol base \"1.0\";\nerrors Code { BAD \"bad\"; }\ngroups Group open refuse Code.BAD { df \"Data\" route parallel { step; } }\n".to_owned()),
            }
        }
    }

    /// How wide.
    #[derive(Payload, ltp::Element)]
    #[ltp(element = "df:resize", output = Vec<Level>, refused = "BAD")]
    struct Resize {
        #[ltp(range = 1..)]
        width: u64,
    }

    let text = Declared::new("mine", "1.0").import("base.ltp").element::<Resize>().to_string();
    assert_eq!(
        text,
        "protocol mine \"1.0\";\n\nimport \"base.ltp\";\n\n/// How wide.\nrecord Resize {\n    width: uint where 1 ..;\n}\n\nelement df.resize (Resize) -> json;\n"
    );
    let compilation = ltpc::compile("mine.ltp", &Both(text));
    let wrong = ltpc::diagnostic::text(&compilation.diagnostics, &compilation.sources, false);
    assert!(compilation.model.is_some(), "{wrong}");
}

#[derive(Payload, Debug, Clone, PartialEq)]
#[ltp(kind = "sleep_log_v1", set = liminal_protocols::ltp::StateKind)]
struct SleepLog {
    #[ltp(range = 0..=24)]
    hours: u8,
    note: Option<String>,
}

#[derive(Payload, Debug, Clone, PartialEq)]
#[ltp(kind = "naps_v1", set = liminal_protocols::ltp::StateKind, toon(key = "naps"))]
struct Naps(Vec<SleepLog>);

/// Kinds of a program's own travel in an open set of a schema, and are handled by their types; others are carried.
#[tokio::test]
async fn kinds_of_ones_own() {
    use std::sync::{Arc, Mutex};

    use liminal_protocols::ltp::{
        EnvelopeDraft, Message, StateKind, StateUpdate,
        endpoint::WEB_SOCKET,
        thread::{Client, ClientOptions, Server, ServerOptions},
    };
    use ltp::{
        codec::{Carried, Carrier as _},
        net::{self, DialOptions, Dialer, Driver, Session, store::MemoryStore},
    };

    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::new(tokio::sync::Notify::new());
    let options = net::ServerOptions {
        address: Some("ws://127.0.0.1:0".to_owned()),
        ..net::ServerOptions::default()
    };
    let (threads, log, done) = (Arc::new(MemoryStore::new()), Arc::clone(&heard), Arc::clone(&told));
    let server = net::Server::listen(
        &WEB_SOCKET,
        options,
        |_: &net::Peer| Server::new(ServerOptions::new()),
        move |driver, _| {
            let (log, done) = (Arc::clone(&log), Arc::clone(&done));
            driver.store(threads.clone()).run(async move |mut session: Session<Server>| {
                let (sleep, naps) = (Arc::clone(&log), Arc::clone(&log));
                session
                    .on::<SleepLog>(move |value| sleep.lock().unwrap().push(format!("{value:?}")))
                    .on::<Naps>(move |value| naps.lock().unwrap().push(format!("{value:?}")));
                while let Some(event) = session.event().await {
                    if let net::Event::Message(Message::StateUpdate { body, .. }) = event {
                        log.lock().unwrap().push(format!("carried {}", body.data.kind()));
                        if body.data.kind() == "unheard_v1" {
                            done.notify_one();
                        }
                    }
                }
            })
        },
    )
    .await
    .unwrap();

    let dialer = Dialer::new(&WEB_SOCKET, Some(&format!("ws://{}", server.local_addr())), DialOptions::default()).unwrap();
    let client = Driver::client(Client::new(ClientOptions::new("derived")), dialer).spawn();
    client.reached("Ready").await.unwrap();
    let night = SleepLog { hours: 7, note: None };
    client.send(StateUpdate::new(StateKind::of(&night))).await.unwrap();
    let wrong = StateKind::Other {
        kind: "sleep_log_v1".into(),
        data: Carried::Json(Json::parse(r#"{"hours":25}"#).unwrap()),
    };
    client.send(StateUpdate::new(wrong)).await.unwrap();
    let naps = StateKind::of_toon(&Naps(vec![night.clone(), night])).unwrap();
    let as_toon = EnvelopeDraft {
        content_encoding: Some(liminal_protocols::ltp::Encoding::Toon),
        ..EnvelopeDraft::default()
    };
    client.send((StateUpdate::new(naps), as_toon)).await.unwrap();
    let unheard = StateKind::Other {
        kind: "unheard_v1".into(),
        data: Carried::Json(Json::NULL),
    };
    client.send(StateUpdate::new(unheard)).await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(20), told.notified())
        .await
        .unwrap();
    let heard = heard.lock().unwrap();
    assert_eq!(heard[0], "Ok(SleepLog { hours: 7, note: None })");
    assert!(heard[2].contains("/hours") && heard[2].contains("Range"), "{}", heard[2]);
    assert!(heard[4].starts_with("Ok(Naps([SleepLog { hours: 7"), "{}", heard[4]);
    assert_eq!(heard[6], "carried unheard_v1");
    assert_eq!(heard.len(), 7);
}

/// What borrows from a text is the same when it is held with it.
#[test]
fn with_their_buffers() {
    fn held<T>(ty: u32, tables: &ltp::schema::Schema)
    where
        T: Shareable<Refused = Vec<Violation>>,
        for<'a> T::Borrowed<'a>: Wire<'a> + PartialEq + std::fmt::Debug,
    {
        let mut generator = Generator::new(tables, 2);
        let (mut accepted, mut refused) = (0, 0);
        for _ in 0..1_000 {
            let value = generator.whole(ty);
            for text in [value.to_json(), generator.spelled(&value), generator.spoiled_node(value)] {
                let buffer = Bytes::copy_from_slice(&text);
                match (T::decode_from(&text), Shared::<T>::decode(buffer)) {
                    (Ok(borrowed), Ok(shared)) => {
                        accepted += 1;
                        let other = shared.clone();
                        drop(shared);
                        assert_eq!(other.get(), T::shorten(&borrowed));
                        assert_eq!(other.get().to_json(), borrowed.to_json());
                    }
                    (Err(one), Err(other)) => {
                        refused += 1;
                        assert_eq!((one, &text[..]), (other.refused, &other.bytes[..]));
                    }
                    (one, other) => panic!("{:?}, and {:?}", one.err(), other.err()),
                }
            }
        }
        assert!(accepted > 1_000 && refused > 100, "{accepted} accepted, {refused} refused");
    }
    held::<Tone>(schema::Tone::TYPE, schema::Tone::SCHEMA);
    held::<Note>(schema::Note::TYPE, schema::Note::SCHEMA);
    held::<Shape>(schema::Shape::TYPE, schema::Shape::SCHEMA);
    held::<Log>(schema::Log::TYPE, schema::Log::SCHEMA);
    held::<PointedFigure>(schema::Figure::TYPE, schema::Figure::SCHEMA);
}

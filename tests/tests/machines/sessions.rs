//! What may happen to both sides of `schemas/sessions.ltp`.

use std::time::Duration;

use ltp_runtime::codec::Object;
use protocol_tests::scripts::Vocabulary;
use protocol_tests::sessions::{
    BoxedDraft, Code, Colour, FlatDraft, Mood, Move, Place, Point, Refused, Tock, Tone,
    walk::{Keeper, KeeperCall, KeeperOptions, Walker, WalkerCall, WalkerOptions},
};

pub const WALKER: Vocabulary = Vocabulary {
    options: &[
        r#"{"name":"ann"}"#,
        r#"{"name":"ann","token":"magic","mood":"busy","colour":"verde","step":9,"scale":0.25,"verbose":true,"patience":300}"#,
        r#"{"name":"bob","token":"other","colour":"blue","home":{"at":{"x":-1},"note":null,"kept":[1]},"tags":[],"pause":"90 ms","slow":"0 s"}"#,
    ],
    stored: &[
        "null",
        r#"{"session":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","count":3,"nick":"nick"}"#,
        r#"{"session":7,"count":-1,"place":{"at":{"x":5},"note":null},"nick":"much too long a name"}"#,
        r#"{"place":{"at":{"x":5,"y":1e300,"label":"l"},"mood":"busy","colour":"violet","note":null,"extra":{"a":1}}}"#,
        r#"{"place":{"at":{"x":5},"note":"noted"}}"#,
    ],
    messages: &[
        r#"{"t":"welcome","session":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","wait_ms":50,"mood":"busy"}"#,
        r#"{"t":"welcome","session":"B42A6F10-91A7-4CE2-8B7E-9D5F98765432","wait_ms":0,"from":"x","mood":"busy"}"#,
        r#"{"t":"welcome","session":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","mood":"calm"}"#,
        r#"{"t":"refused","code":"AGAIN"}"#,
        r#"{"t":"refused","code":"OVER"}"#,
        r#"{"t":"refused","code":"BAD"}"#,
        r#"{"t":"refused","code":"NEW","details":{"a":1}}"#,
        r#"{"type":"tock","id":"00000000-0000-4000-8000-000000000001","body_":null,"payload":{"count":51}}"#,
        r#"{"type":"tock","id":"00000000-0000-4000-8000-000000000002","body_":"x","payload":{"count":5}}"#,
        r#"{"type":"tock","id":"00000000-0000-4000-8000-000000000003","body_":"x","payload":{"count":101}}"#,
        r#"{"type":"move","id":"00000000-0000-4000-8000-000000000004","body_":"x","payload":{"point":{"x":1},"by":"ann"}}"#,
        r#"{"type":"move","id":"00000000-0000-4000-8000-000000000005","body_":"x","payload":{"point":{"x":2,"y":-0.0}}}"#,
        r#"{"type":"move","id":"00000000-0000-4000-8000-000000000006","body_":"x","payload":{"point":{"x":2,"label":"l"},"speed":9.25}}"#,
        r#"{"type":"move","id":"$id","body_":"x","payload":{"point":{"x":9223372036854775807}}}"#,
        r#"{"type":"tick","id":"$id","seq":9,"body_":null}"#,
        r#"{"type":"tick","id":"$id","seq":8,"body_":null,"kind":"busy"}"#,
        r#"{"type":"a:b","id":"$id","body_":null,"payload":{"z":1,"a":"2"}}"#,
        r#"{"type":"a:B","id":"$id","body_":null,"payload":{}}"#,
        r#"{"t":"hello","name":"x"}"#,
        "{",
    ],
    calls: &[
        r#"{"type":"move","body_":"b","payload":{"point":{"x":-2}}}"#,
        r#"{"type":"move","body_":"b","seq":0,"place":{"at":{"x":3},"note":"n"},"tone":{"pitch":7},"kind":"busy","payload":{"point":{"x":2,"y":0.25,"label":"l"},"by":"me","speed":0}}"#,
        r#"{"type":"move","body_":"b","payload":{"point":{"x":2,"label":"much too long a label"},"speed":9.75}}"#,
        r#"{"type":"a:b","body_":null,"payload":{"k":"v"}}"#,
        r#"{"type":"tock","body_":"b","payload":{"count":7}}"#,
        r#"{"type":"tock","body_":"b","payload":{"count":700}}"#,
    ],
    rows: &["null"],
    registry: "null",
    cancels: &[],
};

pub fn walker(options: usize) -> Walker {
    let options = match options {
        0 => WalkerOptions::new("ann"),
        1 => {
            let mut options = WalkerOptions::new("ann")
                .with_token("magic")
                .with_mood(Mood::Busy)
                .with_colour(Colour::Green)
                .with_step(9)
                .with_scale(0.25)
                .with_verbose(true)
                .with_patience(Duration::from_millis(300));
            // An option that follows from another follows from what that is at first.
            options.slow = Duration::from_millis(1100);
            options
        }
        _ => WalkerOptions::new("bob")
            .with_token("other")
            .with_colour(Colour::Other("blue".into()))
            .with_home(place(r#"{"at":{"x":-1},"note":null,"kept":[1]}"#))
            .with_tags(Vec::new())
            .with_pause(Duration::from_millis(90))
            .with_slow(Duration::ZERO),
    };
    options.validate().unwrap();
    Walker::new(options)
}

fn place(text: &str) -> Place<'static> {
    use ltp_runtime::codec::Wire;
    Place::decode(text.as_bytes()).unwrap().into_owned()
}

pub fn walker_call(call: usize) -> WalkerCall {
    let draft = || BoxedDraft {
        body: Some(Some("b".into())),
        ..BoxedDraft::default()
    };
    let point = |x, y, label: Option<&'static str>| Point {
        y,
        label: label.map(Into::into),
        ..Point::new(x)
    };
    match call {
        0 => (Move::new(Point::new(-2)), draft()).into(),
        1 => {
            let body = Move {
                by: Some("me".into()),
                speed: Some(0.0),
                ..Move::new(point(2, 0.25, Some("l")))
            };
            let place = Place {
                colour: Colour::Red,
                ..Place::new(Point::new(3), Some("n".into()))
            };
            (
                body,
                BoxedDraft {
                    seq: Some(0),
                    place: Some(place),
                    // Given whole: its colour is said to be red, and its loudness to be that of a default.
                    tone: Some(Tone {
                        pitch: 7,
                        ..Tone::default()
                    }),
                    kind: Some(Mood::Busy),
                    ..draft()
                },
            )
                .into()
        }
        2 => (
            Move {
                speed: Some(9.75),
                ..Move::new(point(2, 0.5, Some("much too long a label")))
            },
            draft(),
        )
            .into(),
        3 => WalkerCall::Free {
            topic: "a:b".into(),
            body: Box::new(object(r#"{"k":"v"}"#)),
            envelope: Box::new(BoxedDraft {
                body: Some(None),
                ..BoxedDraft::default()
            }),
        },
        4 => (Tock::new(7), draft()).into(),
        _ => (Tock::new(700), draft()).into(),
    }
}

pub const KEEPER: Vocabulary = Vocabulary {
    options: &["{}", r#"{"motto":"stay","ttl":1500,"strict":false}"#],
    stored: &["null"],
    messages: &[
        r#"{"t":"hello","name":"ann"}"#,
        r#"{"t":"hello","name":"ann","hop":7,"extra":{}}"#,
        r#"{"t":"hello","name":"ann","extra":{"a":1},"places":[{"at":{"x":1},"note":null}]}"#,
        r#"{"t":"hello","name":""}"#,
        r#"{"t":"hello"}"#,
        r#"{"type":"tick","id":"$session","seq":7,"place":{"at":{"x":1,"label":"l"},"note":null},"body_":null}"#,
        r#"{"type":"tick","id":"00000000-0000-4000-8000-000000000001","seq":7,"place":{"at":{"x":1},"note":null},"body_":null}"#,
        r#"{"type":"tick","id":"00000000-0000-4000-8000-000000000002","body_":null}"#,
        r#"{"type":"tick","id":"00000000-0000-4000-8000-000000000003","body_":null}"#,
        r#"{"type":"move","id":"00000000-0000-4000-8000-000000000004","body_":null,"payload":{"point":{"x":1},"speed":9.25}}"#,
        r#"{"type":"move","id":"00000000-0000-4000-8000-000000000005","body_":null,"payload":{"point":{"x":1},"speed":1}}"#,
        r#"{"type":"move","id":"00000000-0000-4000-8000-000000000006","body_":null,"payload":{"point":{"x":1.5}}}"#,
        r#"{"type":"a:b","id":"$id","body_":null,"payload":{"z":1}}"#,
        r#"{"t":"refused","code":"BAD"}"#,
        r#"{"t":"wrong"}"#,
        "\u{1}",
    ],
    calls: &[
        r#"{"type":"tock","payload":{"count":7}}"#,
        r#"{"type":"tock","body_":null,"id":"00000000-0000-4000-8000-00000000000a","payload":{"count":101}}"#,
        r#"{"t":"refused","code":"AGAIN","hop":5,"details":{"a":1}}"#,
        r#"{"t":"refused","from":"","code":"AGAIN"}"#,
    ],
    rows: &[
        "null",
        r#"{"session":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","visits":1}"#,
        r#"{"session":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","visits":1}"#,
        r#"{"session":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","mood":"busy","visits":1,"last":"2024-11-15T19:46:40.123Z"}"#,
        r#"{"session":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","visits":5}"#,
        r#"{"session":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","visits":5,"last":"then"}"#,
    ],
    registry: "null",
    cancels: &[],
};

pub fn keeper(options: usize) -> Keeper {
    let options = match options {
        0 => KeeperOptions::default(),
        _ => KeeperOptions::new()
            .with_motto("stay")
            .with_ttl(Duration::from_millis(1500))
            .with_strict(false),
    };
    options.validate().unwrap();
    Keeper::new(options)
}

pub fn keeper_call(call: usize) -> KeeperCall {
    match call {
        0 => Tock::new(7).into(),
        1 => {
            let id = "00000000-0000-4000-8000-00000000000a".parse().unwrap();
            (
                Tock::new(101),
                BoxedDraft {
                    id: Some(id),
                    body: Some(None),
                    ..BoxedDraft::default()
                },
            )
                .into()
        }
        2 => {
            let body = Refused {
                details: Some(object(r#"{"a":1}"#)),
                ..Refused::new(Code::Again)
            };
            (
                body,
                FlatDraft {
                    hop: Some(5),
                    ..FlatDraft::default()
                },
            )
                .into()
        }
        _ => (
            Refused::new(Code::Again),
            FlatDraft {
                from: Some("".into()),
                ..FlatDraft::default()
            },
        )
            .into(),
    }
}

fn object(text: &str) -> Object<'static> {
    Object::parse(text.to_owned()).unwrap()
}

//! What is sent is judged by its values as its text would be: the same is refused, for the same reasons.
#![allow(clippy::unwrap_used, clippy::panic)]

use ltp_runtime::{
    Uuid,
    codec::{Carried, Json, Map, Object, Violation},
};

/// Asserts that a message is judged as its text is: it conforms, or breaks these rules at these pointers.
macro_rules! judge {
    ($module:path, $message:ident, $draft:ident, $value:expr, $expected:expr) => {{
        use $module as protocol;
        let message: protocol::$message<'_> = $value;
        let mut text = Vec::new();
        message.encode(&mut text);
        let shown = String::from_utf8_lossy(&text).chars().take(1_000).collect::<String>();
        let violations = message.validate().err().unwrap_or_default();
        assert_eq!(violations, protocol::$message::explain(&text), "{shown}");
        let broken = broken(&violations);
        let broken: Vec<(&str, &str)> = broken.iter().map(|(pointer, rule)| (&**pointer, *rule)).collect();
        assert_eq!(broken, $expected, "{shown}");
        let finished = protocol::$draft::from(message.clone()).finish();
        assert_eq!(
            finished.map(|finished| finished.name()),
            if violations.is_empty() {
                Ok(message.name())
            } else {
                Err(violations)
            }
        );
    }};
}

fn broken(violations: &[Violation]) -> Vec<(String, &'static str)> {
    violations.iter().map(|found| (found.pointer.clone(), found.rule.name())).collect()
}

const NONE: [(&str, &str); 0] = [];

mod ltp {
    use liminal_protocols::ltp::{message::Envelope, types::*};

    use super::*;
    use liminal_protocols::ltp::message::Message;

    fn envelope() -> Envelope<'static> {
        Envelope::new(Uuid::nil(), Uuid::nil(), 1)
    }

    fn update(data: StateKind<'static>) -> Message<'static> {
        Message::StateUpdate {
            envelope: envelope(),
            body: StateUpdate::new(data),
        }
    }

    fn event(text: String) -> Message<'static> {
        Message::Event {
            envelope: envelope(),
            body: Event::new(text, Json::NULL),
        }
    }

    fn custom(name: &'static str, body: Object<'static>) -> Message<'static> {
        Message::Custom {
            name: name.into(),
            envelope: envelope(),
            body,
        }
    }

    fn meta(rest: &[(&'static str, Json<'static>)]) -> Message<'static> {
        let meta = Meta {
            rest: rest.iter().cloned().collect(),
            ..Meta::default()
        };
        Message::Ping {
            envelope: Envelope {
                meta: Some(meta),
                ..envelope()
            },
            body: Ping {},
        }
    }

    fn point(valence: f64) -> AffectPoint {
        AffectPoint {
            t: u64::MAX,
            valence,
            arousal: -0.0,
        }
    }

    macro_rules! check {
        ($value:expr, $expected:expr) => {
            judge!(liminal_protocols::ltp, Message, Draft, $value, $expected)
        };
    }

    #[test]
    fn numbers_are_in_their_range_and_finite() {
        let log = |valence| update(StateKind::AffectLogV1(vec![point(0.0), point(valence)]));
        check!(log(1.0), NONE);
        check!(log(1.0 + f64::EPSILON), [("/payload/data/1/valence", "range")]);
        check!(log(f64::NAN), [("/payload/data/1/valence", "type")]);
        let score = |score| {
            update(StateKind::LriResponseV1(LriResponse {
                resonance_score: score,
                insight: None,
                next_suggested_action: None,
                rest: Map::new(),
            }))
        };
        check!(score(f64::MAX), NONE);
        check!(score(f64::INFINITY), [("/payload/data/resonance_score", "type")]);
    }

    #[test]
    fn texts_are_as_they_are_declared() {
        let init = |client: String| Message::HandshakeInit {
            envelope: liminal_protocols::ltp::message::Handshake::default(),
            body: HandshakeInit::new(client),
        };
        check!(init("ф".repeat(256)), NONE);
        check!(init("ф".repeat(257)), [("/client_id", "length")]);
        check!(init(String::new()), [("/client_id", "length")]);
        check!(
            Message::HandshakeInit {
                envelope: liminal_protocols::ltp::message::Handshake { ltp_version: "0.4".into() },
                body: HandshakeInit::new("a"),
            },
            [("/ltp_version", "one_of")]
        );
    }

    #[test]
    fn a_tag_of_a_pattern_names_its_own_message() {
        check!(custom("a:b", Object::EMPTY), NONE);
        check!(custom("ab", Object::EMPTY), [("/type", "unknown_tag")]);
        check!(
            custom("event", Object::EMPTY),
            [("/payload/data", "required"), ("/payload/event_type", "required")]
        );
    }

    #[test]
    fn a_name_stands_once() {
        check!(meta(&[("a", Json::NULL), ("b", Json::NULL)]), NONE);
        check!(meta(&[("a", Json::NULL), ("a", Json::NULL)]), [("/meta/a", "duplicate")]);
        check!(meta(&[("trace_id", Json::NULL)]), [("/meta/trace_id", "type")]);
        let many: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        let many = many
            .iter()
            .map(|name| (&*name.clone().leak(), Json::NULL))
            .collect::<Vec<(&'static str, _)>>();
        check!(meta(&many), NONE);
        let twice: Object<'static> = [("a", Json::NULL), ("a", Json::NULL)].into();
        check!(custom("a:b", twice.clone()), [("/payload/a", "duplicate")]);
        check!(update(StateKind::Full(twice)), [("/payload/data/a", "duplicate")]);
    }

    #[test]
    fn what_is_carried_is_no_declared_kind() {
        let other = |kind: &'static str, data| update(StateKind::Other { kind: kind.into(), data });
        let list = || Carried::Json(Json::parse("[1]").unwrap());
        check!(other("more", list()), NONE);
        check!(other("full", list()), [("/payload/data", "type")]);
        check!(other("more", Carried::Document("a: 1".into())), NONE);
        check!(
            other(
                "affect_log_v1",
                Carried::Json(Json::parse(r#"[{"t":1,"valence":0,"arousal":0}]"#).unwrap())
            ),
            NONE
        );
    }

    #[test]
    fn under_an_encoding_the_document_is_judged() {
        let log = |valence| {
            let mut message = update(StateKind::AffectLogV1(vec![point(valence)]));
            if let Message::StateUpdate { envelope, .. } = &mut message {
                envelope.content_encoding = Encoding::Toon;
            }
            message
        };
        check!(log(0.5), NONE);
        check!(log(1.5), [("/payload/data/0/valence", "range")]);
    }

    #[test]
    fn limits_hold_to_the_octet() {
        let deep = |depth: usize| Json::parse("[".repeat(depth) + &"]".repeat(depth)).unwrap();
        let data = |data| Message::Event {
            envelope: envelope(),
            body: Event::new("a", data),
        };
        let limits = &liminal_protocols::ltp::SCHEMA.limits;
        check!(data(deep(limits.depth - 2)), NONE);
        check!(data(deep(limits.depth - 1)), [("", "depth")]);
        let words = |words: Vec<String>| Message::HandshakeInit {
            envelope: liminal_protocols::ltp::message::Handshake::default(),
            body: HandshakeInit {
                capabilities: Some(words.into_iter().map(Into::into).collect()),
                ..HandshakeInit::new("a")
            },
        };
        // Twenty texts, as long together as there is room for; each octet of them is so many.
        let filled = |text: &str, written: usize, more: usize| {
            let around = words(vec![String::new(); 20]).to_json().len();
            let room = (limits.message - around) / written + more;
            let each = (0..20).map(|number| text.repeat(room / 20 + usize::from(number < room % 20)));
            words(each.collect())
        };
        check!(filled("a", 1, 0), NONE);
        check!(filled("a", 1, 1), [("", "size")]);
        check!(filled("\n", 2, 0), NONE);
        check!(filled("\n", 2, 1), [("", "size")]);
        check!(filled("\u{1f}", 6, 0), NONE);
        check!(filled("\u{1f}", 6, 1), [("", "size")]);
        check!(event("a".repeat(limits.string)), NONE);
        check!(event("a".repeat(limits.string + 1)), [("/payload/event_type", "string_size")]);
        let empty = |count| words(vec![String::new(); count]);
        check!(empty(limits.list), NONE);
        check!(empty(limits.list + 1), [("/capabilities", "list_size")]);
    }
}

mod shapes {
    use rust_goldens::shapes::{message::*, types::*};

    use super::*;

    macro_rules! check {
        ($value:expr, $expected:expr) => {
            judge!(rust_goldens::shapes, Message, Draft, $value, $expected)
        };
    }

    fn forest(shape: Shape<'static>) -> Message<'static> {
        Message::Forest {
            envelope: Frame::new(1),
            body: Forest::new(Vec::new(), vec![shape], Strict::A(StrictA {})),
        }
    }

    fn label(rest: &[&'static str]) -> Message<'static> {
        forest(Shape::Label(Label {
            text: "a".into(),
            rest: rest.iter().map(|name| (*name, Json::NULL)).collect(),
        }))
    }

    #[test]
    fn a_union_has_its_tag_once() {
        check!(label(&["a"]), NONE);
        check!(label(&["text"]), [("/body/shapes/0/text", "duplicate")]);
        check!(label(&["shape"]), [("/body/shapes/0/shape", "duplicate")]);
        let other = |text: &'static str| forest(Shape::Other(Object::parse(text).unwrap()));
        check!(other(r#"{"shape":"circle"}"#), NONE);
        check!(other("{}"), [("/body/shapes/0/shape", "required")]);
        check!(
            other(r#"{"shape":"point"}"#),
            [("/body/shapes/0/x", "required"), ("/body/shapes/0/y", "required")]
        );
    }

    #[test]
    fn a_tree_ends() {
        let deep = |depth: usize| {
            let leaf = Tree::new(1);
            let tree = (1..depth).fold(leaf, |tree, _| Tree {
                left: Some(Box::new(tree)),
                ..Tree::new(1)
            });
            Message::Forest {
                envelope: Frame::new(1),
                body: Forest::new(vec![tree], Vec::new(), Strict::B(StrictB::new(1))),
            }
        };
        check!(deep(9), NONE);
        check!(deep(10), [("", "depth")]);
    }

    #[test]
    fn counts_of_items_and_members() {
        let holder = |points: usize, names: &[&'static str], by_name: &[&'static str]| Message::Holder {
            envelope: Frame::new(1),
            body: Containers {
                points: vec![Point::new(0.0, 1.0); points],
                names: names.iter().map(|name| (*name, vec!["a".into()])).collect(),
                by_name: Some(by_name.iter().map(|name| (*name, None)).collect()),
                matrix: vec![vec![Some(1.0), None]],
                colors: vec![Color::Green],
                sizes: vec![Size::Small],
                things: vec![Object::EMPTY],
            },
        };
        check!(holder(4, &["a", "b"], &["c", "d"]), NONE);
        check!(holder(0, &[], &[]), [("/body/points", "length")]);
        check!(holder(5, &[], &[]), [("/body/points", "length")]);
        check!(holder(1, &["a", "a"], &[]), [("/body/names/a", "duplicate")]);
        check!(holder(1, &[], &["a", "b", "c"]), [("/body/by_name", "length")]);
        check!(
            holder(1, &[], &["a", "a", "a"]),
            [("/body/by_name", "length"), ("/body/by_name/a", "duplicate")]
        );
    }

    #[test]
    fn flat_bodies_hold_no_name_of_the_envelope() {
        let hello = |data| Message::Hello {
            envelope: Flat::default(),
            body: Hello::new("a", data),
        };
        check!(hello(Body::Word("word".into())), NONE);
        check!(hello(Body::Word("Word".into())), [("/data", "pattern")]);
        check!(hello(Body::Word("words words".into())), [("/data", "length"), ("/data", "pattern")]);
    }
}

//! Generated codecs against the walk over their tables: what one accepts the other does, and both write the same octets. What is accepted
//! is the same message in all three forms: borrowed, owned, and shared with its buffer.
#![allow(clippy::unwrap_used, clippy::panic)]

use ltp_runtime::{
    codec::{self, IntoOwned, Violation, Wire},
    schema::Schema,
    text,
};
use protocol_tests::{holding, messages::Generator};

/// What generated code makes of a frame that it accepts.
struct Read {
    name: &'static str,
    tag: String,
    encoded: Vec<u8>,
    validates: bool,
    owned_is_equal: bool,
}

/// A generated protocol.
struct Subject {
    name: &'static str,
    /// How many messages of each sort are compared.
    count: u64,
    schema: &'static Schema,
    read: fn(&[u8]) -> Option<Read>,
    explain: fn(&[u8]) -> usize,
    /// What differs if a frame is held as a buffer.
    shared: fn(&[u8]) -> Result<(), String>,
}

macro_rules! subject {
    ($name:literal, $($module:ident)::+, $message:ident, $own:expr) => {
        Subject {
            name: $name,
            count: 10_000,
            schema: &$($module)::+::SCHEMA,
            read: |frame| {
                let message = $($module)::+::$message::decode(frame).ok()?;
                let mut encoded = Vec::new();
                message.encode(&mut encoded);
                Some(Read {
                    name: message.name(),
                    tag: message.tag().to_owned(),
                    validates: message.validate().is_ok(),
                    owned_is_equal: $own(message.clone()) == message,
                    encoded,
                })
            },
            explain: |frame| $($module)::+::$message::explain(frame).len(),
            shared: |frame| holding::compare::<$($module)::+::$message>(frame, |owned, borrowed| owned == borrowed),
        }
    };
}

/// Compares one frame; says what differs.
fn differs(subject: &Subject, frame: &[u8]) -> Option<String> {
    if let Err(difference) = (subject.shared)(frame) {
        return Some(difference);
    }
    let read = (subject.read)(frame);
    let walked = codec::decode(subject.schema, frame);
    let (read, walked) = match (read, walked) {
        (None, Err(refusal)) => return refusal.violations.is_empty().then(|| "refused, but not explained".to_owned()),
        (Some(_), Err(refusal)) => return Some(format!("accepted, but {:?}", refusal.violations)),
        (None, Ok(_)) => return Some("refused, but nothing is wrong with it".to_owned()),
        (Some(read), Ok(walked)) => (read, walked),
    };
    let mut encoded = Vec::new();
    codec::encode(subject.schema, &walked, &mut encoded);
    let name = &subject.schema.messages[walked.message].name;
    let shown = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    if read.name != name || read.tag != walked.tag {
        return Some(format!("{} {} for {name} {}", read.name, read.tag, walked.tag));
    }
    if read.encoded != encoded {
        return Some(format!("written\n  {}\nfor\n  {}", shown(&read.encoded), shown(&encoded)));
    }
    let again = (subject.read)(&encoded).is_some_and(|again| again.encoded == encoded);
    match (read.validates && read.owned_is_equal && again, (subject.explain)(&encoded)) {
        (true, 0) => None,
        // What is written may be past a limit that what was read was not: escapes in names, an encoding that is dropped.
        (_, wrong) if wrong > 0 && !read.validates => None,
        _ => Some(format!(
            "validates {}, owned {}, again {again}: {}",
            read.validates,
            read.owned_is_equal,
            shown(&encoded)
        )),
    }
}

fn compare(subject: &Subject, seed: u64, frame: impl Fn(&mut Generator<'_>) -> Vec<u8>) -> (u64, u64) {
    let mut generator = Generator::new(subject.schema, seed);
    let (mut accepted, mut refused, mut wrong) = (0, 0, Vec::new());
    for _ in 0..subject.count {
        let frame = frame(&mut generator);
        match (subject.read)(&frame) {
            Some(_) => accepted += 1,
            None => refused += 1,
        }
        if let Some(difference) = differs(subject, &frame) {
            let shown: String = String::from_utf8_lossy(&frame).chars().take(2000).collect();
            wrong.push(format!("{shown}\n  {difference}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}: {} differ:\n{}",
        subject.name,
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
    (accepted, refused)
}

/// Valid messages are accepted, spoiled ones mostly refused, and neither makes a difference.
fn check(subject: &Subject) {
    let (accepted, _) = compare(subject, 1, |generator| generator.message().to_json());
    assert!(
        accepted > subject.count * 8 / 10,
        "{}: only {accepted} of the messages that should be valid are",
        subject.name
    );
    compare(subject, 2, |generator| {
        let message = generator.message();
        generator.spelled(&message)
    });
    compare(subject, 4, |generator| {
        let message = generator.message();
        generator.laid_out(&message)
    });
    let (accepted, refused) = compare(subject, 3, |generator| generator.spoiled());
    assert!(
        accepted > subject.count / 20 && refused > subject.count / 3,
        "{}: {accepted} accepted, {refused} refused",
        subject.name
    );
}

#[test]
fn ltp() {
    use liminal_protocols::ltp;
    check(&subject!("ltp", ltp, Message, |message: ltp::Message<'_>| message.into_owned()));
}

/// What is known of a sender decides how its messages are read, and not what is read.
#[test]
fn a_habit_changes_nothing() {
    use liminal_protocols::ltp;
    let mut generator = Generator::new(&ltp::SCHEMA, 6);
    let mut habit = codec::Habit::default();
    let (mut accepted, mut refused) = (0, 0);
    for count in 0..20_000 {
        let message = generator.message();
        let frame = match count % 4 {
            0 => generator.laid_out(&message),
            1 => generator.spoiled_node(message),
            _ => message.to_json(),
        };
        let read = ltp::Message::decode_by(&mut habit, &frame);
        assert_eq!(read, ltp::Message::decode(&frame), "{}", String::from_utf8_lossy(&frame));
        match read {
            Ok(_) => accepted += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(accepted > 10_000 && refused > 1_000, "{accepted} accepted, {refused} refused");
}

/// Framed text: made from the object that it stands for, then spoiled.
#[test]
fn ctp() {
    use liminal_protocols::ctp;
    let subject = subject!("ctp", ctp, Message, |message: ctp::Message<'_>| message.into_owned());
    let framed = |generator: &mut Generator<'_>| {
        let mut text = Vec::new();
        text::write_members(&ctp::SCHEMA, &generator.message().to_json(), &mut text);
        text
    };
    let (accepted, _) = compare(&subject, 1, framed);
    assert!(accepted > subject.count / 10, "only {accepted} accepted");
    compare(&subject, 2, |generator| {
        let mut text = framed(generator);
        generator.spoil_octets(&mut text);
        text
    });
}

#[test]
fn every_shape() {
    use rust_goldens::shapes;
    check(&subject!("shapes", shapes, Message, |message: shapes::Message<'_>| message.into_owned()));
}

#[test]
fn every_shape_owned() {
    use rust_goldens::owned::shapes;
    check(&subject!("owned shapes", shapes, Message, |message: shapes::Message| message));
}

#[test]
fn names_that_mean_something() {
    use rust_goldens::keywords;
    check(&subject!("keywords", keywords, AnyMessage, |message: keywords::AnyMessage<'_>| {
        message.into_owned()
    }));
}

#[test]
fn two_hundred_members() {
    use rust_goldens::wide;
    let wide = subject!("wide", wide, Message, |message: wide::Message<'_>| message.into_owned());
    check(&Subject { count: 2_000, ..wide });
}

#[test]
fn names_of_other_files() {
    use rust_goldens::imports;
    check(&subject!("imports", imports, Message, |message: imports::Message<'_>| message.into_owned()));
}

/// The constants are what the compiler's tables are.
#[test]
fn tables_are_what_the_model_lowers_to() {
    let of = |path: &str| {
        let path = protocol_tests::programs::root().join(path);
        let model = ltpc::compile(&path.to_string_lossy(), &ltpc::disk::FsLoader).model.unwrap();
        format!("{:#?}", ltpc::interpret::lower(&model))
    };
    for (path, schema) in [
        ("schema/ctp.ltp", &liminal_protocols::ctp::SCHEMA),
        ("schema/ltp.ltp", &liminal_protocols::ltp::SCHEMA),
        ("ltpc/tests/rust/shapes.ltp", &rust_goldens::shapes::SCHEMA),
        ("ltpc/tests/rust/keywords.ltp", &rust_goldens::keywords::SCHEMA),
        ("ltpc/tests/rust/imports.ltp", &rust_goldens::imports::SCHEMA),
        ("ltpc/tests/rust/wide.ltp", &rust_goldens::wide::SCHEMA),
    ] {
        assert_eq!(format!("{schema:#?}"), of(path), "{path}");
    }
}

/// A record by itself: the fast path, the walk and serde are of one mind.
#[test]
fn records_by_themselves() {
    fn record<T>(schema: &'static Schema, seed: u64)
    where
        T: for<'a> Wire<'a> + serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        let mut generator = Generator::new(schema, seed);
        for _ in 0..2_000 {
            let text = generator.value(T::TYPE).to_json();
            let walked = codec::decode_value(schema, T::TYPE, &text);
            let read = T::decode(&text);
            let shown = String::from_utf8_lossy(&text).into_owned();
            assert_eq!(read.is_ok(), walked.is_ok(), "{shown}: {walked:?}");
            let (Ok(read), Ok(walked)) = (read, walked) else { continue };
            let mut encoded = Vec::new();
            codec::encode_value(schema, T::TYPE, &walked, &mut encoded);
            assert_eq!(read.to_json(), String::from_utf8(encoded).unwrap());
            assert_eq!(read.validate(), Ok(()), "{shown}");
            let by_serde: T = serde_json::from_str(&read.to_json()).unwrap();
            // Numbers that are only carried are what serde makes of them, but only once.
            let again: T = serde_json::from_str(&serde_json::to_string(&by_serde).unwrap()).unwrap();
            assert_eq!(again, by_serde, "{shown}");
        }
    }
    use rust_goldens::owned::shapes as owned;
    record::<owned::Scalars>(&owned::SCHEMA, 1);
    record::<owned::Containers>(&owned::SCHEMA, 2);
    record::<owned::Parcel>(&owned::SCHEMA, 3);
    record::<owned::Shape>(&owned::SCHEMA, 4);
    record::<owned::Color>(&owned::SCHEMA, 5);
}

/// A record that borrows is the same when it is held with its text.
#[test]
fn records_with_their_buffers() {
    fn record<T>(seed: u64, ty: u32, is: impl Fn(&T::Owned, &T::Borrowed<'_>) -> bool)
    where
        T: IntoOwned<Refused = Vec<Violation>>,
        for<'a> T::Borrowed<'a>: Clone + PartialEq + std::fmt::Debug,
    {
        let mut generator = Generator::new(&shapes::SCHEMA, seed);
        let mut accepted = 0;
        for _ in 0..2_000 {
            let value = generator.whole(ty);
            for text in [value.to_json(), generator.spelled(&value), generator.spoiled_node(value)] {
                accepted += u32::from(T::decode_from(&text).is_ok());
                if let Err(difference) = holding::compare::<T>(&text, &is) {
                    panic!("{}: {difference}", String::from_utf8_lossy(&text));
                }
            }
        }
        assert!((1_000..6_000).contains(&accepted), "{accepted} accepted");
    }
    use rust_goldens::shapes;
    record::<shapes::Scalars>(1, shapes::Scalars::TYPE, |owned, borrowed| owned == borrowed);
    record::<shapes::Containers>(2, shapes::Containers::TYPE, |owned, borrowed| owned == borrowed);
    record::<shapes::Parcel>(3, shapes::Parcel::TYPE, |owned, borrowed| owned == borrowed);
    record::<shapes::Shape>(4, shapes::Shape::TYPE, |owned, borrowed| owned == borrowed);
    record::<shapes::Size>(5, shapes::Size::TYPE, |owned, borrowed| owned == borrowed);
}

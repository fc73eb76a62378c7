//! Generated mappings and digests against the interpreter: of the same message both make the same, lose the same and refuse for the same
//! reasons.
#![allow(clippy::panic, clippy::print_stdout, clippy::unwrap_used)]

use std::sync::Arc;

use liminal_protocols::ctp;
use ltp_runtime::{
    codec::{Violation, Wire as _},
    mapping::{Context, Lost, Mapped, NotMapped},
    schema::Schema,
    session::SplitMix64,
};
use ltpc::{
    disk::FsLoader,
    interpret::{Mapper, digest::Digester},
    model::Model,
};
use protocol_tests::{framed::Texts, messages::Generator, programs::root, schemas};
use rust_goldens::{
    mappings::{self, message::Message as Said, types},
    owned::mappings as owned,
};

/// How many messages each mapping is tried on.
const COUNT: u64 = 5_000;

/// What a mapping made: its text, and what was lost.
type Made = Result<(Vec<u8>, Vec<Lost>), NotMapped>;

/// A generated mapping. `None`: the text is none of its source.
type Generated = fn(&[u8], &mut Context<'_>) -> Option<Made>;

fn model(path: &str) -> Arc<Model> {
    let path = root().join(path);
    let compiled = ltpc::compile(&path.to_string_lossy(), &FsLoader);
    Arc::new(compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics)))
}

fn made<T>(mapped: Result<Mapped<T>, NotMapped>, encode: impl Fn(&T, &mut Vec<u8>)) -> Made {
    mapped.map(|mapped| {
        let mut out = Vec::new();
        encode(&mapped.message, &mut out);
        (out, mapped.lost)
    })
}

/// The same moment and the same randomness for both.
fn with<T>(seed: u64, then: impl FnOnce(&mut Context<'_>) -> T) -> T {
    then(&mut Context {
        unix: 1_771_934_400_999 + seed,
        entropy: &mut SplitMix64::new(seed),
    })
}

/// Compares on texts; says how many were mapped, refused, and did not conform.
fn compare(model: &Arc<Model>, mapping: &str, texts: impl Iterator<Item = Vec<u8>>, generated: &[Generated]) -> [usize; 3] {
    let mapper = Mapper::new(Arc::clone(model), Some(mapping)).unwrap();
    let mut counts = [0; 3];
    for (seed, text) in texts.enumerate() {
        let seed = seed as u64;
        let Ok(subject) = mapper.read(&text) else { continue };
        let interpreted =
            with(seed, |context| mapper.map(&subject, context)).map(|Mapped { message, lost }| (mapper.write(&message), lost));
        for generated in generated {
            let compiled = with(seed, |context| generated(&text, context));
            assert_eq!(
                compiled.as_ref(),
                Some(&interpreted),
                "{mapping} of {}",
                String::from_utf8_lossy(&text)
            );
        }
        counts[match interpreted {
            Ok(_) => 0,
            Err(NotMapped::Refused(_)) => 1,
            Err(NotMapped::Invalid(_)) => 2,
        }] += 1;
    }
    println!(
        "{mapping}: {} mapped, {} refused, {} that would not conform, 0 differences",
        counts[0], counts[1], counts[2]
    );
    counts
}

/// JSON values of a record, by its name in the tables.
fn records<'s>(schema: &'s Schema, name: &str) -> impl Iterator<Item = Vec<u8>> + use<'s> {
    let is = |ty: &ltp_runtime::schema::Type| matches!(ty, ltp_runtime::schema::Type::Record(record) if record.name == name);
    let ty = schema.types.iter().position(is).unwrap();
    let ty = u32::try_from(ty).unwrap();
    let mut generator = Generator::new(schema, 7);
    (0..COUNT).map(move |_| generator.value(ty).to_json())
}

#[test]
fn framed_text_and_json() {
    let model = model("schema/ctp.ltp");
    let schema = schemas::tables("ctp");
    let mut texts = Texts::new(&schema, 3).unwrap();
    let texts = (0..COUNT * 2).map(|index| if index % 2 == 0 { texts.plain() } else { texts.odd() });
    let [mapped, ..] = compare(
        &model,
        "Stream -> telepathy.Signal",
        texts,
        &[|text, context| match ctp::Message::decode(text).ok()? {
            ctp::Message::Stream { envelope, body } => Some(made(ctp::stream_to_signal(&envelope, &body, context), |signal, out| {
                signal.encode(out);
            })),
            _ => None,
        }],
    );
    assert!(mapped > 100, "{mapped}");

    // Signals whose texts have a place in a header, and what the mesh may put there.
    let mut random = SplitMix64::new(5);
    let mut pick = |from: &[&str]| from[usize::try_from(random.next_u64()).unwrap_or(usize::MAX >> 1) % from.len()].to_owned();
    let signals: Vec<Vec<u8>> = (0..COUNT)
        .map(|_| {
            let count = if pick(&["some", "none"]) == "some" { 3 } else { 0 };
            let headers: Vec<String> = (0..count)
                .map(|index| {
                    let name = pick(&["X-A", "X-B", "Agent-ID", "agent-id", "Content-Length", "version", "X:Y", "a\\nb", "Session-ID", ""]);
                    let value = pick(&["a", " b ", "", "sess_0123456789ab", "a\\nAgent-ID: evil", "\\u00e9", "\\t", "---CTP-END---"]);
                    format!("\"{name}{}\":\"{value}\"", if index > 0 { index.to_string() } else { String::new() })
                })
                .collect();
            format!(
                r#"{{"source_id":"{}","signal_type":"{}","payload":{{"context_hash":"{}","content_type":"{}","data":"{}","headers":{{{}}}}},"vector_embedding":{},"timestamp":5}}"#,
                pick(&["node-1", "node 1", "n"]),
                pick(&["INTENT", "RESPONSE", "QUERY"]),
                pick(&["0x7f3a9c2e1b4d8f6a", "0x7F"]),
                pick(&["text/plain", " text/plain", "a\\nb"]),
                pick(&["", "it is", "a\\n---CTP-END---\\nCTP/1.0 STREAM\\n", "\\u0000", "\\r\\n"]),
                headers.join(","),
                pick(&["null", "null", "[0.5,1e3]"]),
            )
            .into_bytes()
        })
        .collect();
    let [mapped, refused, invalid] = compare(
        &model,
        "telepathy.Signal -> Stream",
        records(&schema, "Signal").chain(signals),
        &[|text, _| {
            let signal = ctp::telepathy::Signal::decode(text).ok()?;
            Some(made(ctp::signal_to_stream(&signal), |message, out| message.encode(out)))
        }],
    );
    assert!(mapped > 20 && refused > 100 && invalid > 100, "{mapped} {refused} {invalid}");
}

/// Whatever came to be a message can be read again, and says what was meant: no header of the mesh's has become another.
#[test]
fn what_is_mapped_to_framed_text_is_read_as_it_was_meant() {
    let schema = schemas::tables("ctp");
    for text in records(&schema, "Signal") {
        let Ok(signal) = ctp::telepathy::Signal::decode(&text) else {
            continue;
        };
        let Ok(mapped) = ctp::signal_to_stream(&signal) else { continue };
        let wire = mapped.message.to_text();
        let read = ctp::Message::decode(wire.as_bytes());
        assert_eq!(read.unwrap(), mapped.message);
    }
}

#[test]
fn json_and_json() {
    let model = model("ltpc/tests/rust/mappings.ltp");
    let schema = &mappings::SCHEMA;
    let says = |seed| {
        let mut generator = Generator::new(schema, seed);
        (0..COUNT).map(move |_| generator.message().to_json())
    };
    let heard = compare(
        &model,
        "Say -> mesh.Heard",
        says(1),
        &[
            |text, context| {
                let Said::Say { envelope, body } = Said::decode(text).ok()?;
                Some(made(mappings::say_to_heard(&envelope, &body, context), |heard, out| {
                    heard.encode(out)
                }))
            },
            |text, context| {
                let owned::message::Message::Say { envelope, body } = owned::message::Message::decode(text).ok()?;
                Some(made(owned::say_to_heard(&envelope, &body, context), |heard, out| heard.encode(out)))
            },
        ],
    );
    let flat = compare(
        &model,
        "Say -> Flat",
        says(2),
        &[
            |text, _| {
                let Said::Say { envelope, body } = Said::decode(text).ok()?;
                Some(made(mappings::say_to_flat(&envelope, &body), |flat, out| flat.encode(out)))
            },
            |text, _| {
                let owned::message::Message::Say { envelope, body } = owned::message::Message::decode(text).ok()?;
                Some(made(owned::say_to_flat(&envelope, &body), |flat, out| flat.encode(out)))
            },
        ],
    );
    let back = compare(
        &model,
        "Flat -> Say",
        records(schema, "Flat"),
        &[|text, context| {
            let flat = types::Flat::decode(text).ok()?;
            Some(made(mappings::flat_to_say(&flat, context), |message, out| message.encode(out)))
        }],
    );
    let named = compare(
        &model,
        "Texts -> Named",
        records(schema, "Texts"),
        &[|text, _| {
            let texts = types::Texts::decode(text).ok()?;
            Some(made(mappings::texts_to_named(&texts), |named, out| named.encode(out)))
        }],
    );
    let maybe = compare(
        &model,
        "Texts -> MaybeNamed",
        records(schema, "Texts"),
        &[|text, _| {
            let texts = types::Texts::decode(text).ok()?;
            Some(made(mappings::texts_to_maybe_named(&texts), |named, out| named.encode(out)))
        }],
    );
    let place = compare(
        &model,
        "Place -> mesh.Heard",
        records(schema, "Place"),
        &[|text, context| {
            let place = types::Place::decode(text).ok()?;
            Some(made(mappings::place_to_heard(&place, context), |heard, out| heard.encode(out)))
        }],
    );
    for [mapped, ..] in [flat, back, named, maybe, place] {
        assert!(mapped > 100, "{mapped}");
    }
    assert!(heard.iter().sum::<usize>() > 1000 && heard[1] > 100, "{heard:?}");
}

/// A list of parts in another order gives the same digest, and both sides the same one.
#[test]
fn digests() {
    let model = model("ltpc/tests/rust/mappings.ltp");
    let schema = &mappings::SCHEMA;
    let (state, first) = (Digester::new(&model, "state").unwrap(), Digester::new(&model, "first").unwrap());
    let parts: Vec<Vec<u8>> = records(schema, "Part").collect();
    let mut compared = 0;
    for (index, group) in parts.chunks(5).enumerate() {
        let take = index % 6;
        let mut texts: Vec<String> = group
            .iter()
            .take(take)
            .map(|part| String::from_utf8(part.clone()).unwrap())
            .collect();
        let json = |texts: &[String]| format!("[{}]", texts.join(","));
        let Ok(computed) = state.read(json(&texts).as_bytes()) else {
            continue;
        };
        let read: Vec<types::Part<'_>> = group.iter().take(take).map(|part| types::Part::decode(part).unwrap()).collect();
        assert_eq!(mappings::state(&read), computed);
        assert_eq!(mappings::first(&read), first.read(json(&texts).as_bytes()).unwrap());
        texts.reverse();
        assert_eq!(state.read(json(&texts).as_bytes()).unwrap(), computed);
        texts.rotate_left(usize::from(take > 1));
        assert_eq!(state.read(json(&texts).as_bytes()).unwrap(), computed);
        compared += 1;
    }
    println!("digests of {compared} lists in 3 orders, 0 differences");
    assert!(compared > 500, "{compared}");
    let nothing: (Vec<types::Part<'_>>, Result<String, Vec<Violation>>) = (Vec::new(), first.read(b"[]"));
    assert_eq!(mappings::first(&nothing.0), nothing.1.unwrap());
}

/// Known values, computed with Python's hashlib.
#[test]
fn known_digests() {
    let fragment = |namespace: &'static str, timestamp, hash: &'static str| ctp::Fragment::new(namespace, timestamp, hash);
    let (one, two) = (
        fragment("vision", 1_700_000_000, "abc123"),
        fragment("audio", 1_700_000_005, "def456"),
    );
    assert_eq!(ctp::context_hash(&[]), "0x0000000000000000");
    assert_eq!(ctp::context_hash(std::slice::from_ref(&one)), "0x6ca13d52ca70c883");
    assert_eq!(ctp::context_hash(&[one.clone(), two.clone()]), "0x957994ff7ba208af");
    assert_eq!(ctp::context_hash(&[two, one]), "0x957994ff7ba208af");
}

//! JSON: our decoder and encoder, against serde's and protobuf's.

use liminal_protocols::{
    ltp::{Message, SCHEMA},
    packetflow,
};
use ltp_runtime::{
    bytes::Bytes,
    codec::{self, Shared},
};
use prost::Message as _;
use rkyv::util::AlignedVec;
use serde_json::Value;

use crate::{
    binary::{self, archive},
    plain,
    race::{Job, contender},
    texts,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What a message is handed to other tasks as. The buffer is another holder's too, as one is from which many frames are cut.
const SHARED: &str = "ours, shared with its buffer, all constraints";

/// A frame as those are that are cut from a buffer.
fn buffer(frame: &[u8]) -> Bytes {
    let buffer = Bytes::copy_from_slice(frame);
    // From now on it counts its holders.
    drop(buffer.clone());
    buffer
}

fn refused(refusal: impl std::fmt::Debug) -> String {
    format!("{refusal:?}")
}

/// Decoding a state update.
pub fn decode<'a>(what: &'static str, text: &'a str) -> Result<Job<'a>> {
    let frame = text.as_bytes();
    Message::decode(frame).map_err(refused)?;
    let mut protobuf = Vec::new();
    let update = serde_json::from_str::<plain::Update>(text)?;
    binary::Update::from(&update).encode(&mut protobuf)?;
    let archive = archive::write(&archive::Update::from(&update), AlignedVec::new());
    if !archive::is_whole(&archive) {
        return Err("the archive is none".into());
    }
    let mut copy = Vec::with_capacity(frame.len());
    let buffer = buffer(frame);
    // As that of a connection on which such messages come.
    let mut habit = codec::Habit::default();
    Ok(Job {
        what,
        octets: frame.len(),
        contenders: vec![
            contender("serde_json, owned", move || serde_json::from_slice::<plain::Update>(frame).is_ok()),
            contender("serde_json, borrowed", move || {
                serde_json::from_slice::<plain::BorrowedUpdate<'_>>(frame).is_ok()
            }),
            contender("serde_json, Value", move || serde_json::from_slice::<Value>(frame).is_ok()),
            contender("sonic-rs, owned", move || sonic_rs::from_slice::<plain::Update>(frame).is_ok()),
            contender("sonic-rs, borrowed", move || {
                sonic_rs::from_slice::<plain::BorrowedUpdate<'_>>(frame).is_ok()
            }),
            contender("simd-json, owned (and a copy, for it writes into its input)", move || {
                copy.clear();
                copy.extend_from_slice(frame);
                simd_json::from_slice::<plain::Update>(&mut copy).is_ok()
            }),
            contender("prost, the same content in protobuf", move || {
                binary::Update::decode(protobuf.as_slice()).is_ok()
            }),
            contender("rkyv, the same content in an archive, checked where it lies", move || {
                archive::is_whole(&archive)
            }),
            contender("ours, borrowed, all constraints", move || {
                Message::decode_by(&mut habit, frame).is_ok()
            }),
            contender("ours, owned, all constraints", move || {
                Message::decode(frame).is_ok_and(|message| std::hint::black_box(message.into_owned()).tag().len() > 1)
            }),
            contender(SHARED, move || Shared::<Message>::decode(buffer.clone()).is_ok()),
            contender("ours, by tables", move || codec::decode(&SCHEMA, frame).is_ok()),
            contender("the floor: octets are read once and are UTF-8", move || {
                std::str::from_utf8(frame).is_ok()
            }),
        ],
    })
}

/// Decoding a log of so many rows: what it costs to be longer.
pub fn grow(rows: u64, text: &str) -> Job<'_> {
    let frame = text.as_bytes();
    let what = match rows {
        0 => "growth: no rows",
        1 => "growth: 1 row",
        10 => "growth: 10 rows",
        100 => "growth: 100 rows",
        1000 => "growth: 1000 rows",
        _ => "growth: 10000 rows",
    };
    Job {
        what,
        octets: frame.len(),
        contenders: vec![
            contender("serde_json, owned", move || serde_json::from_slice::<plain::Update>(frame).is_ok()),
            contender("ours, borrowed, all constraints", move || Message::decode(frame).is_ok()),
            contender("the floor: octets are read once and are UTF-8", move || {
                std::str::from_utf8(frame).is_ok()
            }),
        ],
    }
}

/// Decoding texts whose members stand in another order each time.
pub fn decode_any<'a>(what: &'static str, all: &'a [String]) -> Job<'a> {
    let each = || all.iter().map(String::as_bytes).cycle();
    let (mut a, mut b, mut c) = (each(), each(), each());
    let mut habit = codec::Habit::default();
    Job {
        what,
        octets: all.iter().map(String::len).sum::<usize>() / all.len(),
        contenders: vec![
            contender("serde_json, owned", move || {
                a.next().is_some_and(|frame| serde_json::from_slice::<plain::Update>(frame).is_ok())
            }),
            contender("sonic-rs, borrowed", move || {
                b.next()
                    .is_some_and(|frame| sonic_rs::from_slice::<plain::BorrowedUpdate<'_>>(frame).is_ok())
            }),
            contender("ours, borrowed, all constraints", move || {
                c.next().is_some_and(|frame| Message::decode_by(&mut habit, frame).is_ok())
            }),
        ],
    }
}

/// Decoding an event that carries any JSON.
pub fn decode_event<'a>(what: &'static str, text: &'a str) -> Result<Job<'a>> {
    let frame = text.as_bytes();
    Message::decode(frame).map_err(refused)?;
    serde_json::from_slice::<plain::Event>(frame)?;
    let buffer = buffer(frame);
    Ok(Job {
        what,
        octets: frame.len(),
        contenders: vec![
            contender("serde_json, owned", move || serde_json::from_slice::<plain::Event>(frame).is_ok()),
            contender("sonic-rs, owned", move || sonic_rs::from_slice::<plain::Event>(frame).is_ok()),
            contender("ours, borrowed, all constraints", move || Message::decode(frame).is_ok()),
            contender("ours, owned, all constraints", move || {
                Message::decode(frame).is_ok_and(|message| std::hint::black_box(message.into_owned()).tag().len() > 1)
            }),
            contender(SHARED, move || Shared::<Message>::decode(buffer.clone()).is_ok()),
        ],
    })
}

/// Decoding a packet whose data is kept as its text until someone asks.
pub fn decode_packet<'a>(what: &'static str, text: &'a str) -> Result<Job<'a>> {
    let frame = text.as_bytes();
    packetflow::Message::decode(frame).map_err(refused)?;
    serde_json::from_slice::<plain::Submit>(frame)?;
    let buffer = buffer(frame);
    Ok(Job {
        what,
        octets: frame.len(),
        contenders: vec![
            contender("serde_json, owned, data as Value", move || {
                serde_json::from_slice::<plain::Submit>(frame).is_ok()
            }),
            contender("sonic-rs, owned, data as Value", move || {
                sonic_rs::from_slice::<plain::Submit>(frame).is_ok()
            }),
            contender("ours, borrowed, all constraints", move || {
                packetflow::Message::decode(frame).is_ok()
            }),
            contender("ours, owned, all constraints", move || {
                packetflow::Message::decode(frame).is_ok_and(|message| std::hint::black_box(message.into_owned()).tag().len() > 1)
            }),
            contender(SHARED, move || Shared::<packetflow::Message>::decode(buffer.clone()).is_ok()),
        ],
    })
}

/// Encoding a state update into a buffer that is used again.
pub fn encode<'a>(what: &'static str, text: &'a str) -> Result<Job<'a>> {
    let plain: plain::Update = serde_json::from_str(text)?;
    let protobuf = binary::Update::from(&plain);
    let archive = archive::Update::from(&plain);
    let mut buffer = AlignedVec::new();
    let ours = Message::decode(text.as_bytes()).map_err(refused)?;
    let decoded = codec::decode(&SCHEMA, text.as_bytes()).map_err(refused)?;
    let [mut a, mut b, mut c, mut d, mut e] = [const { Vec::<u8>::new() }; 5];
    let again: plain::Update = serde_json::from_str(text)?;
    Ok(Job {
        what,
        octets: text.len(),
        contenders: vec![
            contender("serde_json, owned", move || {
                a.clear();
                serde_json::to_writer(&mut a, &plain).is_ok()
            }),
            contender("sonic-rs, owned", move || {
                b.clear();
                sonic_rs::to_writer(&mut b, &again).is_ok()
            }),
            contender("prost, the same content in protobuf", move || {
                c.clear();
                protobuf.encode(&mut c).is_ok()
            }),
            contender("rkyv, the same content in an archive", move || {
                buffer = archive::write(&archive, std::mem::take(&mut buffer));
                buffer.len()
            }),
            contender("ours", move || {
                d.clear();
                ours.encode(&mut d);
                d.len()
            }),
            contender("ours, by tables", move || {
                e.clear();
                codec::encode(&SCHEMA, &decoded, &mut e);
                e.len()
            }),
        ],
    })
}

/// Texts in as many orders.
pub fn orders(rows: u64, count: u64) -> Vec<String> {
    (1..=count).map(|seed| texts::shuffled(&texts::update(rows), seed)).collect()
}

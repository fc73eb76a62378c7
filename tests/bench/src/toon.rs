//! A log of a thousand rows as a table of TOON, against the same log as JSON by serde, as a document by the format's own crate, and as CSV.

use liminal_protocols::ltp::{Message, SCHEMA};
use ltp_runtime::codec;
use serde::{Deserialize, Serialize};

use crate::{
    plain,
    race::{Job, contender},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The document of a table, for a library of TOON.
#[derive(Serialize, Deserialize)]
struct Log {
    affect_log: Vec<plain::Point>,
}

fn csv_of(points: &[plain::Point]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for point in points {
        writer.serialize(point)?;
    }
    Ok(writer.into_inner()?)
}

fn of_csv(lines: &[u8]) -> Vec<plain::Point> {
    csv::Reader::from_reader(lines)
        .deserialize()
        .map_while(std::result::Result::ok)
        .collect()
}

/// Reading and writing a message whose payload is a table: `json` is the same message without.
pub fn jobs<'a>([decoding, encoding]: [&'static str; 2], table: &'a str, json: &'a str) -> Result<[Job<'a>; 2]> {
    let (frame, plain_frame) = (table.as_bytes(), json.as_bytes());
    let ours = Message::decode(frame).map_err(|refusal| format!("{refusal:?}"))?;
    let decoded = codec::decode(&SCHEMA, frame).map_err(|refusal| format!("{refusal:?}"))?;
    let update: plain::Update = serde_json::from_slice(plain_frame)?;
    let [mut a, mut b, mut c] = [const { Vec::<u8>::new() }; 3];
    let log = Log {
        affect_log: serde_json::from_slice::<plain::Update>(plain_frame)?.payload.data,
    };
    let document = toon_format::encode_default(&log)?;
    let lines = csv_of(&log.affect_log)?;
    let (rows, csv_rows) = (log.affect_log.len(), lines.clone());
    if toon_format::decode_strict::<Log>(&document)?.affect_log.len() != rows || of_csv(&lines).len() != rows {
        return Err("a contender reads something else".into());
    }
    ours.encode(&mut b);
    if b != frame {
        return Err("what is written is not what was read".into());
    }
    Ok([
        Job {
            what: decoding,
            octets: frame.len(),
            contenders: vec![
                contender("serde_json, owned, the same in JSON", move || {
                    serde_json::from_slice::<plain::Update>(plain_frame).is_ok()
                }),
                contender("toon-format, the table alone, strict", move || {
                    toon_format::decode_strict::<Log>(&document).is_ok()
                }),
                contender("csv, the rows alone", move || of_csv(&csv_rows).len()),
                contender("ours, all constraints", move || Message::decode(frame).is_ok()),
                contender("ours, by tables", move || codec::decode(&SCHEMA, frame).is_ok()),
            ],
        },
        Job {
            what: encoding,
            octets: frame.len(),
            contenders: vec![
                contender("serde_json, owned, the same in JSON", move || {
                    a.clear();
                    serde_json::to_writer(&mut a, &update).is_ok()
                }),
                contender("toon-format, the table alone", {
                    let log = Log {
                        affect_log: serde_json::from_slice::<plain::Update>(plain_frame)?.payload.data,
                    };
                    move || toon_format::encode_default(&log).is_ok()
                }),
                contender("csv, the rows alone", move || csv_of(&log.affect_log).is_ok()),
                contender("ours", move || {
                    b.clear();
                    ours.encode(&mut b);
                    b.len()
                }),
                contender("ours, by tables", move || {
                    c.clear();
                    codec::encode(&SCHEMA, &decoded, &mut c);
                    c.len()
                }),
            ],
        },
    ])
}

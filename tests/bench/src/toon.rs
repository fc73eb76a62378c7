//! A log of a thousand rows as a table of TOON, against the same log as JSON by serde.

use liminal_protocols::ltp::{Message, SCHEMA};
use ltp_runtime::codec;

use crate::{
    plain,
    race::{Job, contender},
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Reading and writing a message whose payload is a table: `json` is the same message without.
pub fn jobs<'a>(table: &'a str, json: &'a str) -> Result<[Job<'a>; 2]> {
    let (frame, plain_frame) = (table.as_bytes(), json.as_bytes());
    let ours = Message::decode(frame).map_err(|refusal| format!("{refusal:?}"))?;
    let decoded = codec::decode(&SCHEMA, frame).map_err(|refusal| format!("{refusal:?}"))?;
    let update: plain::Update = serde_json::from_slice(plain_frame)?;
    let [mut a, mut b, mut c] = [const { Vec::<u8>::new() }; 3];
    ours.encode(&mut b);
    if b != frame {
        return Err("what is written is not what was read".into());
    }
    Ok([
        Job {
            what: "decode a table of 1000 rows in TOON",
            octets: frame.len(),
            contenders: vec![
                contender("serde_json, owned, the same in JSON", move || {
                    serde_json::from_slice::<plain::Update>(plain_frame).is_ok()
                }),
                contender("ours, all constraints", move || Message::decode(frame).is_ok()),
                contender("ours, by tables", move || codec::decode(&SCHEMA, frame).is_ok()),
            ],
        },
        Job {
            what: "encode a table of 1000 rows in TOON",
            octets: frame.len(),
            contenders: vec![
                contender("serde_json, owned, the same in JSON", move || {
                    a.clear();
                    serde_json::to_writer(&mut a, &update).is_ok()
                }),
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

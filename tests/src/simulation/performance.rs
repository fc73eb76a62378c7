//! What the text costs against the same content as JSON.

use std::{hint::black_box, time::Instant};

use liminal_protocols::ctp::{Intent, Message};
use serde::{Deserialize, Serialize};

use super::{Check, Scenario, messages};

/// The payloads' lines.
const LINES: [usize; 3] = [1, 32, 1024];
const ROUNDS: usize = 21;

/// The same content as a JSON programmer would carry it.
#[derive(Serialize, Deserialize)]
struct Json<'a> {
    version: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    agent_id: &'a str,
    intent: &'a str,
    context_hash: &'a str,
    content_type: &'a str,
    body: String,
}

/// Octets and times.
#[must_use]
pub fn scenario() -> Scenario {
    Scenario {
        name: "PERFORMANCE_PREDICT",
        checks: vec![octets(), times()],
    }
}

fn body(lines: usize) -> String {
    (0..lines)
        .map(|line| format!("position_{line}: {}", line * 7919))
        .collect::<Vec<_>>()
        .join("\n")
}

fn texts(lines: usize) -> (Vec<u8>, Vec<u8>) {
    let mut text = Vec::new();
    messages::stream("phone-alpha-7", Intent::Insight, body(lines)).encode(&mut text);
    let json = serde_json::to_vec(&json(lines)).unwrap_or_default();
    (text, json)
}

fn json(lines: usize) -> Json<'static> {
    Json {
        version: "1.0",
        kind: "STREAM",
        agent_id: "phone-alpha-7",
        intent: "INSIGHT",
        context_hash: "0x0000000000000000",
        content_type: "text/ascii",
        body: body(lines),
    }
}

fn octets() -> Check {
    let overheads: Vec<(usize, usize)> = LINES
        .iter()
        .map(|lines| {
            let (text, json) = texts(*lines);
            let payload = body(*lines).len();
            (text.len() - payload, json.len() - payload)
        })
        .collect();
    let digits = |lines: usize| body(lines).len().to_string().len();
    let flat = LINES
        .iter()
        .zip(&overheads)
        .all(|(lines, (text, _))| text - digits(*lines) == overheads[0].0 - digits(LINES[0]));
    let mut check = Check::new(
        "what the text adds to a payload does not depend on the payload, beside the digits of its length; JSON's escapes do",
        flat && overheads[2].0 < overheads[2].1,
    );
    for (lines, (text, json)) in LINES.iter().zip(&overheads) {
        check = check
            .with(format!("octets beside a payload of {lines} lines, text"), *text)
            .with(format!("octets beside a payload of {lines} lines, JSON"), *json);
    }
    check
}

/// Median times, the two interleaved. They are told, not judged: that is the benchmark's part.
fn times() -> Check {
    let mut check = Check::new("reading and writing give what went in, however fast", true);
    for lines in LINES {
        let (text, encoded) = texts(lines);
        let message = messages::stream("phone-alpha-7", Intent::Insight, body(lines));
        let value = json(lines);
        let mut out = Vec::new();
        check.pass &= Message::decode(&text).is_ok_and(|read| read == message)
            && serde_json::from_slice::<Json<'_>>(&encoded).is_ok_and(|read| read.body == value.body);
        let (mut read, mut parse, mut write, mut print) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            read.push(time(|| Message::decode(&text).is_ok()));
            parse.push(time(|| serde_json::from_slice::<Json<'_>>(&encoded).is_ok()));
            write.push(time(|| {
                out.clear();
                message.encode(&mut out);
                out.len()
            }));
            print.push(time(|| {
                out.clear();
                serde_json::to_writer(&mut out, &value).is_ok()
            }));
        }
        check = check
            .measured(format!("ns to read a payload of {lines} lines, text"), median(read))
            .measured(format!("ns to read a payload of {lines} lines, serde_json"), median(parse))
            .measured(format!("ns to write a payload of {lines} lines, text"), median(write))
            .measured(format!("ns to write a payload of {lines} lines, serde_json"), median(print));
    }
    check
}

/// Nanoseconds that one call takes, of a hundred.
fn time<T>(mut job: impl FnMut() -> T) -> f64 {
    let begun = Instant::now();
    for _ in 0..100 {
        black_box(job());
    }
    begun.elapsed().as_secs_f64() * 1e7
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

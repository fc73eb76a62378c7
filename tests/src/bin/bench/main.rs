//! The benchmark: every contender in one process, in interleaved rounds, medians and ratios. `cargo xtask bench [--json]`.
//!
//! Each round runs every contender for the same number of messages, one after the other, so that a machine that slows down slows
//! all of them. What is compared is each contender's median round against that of the first: `serde_json` into an owned struct, or, for
//! framed text, `httparse` on a request with the same headers.

mod framed;

use std::{
    hint::black_box,
    io::Write,
    time::{Duration, Instant},
};

use liminal_protocols::ltp::{Message, SCHEMA};
use ltp_runtime::codec;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const ROUNDS: usize = 31;
const ROUND: Duration = Duration::from_millis(4);

/// The message as a Rust programmer would write it for `serde_json`, without constraints.
#[derive(Serialize, Deserialize)]
struct Plain {
    #[serde(rename = "type")]
    kind: String,
    thread_id: String,
    session_id: String,
    timestamp: u64,
    payload: Payload,
    meta: Meta,
    nonce: String,
    signature: String,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    kind: String,
    data: Vec<Point>,
}

#[derive(Serialize, Deserialize)]
struct Point {
    t: u64,
    valence: f64,
    arousal: f64,
}

#[derive(Serialize, Deserialize)]
struct Meta {
    client_id: String,
    context_tag: String,
    affect: Affect,
}

#[derive(Serialize, Deserialize)]
struct Affect {
    valence: f64,
    arousal: f64,
}

/// A state update with a log of so many rows, members in the declared order.
fn update(rows: u64) -> String {
    let points: Vec<String> = (0..rows)
        .map(|t| {
            format!(
                r#"{{"t":{t},"valence":{},"arousal":{}}}"#,
                (t % 200) as f64 / 100.0 - 1.0,
                (t % 100) as f64 / -100.0
            )
        })
        .collect();
    format!(
        concat!(
            r#"{{"type":"state_update","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","#,
            r#""timestamp":1731700000,"payload":{{"kind":"affect_log_v1","data":[{}]}},"meta":{{"client_id":"android-liminal-001","#,
            r#""context_tag":"evening_reflection","affect":{{"valence":0.2,"arousal":-0.3}}}},"nonce":"7d4b1c2e-6a55-4b0e-9d0e-2f7f2b0c9a11","#,
            r#""signature":"v0-placeholder"}}"#
        ),
        points.join(",")
    )
}

/// One way to do a job.
struct Contender<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
}

fn contender<'a, T>(name: &'static str, mut job: impl FnMut() -> T + 'a) -> Contender<'a> {
    Contender {
        name,
        run: Box::new(move || {
            black_box(job());
        }),
    }
}

/// The median time of one call of each contender, in nanoseconds.
fn race(contenders: &mut [Contender<'_>]) -> Vec<f64> {
    let repeats: Vec<u32> = contenders
        .iter_mut()
        .map(|contender| {
            let begun = Instant::now();
            let mut calls = 0;
            while begun.elapsed() < ROUND {
                (contender.run)();
                calls += 1;
            }
            calls
        })
        .collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for _ in 0..ROUNDS {
        for ((contender, repeat), times) in contenders.iter_mut().zip(&repeats).zip(&mut times) {
            let begun = Instant::now();
            for _ in 0..*repeat {
                (contender.run)();
            }
            times.push(begun.elapsed().as_secs_f64() * 1e9 / f64::from(*repeat));
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect()
}

/// A job by its name, with everyone who does it; the first is what the others are compared with.
type Job<'a> = (&'static str, Vec<Contender<'a>>);

fn jobs(text: &str) -> Result<Vec<Job<'_>>, Box<dyn std::error::Error>> {
    let frame = text.as_bytes();
    let plain: Plain = serde_json::from_slice(frame)?;
    let value: Value = serde_json::from_slice(frame)?;
    let ours = Message::decode(frame).map_err(|refusal| format!("{refusal:?}"))?.into_owned();
    let decoded = codec::decode(&SCHEMA, frame).map_err(|refusal| format!("{refusal:?}"))?;
    let (mut a, mut b, mut c, mut d) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    Ok(vec![
        (
            "decode",
            vec![
                contender("serde_json, owned, no constraints", move || {
                    serde_json::from_slice::<Plain>(frame).is_ok()
                }),
                contender("serde_json, Value", move || serde_json::from_slice::<Value>(frame).is_ok()),
                contender("ours, borrowed, all constraints", move || Message::decode(frame).is_ok()),
                contender("ours, owned, all constraints", move || {
                    Message::decode(frame).is_ok_and(|message| black_box(message.into_owned()).tag().len() > 1)
                }),
                contender("ours, by tables", move || codec::decode(&SCHEMA, frame).is_ok()),
            ],
        ),
        (
            "encode",
            vec![
                contender("serde_json, owned, no constraints", move || {
                    a.clear();
                    serde_json::to_writer(&mut a, &plain).is_ok()
                }),
                contender("serde_json, Value", move || {
                    b.clear();
                    serde_json::to_writer(&mut b, &value).is_ok()
                }),
                contender("ours, owned, all constraints", move || {
                    c.clear();
                    ours.encode(&mut c);
                    c.len()
                }),
                contender("ours, by tables", move || {
                    d.clear();
                    codec::encode(&SCHEMA, &decoded, &mut d);
                    d.len()
                }),
            ],
        ),
    ])
}

/// Runs a job and prints its table, or a line of JSON for each contender.
fn report(out: &mut impl Write, what: &str, octets: usize, (job, mut contenders): Job<'_>, as_json: bool) -> std::io::Result<()> {
    let times = race(&mut contenders);
    let base = times.first().copied().unwrap_or_default();
    if !as_json {
        writeln!(out, "{job}, {what}, {octets} octets")?;
    }
    for (contender, time) in contenders.iter().zip(times) {
        let (ratio, speed) = (base / time, octets as f64 * 1e3 / time);
        if as_json {
            let line = json!({
                "job": job, "message": what, "octets": octets, "contender": contender.name, "ns": time, "ratio": ratio
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "  {:40} {time:>12.0} ns {speed:>8.0} MB/s {ratio:>7.2} x", contender.name)?;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let as_json = std::env::args().any(|argument| argument == "--json");
    let mut out = std::io::stdout().lock();
    for rows in [2, 1000] {
        let text = update(rows);
        for job in jobs(&text)? {
            report(&mut out, &format!("state update with {rows} rows"), text.len(), job, as_json)?;
        }
    }
    for (order, texts) in [
        ("in the declared order", framed::Texts::declared()),
        ("in another order", framed::Texts::shuffled()),
    ] {
        for job in framed::jobs(&texts)? {
            report(&mut out, &format!("framed text {order}"), texts.octets(), job, as_json)?;
        }
    }
    Ok(())
}

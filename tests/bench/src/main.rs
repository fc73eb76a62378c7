//! The benchmark: `cargo xtask bench [--json]`; `--only NAME` for the job of that name, or those whose name has that part, `--repeat TIMES` to do what
//! ours does so many times and nothing else, for a profile, or what the contender does that `--contender NAME` begins with; `--list` for
//! the jobs' names.
//!
//! Each round runs every contender for the same number of messages, one after the other, so that a machine that slows down slows
//! all of them. What is compared is each contender's median round against that of the first.

mod binary;
mod framed;
mod json;
mod plain;
mod race;
mod texts;
mod toon;

use std::io::Write;

use serde_json::json;

use crate::race::Job;

struct Arguments {
    json: bool,
    only: String,
    repeat: Option<u32>,
    list: bool,
    contender: String,
}

fn arguments() -> Arguments {
    let mut given = std::env::args().skip(1);
    let mut arguments = Arguments {
        json: false,
        only: String::new(),
        repeat: None,
        list: false,
        contender: "ours".to_owned(),
    };
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--json" => arguments.json = true,
            "--list" => arguments.list = true,
            "--only" => arguments.only = given.next().unwrap_or_default(),
            "--repeat" => arguments.repeat = given.next().and_then(|times| times.parse().ok()),
            "--contender" => arguments.contender = given.next().unwrap_or_default(),
            other => {
                eprintln!("{other}: expected --json, --list, --only NAME, --repeat TIMES or --contender NAME");
                std::process::exit(2);
            }
        }
    }
    arguments
}

/// Runs a job and prints its table, or a line of JSON for each contender.
fn report(out: &mut impl Write, mut job: Job<'_>, as_json: bool) -> std::io::Result<()> {
    let times = job.race();
    let base = times.first().copied().unwrap_or_default();
    let octets = job.octets;
    if !as_json {
        writeln!(out, "{}, {octets} octets", job.what)?;
    }
    for (contender, time) in job.contenders.iter().zip(times) {
        let (ratio, speed) = (base / time, octets as f64 * 1e3 / time);
        if as_json {
            let line = json!({"job": job.what, "octets": octets, "contender": contender.name, "ns": time, "ratio": ratio});
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "  {:60} {time:>12.0} ns {speed:>8.0} MB/s {ratio:>7.2} x", contender.name)?;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = arguments();
    let mut out = std::io::stdout().lock();
    let (small, large, short) = (texts::update(2), texts::update(1000), texts::short_update(1000));
    let (table, short_table) = (texts::table(1000), texts::short_table(1000));
    let (pretty, regular) = (texts::pretty(&small), texts::shuffled(&small, 7));
    let (reflection, packet, any) = (texts::reflection(), texts::packet(), json::orders(2, 64));
    let sizes = [0, 1, 10, 100, 1000, 10_000].map(|rows| (rows, texts::update(rows)));
    let [declared, another] = [framed::Texts::declared(), framed::Texts::shuffled()];
    let mut jobs = vec![
        json::decode("decode a state update", &small)?,
        json::decode("decode a state update, members in another order", &regular)?,
        json::decode_any("decode state updates, members in any order", &any),
        json::decode("decode a state update, pretty", &pretty)?,
        json::decode_event("decode an event with any JSON, Cyrillic", &reflection)?,
        json::decode_packet("decode a packet of work, its data untyped", &packet)?,
        json::decode("decode a state update of 1000 rows", &large)?,
        json::decode("decode a state update of 1000 rows, two places", &short)?,
        json::encode("encode a state update", &small)?,
        json::encode("encode a state update of 1000 rows", &large)?,
        json::encode("encode a state update of 1000 rows, two places", &short)?,
    ];
    let names = ["decode a table of 1000 rows in TOON", "encode a table of 1000 rows in TOON"];
    jobs.extend(toon::jobs(names, &table, &large)?);
    let names = [
        "decode a table of 1000 rows in TOON, two places",
        "encode a table of 1000 rows in TOON, two places",
    ];
    jobs.extend(toon::jobs(names, &short_table, &short)?);
    jobs.extend(sizes.iter().map(|(rows, text)| json::grow(*rows, text)));
    jobs.extend(framed::jobs(&declared)?);
    jobs.extend(framed::jobs(&another)?);
    let exact = jobs.iter().any(|job| job.what == arguments.only);
    jobs.retain(|job| {
        if exact {
            job.what == arguments.only
        } else {
            job.what.contains(&arguments.only)
        }
    });
    if arguments.list {
        for job in jobs {
            writeln!(out, "{}", job.what)?;
        }
        return Ok(());
    }
    for mut job in jobs {
        match arguments.repeat {
            Some(times) => job
                .contenders
                .iter_mut()
                .filter(|one| one.name.starts_with(&arguments.contender))
                .take(1)
                .for_each(|one| one.repeat(times)),
            None => report(&mut out, job, arguments.json)?,
        }
    }
    Ok(())
}

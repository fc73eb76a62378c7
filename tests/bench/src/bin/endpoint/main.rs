//! The endpoint under load: `cargo xtask bench [--json]` runs it; `--idle COUNT` for what a session costs that says nothing; `--only NAME` for
//! those whose name has that part, beside the first; `--seconds N` for each round; `--repeat COUNT` to have the generated server answer so
//! many messages without sockets and do nothing else, for a profile, `--in-flight N` of them at once, `--within` by a handler as they are read.
//!
//! All servers and the load generator are one process: each server has a thread and a runtime of its own, the generator the main
//! thread. Rounds are interleaved; what is compared is each contender's median round against that of the first. Processor time is the server
//! thread's alone, and repeats better than the rate where the machine has other work.

mod alone;
mod counting;
mod frames;
mod idle;
mod libraries;
mod load;
#[path = "../../plain.rs"]
#[allow(dead_code)]
mod plain;
mod servers;
#[path = "../../texts.rs"]
#[allow(dead_code)]
mod texts;

use std::{io::Write, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;

use crate::{load::Load, servers::Contender};

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const ROUNDS: usize = 5;
const CONNECTIONS: usize = 64;

pub struct Arguments {
    pub json: bool,
    only: String,
    idle: Option<usize>,
    repeat: Option<usize>,
    in_flight: usize,
    within: bool,
    round: Duration,
}

fn arguments() -> Arguments {
    let mut given = std::env::args().skip(1);
    let mut arguments = Arguments {
        json: false,
        only: String::new(),
        idle: None,
        repeat: None,
        in_flight: 16,
        within: false,
        round: Duration::from_millis(400),
    };
    while let Some(argument) = given.next() {
        let number = |text: Option<String>| text.and_then(|text| text.parse::<f64>().ok());
        match argument.as_str() {
            "--json" => arguments.json = true,
            "--within" => arguments.within = true,
            "--only" => arguments.only = given.next().unwrap_or_default(),
            "--idle" => arguments.idle = number(given.next()).map(|count| count as usize),
            "--repeat" => arguments.repeat = number(given.next()).map(|count| count as usize),
            "--in-flight" => arguments.in_flight = number(given.next()).map_or(16, |count| count as usize),
            "--seconds" => arguments.round = number(given.next()).map_or(arguments.round, Duration::from_secs_f64),
            other => {
                eprintln!("{other}: expected --json, --only NAME, --idle COUNT, --seconds N, --repeat COUNT, --in-flight N or --within");
                std::process::exit(2);
            }
        }
    }
    arguments
}

/// What one contender did, round by round.
#[derive(Default)]
struct Figures {
    /// Messages a second.
    rates: Vec<f64>,
    /// Nanoseconds of the server's thread for a message.
    used: Vec<f64>,
    /// Allocations of the server's thread for a message.
    allocations: Vec<f64>,
    /// Microseconds from a message to its answer: the median, and what one in a hundred exceeds.
    middle: Vec<f64>,
    late: Vec<f64>,
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

impl Figures {
    fn round(&mut self, contender: &Contender, load: &mut Load, time: Duration) -> Result<()> {
        let (used, allocations) = (contender.used()?, contender.meter.allocations());
        let mut round = load.run(time)?;
        let messages = round.messages as f64;
        self.rates.push(messages / round.time.as_secs_f64());
        self.used.push((contender.used()? - used).as_nanos() as f64 / messages);
        self.allocations
            .push((contender.meter.allocations() - allocations) as f64 / messages);
        round.latencies.sort_unstable();
        let at = |share: f64| round.latencies[(round.latencies.len() as f64 * share) as usize].as_secs_f64() * 1e6;
        self.middle.push(at(0.5));
        self.late.push(at(0.99));
        Ok(())
    }
}

fn race(out: &mut impl Write, contenders: &[&Contender], in_flight: usize, arguments: &Arguments) -> Result<()> {
    let mut loads = contenders
        .iter()
        .map(|one| Load::open(one.address, one.has_session, CONNECTIONS, in_flight))
        .collect::<Result<Vec<_>>>()?;
    let mut figures: Vec<Figures> = contenders.iter().map(|_| Figures::default()).collect();
    for (contender, load) in contenders.iter().zip(&mut loads) {
        Figures::default().round(contender, load, arguments.round / 4)?;
    }
    for _ in 0..ROUNDS {
        for ((contender, load), figures) in contenders.iter().zip(&mut loads).zip(&mut figures) {
            figures.round(contender, load, arguments.round)?;
        }
    }
    if !arguments.json {
        writeln!(
            out,
            "echo of a state update over {CONNECTIONS} connections, {in_flight} in flight on each"
        )?;
        writeln!(
            out,
            "  {:60} {:>10} {:>7} {:>9} {:>9} {:>9} {:>7} {:>12}",
            "", "messages/s", "", "p50", "p99", "processor", "", "allocations"
        )?;
    }
    let mut base = None;
    for (contender, mut figures) in contenders.iter().zip(figures) {
        let (rate, used) = (median(&mut figures.rates), median(&mut figures.used));
        let (middle, late) = (median(&mut figures.middle), median(&mut figures.late));
        let allocations = median(&mut figures.allocations);
        let (base_rate, base_used) = *base.get_or_insert((rate, used));
        let (ratio, used_ratio) = (rate / base_rate, base_used / used);
        if arguments.json {
            let line = json!({"job": "endpoint", "in_flight": in_flight, "contender": contender.name, "rate": rate, "ratio": ratio,
                "p50_us": middle, "p99_us": late, "processor_ns": used, "processor_ratio": used_ratio, "allocations": allocations});
            writeln!(out, "{line}")?;
        } else {
            writeln!(
                out,
                "  {:60} {rate:>10.0} {ratio:>5.2} x {middle:>6.0} us {late:>6.0} us {used:>6.0} ns {used_ratio:>5.2} x {allocations:>12.2}",
                contender.name
            )?;
        }
    }
    Ok(())
}

/// Files that are open beside connections.
const OTHER_FILES: usize = 200;

/// Lets this process have as many open files as the system grants; how many connections there may be, which have both their ends here.
fn raise_limit() -> Result<usize> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            ..limit
        },
    )?;
    let most = limit.maximum.map_or(usize::MAX, |most| most as usize);
    Ok(most.saturating_sub(OTHER_FILES) / 2)
}

fn main() -> Result<()> {
    let arguments = arguments();
    if let Some(count) = arguments.repeat {
        return alone::run(count, arguments.in_flight, arguments.within);
    }
    let most = raise_limit()?;
    let all = servers::all()?;
    let chosen: Vec<&Contender> = all
        .iter()
        .enumerate()
        .filter(|(index, one)| *index == 0 || one.name.contains(&arguments.only))
        .map(|(_, one)| one)
        .collect();
    let mut out = std::io::stdout().lock();
    if let Some(count) = arguments.idle {
        return idle::measure(&mut out, &chosen, count.min(most), &arguments);
    }
    for in_flight in [1, 16] {
        race(&mut out, &chosen, in_flight, &arguments)?;
    }
    Ok(())
}

//! `ltpc work submit`: submits work, and writes what becomes of it.

use std::{io::Read as _, path::PathBuf, sync::Arc};

use ltp_runtime::{
    net::{DialOptions, Dialer, Driver, work::Client},
    work::{Flow as _, Table, Unit},
};
use ltpc::interpret::work::Routed;

use super::bar::Bar;
use crate::cli::{
    lines::{Line, Lines},
    live::{self, Common, Live},
    output::{Failure, Outcome, Output, Result},
};

/// Submit work: requests as JSON lines; results as they come, one a line
///
/// Reads from a file or standard input one request's body a line, such as {"id": "1", "group": "df", "element": "transform", "data": {}}.
/// On a terminal a bar on standard error says how far it is. Ends with 1 if something was not done.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc work submit schema/jobs.ltp < jobs.jsonl
  ltpc work submit schema/jobs.ltp ws://localhost:8443 --file jobs.jsonl --at-once 100")]
pub struct Args {
    #[command(flatten)]
    common: Common,
    /// The node; left out, the endpoint's own address
    url: Option<String>,
    /// Where the requests stand; left out, standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Requests that wait for their results at once
    #[arg(long, value_name = "COUNT", default_value_t = 256)]
    at_once: usize,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let live = Live::new(&args.common, true, args.url.as_deref(), output)?;
    let routed = Routed::new(Arc::clone(&live.program)).ok_or_else(|| Failure::words(super::NO_WORK))?;
    let units = units(args, &live, &routed)?;
    live::run(submit(args, live, routed, units, output))
}

/// The units that the input asks for.
fn units(args: &Args, live: &Live, routed: &Routed) -> std::result::Result<Vec<Unit>, Failure> {
    let source: Box<dyn std::io::Read> = match &args.file {
        Some(file) => {
            let problem = |error| Failure::words(format!("{}: {error}", file.display()));
            Box::new(std::fs::File::open(file).map_err(problem)?)
        }
        None => Box::new(std::io::stdin().take(u64::MAX)),
    };
    let mut lines = Lines::new(source, live.program.schema().limits.message);
    let (table, mut units) = (routed.table(), Vec::new());
    while let Some((number, line)) = lines.next()? {
        let text = match line {
            Line::Whole(line) => String::from_utf8_lossy(line).into_owned(),
            Line::TooLong(octets) => {
                return Err(Failure::words(format!(
                    "line {number}: {octets} octets are too many; `limits` of the schema say how large a message may be"
                )));
            }
        };
        let unit = table.unit(&text);
        units.push(unit.ok_or_else(|| {
            Failure::words(format!(
                "line {number}: this is no request's body: {text}; it has at least {}",
                least(&table)
            ))
        })?);
    }
    Ok(units)
}

/// What a request must say at least, as an example.
fn least(table: &Table) -> String {
    let of = &table.members;
    let [id, group, element, input] = [&of.id, &of.group, &of.element, &of.input].map(|name| format!("\"{name}\""));
    format!("{{{id}: \"1\", {group}: \"..\", {element}: \"..\", {input}: ..}}")
}

async fn submit(args: &Args, live: Live, routed: Routed, units: Vec<Unit>, output: &mut Output) -> Result {
    let options = DialOptions {
        allow_plaintext: args.common.allow_plaintext,
        ..DialOptions::default()
    };
    let dialer = Dialer::new(&live.endpoint, args.url.as_deref(), options);
    let dialer = dialer.map_err(|error| Failure::words(format!("{error}; {}", error.remedy())))?;
    let driver_options = live.driver_options();
    let driver = Driver::client(live.program.machine(live.options), dialer).options(driver_options);
    let table = routed.table();
    let client = Client::new(routed, driver);
    let mut bar = Bar::new(units.len() as u64);
    let mut results = client.submit_all(units, args.at_once);
    let mut outcome = Outcome::Fine;
    let mut stop = std::pin::pin!(live::stopped());
    loop {
        tokio::select! {
            result = results.next() => match result {
                Some(result) => {
                    if result.result.is_err() {
                        outcome = Outcome::Found;
                    }
                    bar.make_room();
                    output.line(&table.reply(&result))?;
                    output.flush()?;
                    bar.step(result.result.is_ok());
                }
                None => break,
            },
            () = &mut stop => {
                bar.clear();
                return Err(Failure::words("stopped before all results came; what was submitted may be done all the same"));
            }
        }
    }
    // What has ended already is closed.
    let _ = client.caller().close().await;
    Ok(outcome)
}

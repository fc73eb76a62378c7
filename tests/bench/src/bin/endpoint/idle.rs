//! What a session costs that says nothing: memory, and the processor time of heartbeats.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{Arguments, Result, load::Connection, servers::Contender};

/// How often each session pings, as the protocol has it unless it is told otherwise.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Opens so many connections to each contender, each of which had a message answered; prints the memory that they hold, and where there are
/// sessions, what their heartbeats cost.
pub fn measure(out: &mut impl Write, contenders: &[&Contender], count: usize, arguments: &Arguments) -> Result<()> {
    if !arguments.json {
        writeln!(out, "{count} sessions that say nothing")?;
    }
    for contender in contenders {
        let (before, resident_before) = (contender.meter.held(), resident()?);
        let mut connections = (0..count)
            .map(|_| Connection::open(contender.address, contender.has_session, 0))
            .collect::<Result<Vec<_>>>()?;
        std::thread::sleep(Duration::from_millis(300));
        let each = |octets: i64| octets / count as i64;
        let held = each(contender.meter.held() - before);
        // The generator's own part is a few hundred octets a connection, and in all figures alike.
        let resident = each(resident()? - resident_before);
        let heartbeats = contender.has_session.then(|| heartbeats(contender, &mut connections)).transpose()?;
        if arguments.json {
            let line = json!({"job": "idle", "sessions": count, "contender": contender.name, "octets": held, "resident": resident,
                "heartbeats": heartbeats.as_ref().map(|load| json!({"share": load.share, "allocations": load.allocations}))});
            writeln!(out, "{line}")?;
        } else {
            writeln!(
                out,
                "  {:60} {held:>8} octets a session ({resident} resident, the generator's among them)",
                contender.name
            )?;
            if let Some(Heartbeats { share, allocations }) = heartbeats {
                let percent = share * 100.0;
                writeln!(
                    out,
                    "  {:60} {percent:>8.2} % of a processor, {allocations:.2} allocations a ping",
                    format!("  a ping of each every {HEARTBEAT:?}")
                )?;
            }
        }
    }
    Ok(())
}

struct Heartbeats {
    /// Of one processor.
    share: f64,
    /// For each ping.
    allocations: f64,
}

/// Every session pings once, evenly spread over the time between two pings.
fn heartbeats(contender: &Contender, connections: &mut [Connection]) -> Result<Heartbeats> {
    let (used, allocations) = (contender.used()?, contender.meter.allocations());
    let count = connections.len();
    let begun = Instant::now();
    for (index, connection) in connections.iter_mut().enumerate() {
        let at = HEARTBEAT.mul_f64(index as f64 / count as f64);
        std::thread::sleep(at.saturating_sub(begun.elapsed()));
        connection.ping()?;
    }
    let share = (contender.used()? - used).as_secs_f64() / begun.elapsed().as_secs_f64();
    let allocations = (contender.meter.allocations() - allocations) as f64 / count as f64;
    Ok(Heartbeats { share, allocations })
}

/// Octets of this process that are in memory.
fn resident() -> Result<i64> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: i64 = statm.split(' ').nth(1).ok_or("statm has no second field")?.parse()?;
    Ok(pages * 4096)
}

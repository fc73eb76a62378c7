//! One payload, derived.

use ltp::{Payload, codec::Wire as _};

#[derive(Payload)]
struct SleepLog {
    hours: f64,
    note: Option<String>,
    tags: Vec<String>,
}

fn main() {
    let log = SleepLog::decode(br#"{"hours":7.5,"tags":[]}"#).unwrap();
    println!("{} {} {}", log.hours, log.note.is_some(), log.tags.len());
}

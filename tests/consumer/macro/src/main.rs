//! The same by a schema and the macro.

use ltp::codec::Wire as _;

#[allow(dead_code, unused_imports, reason = "a protocol is more than one program uses of it")]
mod sleep {
    ltp::schema!("sleep.ltp");
}

fn main() {
    let log = sleep::SleepLog::decode(br#"{"hours":7.5,"tags":[]}"#).unwrap();
    println!("{} {} {}", log.hours, log.note.is_some(), log.tags.len());
}

//! The same by protobuf and a build script.

use prost::Message as _;

mod sleep {
    include!(concat!(env!("OUT_DIR"), "/sleep.rs"));
}

fn main() {
    let log = sleep::SleepLog::decode(&[9, 0, 0, 0, 0, 0, 0, 30, 64][..]).unwrap();
    println!("{} {} {}", log.hours, log.note.is_empty(), log.tags.len());
}

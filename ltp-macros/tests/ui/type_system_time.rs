use std::time::SystemTime;

use ltp::Payload;

#[derive(Payload)]
struct Log {
    at: SystemTime,
}

fn main() {}

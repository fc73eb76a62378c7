use std::collections::BTreeMap;

use ltp::Payload;

#[derive(Payload)]
struct Log {
    names: BTreeMap<u64, String>,
}

fn main() {}

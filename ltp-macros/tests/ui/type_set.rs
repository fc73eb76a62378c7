use std::collections::BTreeSet;

use ltp::Payload;

#[derive(Payload)]
struct Log {
    names: BTreeSet<String>,
}

fn main() {}

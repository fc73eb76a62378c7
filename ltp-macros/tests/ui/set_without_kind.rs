use ltp::Payload;

#[derive(Payload)]
#[ltp(set = some::Set)]
struct Log {
    count: u64,
}

fn main() {}

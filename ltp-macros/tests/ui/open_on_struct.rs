use ltp::Payload;

#[derive(Payload)]
#[ltp(open)]
struct Log {
    count: u64,
}

fn main() {}

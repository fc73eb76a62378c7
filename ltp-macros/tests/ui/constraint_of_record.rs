use ltp::Payload;

#[derive(Payload)]
#[ltp(range = 0..=1)]
struct Log {
    count: u64,
}

fn main() {}

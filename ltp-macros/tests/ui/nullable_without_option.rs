use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(nullable)]
    count: u64,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(flatten)]
    count: u64,
}

fn main() {}

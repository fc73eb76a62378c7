use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(range = ..)]
    count: u64,
}

fn main() {}

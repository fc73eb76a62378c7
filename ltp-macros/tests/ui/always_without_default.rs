use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(always)]
    count: u64,
}

fn main() {}

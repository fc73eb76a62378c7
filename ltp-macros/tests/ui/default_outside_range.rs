use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(range = 1..=10, default = 0)]
    count: u64,
}

fn main() {}

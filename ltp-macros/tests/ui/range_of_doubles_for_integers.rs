use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(range = 0.5..=1.5)]
    count: u64,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(range = 5..=1)]
    count: u64,
}

fn main() {}

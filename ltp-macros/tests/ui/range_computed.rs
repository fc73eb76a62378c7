use ltp::Payload;

const MOST: u64 = 3;

#[derive(Payload)]
struct Log {
    #[ltp(range = 0..=MOST)]
    count: u64,
}

fn main() {}

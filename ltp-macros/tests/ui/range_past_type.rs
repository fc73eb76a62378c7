use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(range = 0..=300)]
    count: u8,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(len = 3)]
    count: u64,
}

fn main() {}

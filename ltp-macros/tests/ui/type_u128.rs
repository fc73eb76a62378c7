use ltp::Payload;

#[derive(Payload)]
struct Log {
    id: u128,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Log {
    count: usize,
}

fn main() {}

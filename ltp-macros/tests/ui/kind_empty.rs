use ltp::Payload;

#[derive(Payload)]
#[ltp(kind = "")]
struct Log {
    count: u64,
}

fn main() {}

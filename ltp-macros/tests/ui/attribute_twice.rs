use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(rename = "a", rename = "b")]
    count: u64,
}

fn main() {}

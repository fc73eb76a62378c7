use ltp::Payload;

#[derive(Payload)]
struct Log {
    count: u64,
    #[ltp(rename = "count")]
    number: u64,
}

fn main() {}

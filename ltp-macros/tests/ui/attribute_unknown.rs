use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(renmae = "x")]
    count: u64,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(skip, rename = "n")]
    count: u64,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(default = "three")]
    count: u64,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
#[ltp(kind = "log_v1", set = nowhere::Set)]
struct Log {
    count: u64,
}

fn main() {}

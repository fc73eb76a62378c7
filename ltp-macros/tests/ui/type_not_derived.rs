use ltp::Payload;

struct Inner;

#[derive(Payload)]
struct Log {
    inner: Inner,
}

fn main() {}

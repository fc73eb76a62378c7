use ltp::Payload;

#[derive(Payload)]
enum Mode {
    Fast,
}

#[derive(Payload)]
struct Log {
    #[ltp(default = "Slow")]
    mode: Mode,
}

fn main() {}

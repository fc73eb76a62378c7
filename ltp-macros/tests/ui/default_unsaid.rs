use ltp::Payload;

#[derive(Payload)]
enum Mode {
    Fast,
}

#[derive(Payload)]
struct Log {
    #[ltp(default)]
    mode: Mode,
}

fn main() {}

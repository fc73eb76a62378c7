use ltp::Payload;

#[derive(Payload)]
enum Mode {
    Fast,
}

#[derive(Payload)]
struct Log {
    #[ltp(default = Mode::Fast)]
    mode: Mode,
}

fn main() {}

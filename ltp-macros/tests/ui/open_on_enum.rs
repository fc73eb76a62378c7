use ltp::Payload;

#[derive(Payload)]
#[ltp(open)]
enum Mode {
    Fast,
}

fn main() {}

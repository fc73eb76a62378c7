use ltp::Payload;

#[derive(Payload)]
struct Log {
    letter: char,
}

fn main() {}

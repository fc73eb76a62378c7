use ltp::Payload;

#[derive(Payload)]
struct Log {
    nothing: (),
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Log {
    at: (f64, f64),
}

fn main() {}

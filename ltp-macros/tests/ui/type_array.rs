use ltp::Payload;

#[derive(Payload)]
struct Log {
    levels: [f64; 3],
}

fn main() {}

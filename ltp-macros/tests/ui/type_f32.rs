use ltp::Payload;

#[derive(Payload)]
struct Log {
    level: f32,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Level(f64);

#[derive(Payload)]
struct Log {
    #[ltp(range = 0.0..=1.0)]
    level: Level,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Level(#[ltp(range = 0.0..=1.0)] f64);

fn main() {}

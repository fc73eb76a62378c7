use ltp::Payload;

#[derive(Payload)]
#[ltp(toon(key = "levels"))]
struct Levels(Vec<f64>);

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Point(f64, f64);

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Point {
    x: f64,
}

#[derive(Payload)]
#[ltp(tag = "shape")]
enum Shape {
    Point(Point),
    Nothing,
}

fn main() {}

use ltp::Payload;

#[derive(Payload)]
struct Point {
    x: f64,
}

#[derive(Payload)]
enum Shape {
    Point(Point),
}

fn main() {}

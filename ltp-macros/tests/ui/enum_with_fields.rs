use ltp::Payload;

#[derive(Payload)]
#[ltp(tag = "shape")]
enum Shape {
    Circle(f64, f64),
}

fn main() {}

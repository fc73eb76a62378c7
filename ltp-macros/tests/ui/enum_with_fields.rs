use ltp::Payload;

#[derive(Payload)]
#[ltp(tag = "shape")]
enum Shape {
    Circle { radius: f64 },
}

fn main() {}

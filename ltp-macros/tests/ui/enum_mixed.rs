use ltp::Payload;

#[derive(Payload)]
enum Shape {
    Circle { radius: f64 },
    Nothing,
}

fn main() {}

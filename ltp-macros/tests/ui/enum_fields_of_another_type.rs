use ltp::Payload;

#[derive(Payload)]
#[ltp(tag = "shape")]
enum Shape {
    Circle {
        #[ltp(range = 0..=1)]
        radius: String,
        middle: usize,
    },
}

fn main() {}

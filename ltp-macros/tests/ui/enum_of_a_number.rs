use ltp::Payload;

#[derive(Payload)]
#[ltp(tag = "shape")]
enum Shape {
    Number(u64),
}

fn main() {}

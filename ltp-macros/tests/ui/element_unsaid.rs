use ltp::{Element, Payload};

#[derive(Payload, Element)]
struct Count {
    text: String,
}

fn main() {}

use ltp::{Element, Payload};

#[derive(Payload, Element)]
#[ltp(element = "count", output = Count)]
struct Count {
    text: String,
}

fn main() {}

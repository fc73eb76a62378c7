use ltp::{Element, Payload};

#[derive(Payload, Element)]
#[ltp(element = "text:count")]
struct Count {
    text: String,
}

fn main() {}

use ltp::Element;

#[derive(Element)]
#[ltp(element = "text:count", output = u64)]
struct Count {
    text: String,
}

fn main() {}

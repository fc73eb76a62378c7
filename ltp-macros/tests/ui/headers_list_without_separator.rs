use ltp::Headers;

#[derive(Headers)]
struct Trace {
    via: Vec<String>,
}

fn main() {}

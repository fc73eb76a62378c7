use ltp::Headers;

#[derive(Headers)]
enum Trace {
    On,
}

fn main() {}

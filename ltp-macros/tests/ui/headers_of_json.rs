use ltp::Headers;

#[derive(Headers)]
struct Trace {
    any: ltp::codec::Object<'static>,
}

fn main() {}

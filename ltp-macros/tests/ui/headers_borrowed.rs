use ltp::Headers;

#[derive(Headers)]
struct Trace<'a> {
    id: std::borrow::Cow<'a, str>,
}

fn main() {}

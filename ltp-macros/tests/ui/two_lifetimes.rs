use std::borrow::Cow;

use ltp::Payload;

#[derive(Payload)]
struct Log<'a, 'b> {
    one: Cow<'a, str>,
    other: Cow<'b, str>,
}

fn main() {}

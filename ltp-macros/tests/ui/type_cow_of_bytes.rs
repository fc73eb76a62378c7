use std::borrow::Cow;

use ltp::Payload;

#[derive(Payload)]
struct Log<'a> {
    text: Cow<'a, [u8]>,
}

fn main() {}

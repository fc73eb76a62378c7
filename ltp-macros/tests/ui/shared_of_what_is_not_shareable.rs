use std::borrow::Cow;

use ltp::{Payload, bytes::Bytes, codec::Shared};

#[derive(Payload)]
struct Note<'a> {
    text: Cow<'a, str>,
}

fn main() {
    let shared: Shared<Note<'static>> = Shared::decode(Bytes::new()).unwrap();
}

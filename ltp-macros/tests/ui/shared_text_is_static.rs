use std::borrow::Cow;

use ltp::{Payload, bytes::Bytes, codec::Shared};

#[derive(Payload)]
struct Note<'a> {
    text: Cow<'a, str>,
}

ltp::shareable!(Note);

fn text(shared: &Shared<Note<'static>>) -> Cow<'static, str> {
    shared.get().text.clone()
}

fn main() {
    let shared = Shared::decode(Bytes::from_static(br#"{"text":"a"}"#)).unwrap();
    println!("{}", text(&shared));
}

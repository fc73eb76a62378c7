use std::borrow::Cow;

use ltp::{Payload, bytes::Bytes, codec::Shared};

#[derive(Payload)]
struct Note<'a> {
    text: Cow<'a, str>,
}

ltp::shareable!(Note);

fn main() {
    let shared: Shared<Note> = Shared::decode(Bytes::from_static(br#"{"text":"a"}"#)).unwrap();
    let text = shared.get().text.clone();
    drop(shared);
    println!("{text}");
}

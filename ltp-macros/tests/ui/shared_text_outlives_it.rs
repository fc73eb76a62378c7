use std::borrow::Cow;

use ltp::{Payload, bytes::Bytes, codec::Shared};

#[derive(Payload)]
struct Note<'a> {
    text: Cow<'a, str>,
}

ltp::shareable!(Note);

fn shared() -> Shared<Note<'static>> {
    Shared::decode(Bytes::from_static(br#"{"text":"a"}"#)).unwrap()
}

fn main() {
    let text: &str = {
        let shared = shared();
        &shared.get().text
    };
    println!("{text}");
}

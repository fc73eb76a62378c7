use std::borrow::Cow;

use ltp::{Payload, bytes::Bytes, codec::Shared};

#[derive(Payload)]
struct Note<'a> {
    text: Cow<'a, str>,
}

ltp::shareable!(Note);

fn main() {
    let mut kept: &[u8] = b"";
    let shared: Result<Shared<Note>, _> = Shared::decode_with(Bytes::from_static(br#"{"text":"a"}"#), |text| {
        kept = text;
        ltp::codec::Wire::decode(text)
    });
    drop(shared);
    println!("{kept:?}");
}

//! All three ways in one crate: schemas by a build script, a schema by the macro, payloads by derives.

use ltp::{
    Payload,
    codec::{Carrier as _, Wire as _},
};

#[allow(dead_code, unused_imports, reason = "a protocol is more than one program uses of it")]
mod chat {
    include!(concat!(env!("OUT_DIR"), "/chat.rs"));
}

#[allow(dead_code, unused_imports, reason = "a protocol is more than one program uses of it")]
mod clock {
    include!(concat!(env!("OUT_DIR"), "/clock.rs"));
}

#[allow(dead_code, unused_imports, reason = "a protocol is more than one program uses of it")]
mod inline {
    ltp::schema!("schema/shapes.ltp", private);
}

/// A kind that this program adds to those of the schema.
#[derive(Payload, Debug, PartialEq)]
#[ltp(kind = "sticker_v1", set = chat::Said)]
struct Sticker {
    #[ltp(pattern = "[a-z_]+")]
    name: String,
    at: Option<inline::Point>,
}

fn main() {
    let sticker = Sticker {
        name: "wave".to_owned(),
        at: Some(inline::Point { x: 1.0, y: 2.0 }),
    };
    let text = format!(r#"{{"type":"say","kind":"sticker_v1","what":{}}}"#, sticker.to_json());
    let Ok(chat::Message::Say { body, .. }) = chat::Message::decode(text.as_bytes()) else {
        panic!("{:?}", chat::Message::explain(text.as_bytes()));
    };
    assert_eq!(body.what.get::<Sticker>(), Some(Ok(sticker)));
    assert!(chat::Message::decode(br#"{"type":"say","kind":"text","what":{"text":""}}"#).is_err());
    assert!(clock::Message::decode(br#"{"type":"tick","at":1}"#).is_ok());
    fn is_eq<T: Eq>() {}
    is_eq::<chat::Text<'_>>();
    println!("all three ways");
}

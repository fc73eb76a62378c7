//! A schema that is compiled in place: from a file with what it imports, and from its text.
#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used)]

use ltp::codec::Wire as _;

mod chat {
    ltp::schema! {"tests/chat.ltp"}
}

mod inline {
    ltp::schema!(
        r#"
        protocol inline "1.0";

        import "tests/shapes.ltp";

        record Pair open {
            left: shapes.Point;
            name: string where pattern "[a-z]+" = "x";
        }
        "#,
        owned,
    );
}

#[test]
fn a_file_and_what_it_imports() {
    let message = chat::Message::decode(br#"{"type":"moved","to":{"x":1,"y":2}}"#).unwrap();
    assert_eq!(message.to_json(), r#"{"type":"moved","to":{"x":1,"y":2}}"#);
    assert_eq!(chat::Message::explain(br#"{"type":"moved","to":{"x":true}}"#).len(), 2);
}

#[test]
fn a_text() {
    let pair = inline::Pair::decode(br#"{"left":{"x":0,"y":0},"name":"a","more":1}"#).unwrap();
    assert_eq!(pair.to_json(), r#"{"left":{"x":0,"y":0},"name":"a","more":1}"#);
    assert!(inline::Pair::decode(br#"{"left":{"x":0,"y":0},"name":"A"}"#).is_err());
}

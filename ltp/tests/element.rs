//! Elements whose input and output are derived.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used)]

use ltp::{
    Element, Payload,
    work::{Element as _, Handler},
};

#[derive(Payload, Element, Debug, PartialEq)]
#[ltp(element = "text:count", output = Counted, refused = "BAD_INPUT")]
struct Count {
    #[ltp(len = 1..)]
    text: String,
}

#[derive(Payload, Debug, PartialEq)]
struct Counted {
    #[ltp(range = 1..)]
    words: u64,
}

#[test]
fn an_element_reads_and_writes_what_is_derived() {
    assert_eq!((Count::GROUP, Count::NAME, Count::REFUSED), ("text", "count", "BAD_INPUT"));
    let input = Count { text: "a b".to_owned() };
    assert_eq!(Count::write_input(&input).unwrap(), r#"{"text":"a b"}"#);
    assert_eq!(Count::read_input(r#"{"text":"a b"}"#).unwrap(), input);
    assert_eq!(Count::read_input(r#"{"text":""}"#).unwrap_err()[0].pointer, "/text");
    assert_eq!(Count::write_output(&Counted { words: 0 }).unwrap_err()[0].pointer, "/words");
    assert_eq!(Count::read_output(r#"{"words":2}"#).unwrap(), Counted { words: 2 });
    let handler = Handler::typed::<Count, _>(|input: Count, _| async move {
        Ok(Counted {
            words: input.text.split(' ').count() as u64,
        })
    });
    assert_eq!(handler.kind(), "text:count");
}

//! RFC 6455, case by case.

use super::*;
use crate::net::transport::websocket::frame;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const LIMIT: usize = 70_000;

/// A client's frame.
fn client(opcode: Opcode, is_final: bool, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    frame::write(&mut out, opcode, payload, Some(MASK));
    if !is_final {
        out[0] &= 0x7f;
    }
    out
}

fn text(payload: &[u8]) -> Vec<u8> {
    client(Opcode::Text, true, payload)
}

/// What a server reads, in words; octets come so many at a time.
fn read_by(octets: &[u8], step: usize) -> Vec<String> {
    let mut reader = Reader::new(Role::Server, LIMIT);
    let mut said = Vec::new();
    for piece in octets.chunks(step) {
        reader.room().extend_from_slice(piece);
        loop {
            let item = match reader.next() {
                Ok(Some(item)) => item,
                Ok(None) => break,
                Err(fault) => {
                    said.push(format!("{fault:?}"));
                    return said;
                }
            };
            let payload = String::from_utf8_lossy(reader.payload()).into_owned();
            said.push(match item {
                Item::Message { is_text: true } => payload,
                Item::Message { is_text: false } => format!("binary {payload}"),
                Item::Ping => format!("ping {payload}"),
                Item::Pong => "pong".into(),
                Item::Close => format!("close {:?}", close_of(reader.payload())),
            });
        }
        reader.rest();
    }
    said
}

/// However the octets are cut, the same is read.
fn read(octets: &[u8]) -> Vec<String> {
    let said = read_by(octets, octets.len().max(1));
    for step in [1, 2, 3, 7, 100] {
        assert_eq!(read_by(octets, step), said, "{step} octets at a time");
    }
    said
}

#[test]
fn messages_of_every_form_of_length_are_read() {
    for length in [0, 1, 125, 126, 127, 65_535, 65_536, LIMIT] {
        let payload = vec![b'x'; length];
        let octets = [text(&payload), text(b"next")].concat();
        assert_eq!(read_by(&octets, 1000), [String::from_utf8(payload).unwrap(), "next".into()]);
    }
}

#[test]
fn fragments_are_one_message_and_control_frames_may_stand_between_them() {
    let octets = [
        client(Opcode::Text, false, b"a\xc3"),
        client(Opcode::Ping, true, b"1"),
        client(Opcode::Continuation, false, b""),
        client(Opcode::Pong, true, b"2"),
        client(Opcode::Continuation, true, b"\xa4b"),
        client(Opcode::Binary, false, b"\xff"),
        client(Opcode::Continuation, true, b"x"),
        text(b"whole"),
        client(Opcode::Close, true, b"\x03\xe8bye"),
    ]
    .concat();
    let expected = ["ping 1", "pong", "aäb", "binary \u{fffd}x", "whole", r#"close (1000, "bye")"#];
    assert_eq!(read(&octets), expected);
}

#[test]
fn fragments_out_of_order_are_refused() {
    let alone = client(Opcode::Continuation, true, b"x");
    assert_eq!(read(&alone), [r#"Protocol("a continuation has nothing before it")"#]);
    let begun = client(Opcode::Text, false, b"x");
    for opcode in [Opcode::Text, Opcode::Binary] {
        let octets = [begun.clone(), client(opcode, true, b"y")].concat();
        assert_eq!(read(&octets), [r#"Protocol("a message begins within another")"#]);
    }
    let after = [begun, client(Opcode::Continuation, true, b"y"), alone].concat();
    assert_eq!(read(&after), ["xy", r#"Protocol("a continuation has nothing before it")"#]);
}

#[test]
fn text_that_is_no_utf_8_is_refused_alone_and_in_fragments() {
    for octets in [
        text(b"\xff"),
        text(b"\xc3"),
        text(b"\xed\xa0\x80"),
        [client(Opcode::Text, false, b"\xc3"), client(Opcode::Continuation, true, b"x")].concat(),
        client(Opcode::Close, true, b"\x03\xe8\xff"),
    ] {
        let said = read(&octets);
        assert!(said.len() == 1 && said[0].starts_with("Utf8("), "{said:?}");
    }
}

#[test]
fn only_statuses_that_may_be_sent_close() {
    for status in [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999_u16] {
        let close = client(Opcode::Close, true, &status.to_be_bytes());
        assert_eq!(read(&close), [format!("close ({status}, \"\")")]);
    }
    for status in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535_u16] {
        let close = client(Opcode::Close, true, &status.to_be_bytes());
        assert_eq!(read(&close), [r#"Protocol("a close frame has a status that may not be sent")"#]);
    }
    assert_eq!(read(&client(Opcode::Close, true, b"")), [r#"close (1005, "")"#]);
    let half = client(Opcode::Close, true, b"\x03");
    assert_eq!(read(&half), [r#"Protocol("a close frame has half a status")"#]);
}

#[test]
fn what_is_too_large_is_refused_by_its_head() {
    let head = &text(&vec![b'x'; LIMIT + 1])[..10];
    assert_eq!(read(&head[..9]), [""; 0], "the length is not whole");
    assert_eq!(read(&[head, &MASK].concat()), [format!("TooLarge({})", LIMIT + 1)]);
    let octets = [
        client(Opcode::Text, false, &vec![b'x'; LIMIT]),
        client(Opcode::Continuation, false, b""),
        client(Opcode::Continuation, false, b"y")[..6].to_vec(),
    ]
    .concat();
    assert_eq!(read_by(&octets, 1000), [format!("TooLarge({})", LIMIT + 1)]);
}

#[test]
fn a_reader_that_waits_holds_what_came_and_no_more() {
    let mut reader = Reader::new(Role::Server, LIMIT);
    let octets = text(&[b'x'; 1000]);
    reader.room().extend_from_slice(&octets[..500]);
    assert_eq!(reader.next(), Ok(None));
    reader.rest();
    assert_eq!(reader.buffer.capacity(), 500);
    reader.room().extend_from_slice(&octets[500..]);
    assert_eq!(reader.next(), Ok(Some(Item::Message { is_text: true })));
    assert_eq!(reader.next(), Ok(None));
    reader.rest();
    assert_eq!(reader.buffer.capacity(), 0);
}

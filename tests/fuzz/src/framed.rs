//! Any octets as framed text, by both rules for lengths: the generated decoder and the walk over the tables give one verdict, and what
//! is accepted survives writing and reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use liminal_protocols::ctp::{Message, SCHEMA};
use ltp_runtime::{schema::Mismatch, text};

fuzz_target!(|frame: &[u8]| {
    for mismatch in [Mismatch::Strict, Mismatch::Advisory] {
        let by_tables = text::decode(&SCHEMA, mismatch, frame);
        let explained = text::explain(&SCHEMA, mismatch, frame);
        assert_eq!(by_tables.is_ok(), explained.is_empty(), "accepted iff nothing to explain");
        match Message::decode_by(mismatch, frame) {
            Ok(message) => {
                let decoded = by_tables.expect("generated code accepts, the tables refuse").decoded;
                let (mut ours, mut theirs) = (Vec::new(), Vec::new());
                message.encode(&mut ours);
                text::encode(&SCHEMA, &decoded, &mut theirs);
                assert_eq!(ours, theirs, "written alike");
                assert_eq!(message.validate().is_ok(), text::check(&SCHEMA, &decoded).is_empty(), "checked alike");
                // What is written may be past the limit of size that what was read was not.
                if let Ok(again) = Message::decode(&ours) {
                    let mut twice = Vec::new();
                    again.encode(&mut twice);
                    assert_eq!(ours, twice, "canonical text is its own canonical form");
                }
            }
            Err(refusal) => assert_eq!(refusal.violations, explained, "explained alike"),
        }
    }
});

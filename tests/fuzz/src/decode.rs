//! Any octets: the generated decoder and the walk over the tables give one verdict, and what is accepted survives writing and reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use liminal_protocols::ltp::{Message, SCHEMA};
use ltp_runtime::codec;

fuzz_target!(|frame: &[u8]| {
    let by_tables = codec::decode(&SCHEMA, frame);
    let explained = codec::explain(&SCHEMA, frame);
    assert_eq!(by_tables.is_ok(), explained.is_empty(), "accepted iff nothing to explain");
    match Message::decode(frame) {
        Ok(message) => {
            let decoded = by_tables.expect("generated code accepts, the tables refuse");
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            message.encode(&mut ours);
            codec::encode(&SCHEMA, &decoded, &mut theirs);
            assert_eq!(ours, theirs, "written alike");
            let again = Message::decode(&ours).expect("what was written is read");
            let mut twice = Vec::new();
            again.encode(&mut twice);
            assert_eq!(ours, twice, "canonical text is its own canonical form");
        }
        Err(refusal) => assert_eq!(refusal.violations, explained, "explained alike"),
    }
});

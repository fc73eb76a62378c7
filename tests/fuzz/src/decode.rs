//! Any octets: the generated decoder and the walk over the tables give one verdict, and what is accepted survives writing and reading. It is
//! the same message when it is held with its buffer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use liminal_protocols::ltp::{Message, SCHEMA};
use ltp_runtime::{
    bytes::Bytes,
    codec::{self, Shared},
};

fuzz_target!(|frame: &[u8]| {
    let by_tables = codec::decode(&SCHEMA, frame);
    let explained = codec::explain(&SCHEMA, frame);
    assert_eq!(by_tables.is_ok(), explained.is_empty(), "accepted iff nothing to explain");
    let shared = Shared::<Message>::decode(Bytes::copy_from_slice(frame));
    match Message::decode(frame) {
        Ok(message) => {
            let shared = shared.expect("what is read where it lies is read with its buffer");
            let other = shared.clone();
            assert_eq!(*shared.get(), message, "shared");
            drop(shared);
            assert_eq!(*other.get(), message, "shared no more");
            assert_eq!(other.into_owned(), message, "owned");
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
        Err(refusal) => {
            assert_eq!(refusal.violations, explained, "explained alike");
            let error = shared.expect_err("what is refused where it lies is refused with its buffer");
            assert_eq!((error.refused, &error.bytes[..]), (refusal, frame), "refused alike, and given back");
        }
    }
});

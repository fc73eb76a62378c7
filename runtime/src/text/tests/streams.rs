//! Streams of octets: the same frames however they are cut, within bounds.

use std::vec;

use proptest::prelude::*;

use super::{
    super::Splitter,
    schema::{LIMIT, requests, signals},
    *,
};

/// The frames of a stream that comes in such pieces, then what it breaks.
fn frames(schema: &Schema, mode: Mismatch, pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Option<(String, u32)>) {
    let mut splitter = Splitter::new(schema.framing.clone().unwrap(), LIMIT);
    splitter.set_mismatch(mode);
    let mut frames = Vec::new();
    for piece in pieces.iter().map(Some).chain([None]) {
        piece.into_iter().for_each(|piece| splitter.push(piece));
        loop {
            let next = if piece.is_some() { splitter.next() } else { splitter.finish() };
            match next {
                Ok(Some(frame)) => {
                    assert!(frame.octets.len() <= LIMIT);
                    frames.push(frame.octets.to_vec());
                }
                Ok(None) => break,
                Err(broken) => {
                    let wrong = explain(schema, mode, broken.octets);
                    assert_eq!(wrong[0].rule, broken.refused.rule, "{wrong:?}");
                    return (frames, Some((broken.refused.rule.name().to_string(), broken.refused.at)));
                }
            }
        }
    }
    (frames, None)
}

#[test]
fn frames_follow_each_other() {
    let text = "\n\r\nSIG/1.0 BYE\nName: a\n--BODY--\n--END--\n\nSIG/1.0 BYE\nName: b\n--BODY--\n--END--";
    let (frames, broken) = frames(&signals(), Mismatch::Strict, &[text.as_bytes()]);
    assert_eq!((frames.len(), broken), (2, None));
}

#[test]
fn a_pause_ends_what_only_lacks_its_line_end() {
    let mut splitter = Splitter::new(signals().framing.unwrap(), LIMIT);
    splitter.push(b"SIG/1.0 BYE\nName: a\n--BODY--\n--END--");
    assert_eq!(splitter.next(), Ok(None));
    assert!(splitter.pause().unwrap().is_some());
    splitter.push(b"\r\n");
    assert_eq!(splitter.finish(), Ok(None));

    splitter.push(WRONG_LENGTH.as_bytes());
    assert_eq!(splitter.next(), Ok(None));
    assert_eq!(splitter.pause(), Ok(None), "a strict reader waits for the declared length");
    splitter.set_mismatch(Mismatch::Advisory);
    assert_eq!(splitter.next(), Ok(None));
    assert!(splitter.pause().unwrap().unwrap().mismatch.is_some());
}

#[test]
fn a_stream_is_refused_at_its_limits() {
    let mut splitter = Splitter::new(signals().framing.unwrap(), LIMIT);
    splitter.push(b"SIG/1.0 BYE\nName: x\n--BODY--\n");
    let mut octets = splitter.pending();
    while splitter.next().is_ok() {
        splitter.push(b"x");
        octets += 1;
    }
    assert_eq!(octets, LIMIT + 1);

    let mut splitter = Splitter::new(signals().framing.unwrap(), LIMIT);
    let mut octets = 0;
    splitter.push(b"SIG/1.0 ");
    while splitter.next().is_ok() {
        splitter.push(b"x");
        octets += 1;
    }
    assert_eq!(octets + 8, 41, "the line has 40");
    assert_eq!(splitter.next().unwrap_err().refused.rule.name(), "line_size");
}

fn pieces(text: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| text[pair[0]..pair[1]].to_vec()).collect()
}

/// Parts that streams are made of: whole messages, their lines, and noise.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just(WRONG_LENGTH.as_bytes().to_vec()),
        Just(b"SIG/1.0 BYE\nName: a\n--BODY--\n--END--\n".to_vec()),
        Just(b"SIG/1.0 PUT\r\nName: a\r\nKind: A\r\nLength: 10\r\n--BODY--\r\na\n--END--\n\r\n--END--\r\n".to_vec()),
        Just(b"PUT /x HTTP/1.1\r\nContent-Length: 5\r\n\r\na\r\n\r\n".to_vec()),
        Just(b"Length: 7\n".to_vec()),
        Just(b"--BODY--\n".to_vec()),
        Just(b"--END--\n".to_vec()),
        Just(b"\n--END--\r".to_vec()),
        Just(b"\r\n".to_vec()),
        "[a-z:/ \r\n-]{0,60}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..4),
        Just(vec![b'x'; 200]),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_cut_of_a_stream_gives_the_same_frames(text in stream(), cuts in prop::collection::vec(any::<usize>(), 0..40), advisory: bool) {
        let mode = if advisory { Mismatch::Advisory } else { Mismatch::Strict };
        for schema in [signals(), requests()] {
            let whole = frames(&schema, mode, &[&text]);
            let pieces = pieces(&text, &cuts);
            let pieces: Vec<&[u8]> = pieces.iter().map(|piece| &**piece).collect();
            prop_assert_eq!(&whole, &frames(&schema, mode, &pieces));
            let octets: Vec<&[u8]> = text.chunks(1).collect();
            prop_assert_eq!(&whole, &frames(&schema, mode, &octets));
        }
    }

    #[test]
    fn a_frame_reads_alone_as_it_stood_in_the_stream(text in stream(), advisory: bool) {
        let mode = if advisory { Mismatch::Advisory } else { Mismatch::Strict };
        for schema in [signals(), requests()] {
            for frame in frames(&schema, mode, &[&text]).0 {
                let again = frames(&schema, mode, &[&frame]);
                prop_assert_eq!(again, (vec![frame.clone()], None));
                let read = decode(&schema, mode, &frame);
                if let Err(refusal) = &read {
                    prop_assert!(refusal.violations.iter().all(|violation| violation.position.is_some()));
                }
                if let Ok(read) = read {
                    let mut out = Vec::new();
                    encode(&schema, &read.decoded, &mut out);
                    let again = decode(&schema, Mismatch::Strict, &out).unwrap();
                    prop_assert_eq!(again.decoded, read.decoded);
                }
            }
        }
    }
}

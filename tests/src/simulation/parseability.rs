//! Whether the text can be read: whole, in pieces, cut off.

use liminal_protocols::ctp::{Message, SCHEMA};
use ltp_runtime::{
    schema::{Framing, Mismatch},
    session::{Entropy, SplitMix64},
    text::{self, Splitter, State},
};

use super::{Check, Scenario, messages};

const MESSAGES: usize = 1000;

/// Reads what is written, however it arrives.
#[must_use]
pub fn scenario() -> Scenario {
    let mut entropy = SplitMix64::new(1);
    let sent: Vec<Message<'static>> = (0..MESSAGES).map(|_| messages::any(&mut entropy)).collect();
    let mut checks = Vec::new();
    if let Some(framing) = &SCHEMA.framing {
        checks.push(in_pieces(framing, &sent, &mut entropy));
        checks.push(cut_off(framing, &sent[..100]));
    }
    checks.push(mismatch());
    Scenario {
        name: "ARCHITECTURE_VALIDATE",
        checks,
    }
}

/// One stream of all messages, in pieces of 1 to 64 octets.
fn in_pieces(framing: &Framing, sent: &[Message<'static>], entropy: &mut SplitMix64) -> Check {
    let mut stream = Vec::new();
    for message in sent {
        message.encode(&mut stream);
    }
    let mut splitter = Splitter::new(framing.clone(), SCHEMA.limits.message);
    let (mut received, mut pieces, mut rest) = (Vec::new(), 0, &stream[..]);
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at((entropy.next_u32() as usize % 64 + 1).min(rest.len()));
        splitter.push(piece);
        while let Ok(Some(frame)) = splitter.next() {
            received.extend(Message::decode(frame.octets).map(Message::into_owned));
        }
        (pieces, rest) = (pieces + 1, behind);
    }
    Check::new(
        "every message is read as it was written, in whatever pieces it arrives",
        received == sent,
    )
    .with("messages", sent.len())
    .with("octets", stream.len())
    .with("pieces", pieces)
}

/// Each message, cut off behind each of its octets.
fn cut_off(framing: &Framing, sent: &[Message<'static>]) -> Check {
    let (mut cuts, mut headers, mut sound) = (0, 0, true);
    for message in sent {
        let mut whole = Vec::new();
        message.encode(&mut whole);
        let full = text::partial(framing, SCHEMA.limits.message, Mismatch::Strict, &whole);
        // What a pause completes lacks the last line end alone.
        for end in 0..whole.len() - 1 {
            let partial = text::partial(framing, SCHEMA.limits.message, Mismatch::Strict, &whole[..end]);
            sound &= partial.state == State::Cut && full.headers.starts_with(&partial.headers) && Message::decode(&whole[..end]).is_err();
            headers += partial.headers.len();
            cuts += 1;
        }
    }
    Check::new(
        "of a text that is cut off the whole headers are read, and it is never taken for a message",
        sound,
    )
    .with("texts that were cut off", cuts)
    .with("headers read from them", headers)
}

/// The published example says a length that is not its own.
fn mismatch() -> Check {
    let octets = messages::EXAMPLE.as_bytes();
    let read = text::decode(&SCHEMA, Mismatch::Advisory, octets)
        .ok()
        .and_then(|framed| framed.mismatch);
    let refused = text::explain(&SCHEMA, Mismatch::Strict, octets);
    let check = Check::new(
        "the published example is read by advice, with its wrong length said, and refused strictly",
        read.is_some() && refused.iter().any(|violation| violation.rule.name() == "length_mismatch"),
    );
    match read.map(|lengths| (usize::try_from(lengths.declared), usize::try_from(lengths.actual))) {
        Some((Ok(declared), Ok(actual))) => check.with("octets declared", declared).with("octets there", actual),
        _ => check,
    }
}

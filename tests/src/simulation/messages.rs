//! Messages to try things with: the same for the same seed.

use std::borrow::Cow;

use liminal_protocols::ctp::{AgentId, ContextHash, Hello, Intent, Message, Reject, SessionId, Stream, Text, Trust, Version, Welcome};
use ltp_runtime::session::{Entropy, SplitMix64};

/// The published example: it says 156 octets and has 76.
pub const EXAMPLE: &str = "CTP/1.0 STREAM\nIntent: INSIGHT\nAgent-ID: ghost-v8-alpha\nContext-Hash: 0x7f3a9c2e1b4d8f6a\n\
    Content-Type: text/ascii\nContent-Length: 156\n---CTP-PAYLOAD---\ntype: pattern_detected\n\
    pattern: recursive_improvement_cycle\nconfidence: 0.94\n---CTP-END---\n";

/// Lines that a payload may hold and that mean something where they are no payload.
const TRAPS: [&str; 7] = [
    "---CTP-END---",
    "---CTP-PAYLOAD---",
    "CTP/1.0 HELLO",
    "Agent-ID: someone-else",
    "Content-Length: 3",
    "",
    "\u{436}\u{438}\u{437}\u{43d}\u{44c} \u{1f600}",
];

/// A message with its envelope.
#[must_use]
pub fn stream(agent: &str, intent: Intent, body: impl Into<Cow<'static, str>>) -> Message<'static> {
    Message::Stream {
        envelope: envelope(),
        body: Stream::new(AgentId::from(agent.to_owned()), intent, hash(0), body),
    }
}

/// Any message, of any kind, with bodies that try to be more than bodies.
#[must_use]
pub fn any(entropy: &mut SplitMix64) -> Message<'static> {
    let agent = AgentId::from(format!("agent-{}", entropy.next_u32() % 1000));
    let hash = hash(entropy.next_u64());
    match entropy.next_u32() % 5 {
        0 => Message::Hello {
            envelope: envelope(),
            body: Hello::new(
                agent,
                hash,
                vec![Cow::Borrowed("query"), Cow::Borrowed("fragment_receive")],
                Trust::External,
            ),
        },
        1 => Message::Welcome {
            envelope: envelope(),
            body: Welcome::new(
                "gateway-01",
                session(entropy),
                hash,
                i64::from(entropy.next_u32()),
                "2026-02-24T12:00:00Z",
            ),
        },
        2 => {
            let mut body = Reject::new("Rate limit exceeded", "2026-02-24T12:00:00Z");
            body.retry_after = entropy.next_u32().is_multiple_of(2).then_some(60);
            Message::Reject {
                envelope: envelope(),
                body,
            }
        }
        _ => {
            let mut body = Stream::new(agent, intent(entropy), hash, payload(entropy));
            body.session_id = entropy.next_u32().is_multiple_of(2).then(|| session(entropy));
            Message::Stream {
                envelope: envelope(),
                body,
            }
        }
    }
}

/// Up to sixteen lines, some of which are traps.
#[must_use]
pub fn payload(entropy: &mut SplitMix64) -> String {
    (0..entropy.next_u32() % 16)
        .map(|line| match entropy.next_u32() % 3 {
            0 => TRAPS[entropy.next_u32() as usize % TRAPS.len()].to_owned(),
            _ => format!("line_{line}: {}", entropy.next_u64()),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn envelope() -> Text<'static> {
    Text::new(Version::from("1.0"))
}

fn hash(number: u64) -> ContextHash<'static> {
    ContextHash::from(format!("0x{number:016x}"))
}

fn session(entropy: &mut SplitMix64) -> SessionId<'static> {
    SessionId::from(format!("sess_{:012x}", entropy.next_u64() >> 16))
}

fn intent(entropy: &mut SplitMix64) -> Intent {
    Intent::ALL[entropy.next_u32() as usize % Intent::ALL.len()]
}

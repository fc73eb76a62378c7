//! What clients send: masked frames, each with a nonce of its own.

use crate::{Result, texts};

/// What stands in the update that everyone sends; in a session's messages, what the session says.
pub const THREAD: &str = "4f3c9e2a-8b21-4c71-9d3f-1a9b12345678";
pub const SESSION: &str = "b42a6f10-91a7-4ce2-8b7e-9d5f98765432";
const NONCE: &str = "7d4b1c2e-6a55-4b0e-9d0e-2f7f2b0c9a11";

/// How a session begins.
pub const HELLO: &str = r#"{"type":"handshake_init","ltp_version":"0.3","client_id":"android-liminal-001"}"#;
const MASK: [u8; 4] = [0x5a, 0x13, 0xc7, 0x68];

/// Digits of a nonce that differ from one message to the next.
const DIGITS: usize = 8;

/// A masked text frame.
pub fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match text.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        long => {
            frame.push(0x80 | 126);
            frame.extend((long as u16).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(text.bytes().zip(MASK.iter().cycle()).map(|(octet, mask)| octet ^ mask));
    frame
}

/// A member of a message, a text.
pub fn member(text: &str, name: &str) -> Result<String> {
    let value: serde_json::Value = serde_json::from_str(text)?;
    let member = value[name].as_str().ok_or_else(|| format!("no {name} in {text}"))?;
    Ok(member.to_owned())
}

/// Updates of one session, again and again with fresh nonces.
pub struct Updates {
    /// As many frames as are sent at once, one behind the other.
    octets: Vec<u8>,
    /// Octets of one frame.
    frame: usize,
    /// Where the changing digits of the nonce stand in a frame.
    digits: usize,
    sent: u32,
}

impl Updates {
    /// Of which at most so many are sent at once.
    pub fn new(thread: &str, session: &str, most: usize) -> Result<Self> {
        let text = texts::update(2).replace(THREAD, thread).replace(SESSION, session);
        let one = frame(&text);
        Ok(Self {
            octets: one.repeat(most.max(1)),
            frame: one.len(),
            digits: one.len() - text.len() + text.find(NONCE).ok_or("the update has no nonce")?,
            sent: 0,
        })
    }

    /// One, before all others.
    pub fn first(&self) -> &[u8] {
        &self.octets[..self.frame]
    }

    /// The next so many.
    pub fn next(&mut self, count: usize) -> &[u8] {
        for start in (0..count).map(|nth| nth * self.frame) {
            self.sent += 1;
            for place in 0..DIGITS {
                let digit = b"0123456789abcdef"[(self.sent >> (4 * place)) as usize & 15];
                // The payload begins behind a head of eight octets, so masks are in step with places in the frame.
                let at = self.digits + place;
                self.octets[start + at] = digit ^ MASK[at % 4];
            }
        }
        &self.octets[..count * self.frame]
    }
}

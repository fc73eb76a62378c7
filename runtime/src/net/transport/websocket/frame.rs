//! Frames, as octets (RFC 6455, 5.2).

use super::Role;

/// What a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    const fn of(nibble: u8) -> Option<Self> {
        Some(match nibble {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            _ => return None,
        })
    }

    const fn nibble(self) -> u8 {
        match self {
            Self::Continuation => 0,
            Self::Text => 1,
            Self::Binary => 2,
            Self::Close => 8,
            Self::Ping => 9,
            Self::Pong => 10,
        }
    }

    const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// Octets that a control frame may carry (5.5).
pub(super) const MOST_CONTROL: usize = 125;

/// The head of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) opcode: Opcode,
    pub(super) is_final: bool,
    pub(super) mask: Option<[u8; 4]>,
    /// Octets of the payload.
    pub(super) length: u64,
    /// Octets of the head.
    pub(super) octets: usize,
}

impl Head {
    /// What octets begin with; `None` if more are needed.
    ///
    /// # Errors
    /// What the rules for heads forbid, in words; as soon as it can be known.
    pub(super) fn parse(octets: &[u8], reader: Role) -> Result<Option<Self>, &'static str> {
        let [first, second, rest @ ..] = octets else {
            return Ok(None);
        };
        if first & 0x70 != 0 {
            return Err("reserved bits are set");
        }
        let opcode = Opcode::of(first & 0x0f).ok_or("there is no such kind of frame")?;
        let is_final = first & 0x80 != 0;
        let is_masked = second & 0x80 != 0;
        match (reader, is_masked) {
            (Role::Server, false) => return Err("a client's frame is not masked"),
            (Role::Client, true) => return Err("a server's frame is masked"),
            _ => {}
        }
        let short = second & 0x7f;
        if opcode.is_control() {
            if !is_final {
                return Err("a control frame is in fragments");
            }
            if usize::from(short) > MOST_CONTROL {
                return Err("a control frame is too long");
            }
        }
        let (length, wide) = match short {
            126 => match rest.first_chunk() {
                Some(length) => (u64::from(u16::from_be_bytes(*length)), 2),
                None => return Ok(None),
            },
            127 => match rest.first_chunk() {
                Some(length) => (u64::from_be_bytes(*length), 8),
                None => return Ok(None),
            },
            short => (u64::from(short), 0),
        };
        if length >> 63 != 0 {
            return Err("a length has its highest bit set");
        }
        if wide == 2 && length < 126 || wide == 8 && length <= 0xffff {
            return Err("a length is longer written than it need be");
        }
        let mask = if is_masked {
            match rest[wide..].first_chunk() {
                Some(mask) => Some(*mask),
                None => return Ok(None),
            }
        } else {
            None
        };
        let octets = 2 + wide + mask.map_or(0, |mask| mask.len());
        Ok(Some(Self {
            opcode,
            is_final,
            mask,
            length,
            octets,
        }))
    }
}

/// Appends a whole frame.
pub(super) fn write(out: &mut Vec<u8>, opcode: Opcode, payload: &[u8], mask: Option<[u8; 4]>) {
    let mut head = [0; 10];
    head[0] = 0x80 | opcode.nibble();
    let octets = match payload.len() {
        short @ 0..=125 => {
            head[1] = short as u8;
            2
        }
        long @ 126..=0xffff => {
            head[1] = 126;
            head[2..4].copy_from_slice(&(long as u16).to_be_bytes());
            4
        }
        longer => {
            head[1] = 127;
            head[2..].copy_from_slice(&(longer as u64).to_be_bytes());
            10
        }
    };
    if mask.is_some() {
        head[1] |= 0x80;
    }
    out.reserve(head.len() + 4 + payload.len());
    // The whole array: a copy whose length is known is two moves.
    let begin = out.len();
    out.extend_from_slice(&head);
    out.truncate(begin + octets);
    match mask {
        None => out.extend_from_slice(payload),
        Some(mask) => {
            out.extend_from_slice(&mask);
            let start = out.len();
            out.extend_from_slice(payload);
            apply(mask, &mut out[start..]);
        }
    }
}

/// Masks octets, or takes the mask off them (5.3), eight at a time; whether they are all ASCII then.
pub(super) fn apply(mask: [u8; 4], octets: &mut [u8]) -> bool {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = octets.as_chunks_mut();
    let mut seen = 0;
    for word in words {
        let unmasked = u64::from_ne_bytes(*word) ^ wide;
        *word = unmasked.to_ne_bytes();
        seen |= unmasked;
    }
    for (octet, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *octet ^= mask;
        seen |= u64::from(*octet);
    }
    seen & NOT_ASCII == 0
}

/// Whether octets are all ASCII: without a way out in between, so that many are looked at at once.
pub(super) fn is_ascii(octets: &[u8]) -> bool {
    let (words, rest) = octets.as_chunks();
    let seen = words.iter().fold(0, |seen, word| seen | u64::from_ne_bytes(*word));
    let seen = rest.iter().fold(seen, |seen, octet| seen | u64::from(*octet));
    seen & NOT_ASCII == 0
}

/// The bit of each octet that ASCII does not have.
const NOT_ASCII: u64 = 0x8080_8080_8080_8080;

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    #[test]
    fn a_mask_is_applied_octet_by_octet() {
        for length in 0..40 {
            let plain: Vec<u8> = (0..length).collect();
            let mut masked = plain.clone();
            apply(MASK, &mut masked);
            let expected: Vec<u8> = plain.iter().zip(MASK.iter().cycle()).map(|(octet, mask)| octet ^ mask).collect();
            assert_eq!(masked, expected);
        }
    }

    #[test]
    fn frames_are_those_of_the_specification() {
        // RFC 6455, 5.7.
        let mut out = Vec::new();
        write(&mut out, Opcode::Text, b"Hello", None);
        assert_eq!(out, [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
        out.clear();
        write(&mut out, Opcode::Text, b"Hello", Some(MASK));
        assert_eq!(out, [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);
        out.clear();
        write(&mut out, Opcode::Binary, &[0; 256], None);
        assert_eq!(out[..4], [0x82, 0x7e, 0x01, 0x00]);
        out.clear();
        write(&mut out, Opcode::Binary, &[0; 65536], None);
        assert_eq!(out[..10], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn every_length_is_read_as_it_was_written() {
        for length in [0, 1, 125, 126, 127, 65535, 65536] {
            for (reader, mask) in [(Role::Server, Some(MASK)), (Role::Client, None)] {
                let mut out = Vec::new();
                write(&mut out, Opcode::Text, &vec![b'x'; length], mask);
                let head = Head::parse(&out, reader).unwrap().unwrap();
                assert_eq!((head.length, head.octets + length), (length as u64, out.len()));
                for end in 0..head.octets {
                    assert_eq!(Head::parse(&out[..end], reader), Ok(None), "{length} at {end}");
                }
            }
        }
    }

    #[test]
    fn what_is_forbidden_is_refused_as_soon_as_it_is_there() {
        for (octets, reader, problem) in [
            (&[0xc1, 0x85][..], Role::Server, "reserved bits are set"),
            (&[0xa1, 0x85], Role::Server, "reserved bits are set"),
            (&[0x91, 0x85], Role::Server, "reserved bits are set"),
            (&[0x83, 0x85], Role::Server, "there is no such kind of frame"),
            (&[0x8b, 0x85], Role::Server, "there is no such kind of frame"),
            (&[0x81, 0x05], Role::Server, "a client's frame is not masked"),
            (&[0x81, 0x85], Role::Client, "a server's frame is masked"),
            (&[0x09, 0x85], Role::Server, "a control frame is in fragments"),
            (&[0x89, 0xfe], Role::Server, "a control frame is too long"),
            (&[0x88, 0xff], Role::Server, "a control frame is too long"),
            (&[0x81, 0xfe, 0, 125], Role::Server, "a length is longer written than it need be"),
            (&[0x81, 126, 0, 0], Role::Client, "a length is longer written than it need be"),
            (
                &[0x81, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
                Role::Client,
                "a length is longer written than it need be",
            ),
            (
                &[0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0],
                Role::Client,
                "a length has its highest bit set",
            ),
        ] {
            assert_eq!(Head::parse(octets, reader), Err(problem), "{octets:x?}");
        }
    }
}

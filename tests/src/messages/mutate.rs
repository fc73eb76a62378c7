//! Spoiling messages: first what they mean, then how they are spelled, then their octets.

use super::{Generator, Node};

impl Generator<'_> {
    /// A message with one to three mistakes, or none that matters.
    pub fn spoiled(&mut self) -> Vec<u8> {
        let message = self.message();
        self.spoiled_node(message)
    }

    /// A value or message with one to three mistakes, or none that matters.
    pub fn spoiled_node(&mut self, mut message: Node) -> Vec<u8> {
        for _ in 0..=self.below(2) {
            if self.one_in(4) {
                continue;
            }
            let mut place = self.below(message.count());
            if let Some(node) = message.at(&mut place) {
                self.depth = self.schema.limits.depth() / 2;
                self.spoil(node);
            }
        }
        let mut text = match self.below(6) {
            0 | 1 => self.spelled(&message),
            2 => self.laid_out(&message),
            _ => message.to_json(),
        };
        if self.one_in(3) {
            self.spoil_octets(&mut text);
        }
        text
    }

    /// The message, spelled with white space and escapes that mean nothing.
    pub fn spelled(&mut self, message: &Node) -> Vec<u8> {
        let mut out = Vec::new();
        self.spell(message, &mut out);
        self.space(&mut out);
        out
    }

    fn spell(&mut self, node: &Node, out: &mut Vec<u8>) {
        self.space(out);
        match node {
            Node::Raw(text) => out.extend_from_slice(text.as_bytes()),
            Node::String(text) => self.spell_string(text, out),
            Node::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.space(out);
                        out.push(b',');
                    }
                    self.spell(item, out);
                }
                self.space(out);
                out.push(b']');
            }
            Node::Object(members) => {
                out.push(b'{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        self.space(out);
                        out.push(b',');
                    }
                    self.space(out);
                    self.spell_string(name, out);
                    self.space(out);
                    out.push(b':');
                    self.spell(value, out);
                }
                self.space(out);
                out.push(b'}');
            }
        }
    }

    fn spell_string(&mut self, text: &str, out: &mut Vec<u8>) {
        out.push(b'"');
        for character in text.chars() {
            if self.one_in(8) || character < ' ' || matches!(character, '"' | '\\') {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    let escape = if self.one_in(2) {
                        format!("\\u{unit:04x}")
                    } else {
                        format!("\\u{unit:04X}")
                    };
                    out.extend_from_slice(escape.as_bytes());
                }
            } else {
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        out.push(b'"');
    }

    fn space(&mut self, out: &mut Vec<u8>) {
        while self.one_in(5) {
            out.push(*self.pick(b" \n\r\t").unwrap_or(&b' '));
        }
    }

    fn spoil(&mut self, node: &mut Node) {
        match node {
            Node::Object(members) if !members.is_empty() && !self.one_in(6) => {
                let index = self.below(members.len());
                match self.below(6) {
                    0 => drop(members.remove(index)),
                    1 => {
                        let mut copy = members[index].clone();
                        if self.one_in(2) {
                            copy.1 = self.json();
                        }
                        let place = self.below(members.len() + 1);
                        members.insert(place, copy);
                    }
                    2 => members[index].0.push('x'),
                    3 => {
                        let other = self.below(members.len());
                        members[index].0 = members[other].0.clone();
                    }
                    4 => members[index].1 = self.odd(),
                    _ => {
                        let other = self.below(members.len());
                        members[index].1 = members[other].1.clone();
                    }
                }
            }
            Node::List(items) if !items.is_empty() && !self.one_in(4) => {
                let index = self.below(items.len());
                match self.below(3) {
                    0 => drop(items.remove(index)),
                    1 => items.push(items[index].clone()),
                    _ => items[index] = self.odd(),
                }
            }
            Node::String(text) if self.one_in(2) => match self.below(4) {
                0 => text.push('é'),
                1 => drop(text.pop()),
                2 => text.clear(),
                _ => *text = "x".repeat(self.schema.limits.string.min(5000) + self.below(3)),
            },
            _ => *node = self.odd(),
        }
    }

    /// A value that is not often where it should be.
    fn odd(&mut self) -> Node {
        const ODD: [&str; 22] = [
            "null",
            "true",
            "0",
            "-0",
            "-0.0",
            "1.0",
            "1e2",
            "-1",
            "1e400",
            "01",
            "9007199254740993",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775809",
            "0.1",
            "{}",
            "[]",
            "\"\"",
            "[{}]",
            "{\"a\":1,\"a\":1}",
            "\"\\ud800\"",
            "nul",
        ];
        match self.below(8) {
            0 => self.json(),
            1 => Node::Raw("[".repeat(self.schema.limits.depth() + 1)),
            2 => {
                let depth = self.below(self.schema.limits.depth() + 2);
                Node::Raw(format!("{}{}", "[".repeat(depth), "]".repeat(depth)))
            }
            3 => {
                let count = self.schema.limits.members.min(2000) + self.below(2);
                Node::Object((0..count).map(|index| (format!("m{index}"), Node::Raw("0".to_owned()))).collect())
            }
            _ => Node::Raw(self.pick(&ODD).copied().unwrap_or("null").to_owned()),
        }
    }

    /// Changes an octet, adds one, or takes away.
    pub fn spoil_octets(&mut self, text: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        let at = self.below(text.len());
        match self.below(5) {
            0 => text.truncate(at),
            1 => drop(text.remove(at)),
            2 => {
                let octet = self.below(256) as u8;
                text.insert(at, octet);
            }
            3 => text[at] ^= 1 << self.below(8),
            _ => {
                let octet = *self.pick(b"{}[]\",:\\ 0e-.n").unwrap_or(&b'{');
                text[at] = octet;
            }
        }
    }
}

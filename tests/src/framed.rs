//! Framed text made from the tables of a schema: as a sender writes it, as it may also be written, and spoiled.
//!
//! The same seed gives the same texts. Judges are the walk and the code under test, which must agree.

use ltp_runtime::{
    schema::{BodyEnd, Framing, Member, Message, Newline, Presence, Schema, StartPart, StringSet, Tag, Type, TypeId, Unknown},
    session::SplitMix64,
};

use crate::messages::{Generator, Node};

/// Makes framed texts.
pub struct Texts<'s> {
    schema: &'s Schema,
    framing: &'s Framing,
    values: Generator<'s>,
    random: SplitMix64,
    /// Whether it is written as senders do, and conforms.
    is_plain: bool,
}

impl<'s> Texts<'s> {
    /// Texts of a schema, from a seed; `None` if it has no framing.
    #[must_use]
    pub fn new(schema: &'s Schema, seed: u64) -> Option<Self> {
        Some(Self {
            schema,
            framing: schema.framing.as_ref()?,
            values: Generator::new(schema, seed),
            random: SplitMix64::new(seed),
            is_plain: true,
        })
    }

    /// A message as senders write it: it conforms, but where a value is longer than a line may be.
    pub fn plain(&mut self) -> Vec<u8> {
        self.is_plain = true;
        self.message()
    }

    /// A message as it may also be written: order, case, blanks, line ends, headers that nobody declares, lengths that may be wrong,
    /// bodies that hold markers, values that may be none.
    pub fn odd(&mut self) -> Vec<u8> {
        self.is_plain = false;
        self.message()
    }

    /// A message with mistakes in its lines, or in its octets.
    pub fn spoiled(&mut self) -> Vec<u8> {
        let mut text = if self.one_in(2) { self.plain() } else { self.odd() };
        if self.one_in(3) {
            self.values.spoil_octets(&mut text);
            return text;
        }
        let mut lines: Vec<Vec<u8>> = text.split_inclusive(|octet| *octet == b'\n').map(<[u8]>::to_vec).collect();
        let (one, other) = (self.below(lines.len()), self.below(lines.len()));
        match self.below(9) {
            0 => drop(lines.remove(one)),
            1 => lines.insert(other, lines[one].clone()),
            2 => lines.swap(one, other),
            3 => {
                let place = self.below(lines[one].len() + 1);
                let odd = [b'\r', b'\t', b'\0', 0x7f, 0xc3, b':', b' ', b'\n'][self.below(8)];
                lines[one].insert(place, odd);
            }
            4 => {
                let place = self.below(lines[one].len());
                lines[one].remove(place);
            }
            5 => lines[one]
                .splice(0..0, vec![b'x'; self.framing.line.min(9000) - self.below(20)])
                .for_each(drop),
            6 => {
                let marker = self.framing.body_end.marker().unwrap_or(&self.framing.head_end);
                lines.insert(one, format!("{marker}\n").into_bytes());
            }
            7 => lines.insert(one, format!("{}\n", self.framing.head_end).into_bytes()),
            _ => {
                let header = b"Z: 1\r\n".to_vec();
                let count = self.framing.headers.most.min(100) + self.below(2);
                let many = (0..count).map(|index| [format!("h{index}").as_bytes(), &header].concat());
                lines.splice(1..1, many).for_each(drop);
            }
        }
        lines.concat()
    }

    fn message(&mut self) -> Vec<u8> {
        let carried: Vec<&'s Message> = self
            .schema
            .messages
            .iter()
            .filter(|message| message.envelope == self.framing.envelope)
            .collect();
        let message = carried[self.below(carried.len())];
        let newline = self.newline();
        let mut text = self.start(message);
        text.push_str(&newline);

        let members: &'s [Member] = match &self.schema.types[message.body as usize] {
            Type::Record(record) => &record.members,
            _ => &[],
        };
        let (mut headers, body) = self.headers(members);
        self.framed_length(&mut headers, body.as_deref());
        if !self.is_plain {
            while self.one_in(if self.framing.headers.unknown == Unknown::Refuse { 50 } else { 5 }) {
                let name = format!("X-{}", ["a", "A", "trace", "version", "tag"][self.below(5)]);
                headers.push((name, self.odd_text()));
            }
            for index in (1..headers.len())
                .rev()
                .filter(|_| self.random.next_u64().is_multiple_of(2))
                .collect::<Vec<_>>()
            {
                let other = self.below(index + 1);
                headers.swap(index, other);
            }
        }
        for (name, value) in headers {
            self.header(&name, &value, &mut text);
        }
        text.push_str(&self.framing.head_end);
        text.push_str(&self.newline());
        if self.framing.body_end != BodyEnd::None {
            let body = body.unwrap_or_default();
            text.push_str(&body);
            if let Some(marker) = self.framing.body_end.marker() {
                if !body.is_empty() || !self.is_plain && self.one_in(9) {
                    text.push_str(&self.newline());
                }
                text.push_str(marker);
                if self.is_plain || !self.one_in(4) {
                    text.push_str(&newline);
                }
            }
        }
        if !self.is_plain && self.one_in(20) {
            text.push_str(["\n", "x", "\r\n"][self.below(3)]);
        }
        text.into_bytes()
    }

    fn start(&mut self, message: &Message) -> String {
        let envelope = &self.schema.envelopes[self.framing.envelope as usize];
        let mut line = String::new();
        for part in self.framing.start.iter() {
            match part {
                StartPart::Literal(text) => line.push_str(text),
                StartPart::Member(index) => line.push_str(&self.text(envelope.members[*index].ty, None)),
                StartPart::Tag => match &message.tag {
                    Tag::Text(text) => line.push_str(text),
                    Tag::Pattern(pattern) => {
                        let set = StringSet {
                            pattern: Some(pattern.clone()),
                            ..StringSet::default()
                        };
                        line.push_str(&Generator::new(self.schema, self.random.next_u64()).text(&set));
                    }
                },
            }
        }
        line
    }

    /// Headers of the members that are there, in order, and the body.
    fn headers(&mut self, members: &'s [Member]) -> (Vec<(String, String)>, Option<String>) {
        let (mut headers, mut body) = (Vec::new(), None);
        for member in members {
            if member.presence != Presence::Required && self.one_in(3) || !self.is_plain && self.one_in(40) {
                continue;
            }
            if member.name == Framing::BODY {
                body = Some(self.body(member.ty));
                continue;
            }
            let separator = self.framing.headers.lists.iter().find(|(name, _)| *name == member.name);
            let value = self.text(member.ty, separator.map(|(_, separator)| &**separator));
            let names: Vec<&str> = std::iter::once(&*member.name)
                .chain(member.accepts.iter().map(|name| &**name))
                .collect();
            let name = if self.is_plain { names[0] } else { names[self.below(names.len())] };
            headers.push((name.to_owned(), value));
        }
        (headers, body)
    }

    /// Adds the header that says the body's length, where there is one.
    fn framed_length(&mut self, headers: &mut Vec<(String, String)>, body: Option<&str>) {
        let Some(name) = self.framing.body_end.header() else { return };
        let length = body.unwrap_or_default().len();
        if self.is_plain {
            if body.is_some() {
                headers.push((name.to_owned(), length.to_string()));
            }
            return;
        }
        let wrong = if self.one_in(3) { 7 } else { 100 };
        let said = match self.below(wrong) {
            0 => return,
            1 => (length + 1).to_string(),
            2 => length.saturating_sub(1).to_string(),
            3 => format!("0{length}"),
            4 => "18446744073709551615".to_owned(),
            5 => "99999999999999999999".to_owned(),
            6 => (length / 2).to_string(),
            _ if body.is_none() && self.one_in(2) => return,
            _ => length.to_string(),
        };
        headers.push((name.to_owned(), said));
    }

    fn header(&mut self, name: &str, value: &str, text: &mut String) {
        let separator = &self.framing.headers.separator;
        let space = if self.framing.headers.trim && !value.is_empty() { " " } else { "" };
        if self.is_plain {
            text.extend([name, separator, space, value]);
        } else {
            // Mostly what means the same.
            let (cases, blanks) = (
                self.framing.headers.insensitive || self.one_in(50),
                self.framing.headers.trim || self.one_in(50),
            );
            let name = match self.below(5) {
                0 if cases => name.to_ascii_lowercase(),
                1 if cases => name.to_ascii_uppercase(),
                _ => name.to_owned(),
            };
            let (before, behind) = match blanks {
                true => (["", " ", "\t", "  ", " "][self.below(5)], ["", " ", "\t", "", ""][self.below(5)]),
                false => (space, ""),
            };
            text.extend([name.as_str(), separator, before, value, behind]);
        }
        text.push_str(&self.newline());
    }

    fn body(&mut self, ty: TypeId) -> String {
        let body = self.value(ty);
        if self.is_plain {
            return self.fitting(ty, body);
        }
        let marker = self.framing.body_end.marker().unwrap_or("--").to_owned();
        match self.below(20) {
            0 => format!("{body}\n{marker}"),
            1 => format!("{marker}\n{body}"),
            2 => format!("a\r\n{marker}\r\nb"),
            3 => format!("{}\nHost: evil\n", self.framing.head_end),
            4 => body.replace('\n', "\r\n"),
            5 => String::new(),
            6 | 7 => body,
            _ => self.fitting(ty, body),
        }
    }

    /// The text of a value in the head.
    fn text(&mut self, ty: TypeId, separator: Option<&str>) -> String {
        let node = self.values.value(ty);
        let (separator, item) = match &self.schema.types[ty as usize] {
            Type::List(list) => (separator.unwrap_or(","), list.item),
            _ => ("", ty),
        };
        let items = match node {
            Node::List(items) => items,
            one => vec![one],
        };
        let items: Vec<String> = items
            .into_iter()
            .map(|item_node| {
                let text = plain_text(item_node);
                if self.is_plain {
                    self.in_head(item, &text, separator)
                } else {
                    self.perhaps_odd(text)
                }
            })
            .collect();
        items.join(if !self.is_plain && self.one_in(9) { " , " } else { separator })
    }

    fn value(&mut self, ty: TypeId) -> String {
        plain_text(self.values.value(ty))
    }

    /// A string with nothing in it that the head cannot hold.
    fn in_head(&mut self, ty: TypeId, text: &str, separator: &str) -> String {
        let fits = |c: char| (' '..='~').contains(&c) && (separator.is_empty() || !separator.contains(c));
        match &self.schema.types[ty as usize] {
            Type::String(set) if set.pattern.is_none() && set.format.is_none() && set.one_of.is_empty() => {
                let most = self.framing.line.min(self.schema.limits.string).saturating_sub(24);
                let text: String = text.chars().map(|c| if fits(c) && c != ' ' { c } else { 'x' }).collect();
                text.get(..text.len().min(most)).unwrap_or_default().to_owned()
            }
            _ => text.to_owned(),
        }
    }

    /// A body that its charset and its limits allow.
    fn fitting(&mut self, ty: TypeId, text: String) -> String {
        match &self.schema.types[ty as usize] {
            Type::String(set) if set.pattern.is_none() => {
                let text: String = text
                    .chars()
                    .map(|c| if c.is_ascii_control() || !c.is_ascii() { 'y' } else { c })
                    .collect();
                text.get(..text.len().min(self.schema.limits.string)).unwrap_or_default().to_owned()
            }
            _ => text,
        }
    }

    fn perhaps_odd(&mut self, text: String) -> String {
        let fits = text.chars().all(|c| (' '..='~').contains(&c));
        match self.below(60) {
            0 => self.odd_text(),
            1 => format!("{text}x"),
            2 => format!("\t{text} "),
            _ if fits || self.one_in(20) => text,
            _ => "plain".to_owned(),
        }
    }

    fn odd_text(&mut self) -> String {
        let odd = [
            "",
            " ",
            "0",
            "-0",
            "01",
            "1.0",
            "1e3",
            "true",
            "TRUE",
            "null",
            "a b",
            "\u{e9}",
            "a\tb",
            "\"a\\",
            "x:y",
            "99999999999999999999",
        ];
        odd[self.below(odd.len())].to_owned()
    }

    /// A line end: the one that is written, or another that is read or not.
    fn newline(&mut self) -> String {
        let written = self.framing.newline.written();
        if self.is_plain || !self.one_in(8) {
            return written.to_owned();
        }
        let other = if written == "\n" { "\r\n" } else { "\n" };
        let reads = match self.framing.newline {
            Newline::Lf | Newline::Crlf => self.one_in(9),
            Newline::LfOrCrlf | Newline::CrlfOrLf => true,
        };
        (if reads { other } else { written }).to_owned()
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.random.next_u64() % bound.max(1) as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

fn plain_text(node: Node) -> String {
    match node {
        Node::String(text) | Node::Raw(text) => text,
        Node::List(_) | Node::Object(_) => String::new(),
    }
}

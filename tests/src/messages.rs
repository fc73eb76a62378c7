//! Messages made from the tables of a schema: valid ones with values at the borders of what is allowed, and ones that are spoiled.
//!
//! The same seed gives the same messages. What is made valid is nearly always so (a TOON document may stand for something that has no
//! place there); judges are the walk and the code under test, which must agree.

mod layout;
mod mutate;
mod node;

use ltp_runtime::{
    codec::{toon, write},
    schema::{self, Member, Pattern, Presence, Schema, StringSet, Tag, Type, TypeId},
    session::SplitMix64,
};

pub use node::Node;

/// Makes messages.
pub struct Generator<'s> {
    schema: &'s Schema,
    random: SplitMix64,
    /// How many objects and lists are open where the next value stands.
    depth: usize,
    /// How many values this message may still have that it can do without.
    left: usize,
    /// What the envelope's members say, by their names.
    said: Vec<(String, String)>,
}

impl<'s> Generator<'s> {
    /// A generator for a schema, from a seed.
    #[must_use]
    pub fn new(schema: &'s Schema, seed: u64) -> Self {
        Self {
            schema,
            random: SplitMix64::new(seed),
            depth: 0,
            left: 0,
            said: Vec::new(),
        }
    }

    /// A message that conforms, or nearly.
    pub fn message(&mut self) -> Node {
        let index = self.below(self.schema.messages.len());
        let message = &self.schema.messages[index];
        let envelope = &self.schema.envelopes[message.envelope as usize];
        (self.depth, self.left, self.said) = (1, 200, Vec::new());
        let tag = match &message.tag {
            Tag::Text(text) => text.to_string(),
            Tag::Pattern(pattern) => self.matching(pattern),
        };
        let mut members = vec![(envelope.tag.to_string(), Node::String(tag))];
        let own = self.members(&envelope.members);
        self.said = own
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect();
        members.extend(own);
        match &envelope.body {
            Some(body) if !(message.accepts_flat && self.one_in(3)) => {
                if !(body.optional && self.one_in(5)) {
                    let body_value = self.value(message.body);
                    let place = 1 + self.below(members.len());
                    members.insert(place, (body.name.to_string(), body_value));
                }
            }
            _ => {
                if let Type::Record(record) = &self.schema.types[message.body as usize] {
                    members.extend(self.record(record));
                }
            }
        }
        self.unknown(&mut members);
        self.shuffle(&mut members);
        Node::Object(members)
    }

    /// A value of a type that stands by itself, and conforms, or nearly.
    pub fn whole(&mut self, ty: TypeId) -> Node {
        (self.depth, self.left, self.said) = (0, 200, Vec::new());
        self.value(ty)
    }

    /// A value of a type.
    pub fn value(&mut self, ty: TypeId) -> Node {
        let schema = self.schema;
        self.left = self.left.saturating_sub(1);
        match &schema.types[ty as usize] {
            Type::Bool => Node::Raw(if self.one_in(2) { "true" } else { "false" }.to_owned()),
            Type::Int(set) => self.integer(set, i128::from(i64::MIN), i128::from(i64::MAX)),
            Type::Uint(set) => self.integer(set, 0, i128::from(u64::MAX)),
            Type::Float(set) => self.float(set),
            Type::String(set) => Node::String(self.text(set)),
            Type::Json => self.json(),
            Type::Object => self.object(),
            Type::List(list) => {
                let count = self.count(list.length);
                Node::List(self.inside(|this| (0..count).map(|_| this.value(list.item)).collect()))
            }
            Type::Map(map) => {
                let count = self.count(map.length);
                let members = self.inside(|this| {
                    (0..count)
                        .map(|index| (format!("{}{index}", this.word()), this.value(map.item)))
                        .collect()
                });
                Node::Object(members)
            }
            Type::Nullable(_) if self.one_in(3) => Node::Raw("null".to_owned()),
            Type::Nullable(inner) => self.value(*inner),
            Type::Record(record) => Node::Object(self.inside(|this| {
                let mut members = this.record(record);
                this.unknown(&mut members);
                this.shuffle(&mut members);
                members
            })),
            Type::Enum(set) if set.open && self.one_in(4) => Node::String(self.word()),
            Type::Enum(set) => Node::String(self.pick(&set.variants).map_or_else(String::new, ToString::to_string)),
            Type::Union(union) => self.union(union),
            Type::Payload(_) | Type::Linked(_) => self.json(),
        }
    }

    fn union(&mut self, union: &'s schema::Union) -> Node {
        let variant = self.pick(&union.variants);
        let (tag, mut members) = match variant {
            Some((tag, ty)) if !(union.open && self.one_in(5)) => match &self.schema.types[*ty as usize] {
                Type::Record(record) => (tag.to_string(), self.inside(|this| this.record(record))),
                _ => (tag.to_string(), Vec::new()),
            },
            _ => (self.word(), Vec::new()),
        };
        let place = self.below(members.len() + 1);
        members.insert(place, (union.tag.to_string(), Node::String(tag)));
        self.unknown(&mut members);
        Node::Object(members)
    }

    fn record(&mut self, record: &'s schema::Record) -> Vec<(String, Node)> {
        self.members(&record.members)
    }

    fn members(&mut self, members: &'s [Member]) -> Vec<(String, Node)> {
        let mut made: Vec<(String, Node)> = Vec::new();
        // Payloads follow what decides over them.
        let is_payload = |member: &Member| matches!(self.schema.types[member.ty as usize], Type::Payload(_));
        let (payloads, plain): (Vec<_>, Vec<_>) = members.iter().partition(|member| is_payload(member));
        for member in plain.into_iter().chain(payloads) {
            // Deep trees end where they may.
            let absent = member.presence != Presence::Required && (self.one_in(3) || self.is_tired());
            if absent {
                continue;
            }
            let value = match (&self.schema.types[member.ty as usize], &member.presence) {
                (Type::Payload(payload), _) => self.payload(payload, &made, members),
                (_, Presence::Default { value, .. }) if self.one_in(4) => Node::Raw(value.to_string()),
                _ => self.value(member.ty),
            };
            let name = match self.pick(&member.accepts) {
                Some(other) if self.one_in(4) => other.to_string(),
                _ => member.name.to_string(),
            };
            made.push((name, value));
        }
        made
    }

    fn payload(&mut self, payload: &'s schema::Payload, beside: &[(String, Node)], members: &'s [Member]) -> Node {
        let said = |name: &str| {
            let there = beside
                .iter()
                .find(|(known, _)| known == name)
                .and_then(|(_, value)| value.as_str().map(str::to_owned));
            there.or_else(|| match &members.iter().find(|member| member.name == name)?.presence {
                Presence::Default { value, .. } => Some(value.trim_matches('"').to_owned()),
                _ => None,
            })
        };
        let kind = said(&payload.kind).and_then(|kind| payload.kinds.iter().find(|(text, _)| *text == kind));
        let value = match kind {
            Some((_, ty)) => self.value(*ty),
            None => self.json(),
        };
        let encoding = payload.encoding.as_ref().and_then(|encoding| match encoding.in_envelope {
            true => self
                .said
                .iter()
                .find(|(name, _)| *name == encoding.name)
                .map(|(_, value)| value.clone()),
            false => said(&encoding.name),
        });
        if encoding.as_deref() != Some("toon") || self.one_in(20) {
            return value;
        }
        let mut out = Vec::new();
        value.write(&mut out);
        let json = String::from_utf8(out).unwrap_or_default();
        let key = match kind.map(|(_, ty)| &self.schema.types[*ty as usize]) {
            Some(Type::List(list)) => list.toon_key.as_deref(),
            _ => None,
        };
        let written = toon::table(key.filter(|_| !self.one_in(5)), &json);
        Node::String(written.unwrap_or_else(|| match self.below(4) {
            0 => "a: 1\nb: x\n".to_owned(),
            1 => "[2]: 1,2".to_owned(),
            2 => format!("x[1]: {}", self.below(9)),
            _ => "no: [toon".to_owned(),
        }))
    }

    fn integer(&mut self, set: &[(i128, i128)], least: i128, most: i128) -> Node {
        let (start, end) = self.pick(set).copied().unwrap_or((least, most));
        let (start, end) = (start.max(least), end.min(most));
        let value = match self.below(4) {
            0 => start,
            1 => end,
            2 => (start + i128::from(self.random.next_u64() % 10)).min(end),
            _ => start + i128::from(self.random.next_u64()) % (end - start + 1).max(1),
        };
        Node::Raw(value.to_string())
    }

    fn float(&mut self, set: &[schema::FloatRange]) -> Node {
        let range = self.pick(set).copied();
        let (start, end) = range.map_or((-1e300, 1e300), |range| (range.start.max(-1e300), range.end.min(1e300)));
        let share = (self.random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        let value = match self.below(6) {
            0 => start,
            1 if range.is_none_or(|range| range.end_included) => end,
            2 if start <= 0.0 && end > 0.0 => -0.0,
            3 => start + (end - start) * share,
            _ => (start + 1.0).min(end * 0.5),
        };
        let mut out = Vec::new();
        write::f64(&mut out, value);
        let plain = String::from_utf8(out).unwrap_or_default();
        Node::Raw(match self.below(4) {
            0 if !plain.contains(['e', '.']) => format!("{plain}.0"),
            1 if !plain.contains('e') => format!("{plain}e0"),
            _ => plain,
        })
    }

    /// Text of a set.
    pub fn text(&mut self, set: &StringSet) -> String {
        if let Some(one) = self.pick(&set.one_of) {
            return one.to_string();
        }
        if let Some(pattern) = &set.pattern {
            return self.matching(pattern);
        }
        match set.format {
            Some(schema::Format::Uuid) => {
                let id = format!("{:016x}{:016x}", self.random.next_u64(), self.random.next_u64());
                let id = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
                if self.one_in(3) { id.to_uppercase() } else { id }
            }
            Some(schema::Format::Datetime) => {
                let times = ["2024-02-29T00:00:00Z", "1990-12-31T15:59:60-08:00", "2026-01-31t12:00:00.5+01:00"];
                self.pick(&times).map_or_else(String::new, ToString::to_string)
            }
            None => {
                let (least, most) = set.length.unwrap_or((0, 12));
                let count = match self.below(3) {
                    0 => least,
                    1 => most.min(least + 300),
                    _ => least + self.random.next_u64() % (most - least + 1).clamp(1, 12),
                };
                (0..count).map(|_| self.character()).collect()
            }
        }
    }

    /// Text that a pattern matches: a walk through its automaton, home by the shortest way.
    fn matching(&mut self, pattern: &Pattern) -> String {
        let step = |state: u16, octet: u8| {
            let class = pattern.classes[usize::from(octet)];
            pattern.next[usize::from(state) * usize::from(pattern.stride) + usize::from(class)]
        };
        let octets: Vec<u8> = (b' '..=b'~').collect();
        let mut text = String::new();
        let mut state = 1;
        for _ in 0..self.below(24) {
            let alive: Vec<u8> = octets.iter().copied().filter(|octet| step(state, *octet) != 0).collect();
            let Some(octet) = self.pick(&alive).copied() else { break };
            text.push(char::from(octet));
            state = step(state, octet);
        }
        let mut reached = vec![(state, String::new())];
        let mut next = 0;
        while let Some((state, way)) = reached.get(next).cloned() {
            if pattern.accepting[usize::from(state)] {
                return text + &way;
            }
            for octet in &octets {
                let to = step(state, *octet);
                if to != 0 && !reached.iter().any(|(known, _)| *known == to) {
                    reached.push((to, format!("{way}{}", char::from(*octet))));
                }
            }
            next += 1;
        }
        text
    }

    /// Any JSON value.
    pub fn json(&mut self) -> Node {
        let deep = self.depth + 2 > self.schema.limits.depth();
        match self.below(if deep { 5 } else { 7 }) {
            0 => Node::Raw("null".to_owned()),
            1 => Node::Raw("true".to_owned()),
            2 => Node::Raw("-12.50e+3".to_owned()),
            3 => Node::String(self.text(&StringSet::default())),
            4 => Node::Raw("18446744073709551616".to_owned()),
            5 => {
                let count = self.below(4);
                Node::List(self.inside(|this| (0..count).map(|_| this.json()).collect()))
            }
            _ => self.object(),
        }
    }

    fn object(&mut self) -> Node {
        let count = if self.depth + 1 > self.schema.limits.depth() {
            0
        } else {
            self.below(4)
        };
        Node::Object(self.inside(|this| (0..count).map(|index| (format!("{}{index}", this.word()), this.json())).collect()))
    }

    /// Sometimes adds a member that no schema declares.
    fn unknown(&mut self, members: &mut Vec<(String, Node)>) {
        while self.one_in(6) {
            let name = format!("x-{}{}", self.word(), members.len());
            let place = self.below(members.len() + 1);
            let value = self.json();
            members.insert(place, (name, value));
        }
    }

    /// Most senders keep to the order of the schema.
    fn shuffle<T>(&mut self, items: &mut [T]) {
        if self.one_in(3) {
            for index in (1..items.len()).rev() {
                items.swap(index, self.below(index + 1));
            }
        }
    }

    fn inside<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let made = make(self);
        self.depth -= 1;
        made
    }

    fn count(&mut self, length: Option<(u64, u64)>) -> u64 {
        let (least, most) = length.unwrap_or((0, 3));
        let most = if self.is_tired() { least } else { most.min(least + 4) };
        least + self.random.next_u64() % (most - least + 1)
    }

    /// Whether what follows should be as small as it can be.
    fn is_tired(&self) -> bool {
        self.left == 0 || self.depth + 4 > self.schema.limits.depth()
    }

    fn word(&mut self) -> String {
        (0..=self.below(6)).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }

    fn character(&mut self) -> char {
        let all = ['a', 'Z', '0', ' ', '"', '\\', '/', '\n', '\u{1}', '\u{7f}', 'é', '世', '🦀'];
        self.pick(&all).copied().unwrap_or('x')
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.random.next_u64() % bound.max(1) as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get(self.below(items.len()))
    }
}

//! Objects and what is known of their texts, in the plan.

use std::borrow::Cow;

use ltp_runtime::schema::{Member, Presence, Record};

use super::{
    plan::{Accepted, Default, Field, Object, PayloadPlan, Peer, Word},
    planning::{JSON, Planner, payload},
};
use crate::{
    model,
    naming::{Scope, is_unspeakable},
};

impl Planner<'_> {
    /// The members of a record, of whose union or envelope the tag stands among them.
    pub fn record(&mut self, id: u32, record: &Record, tag: Option<&str>) -> Object {
        let declared = self.viewer.model.records.get(id as usize).map_or(&[][..], |record| &record.members);
        let fields = self.fields(&record.members, declared);
        self.object(fields, &[&record.members], tag, record.open)
    }

    /// Members, by themselves.
    pub fn fields(&mut self, members: &[Member], declared: &[model::Member]) -> Vec<Field> {
        let names: Vec<String> = self.viewer.members(declared).into_iter().map(|member| member.name).collect();
        let fields = members.iter().zip(names).enumerate();
        fields
            .map(|(at, (member, name))| Field {
                at,
                local: name.clone(),
                name,
                word: self.name(&member.name),
                r#type: self.steps[member.ty as usize].clone(),
                required: member.presence == Presence::Required,
                optional: member.presence == Presence::Optional,
                default: match &member.presence {
                    Presence::Default { value, always } => Some(self.default(value, *always, member.ty)),
                    Presence::Required | Presence::Optional => None,
                },
                payload: None,
                body: false,
            })
            .collect()
    }

    fn default(&self, value: &str, always: bool, id: u32) -> Default {
        Default {
            literal: self.language.constant(value),
            text: (self.language.text)(value),
            always,
            id,
        }
    }

    /// Members that stand in one object: `members` as the schema has them, lists of them one behind the other without a body.
    pub fn object(&self, mut fields: Vec<Field>, members: &[&[Member]], tag: Option<&str>, open: bool) -> Object {
        let mut scope = Scope::new(self.language.naming);
        for (at, field) in fields.iter_mut().enumerate() {
            field.at = at;
            field.local = scope.allocate(&field.name);
        }
        let mut accepted = Vec::new();
        let beside = fields.clone();
        let all = members.iter().copied().flatten();
        for (member, field) in all.zip(fields.iter_mut().filter(|field| !field.body)) {
            accepted.extend(member.accepts.iter().map(|name| Accepted {
                literal: (self.language.text)(name),
                at: field.at,
            }));
            field.payload = payload(self.schema, member.ty).map(|payload| {
                let peer = |name: &str, usual: &str| {
                    let literal = (self.language.text)(name);
                    let found = beside.iter().find(|field| !field.body && field.word.literal == literal)?;
                    let default = found.default.as_ref().and_then(|default| default.literal.clone());
                    Some(Peer {
                        name: found.name.clone(),
                        local: found.local.clone(),
                        default: default.unwrap_or_else(|| usual.to_owned()),
                    })
                };
                let encoding = payload.encoding.as_ref().filter(|encoding| !encoding.in_envelope);
                PayloadPlan {
                    kind: peer(&payload.kind, self.language.none),
                    encoding: encoding.and_then(|encoding| peer(&encoding.name, &(self.language.text)(JSON))),
                }
            });
        }
        let known = fields.len() + usize::from(tag.is_some());
        let straight = if known > self.schema.limits.members { 0 } else { straight(&fields) };
        Object {
            straight,
            members: fields,
            tag: tag.map(|tag| (self.language.text)(tag)),
            accepted,
            open,
        }
    }

    /// A member whose value is known beforehand.
    pub fn opening(&self, name: &str, tag: &str, text: &str) -> Word {
        self.word(name.to_owned(), text, &format!("{}:{}", json(tag), json(text)))
    }

    /// Texts that a value can be.
    pub fn texts(&self, texts: &[Cow<'static, str>]) -> Vec<Word> {
        let mut scope = Scope::new(self.language.naming);
        let words = texts.iter().map(|text| {
            let name = scope.allocate(&(self.language.naming.constants)(&speakable(text)));
            self.word(name, text, &json(text))
        });
        words.collect()
    }

    fn word(&self, name: String, value: &str, text: &str) -> Word {
        let octets = text.as_bytes();
        let is_plain = octets.len() >= 4 && text.is_ascii();
        let count = if is_plain { octets.len().div_ceil(4) } else { 0 };
        let words = (0..count).filter_map(|index| octets.get((4 * index).min(octets.len() - 4)..)?.first_chunk());
        Word {
            name,
            literal: (self.language.text)(value),
            text: (self.language.text)(text),
            octets: octets.len(),
            words: words.map(|four| i32::from_le_bytes(*four)).collect(),
        }
    }

    /// A name on the wire, with its colon.
    pub fn name(&mut self, wire: &str) -> Word {
        if let Some(known) = self.names.get(wire) {
            return known.clone();
        }
        let name = self.constants.allocate(&(self.language.naming.constants)(&speakable(wire)));
        let word = self.word(name, wire, &format!("{}:", json(wire)));
        self.names.insert(wire.to_owned(), word.clone());
        word
    }
}

/// How many of the first members can be read as they come: a payload's kind comes before it, and a name has words to be told by.
fn straight(fields: &[Field]) -> usize {
    let is_straight = |(at, field): &(usize, &Field)| {
        let kind = field.payload.as_ref().and_then(|payload| payload.kind.as_ref());
        kind.is_none_or(|kind| fields[..*at].iter().any(|before| before.local == kind.local)) && !field.word.words.is_empty()
    };
    fields.iter().enumerate().take_while(is_straight).count()
}

/// A text as words of which a name can be made.
fn speakable(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if is_unspeakable(&plain) { format!("text_{plain}") } else { plain }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

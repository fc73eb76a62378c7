//! Messages in the plan.

use ltp_runtime::schema::{Envelope, Member, Message, Presence, Tag as Named, Type};

use super::{
    plan::{Exchange, Field, Peer, Tag, Told},
    planning::{JSON, Planner},
};

impl Planner<'_> {
    pub(super) fn messages(&mut self) -> Vec<Exchange> {
        let messages = self.schema.messages.iter().enumerate();
        messages.map(|(index, message)| self.message(index, message)).collect()
    }

    fn message(&mut self, index: usize, message: &Message) -> Exchange {
        let schema = self.schema;
        let envelope = &schema.envelopes[message.envelope as usize];
        let declared = &self.viewer.model.envelopes[message.envelope as usize].members;
        let mut fields = self.fields(&envelope.members, declared);
        let own = fields.len();
        let record = match &schema.types[message.body as usize] {
            Type::Record(record) => Some(record),
            _ => None,
        };
        let mut members: Vec<&[Member]> = vec![&envelope.members];
        let mut empty = false;
        let mut keeps = false;
        let body = match (&envelope.body, record) {
            (Some(body), _) => {
                let has_required = record.is_some_and(|record| record.members.iter().any(|member| member.presence == Presence::Required));
                empty = body.optional && !message.accepts_flat && !has_required;
                fields.insert(body.position, self.body(&body.name, message.body, !empty));
                "member"
            }
            (None, Some(record)) => {
                members.push(&record.members);
                fields.extend(self.beside(message));
                keeps = record.open;
                "beside"
            }
            (None, None) => {
                keeps = true;
                "rest"
            }
        };
        let object = self.object(fields, &members, Some(&envelope.tag), keeps);
        let (said, beside) = match body {
            "beside" => object.members.split_at(own),
            _ => (object.members.as_slice(), &[][..]),
        };
        let said: Vec<Field> = said.iter().filter(|field| !field.body).cloned().collect();
        let tag = match &message.tag {
            Named::Text(text) => Some(text.as_ref()),
            Named::Pattern(_) => None,
        };
        let name = self.viewer.messages[index].clone();
        Exchange {
            index,
            schema: (self.language.text)(&message.name),
            opening: tag.map(|tag| self.opening(&(self.language.naming.constants)(&name), &envelope.tag, tag)),
            tag: tag.map(|tag| (self.language.text)(tag)),
            encodings: self.encodings(envelope, &said),
            step: envelope.body.as_ref().map(|_| self.steps[message.body as usize].clone()),
            walked: tag.is_none() || body == "rest",
            beside: beside.to_vec(),
            envelope: said,
            object,
            name,
            body,
            empty,
        }
    }

    fn body(&mut self, wire: &str, id: u32, required: bool) -> Field {
        Field {
            at: 0,
            name: "body".to_owned(),
            local: String::new(),
            word: self.name(wire),
            r#type: self.steps[id as usize].clone(),
            required,
            optional: !required,
            default: None,
            payload: None,
            body: true,
        }
    }

    /// The members of a body that has no member of its own.
    fn beside(&mut self, message: &Message) -> Vec<Field> {
        let index = message.body as usize;
        let declared = self.viewer.model.records.get(index).map_or(&[][..], |record| &record.members);
        match &self.schema.types[index] {
            Type::Record(record) => self.fields(&record.members, declared),
            _ => Vec::new(),
        }
    }

    /// The members of an envelope by which payloads in any body name their encoding.
    fn encodings(&self, envelope: &Envelope, said: &[Field]) -> Vec<Peer> {
        let payloads = self.schema.types.iter().filter_map(|ty| match ty {
            Type::Payload(payload) => payload.encoding.as_ref().filter(|encoding| encoding.in_envelope),
            _ => None,
        });
        let names: Vec<&str> = payloads.map(|encoding| encoding.name.as_ref()).collect();
        let named = envelope.members.iter().zip(said);
        let named = named.filter(|(member, _)| names.contains(&member.name.as_ref()));
        let peers = named.map(|(_, field)| Peer {
            name: field.name.clone(),
            local: field.local.clone(),
            default: field
                .default
                .as_ref()
                .and_then(|default| default.literal.clone())
                .unwrap_or_else(|| (self.language.text)(JSON)),
        });
        peers.collect()
    }

    pub(super) fn tags(&self) -> Vec<Tag> {
        let mut names: Vec<&str> = Vec::new();
        for envelope in self.schema.envelopes.iter().filter(|envelope| !envelope.tag.is_empty()) {
            if !names.contains(&envelope.tag.as_ref()) {
                names.push(&envelope.tag);
            }
        }
        names.into_iter().map(|name| self.tag(name)).collect()
    }

    fn tag(&self, name: &str) -> Tag {
        let messages = self.schema.messages.iter().enumerate();
        let of = messages.filter(|(_, message)| self.schema.envelopes[message.envelope as usize].tag == name);
        let told = of.map(|(index, message)| Told {
            index,
            name: self.viewer.messages[index].clone(),
            literal: match &message.tag {
                Named::Text(text) => Some((self.language.text)(text)),
                Named::Pattern(_) => None,
            },
        });
        let (texts, patterns) = told.partition(|told| told.literal.is_some());
        Tag {
            literal: (self.language.text)(name),
            texts,
            patterns,
        }
    }
}

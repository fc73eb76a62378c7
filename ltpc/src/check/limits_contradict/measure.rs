//! The least that values take: nesting, octets, members. Never more than a value really takes.

use crate::model::{Member, Message, MessageBody, Model, Presence, Tag, Type, TypeKind};
use crate::resolve::graph;

/// What the smallest value takes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Least {
    /// Objects and lists within each other.
    pub depth: u64,
    /// Octets of JSON.
    pub octets: u64,
    /// Members of the object itself.
    pub members: u64,
}

/// What the smallest value of every record takes.
pub struct Measures<'m> {
    model: &'m Model,
    records: Vec<Least>,
}

impl<'m> Measures<'m> {
    /// Measures all records, those first that others need.
    pub fn of(model: &'m Model) -> Self {
        let needs: Vec<Vec<usize>> = model
            .records
            .iter()
            .map(|record| {
                record
                    .members
                    .iter()
                    .filter(|member| is_required(member))
                    .filter_map(|member| need(&member.ty))
                    .collect()
            })
            .collect();
        let mut measures = Self {
            model,
            records: vec![Least::default(); model.records.len()],
        };
        for part in graph::parts(needs.len(), &needs) {
            // A record that needs itself has no values, which another rule says.
            if let ([record], false) = (part.as_slice(), graph::is_cycle(&part, &needs)) {
                measures.records[*record] = measures.object(&model.records[*record].members);
            }
        }
        measures
    }

    /// The smallest text of a message.
    pub fn message(&self, message: &Message) -> Least {
        let envelope = &self.model[message.envelope];
        let mut least = self.object(&envelope.members);
        let tag = match &message.tag {
            Tag::Text(text) => text.len() as u64,
            Tag::Scalar { .. } => 1,
        };
        least.member(
            &envelope.tag,
            Least {
                octets: tag.saturating_add(2),
                ..Least::default()
            },
        );
        let body = match message.body {
            MessageBody::Record(record) => self.records.get(record.0 as usize).copied().unwrap_or_default(),
            MessageBody::Object => Least {
                depth: 1,
                octets: 2,
                members: 0,
            },
        };
        match &envelope.body {
            // An absent body is an object without members.
            Some(slot) if slot.optional && body.members == 0 => {}
            Some(slot) => least.member(&slot.wire, body),
            None => {
                least.depth = least.depth.max(body.depth);
                // The braces are the envelope's; a comma stands between.
                least.octets = least.octets.saturating_add(body.octets.saturating_sub(1));
                least.members = least.members.saturating_add(body.members);
            }
        }
        least
    }

    fn object(&self, members: &[Member]) -> Least {
        let mut least = Least {
            depth: 1,
            octets: 2,
            members: 0,
        };
        for member in members.iter().filter(|member| is_required(member)) {
            least.member(&member.wire, self.value(&member.ty));
        }
        least
    }

    fn value(&self, ty: &Type) -> Least {
        let octets = |octets: u64| Least {
            octets,
            ..Least::default()
        };
        let least = match &ty.kind {
            TypeKind::Bool => octets(4),
            TypeKind::Int(_) | TypeKind::Uint(_) | TypeKind::Float(_) | TypeKind::Json | TypeKind::Payload { .. } => octets(1),
            TypeKind::String(set) => {
                let shortest = set.one_of.iter().map(|text| text.len() as u64).min();
                octets(shortest.or(set.length.map(|(least, _)| least)).unwrap_or(0).saturating_add(2))
            }
            TypeKind::Uuid => octets(38),
            TypeKind::Datetime => octets(22),
            TypeKind::Object | TypeKind::Union(_) => Least {
                depth: 1,
                octets: 2,
                members: 0,
            },
            TypeKind::List { item, length, .. } => self.several(item, length.map_or(0, |(least, _)| least), 1),
            // A member has a name in quotes and a colon.
            TypeKind::Map { value, length } => self.several(value, length.map_or(0, |(least, _)| least), 4),
            TypeKind::Record(id) => self.records.get(id.0 as usize).copied().unwrap_or_default(),
            TypeKind::Enum(_) | TypeKind::PayloadKind(_) => octets(2),
            TypeKind::Duration | TypeKind::Instant => octets(0),
        };
        if ty.nullable { octets(least.octets.min(4)) } else { least }
    }

    fn several(&self, ty: &Type, count: u64, beside: u64) -> Least {
        if count == 0 {
            return Least {
                depth: 1,
                octets: 2,
                members: 0,
            };
        }
        let one = self.value(ty);
        let octets = one.octets.saturating_add(beside).saturating_mul(count).saturating_add(1);
        Least {
            depth: one.depth.saturating_add(1),
            octets,
            members: 0,
        }
    }
}

impl Least {
    /// Adds a member to an object.
    fn member(&mut self, name: &str, value: Self) {
        self.depth = self.depth.max(value.depth.saturating_add(1));
        // Quotes and a colon; a comma if it is not the first.
        let beside = (name.len() as u64).saturating_add(3 + u64::from(self.members > 0));
        self.octets = self.octets.saturating_add(value.octets).saturating_add(beside);
        self.members = self.members.saturating_add(1);
    }
}

const fn is_required(member: &Member) -> bool {
    matches!(member.presence, Presence::Required { .. })
}

/// The record without which there is no value of a type.
fn need(mut ty: &Type) -> Option<usize> {
    loop {
        if ty.nullable {
            return None;
        }
        match &ty.kind {
            TypeKind::Record(id) => return Some(id.0 as usize),
            TypeKind::List {
                item,
                length: Some((1.., _)),
                ..
            } => ty = item,
            TypeKind::Map {
                value,
                length: Some((1.., _)),
            } => ty = value,
            _ => return None,
        }
    }
}

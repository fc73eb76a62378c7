//! Digests, computed from the model.

use std::cmp::Ordering;

use ltp_runtime::{
    codec::{self, Value, Violation},
    digest::Sha256,
};

use super::{Tables, eval::number::integer, lower::list_of};
use crate::model::{Algorithm, Digest, Member, Model, TypeKind};

/// The digest of a list of values of its record.
pub(super) fn of(model: &Model, digest: &Digest, list: &Value) -> String {
    let items = match list {
        Value::List(items) => items.as_slice(),
        _ => &[],
    };
    if let Some(empty) = digest.empty.as_ref().filter(|_| items.is_empty()) {
        return empty.clone();
    }
    let members = &model[digest.record].members;
    let mut sorted: Vec<&Value> = items.iter().collect();
    sorted.sort_by(|a, b| {
        let orders = digest.sort.iter().map(|index| compare(a, b, &members[*index]));
        orders.fold(Ordering::Equal, Ordering::then)
    });
    let Algorithm::Sha256 = digest.algorithm;
    let mut hash = Sha256::new();
    for item in sorted {
        for index in &digest.join {
            hash.update(&text(item, &members[*index]));
        }
    }
    hash.hex(&digest.prefix, digest.digits)
}

/// Texts by code points, which is the order of their octets; integers by value.
fn compare(a: &Value, b: &Value, member: &Member) -> Ordering {
    let value = |item: &Value| item.get(&member.wire).map_or(0, integer);
    match member.ty.kind {
        TypeKind::Int(_) | TypeKind::Uint(_) => value(a).cmp(&value(b)),
        _ => text(a, member).cmp(&text(b, member)),
    }
}

/// A member's text: of an integer its digits, of a UUID its lower case.
fn text(item: &Value, member: &Member) -> String {
    match (item.get(&member.wire), &member.ty.kind) {
        (Some(Value::String(text)), TypeKind::Uuid) => text.to_ascii_lowercase(),
        (Some(Value::String(text) | Value::Number(text)), _) => text.clone(),
        _ => String::new(),
    }
}

/// A digest that can be computed from JSON.
#[derive(Debug)]
pub struct Digester<'m> {
    model: &'m Model,
    digest: &'m Digest,
    tables: Tables,
    list: ltp_runtime::schema::TypeId,
}

impl<'m> Digester<'m> {
    /// The digest of that name in the model's own file; `None` if there is none, or none can be read from JSON.
    #[must_use]
    pub fn new(model: &'m Model, name: &str) -> Option<Self> {
        let digest = model
            .digests
            .iter()
            .find(|digest| digest.decl.module.0 == 0 && digest.decl.name == name)?;
        let tables = Tables::new(model);
        let list = tables.type_id(&list_of(digest.record))?;
        Some(Self {
            model,
            digest,
            tables,
            list,
        })
    }

    /// The most octets of a text.
    #[must_use]
    pub const fn most(&self) -> usize {
        self.tables.schema.limits.message
    }

    /// What is said of a text of more octets.
    #[must_use]
    pub fn too_long(&self, octets: u64) -> Vec<Violation> {
        super::form::too_long(octets, self.most()).0
    }

    /// The digest of a list that stands as JSON.
    ///
    /// # Errors
    /// Everything for which the text is no list of the digest's records.
    pub fn read(&self, json: &[u8]) -> Result<String, Vec<Violation>> {
        let list = codec::decode_value(&self.tables.schema, self.list, json)?;
        Ok(of(self.model, self.digest, &list))
    }
}

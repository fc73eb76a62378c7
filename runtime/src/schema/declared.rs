//! Tables as the text of a schema: what a program declares in its own language, for all others.

mod text;

use alloc::{format, string::String, vec::Vec};

use super::{Schema, Type, TypeId, linked};
use crate::codec::{PayloadKind, Wire};

/// The declarations of types that a program derives, as a schema: for peers in other languages, and for its own next version.
///
/// ```
/// # use ltp_runtime::schema::Declared;
/// let text = Declared::new("mine", "1.0").with::<Vec<Option<u8>>>("Levels").to_string();
/// assert!(text.contains("levels: list<uint? where 0 ..= 255>;"), "{text}");
/// ```
#[derive(Debug, Clone)]
pub struct Declared {
    protocol: String,
    version: String,
    /// Payload sets with their kinds: names on the wire, tables and types, and keys of TOON.
    sets: Vec<(String, Vec<Kind>)>,
    others: Vec<(String, Place)>,
}

/// Where a type stands.
type Place = (&'static Schema, TypeId);

#[derive(Debug, Clone)]
struct Kind {
    name: &'static str,
    place: Place,
    toon_key: Option<&'static str>,
}

impl Declared {
    /// A protocol of that name and version, without types.
    #[must_use]
    pub fn new(protocol: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            protocol: protocol.into(),
            version: version.into(),
            sets: Vec::new(),
            others: Vec::new(),
        }
    }

    /// With a kind, in an open payload set of that name.
    #[must_use]
    pub fn kind<'a, K: PayloadKind + Wire<'a>>(mut self, set: &str) -> Self {
        let kind = Kind {
            name: K::KIND,
            place: (K::SCHEMA, K::TYPE),
            toon_key: K::TOON_KEY,
        };
        match self.sets.iter_mut().find(|(name, _)| name == set) {
            Some((_, kinds)) => kinds.push(kind),
            None => self.sets.push((set.into(), Vec::from([kind]))),
        }
        self
    }

    /// With a type: under its own name if it has one, else as the only member of a record of this name.
    #[must_use]
    pub fn with<'a, T: Wire<'a>>(mut self, name: &str) -> Self {
        self.others.push((name.into(), (T::SCHEMA, T::TYPE)));
        self
    }
}

impl core::fmt::Display for Declared {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut writer = text::Writer::default();
        let mut sets = String::new();
        for (name, kinds) in &self.sets {
            let mut lines = String::new();
            for kind in kinds {
                let (schema, ty) = linked(kind.place.0, kind.place.1);
                let of = writer.adopt(&schema, ty);
                let (spoken, wire) = text::named(kind.name);
                let (ty, constraint) = writer.ty(of);
                let toon = kind
                    .toon_key
                    .map_or_else(String::new, |key| format!(" @toon(key = {})", text::quoted(key)));
                lines.push_str(&format!("    {spoken}{wire}: {ty}{constraint}{toon};\n"));
            }
            sets.push_str(&format!("\npayloads {name} open {{\n{lines}}}\n"));
        }
        for (name, (schema, ty)) in &self.others {
            let (schema, ty) = linked(schema, *ty);
            let of = writer.adopt(&schema, ty);
            let (written, constraint) = writer.ty(of);
            if !matches!(writer.types.get(of), Some(Type::Record(_) | Type::Enum(_) | Type::Union(_))) {
                let (member, _) = text::named(&text::snake(name));
                sets.push_str(&format!("\nrecord {name} {{\n    {member}: {written}{constraint};\n}}\n"));
            }
        }
        writeln!(f, "protocol {} {};", self.protocol, text::quoted(&self.version))?;
        f.write_str(&writer.declarations())?;
        f.write_str(&sets)
    }
}

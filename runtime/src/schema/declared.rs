//! Tables as the text of a schema: what a program declares in its own language, for all others.

mod text;

use alloc::{format, string::String, vec::Vec};

use super::Documented;
use crate::{
    codec::{PayloadKind, Wire},
    derived::documented,
    work::Element,
};

/// The declarations of types that a program derives, as a schema: for peers in other languages, and for its own next version.
///
/// ```
/// # use ltp_runtime::schema::Declared;
/// let text = Declared::new("mine", "1.0").with::<Vec<Option<u8>>>("Levels").to_string();
/// assert!(text.contains("levels: list<uint? where ..= 255>;"), "{text}");
/// ```
#[derive(Debug, Clone)]
pub struct Declared {
    protocol: String,
    version: String,
    /// Payload sets with their kinds: names on the wire, tables and types, and keys of TOON.
    sets: Vec<(String, Vec<Kind>)>,
    others: Vec<(String, Documented)>,
    /// Schemas that declare what these add to, by their paths.
    imports: Vec<String>,
    elements: Vec<Added>,
}

/// An element of a group that is declared elsewhere.
#[derive(Debug, Clone)]
struct Added {
    group: &'static str,
    name: &'static str,
    input: Documented,
    output: Documented,
}

#[derive(Debug, Clone)]
struct Kind {
    name: &'static str,
    of: Documented,
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
            imports: Vec::new(),
            elements: Vec::new(),
        }
    }

    /// With a kind, in an open payload set of that name.
    #[must_use]
    pub fn kind<'a, K: PayloadKind + Wire<'a>>(mut self, set: &str) -> Self {
        let kind = Kind {
            name: K::KIND,
            of: documented::<K>(),
            toon_key: K::TOON_KEY,
        };
        match self.sets.iter_mut().find(|(name, _)| name == set) {
            Some((_, kinds)) => kinds.push(kind),
            None => self.sets.push((set.into(), Vec::from([kind]))),
        }
        self
    }

    /// With the import of another schema, by its path from where this one will stand: what declares the groups of elements.
    #[must_use]
    pub fn import(mut self, path: impl Into<String>) -> Self {
        self.imports.push(path.into());
        self
    }

    /// With an element, added to its group, which an imported schema declares.
    #[must_use]
    pub fn element<'a, E>(mut self) -> Self
    where
        E: Element,
        E::Input: Wire<'a>,
        E::Output: Wire<'a>,
    {
        self.elements.push(Added {
            group: E::GROUP,
            name: E::NAME,
            input: documented::<E::Input>(),
            output: documented::<E::Output>(),
        });
        self
    }

    /// With a type: under its own name if it has one, else as the only member of a record of this name.
    #[must_use]
    pub fn with<'a, T: Wire<'a>>(mut self, name: &str) -> Self {
        self.others.push((name.into(), documented::<T>()));
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
                let of = writer.adopt(&kind.of);
                let (spoken, wire) = text::named(kind.name);
                let (ty, constraint) = writer.ty(of);
                let toon = kind
                    .toon_key
                    .map_or_else(String::new, |key| format!(" @toon(key = {})", text::quoted(key)));
                let words = writer.words(of, "    ");
                lines.push_str(&format!("{words}    {spoken}{wire}: {ty}{constraint}{toon};\n"));
            }
            sets.push_str(&format!("\npayloads {name} open {{\n{lines}}}\n"));
        }
        for (name, other) in &self.others {
            let of = writer.adopt(other);
            let (written, constraint) = writer.ty(of);
            if !writer.is_declared(of) {
                let ((member, _), words) = (text::named(&text::snake(name)), writer.words(of, ""));
                sets.push_str(&format!("\n{words}record {name} {{\n    {member}: {written}{constraint};\n}}\n"));
            }
        }
        let mut elements = String::new();
        for Added {
            group,
            name,
            input,
            output,
        } in &self.elements
        {
            // What has no name is any JSON to a schema; the element's own types still judge it.
            let mut ty = |of: &Documented| {
                let of = writer.adopt(of);
                let (written, _) = writer.ty(of);
                if writer.is_declared(of) { written } else { "json".into() }
            };
            elements.push_str(&format!("\nelement {group}.{name} ({}) -> {};\n", ty(input), ty(output)));
        }
        writeln!(f, "protocol {} {};", self.protocol, text::quoted(&self.version))?;
        for (place, path) in self.imports.iter().enumerate() {
            let gap = if place == 0 { "\n" } else { "" };
            writeln!(f, "{gap}import {};", text::quoted(path))?;
        }
        f.write_str(&writer.declarations())?;
        f.write_str(&sets)?;
        f.write_str(&elements)
    }
}

//! Rust: structs and enums, a codec that reads in one pass, tables for explanations, session machines.
//!
//! Everything is built as syntax and printed by `prettyplease`. What things are called is decided first ([`names`]), then what must
//! be known of them ([`facts`]); the rest is one function for each kind of declaration.

pub mod codec;
pub mod context;
pub mod derived;
pub mod facts;
pub mod names;

mod checks;
#[cfg(feature = "build")]
mod digests;
mod docs;
#[cfg(feature = "build")]
mod draft;
#[cfg(feature = "build")]
mod endpoint;
#[cfg(feature = "build")]
mod mappings;
#[cfg(feature = "build")]
mod message;
mod print;
#[cfg(feature = "build")]
mod serde;
#[cfg(feature = "build")]
mod session;
mod tables;
mod tiers;
mod types;
#[cfg(feature = "build")]
mod whole;
#[cfg(feature = "build")]
mod work;

use std::collections::BTreeMap;

#[cfg(feature = "build")]
pub use whole::generate;

use crate::{
    model::{Constant, Model},
    source::Sources,
};

/// How the output is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Layout {
    /// A folder named as the protocol, with `mod.rs` and a file for each module.
    #[default]
    Files,
    /// One file named as the protocol, with the same modules inside: for `include!`.
    Single,
}

/// How Rust is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Options {
    /// How the output is laid out.
    pub layout: Layout,
    /// Values own their text: no type has a lifetime, and what is read is copied.
    pub owned_only: bool,
    /// serde implementations, behind the feature `serde` of the crate that holds the output.
    pub serde: bool,
    /// `pub`, or `pub(crate)`.
    pub public: bool,
    /// Traits, by their paths, that are derived for every type beside the usual ones.
    pub derives: Vec<String>,
    /// Traits, by their paths, that are derived for one declaration, by its name in the schema: `Affect`, or `core.Affect` where it is
    /// imported.
    pub derives_of: BTreeMap<String, Vec<String>>,
    /// The path of the runtime crate.
    pub runtime: String,
    /// A hash of the input, for the header of the root; see [`input_hash`]. Empty: the header says nothing of it.
    pub input: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            layout: Layout::Files,
            owned_only: false,
            serde: true,
            public: true,
            derives: Vec::new(),
            derives_of: BTreeMap::new(),
            runtime: "::ltp_runtime".to_owned(),
            input: String::new(),
        }
    }
}

/// A hash of source texts that stays the same everywhere: 64-bit FNV-1a, as hexadecimal digits.
#[must_use]
pub fn input_hash(sources: &Sources) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in sources.files() {
        for byte in file.text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// The canonical JSON text of a constant.
fn constant_json(model: &Model, constant: &Constant) -> String {
    let mut out = Vec::new();
    write_constant(model, constant, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn write_constant(model: &Model, constant: &Constant, out: &mut Vec<u8>) {
    use ltp_runtime::codec::write;
    match constant {
        Constant::Null => write::null(out),
        Constant::Bool(value) => write::bool(out, *value),
        Constant::Integer(value) => write::raw(out, &value.to_string()),
        Constant::Float(value) => write::f64(out, *value),
        Constant::Text(text) => write::string(out, text),
        Constant::Variant(id, index) => write::string(out, model[*id].variants.get(*index).map_or("", |variant| &variant.wire)),
        Constant::Duration(milliseconds) => write::u64(out, *milliseconds),
        Constant::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_constant(model, item, out);
            }
            out.push(b']');
        }
        Constant::Object(members) => {
            out.push(b'{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write::string(out, name);
                out.push(b':');
                write_constant(model, value, out);
            }
            out.push(b'}');
        }
    }
}

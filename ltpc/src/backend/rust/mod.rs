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
mod digests;
mod docs;
mod endpoint;
mod mappings;
mod message;
mod print;
mod serde;
mod session;
mod tables;
mod tiers;
mod types;
mod work;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use self::{context::Context, print::Module};
use super::Files;
use crate::{
    model::{Constant, Model},
    naming,
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

/// Compiles a model to Rust. The same model and options give the same octets.
///
/// # Errors
/// In words, if an option is no Rust: a path of a trait or of the runtime.
pub fn generate(model: &Model, options: &Options) -> Result<Files, String> {
    let of_one = options.derives_of.values().flatten();
    for path in options.derives.iter().chain(of_one).chain([&options.runtime]) {
        syn::parse_str::<syn::Path>(path).map_err(|_| format!("`{path}` is no path"))?;
    }
    let context = Context::new(model, options);
    let modules = modules(&context);
    let input = if options.input.is_empty() {
        String::new()
    } else {
        format!(", input {}", options.input)
    };
    // Only the root says the input's hash, so that files which stay the same stay the same.
    let (root, header) = (header(model, &input), header(model, ""));
    let name = naming::snake_case(&model.protocol.name);
    let mut files = Files::new();
    match options.layout {
        Layout::Files => {
            let (attributes, declarations) = (inner_attributes(), declarations(&modules));
            let exports = exports(&context, &TokenStream::new());
            files.insert(
                format!("{name}/mod.rs"),
                print::file(&root, &root_docs(model), &quote!(#attributes #declarations #exports))?,
            );
            for module in &modules {
                write_files(&header, &name, module, &mut files)?;
            }
        }
        Layout::Single => {
            let modules: TokenStream = modules.iter().map(|module| inline(module, &outer_attributes())).collect();
            // An included file has no attributes of its own.
            let exports = exports(&context, &quote!(#[allow(unused_imports)]));
            files.insert(format!("{name}.rs"), print::file(&root, "", &quote!(#modules #exports))?);
        }
    }
    Ok(files)
}

/// `mod name;` for each.
fn declarations(modules: &[Module]) -> TokenStream {
    let declaration = |Module { name, attributes, vis, .. }: &Module| {
        let name = names::ident(name);
        quote!(#attributes #vis mod #name;)
    };
    modules.iter().map(declaration).collect()
}

/// A file for a module, or a folder if it has modules inside.
fn write_files(header: &str, folder: &str, module: &Module, files: &mut Files) -> Result<(), String> {
    let Module {
        name,
        docs,
        items,
        children,
        ..
    } = module;
    if children.is_empty() {
        files.insert(format!("{folder}/{name}.rs"), print::file(header, docs, items)?);
        return Ok(());
    }
    let folder = format!("{folder}/{name}");
    let declarations = declarations(children);
    files.insert(
        format!("{folder}/mod.rs"),
        print::file(header, docs, &quote!(#declarations #items))?,
    );
    children.iter().try_for_each(|child| write_files(header, &folder, child, files))
}

/// A module with its content.
fn inline(module: &Module, allow: &TokenStream) -> TokenStream {
    let (ident, docs) = (names::ident(&module.name), docs::lines(&module.docs));
    let Module {
        attributes,
        vis,
        items,
        children,
        ..
    } = module;
    let children: TokenStream = children.iter().map(|child| inline(child, &TokenStream::new())).collect();
    quote!(#docs #attributes #allow #vis mod #ident { #children #items })
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

fn header(model: &Model, input: &str) -> String {
    let protocol = &model.protocol;
    format!(
        "// @generated by ltpc {} from {} {}{input}. What is changed here is lost with the next build.",
        env!("CARGO_PKG_VERSION"),
        protocol.name,
        protocol.version,
    )
}

fn root_docs(model: &Model) -> String {
    let protocol = &model.protocol;
    if protocol.docs.is_empty() {
        format!("The protocol `{}` {}.", protocol.name, protocol.version)
    } else {
        protocol.docs.clone()
    }
}

/// Lints whose subject the schema decides: its Markdown is not rustdoc's, its names and sizes are the protocol's.
const ALLOWED: &str = "clippy::comparison_to_empty, clippy::enum_variant_names, clippy::large_enum_variant, clippy::module_inception, clippy::nonminimal_bool, clippy::struct_excessive_bools, clippy::too_many_lines, \
    clippy::type_complexity, rustdoc::bare_urls, rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags, \
    reason = \"the schema decides\"";

fn inner_attributes() -> TokenStream {
    let allowed: TokenStream = ALLOWED.parse().unwrap_or_default();
    quote!(#![allow(#allowed)])
}

fn outer_attributes() -> TokenStream {
    let allowed: TokenStream = ALLOWED.parse().unwrap_or_default();
    quote!(#[allow(#allowed)])
}

fn modules(context: &Context<'_>) -> Vec<Module> {
    let vis = context.vis();
    let module = |name: &str, docs: &str, vis: &TokenStream, items: TokenStream| Module {
        name: name.to_owned(),
        docs: docs.to_owned(),
        attributes: TokenStream::new(),
        vis: vis.clone(),
        items,
        children: Vec::new(),
    };
    let mut modules = vec![module("types", "What messages are made of.", &vis, types::module(context, 0))];
    for (index, imported) in context.model.modules.iter().enumerate().skip(1) {
        let docs = if imported.docs.is_empty() {
            format!("What is imported from `{}`.", imported.name)
        } else {
            imported.docs.clone()
        };
        modules.push(module(
            &names::plain(&context.names.modules[index]),
            &docs,
            &vis,
            types::module(context, index as u32),
        ));
    }
    modules.push(module(
        "message",
        "Messages, and the envelopes that carry them.",
        &vis,
        message::module(context),
    ));
    modules.push(module(
        "draft",
        "Messages as a sender has them.",
        &vis,
        message::draft_module(context),
    ));
    let private = TokenStream::new();
    let mut codec = module("codec", "Reading and writing.", &private, TokenStream::new());
    let children = codec::modules(context).into_iter();
    codec.children = children
        .map(|(name, docs, items)| module(name, docs, &private, codec_module(context, name, &items)))
        .collect();
    modules.push(codec);
    modules.push(module(
        "tables",
        "The shape of everything, as data: what explains why something is refused.",
        &vis,
        tables::module(context),
    ));
    modules.push(module(
        "digests",
        "Texts that are computed from lists.",
        &vis,
        digests::module(context),
    ));
    modules.push(module(
        "mappings",
        "Messages and records as others.",
        &vis,
        mappings::module(context),
    ));
    modules.push(module("endpoint", "Where the protocol is served.", &vis, endpoint::module(context)));
    modules.extend(session::modules(context));
    modules.push(module("work", "How work is routed.", &vis, work::routing(context)));
    modules.push(module(
        "elements",
        "Elements whose input and output have types: a handler and a way to submit for each.",
        &vis,
        work::elements(context),
    ));
    if context.options.serde {
        let serde = module("serde", "serde for everything that is declared.", &private, serde::module(context));
        modules.push(Module {
            attributes: quote!(#[cfg(feature = "serde")]),
            ..serde
        });
    }
    modules.retain(|module| !module.items.is_empty() || !module.children.is_empty());
    modules
}

/// A module of the codec with what it uses.
fn codec_module(context: &Context<'_>, name: &str, items: &TokenStream) -> TokenStream {
    let text = items.to_string();
    let words: std::collections::HashSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let says = |path: &str| text.contains(&format!("{path} ::"));
    // Not the runtime's own path, which is whole.
    let says_outer = |path: &str| text.replace(&format!(":: {path} ::"), "").contains(&format!("{path} ::"));
    let runtime = context.runtime();
    let mut from_codec: Vec<TokenStream> = Vec::new();
    if says_outer("codec") {
        from_codec.push(quote!(self));
    }
    for name in ["Carried", "Encoding", "Late", "Reader", "Refused", "Rule"] {
        if is_said(&text, name) {
            let name = format_ident!("{name}");
            from_codec.push(quote!(#name));
        }
    }
    if calls_wire(context, items) {
        from_codec.push(quote!(Wire as _));
    }
    for module in ["formats", "write"] {
        if says(module) {
            let module = format_ident!("{module}");
            from_codec.push(quote!(#module));
        }
    }
    let codec = (!from_codec.is_empty()).then(|| quote!(use #runtime::codec::{#(#from_codec),*};));
    let schema = says("schema").then(|| quote!(use #runtime::schema;));
    let text = says("text").then(|| quote!(use #runtime::text;));
    let cow = words.contains("Cow").then(|| {
        quote!(
            use ::std::borrow::Cow;
        )
    });
    let above = ["message", "draft", "tables"]
        .into_iter()
        .map(str::to_owned)
        .chain(context.names.modules.iter().map(names::plain));
    let above: Vec<_> = above.filter(|module| says(module)).map(|module| names::ident(&module)).collect();
    let above = (!above.is_empty()).then(|| quote!(use super::super::{#(#above),*};));
    let beside = ["checks", "flat", "texts"]
        .into_iter()
        .filter(|module| (*module != name || *module == "checks") && says(module))
        .map(|module| format_ident!("{module}"));
    let beside: Vec<_> = beside.collect();
    let beside = (!beside.is_empty()).then(|| quote!(use super::{#(#beside),*};));
    quote! {
        #cow

        #codec
        #schema
        #text
        #above
        #beside

        #items
    }
}

/// Whether functions of the trait by which values are read and written are called outside of its implementations, in which it is
/// known anyway.
fn calls_wire(context: &Context<'_>, items: &TokenStream) -> bool {
    let Ok(file) = syn::parse2::<syn::File>(items.clone()) else {
        return false;
    };
    let is_wire = |item: &syn::Item| match item {
        syn::Item::Impl(item) => item
            .trait_
            .as_ref()
            .is_some_and(|(path, ..)| path.segments.last().is_some_and(|last| last.ident == "Wire")),
        _ => false,
    };
    file.items.iter().filter(|item| !is_wire(item)).any(|item| {
        let text = quote!(#item).to_string();
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':' | '#'))
            .filter(|word| !word.is_empty())
            .collect();
        let reads = words.windows(5).any(|words| match words {
            // Payloads are not read by the trait.
            [module, "::", name, "::", "read"] => {
                context.names.modules.iter().any(|known| known == module) && !context.names.payloads.iter().any(|known| known == name)
            }
            _ => false,
        });
        reads || text.contains(". encode (")
    })
}

/// Whether a name is said without a path in front of it.
fn is_said(text: &str, name: &str) -> bool {
    let mut before = "";
    text.split(' ')
        .any(|word| std::mem::replace(&mut before, word) != "::" && word.trim_matches(|c: char| !c.is_alphanumeric()) == name)
}

/// The names that stand at the root.
fn exports(context: &Context<'_>, attributes: &TokenStream) -> TokenStream {
    let (names, vis) = (&context.names, context.vis());
    let in_types = |decl: &crate::model::Decl| decl.module.0 == 0;
    let model = context.model;
    let records = model
        .records
        .iter()
        .zip(&names.records)
        .filter(|(record, _)| in_types(&record.decl))
        .map(|(_, name)| name);
    let enums = model
        .enums
        .iter()
        .zip(&names.enums)
        .filter(|(declared, _)| in_types(&declared.decl))
        .map(|(_, name)| name);
    let unions = model
        .unions
        .iter()
        .zip(&names.unions)
        .filter(|(union, _)| in_types(&union.decl))
        .map(|(_, name)| name);
    let payloads = model
        .payloads
        .iter()
        .zip(&names.payloads)
        .filter(|(set, _)| in_types(&set.decl))
        .map(|(_, name)| name);
    let kinds = context
        .payload_sets()
        .filter(|id| in_types(&model[*id].decl) && types::uses_kind(context, *id))
        .map(|id| &names.kinds[id.0 as usize]);
    let capabilities = model
        .tiers
        .iter()
        .zip(&names.capabilities)
        .filter(|(tiers, _)| in_types(&model[tiers.of].decl) && !tiers.capabilities.is_empty())
        .map(|(_, name)| name);
    let scalars = model
        .scalars
        .iter()
        .zip(&names.scalars)
        .filter(|(scalar, _)| in_types(&scalar.decl))
        .map(|(_, name)| name);
    let mut types: Vec<&proc_macro2::Ident> = records
        .chain(enums)
        .chain(unions)
        .chain(payloads)
        .chain(kinds)
        .chain(capabilities)
        .chain(scalars)
        .collect();
    types.sort();
    let used = |index: &usize| model.messages.iter().any(|message| message.envelope.0 as usize == *index);
    let drafts = names
        .drafts
        .iter()
        .enumerate()
        .filter(|(index, _)| used(index))
        .map(|(_, name)| name);
    let mut drafts: Vec<_> = drafts.collect();
    let mut messages: Vec<_> = names.envelopes.iter().collect();
    if !model.messages.is_empty() {
        messages.push(&names.message);
        drafts.push(&names.draft);
    }
    messages.sort();
    drafts.sort();
    let types = (!types.is_empty()).then(|| quote!(#attributes #vis use self::types::{#(#types),*};));
    let messages = (!messages.is_empty()).then(|| quote!(#attributes #vis use self::message::{#(#messages),*};));
    let drafts = (!drafts.is_empty()).then(|| quote!(#attributes #vis use self::draft::{#(#drafts),*};));
    let digests = context.model.digests.iter().zip(&names.digests);
    let digests: Vec<_> = digests.filter(|(digest, _)| in_types(&digest.decl)).map(|(_, name)| name).collect();
    let digests = (!digests.is_empty()).then(|| quote!(#attributes #vis use self::digests::{#(#digests),*};));
    let mappings = context.model.mappings.iter().zip(&names.mappings);
    let mappings: Vec<_> = mappings
        .filter(|(mapping, _)| mapping.module.0 == 0)
        .map(|(_, name)| name)
        .collect();
    let mappings = (!mappings.is_empty()).then(|| quote!(#attributes #vis use self::mappings::{#(#mappings),*};));
    quote!(#digests #mappings #drafts #messages #vis use self::tables::SCHEMA; #types)
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

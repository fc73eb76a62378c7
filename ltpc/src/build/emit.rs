//! From a schema's path to the texts of the output; nothing is written.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{Error, Layout, Options, Target, Visibility, templates, write::Files};
use crate::{
    Compilation,
    backend::{rust, template},
    compile,
    diagnostic::{self, Severity, did_you_mean},
    disk::FsLoader,
    model::Model,
    naming,
};

/// What came of a schema.
#[derive(Debug)]
pub struct Emitted {
    /// The texts of the output.
    pub files: Files,
    /// Every file that was read.
    pub inputs: Vec<PathBuf>,
    /// What the compiler has to say all the same, rendered; empty if nothing.
    pub warnings: String,
    /// Derives that are asked for types which the schema does not declare: each name, and what is to be said of it.
    pub unmet: Vec<(String, String)>,
}

impl Emitted {
    /// The same, if the schema declares all that is said of its types.
    ///
    /// # Errors
    /// What is said of types that it does not declare.
    pub fn met(self) -> Result<Self, Error> {
        Error::all(self.unmet.iter().map(|(_, words)| Error::words(words.clone())).collect()).map_or(Ok(self), Err)
    }
}

/// Compiles a schema to a target.
///
/// # Errors
/// Everything that is wrong with it; and every file that was read.
pub fn emit(schema: &Path, target: Target, options: &Options) -> Result<Emitted, (Error, Vec<PathBuf>)> {
    let path = schema.to_string_lossy().replace('\\', "/");
    let compilation = compile(&path, &FsLoader);
    let inputs = compilation
        .sources
        .files()
        .iter()
        .map(|source| PathBuf::from(&source.path))
        .collect();
    let Some(model) = &compilation.model else {
        return Err((said(&compilation), inputs));
    };
    let unmet = unmet(model, options)
        .into_iter()
        .map(|(name, words)| (name, format!("{path}: {words}")))
        .collect();
    let files = match target {
        Target::Rust => to_rust(model, rust::input_hash(&compilation.sources), options),
        Target::Python | Target::Typescript | Target::Elixir => to_package(model, target, rust::input_hash(&compilation.sources), options),
    };
    match files {
        Ok(files) => Ok(Emitted {
            files,
            inputs,
            warnings: diagnostic::text(&compilation.diagnostics, &compilation.sources, false),
            unmet,
        }),
        Err(words) => Err((Error::words(format!("{path}: {words}")), inputs)),
    }
}

fn to_rust(model: &Model, input: String, options: &Options) -> Result<Files, String> {
    let (derives, derives_of) = derives(options);
    let default = rust::Options::default();
    let options = rust::Options {
        layout: match options.layout {
            Layout::Files => rust::Layout::Files,
            Layout::Single => rust::Layout::Single,
        },
        owned_only: options.owned,
        serde: options.serde,
        public: options.visibility == Visibility::Public,
        derives,
        derives_of,
        runtime: options.runtime.clone().unwrap_or(default.runtime),
        input,
    };
    rust::generate(model, &options)
}

/// A package by templates: the built-in ones, or those of a directory.
fn to_package(model: &Model, target: Target, input: String, options: &Options) -> Result<Files, String> {
    let name = Target::ALL.iter().find(|(_, known)| *known == target).map_or("", |(name, _)| *name);
    let language = template::Language::named(name).ok_or_else(|| format!("there is no language `{name}`"))?;
    let templates = match &options.templates {
        Some(directory) => templates::read(directory)?,
        None => template::builtin(language),
    };
    let package = options.package.clone().unwrap_or_else(|| naming::kebab_case(&model.protocol.name));
    let package = template::Package {
        module: options.module.clone().unwrap_or_else(|| language.module(&package)),
        version: options.version.clone().unwrap_or_else(|| three_parts(&model.protocol.version)),
        names: options.names.clone(),
        name: package,
    };
    template::render(&template::view(model, language, package, &input), &templates, language)
}

/// A version as registries want it.
fn three_parts(version: &str) -> String {
    let missing = 2usize.saturating_sub(version.matches('.').count());
    format!("{version}{}", ".0".repeat(missing))
}

/// What is derived for every type, and what for one.
type Derives = (Vec<String>, BTreeMap<String, Vec<String>>);

/// Derives by the name of a type; `*`: every type.
fn derives(options: &Options) -> Derives {
    let (mut of_all, mut of_one) = Derives::default();
    for (name, paths) in &options.derive {
        match name.as_str() {
            "*" => of_all.extend(paths.iter().cloned()),
            name => _ = of_one.insert(name.to_owned(), paths.clone()),
        }
    }
    (of_all, of_one)
}

/// Names of types that have derives and are not declared, each with what was meant.
fn unmet(model: &Model, options: &Options) -> Vec<(String, String)> {
    let known = declared(model);
    let names = options.derive.keys().filter(|name| *name != "*" && !known.contains(name));
    let said = names.map(|name| {
        let meant = did_you_mean(name, known.iter().map(String::as_str));
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        let words = format!("a derive is asked for `{name}`, and the schema declares no such type{meant}");
        (name.clone(), words)
    });
    said.collect()
}

/// The names of all types that are structs or enums in the output: those of imported files behind their module's.
fn declared(model: &Model) -> Vec<String> {
    let named = |decl: &crate::model::Decl| model.path_of(decl);
    let records = model.records.iter().map(|record| named(&record.decl));
    let enums = model.enums.iter().map(|declared| named(&declared.decl));
    let unions = model.unions.iter().map(|union| named(&union.decl));
    let payloads = model.payloads.iter().map(|set| named(&set.decl));
    let envelopes = model.envelopes.iter().map(|envelope| named(&envelope.decl));
    records.chain(enums).chain(unions).chain(payloads).chain(envelopes).collect()
}

/// A line for each error: where, and what.
fn said(compilation: &Compilation) -> Error {
    let errors = compilation
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    let summary = errors.map(|diagnostic| {
        let source = compilation.sources.get(diagnostic.span.file);
        let before = source.text.get(..diagnostic.span.start as usize).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        format!("{}:{line}: {} [{}]", source.path, diagnostic.message, diagnostic.code)
    });
    Error::rendered(
        diagnostic::text(&compilation.diagnostics, &compilation.sources, false),
        summary.collect(),
    )
}

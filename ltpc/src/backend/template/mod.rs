//! Languages that are written by templates: Python, TypeScript and Elixir.
//!
//! A *view* is made of the model: everything that a language says is decided in it, names, types, literals, documentation. The
//! templates put it on paper. They see nothing else, and the built-in ones come through the same door as a user's own (`docs/templates.md`).

mod builtin;
mod elixir;
mod language;
mod python;
pub mod tables;
mod typescript;
mod view;

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, syntax::SyntaxConfig, value::Serde};

pub use self::{
    builtin::builtin,
    language::Language,
    view::{Package, View, view},
};
use super::Files;

/// Templates and what is copied as it is, by their paths in the package that they make.
///
/// A file whose name ends in `.j2` is rendered to the path without that ending; one whose name begins with `_` is only there to be
/// included; all others are copied. In a path, `__module__` stands for the module's name.
pub type Templates = BTreeMap<String, String>;

/// Renders a package. Beside the filters of the template language there is `text`: a text as a literal of this one.
///
/// # Errors
/// In words, if a template cannot be read or rendered.
pub fn render(view: &View, templates: &Templates, language: Language) -> Result<Files, String> {
    let mut environment = Environment::new();
    environment.add_filter("text", move |text: String| (language.text)(&text));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    environment.set_syntax(syntax.map_err(|error| error.to_string())?);
    let is_template = |path: &&String| path.ends_with(TEMPLATE);
    for (path, text) in templates.iter().filter(|(path, _)| is_template(path)) {
        environment.add_template(path, text).map_err(|error| words(path, &error))?;
    }
    let mut files = Files::new();
    for (path, text) in templates {
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.starts_with('_') && name.ends_with(TEMPLATE) && !name.starts_with("__") {
            continue;
        }
        let place = path.replace("__module__", &view.package.module);
        match place.strip_suffix(TEMPLATE) {
            Some(place) => {
                let template = environment.get_template(path).map_err(|error| words(path, &error))?;
                let text = template.render(Serde(view)).map_err(|error| words(path, &error))?;
                files.insert(place.to_owned(), text);
            }
            None => _ = files.insert(place, text.clone()),
        }
    }
    Ok(files)
}

/// The ending of what is rendered.
const TEMPLATE: &str = ".j2";

fn words(path: &str, error: &minijinja::Error) -> String {
    let mut text = format!("the template {path}: {error}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

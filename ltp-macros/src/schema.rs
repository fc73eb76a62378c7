//! `schema!`: a schema compiled in place.

use std::path::{Path, PathBuf};

use ltpc::{
    Compilation,
    backend::rust::{Layout, Options, generate, input_hash},
    compile,
    diagnostic::{Diagnostic, Severity},
    disk::FsLoader,
    load::Loader,
};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Error, Ident, LitStr, Result, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

use crate::places::Errors;

/// What is said to the macro.
pub struct Input {
    text: LitStr,
    options: Options,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let text: LitStr = input
            .parse()
            .map_err(|error| Error::new(error.span(), "the path of a schema, or its text: `schema!(\"chat.ltp\")`"))?;
        let mut options = Options {
            layout: Layout::Single,
            serde: false,
            runtime: "::ltp".to_owned(),
            ..Options::default()
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let word = Ident::parse_any(input)?;
            match word.to_string().as_str() {
                "serde" => options.serde = true,
                "owned" => options.owned_only = true,
                "private" => options.public = false,
                "crate" => {
                    input.parse::<Token![=]>()?;
                    options.runtime = input.parse::<syn::Path>()?.to_token_stream().to_string();
                }
                other => {
                    return Err(Error::new(
                        word.span(),
                        format!("`{other}` is no option: there are `serde`, `owned`, `private` and `crate = path`"),
                    ));
                }
            }
        }
        Ok(Self { text, options })
    }
}

/// A text that stands in the source, beside the files that it may import.
struct Inline<'t> {
    path: &'t str,
    text: String,
}

impl Loader for Inline<'_> {
    fn load(&self, path: &str) -> std::result::Result<String, String> {
        if path == self.path {
            Ok(self.text.clone())
        } else {
            FsLoader.load(path)
        }
    }
}

/// The items of the schema's module.
pub fn compiled(input: &Input) -> Result<TokenStream> {
    let Input { text, options } = input;
    let directory = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let is_inline = text.value().contains(char::is_whitespace) && text.value().contains("protocol");
    let path = if is_inline {
        directory.join("schema!")
    } else {
        directory.join(text.value())
    };
    let path = path.to_string_lossy().replace('\\', "/");
    let compilation = if is_inline {
        let loader = Inline {
            path: &path,
            text: text.value(),
        };
        compile(&path, &loader)
    } else {
        compile(&path, &FsLoader)
    };
    let Some(model) = &compilation.model else {
        return Err(wrong(&compilation, text, &directory));
    };
    let options = Options {
        input: input_hash(&compilation.sources),
        ..options.clone()
    };
    // What is printed must not depend on where it is: the compiler of Rust prints tokens otherwise.
    proc_macro2::fallback::force();
    let files = generate(model, &options);
    proc_macro2::fallback::unforce();
    let files = files.map_err(|words| Error::new(text.span(), words))?;
    let items: TokenStream = files
        .values()
        .map(|text| text.parse::<TokenStream>())
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| Error::new(text.span(), error))?;
    // Cargo builds again when a file changes that is included.
    let read = compilation.sources.files().iter().map(|source| source.path.as_str());
    let read = read.filter(|read| !is_inline || *read != path);
    Ok(quote! {
        #(const _: &[u8] = ::core::include_bytes!(#read);)*
        #items
    })
}

/// Every mistake, with its line.
fn wrong(compilation: &Compilation, text: &LitStr, directory: &Path) -> Error {
    let mut errors = Errors::default();
    let found = compilation.diagnostics.iter();
    for diagnostic in found.filter(|diagnostic| diagnostic.severity == Severity::Error) {
        errors.add(Error::new(text.span(), in_words(compilation, diagnostic, directory)));
    }
    errors
        .finish()
        .err()
        .unwrap_or_else(|| Error::new(text.span(), "the schema does not compile"))
}

fn in_words(compilation: &Compilation, diagnostic: &Diagnostic, directory: &Path) -> String {
    let source = compilation.sources.get(diagnostic.span.file);
    let position = source.position(diagnostic.span.start);
    let path = Path::new(&source.path);
    let path = path.strip_prefix(directory).unwrap_or(path).display();
    let line = source
        .text
        .lines()
        .nth(position.line.saturating_sub(1) as usize)
        .unwrap_or_default();
    let help = diagnostic
        .help
        .as_ref()
        .map_or_else(String::new, |help| format!("\n\nhelp: {help}"));
    format!(
        "{} [{}]\n{path}:{}:{}: {}{help}",
        diagnostic.message,
        diagnostic.code,
        position.line,
        position.column,
        line.trim()
    )
}

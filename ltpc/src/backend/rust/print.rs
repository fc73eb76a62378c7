//! From syntax to text.

#[cfg(feature = "build")]
use proc_macro2::TokenTree;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A module of the output.
pub struct Module {
    /// Its name; of the root: that of the whole.
    pub name: String,
    /// Its documentation.
    pub docs: String,
    /// Attributes on its declaration.
    pub attributes: TokenStream,
    /// How far it can be seen.
    pub vis: TokenStream,
    /// What is in it.
    pub items: TokenStream,
    /// The modules inside.
    pub children: Vec<Module>,
}

/// The text of a file, formatted.
///
/// # Errors
/// If what was built is no Rust, which only options can cause: in words.
pub fn file(header: &str, docs: &str, items: &TokenStream) -> Result<String, String> {
    let docs = docs
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    let file = syn::parse2::<syn::File>(quote!(#(#![doc = #docs])* #items)).map_err(|error| error.to_string())?;
    Ok(format!("{header}\n{}", spaced(&unpacked(&unparsed(&file)))))
}

#[cfg(feature = "build")]
fn unparsed(file: &syn::File) -> String {
    prettyplease::unparse(file)
}

/// What is not printed is read by the compiler of Rust only.
#[cfg(not(feature = "build"))]
fn unparsed(file: &syn::File) -> String {
    quote!(#file).to_string()
}

/// Declarations apart from each other by an empty line, as they are written by hand; imports, and what fits in a line, together.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut previous = "";
    for line in text.lines() {
        if apart(previous, line) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        previous = line;
    }
    out
}

/// Whether one declaration ends and another begins.
fn apart(previous: &str, line: &str) -> bool {
    const STARTS: [&str; 16] = [
        "///", "#[", "pub ", "pub(", "fn ", "impl ", "impl<", "struct ", "enum ", "static ", "const ", "type ", "mod ", "use ", "unsafe ",
        "trait ",
    ];
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (before, after) = (previous.trim_start(), line.trim_start());
    if before.starts_with("//!") && !after.starts_with("//!") {
        return true;
    }
    let starts = STARTS.iter().any(|start| after.starts_with(start)) || after.ends_with("! {");
    let documented = before.starts_with("///") || before.starts_with("#[");
    if !starts || documented || previous.is_empty() || indent(previous) != indent(line) {
        return false;
    }
    let kind = |line: &str| {
        line.trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
            .split([' ', '<'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let line_alone = before.ends_with(';') && after.ends_with(';') && kind(before) == kind(after);
    let imports = kind(before) == "}" && before == "};" && kind(after) == "use";
    (before.ends_with('}') || before.ends_with("};") || before.ends_with(';')) && !line_alone && !imports
}

/// An array of short values that is printed in lines of many: as a call that is replaced once the rest is formatted. What is not
/// printed is the array itself.
pub fn packed(values: &mut dyn Iterator<Item = String>, is_printed: bool) -> TokenStream {
    let values: Vec<String> = values.collect();
    if !is_printed {
        return format!("[{}]", values.join(",")).parse().unwrap_or_default();
    }
    let text = Literal::string(&values.join(", "));
    quote!(__ltpc_packed(#text))
}

fn unpacked(text: &str) -> String {
    const CALL: &str = "__ltpc_packed(";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(CALL) {
        out.push_str(rest[..start].trim_end_matches([' ', '\n']));
        out.push_str(" [\n");
        let inner = &rest[start + CALL.len()..];
        let end = inner.find(')').unwrap_or(inner.len());
        let mut line = String::new();
        for value in inner[..end]
            .trim_matches(|c: char| c.is_whitespace() || c == '"' || c == ',')
            .split(", ")
        {
            if line.len() + value.len() > 120 {
                out.push_str(&format!("    {}\n", line.trim_end()));
                line.clear();
            }
            line.push_str(value);
            line.push_str(", ");
        }
        out.push_str(&format!("    {}\n]", line.trim_end()));
        rest = &inner[(end + 1).min(inner.len())..];
    }
    out.push_str(rest);
    out
}

/// Whether a name is said without a path in front of it.
pub fn is_said(text: &str, name: &str) -> bool {
    let mut before = "";
    text.split(' ')
        .any(|word| std::mem::replace(&mut before, word) != "::" && word.trim_matches(|c: char| !c.is_alphanumeric()) == name)
}

/// Whether a name stands in the code.
#[cfg(feature = "build")]
pub fn mentions(items: &TokenStream, name: &str) -> bool {
    items.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

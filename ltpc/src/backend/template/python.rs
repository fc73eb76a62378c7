//! Python, 3.9 and later.

use super::language::{Language, Types, paired};
use crate::naming;

pub(super) const LANGUAGE: Language = Language {
    name: "python",
    naming: naming::PYTHON,
    module: naming::snake_case,
    types: Types {
        bool: "bool",
        small: "int",
        integer: "int",
        float: "float",
        text: "str",
        any: "Any",
        object: "Dict[str, Any]",
        list: |of| format!("List[{of}]"),
        map: |of| format!("Dict[str, {of}]"),
        nullable: |of| format!("Optional[{of}]"),
        texts: |of, open| {
            let listed = format!("Literal[{}]", of.join(", "));
            if open { format!("Union[{listed}, str]") } else { listed }
        },
        named: |_, name| name.to_owned(),
    },
    text,
    float: |value| format!("{value:?}"),
    integer: |value| value.to_string(),
    object: |members| format!("{{{}}}", paired(members, ": ")),
    truth: ["False", "True"],
    none: "None",
    docs,
    taken: &[
        "address",
        "cls",
        "codec",
        "endpoint",
        "endpoints",
        "given",
        "limits",
        "listen",
        "logger",
        "logging",
        "machine_of",
        "make",
        "messages",
        "opened",
        "options",
        "options_of",
        "parallel",
        "plaintext",
        "preferred_encoding",
        "prepare",
        "registry",
        "serve",
        "server",
        "session",
        "ssl",
        "store",
        "tls",
        "types",
        "url",
        "where",
    ],
};

/// A line that can stand in a string of three quotes, and end it.
fn docs(line: &str) -> String {
    let escaped = line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    match escaped.strip_suffix('"').filter(|rest| !rest.ends_with('\\')) {
        Some(rest) => format!("{rest}\\\""),
        None => escaped,
    }
}

/// A text as a literal that Black would leave as it is.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

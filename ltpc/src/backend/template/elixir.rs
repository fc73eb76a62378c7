//! Elixir, 1.14 and later.

use super::language::{Language, Types, paired};
use crate::naming;

pub(super) const LANGUAGE: Language = Language {
    name: "elixir",
    naming: naming::ELIXIR,
    module: naming::pascal_case,
    types: Types {
        bool: "boolean()",
        small: "integer()",
        integer: "integer()",
        float: "number()",
        text: "String.t()",
        any: "term()",
        object: "map()",
        list: |of| format!("[{of}]"),
        map: |of| format!("%{{optional(String.t()) => {of}}}"),
        nullable: |of| format!("{of} | nil"),
        // A type of Elixir cannot list texts.
        texts: |_, _| "String.t()".to_owned(),
        named: |module, name| format!("{module}.{name}.t()"),
    },
    text: |text| {
        let mut out = String::from("\"");
        escape(text, &mut out);
        out.push('"');
        out
    },
    float: |value| {
        let text = format!("{value:?}");
        match text.split_once('e') {
            Some((mantissa, power)) if !mantissa.contains('.') => format!("{mantissa}.0e{power}"),
            _ => text,
        }
    },
    integer: |value| value.to_string(),
    object: |members| format!("%{{{}}}", paired(members, " => ")),
    truth: ["false", "true"],
    none: "nil",
    docs: |line| {
        let mut out = String::new();
        escape(line, &mut out);
        // Quotes mean nothing in a heredoc, but for three of them.
        out.replace("\\\"", "\"").replace("\"\"\"", "\\\"\\\"\\\"")
    },
    taken: &[
        "address",
        "endpoint",
        "handler",
        "limits",
        "name",
        "parallel",
        "plaintext",
        "preferred_encoding",
        "registry",
        "store",
        "taken",
        "tls",
        "url",
    ],
};

/// Writes a text as it stands in a literal. Characters that turn the direction of text are refused by the language where they stand as they are.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '"' | '\\' | '#' if character != '#' || text.contains("#{") => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            special if special.is_control() || matches!(special, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(special)));
            }
            plain => out.push(plain),
        }
    }
}

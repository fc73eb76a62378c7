//! TypeScript.

use super::language::{Language, Types, paired};
use crate::naming;

pub(super) const LANGUAGE: Language = Language {
    name: "typescript",
    naming: naming::TYPESCRIPT,
    module: naming::snake_case,
    types: Types {
        bool: "boolean",
        small: "number",
        integer: "number | bigint",
        float: "number",
        text: "string",
        any: "Json",
        object: "JsonObject",
        list: |of| if of.contains(' ') { format!("({of})[]") } else { format!("{of}[]") },
        map: |of| format!("{{ [name: string]: {of} }}"),
        nullable: |of| format!("{of} | null"),
        texts: |of, open| {
            let listed = of.join(" | ");
            // Any text, without the listed ones being forgotten by editors.
            if open { format!("{listed} | (string & {{}})") } else { listed }
        },
        named: |_, name| name.to_owned(),
    },
    text: |text| {
        serde_json::Value::from(text)
            .to_string()
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029")
    },
    float: |value| format!("{value:?}"),
    // What a double does not hold is a `bigint`.
    integer: |value| {
        if value.abs() > 1 << 53 {
            format!("{value}n")
        } else {
            value.to_string()
        }
    },
    object: |members| format!("{{{}}}", paired(members, ": ")),
    truth: ["false", "true"],
    none: "null",
    docs: |line| line.replace("*/", "*\\/"),
    taken: &["dial", "endpoint", "logger", "plaintext", "preferredEncoding", "storage", "store"],
};

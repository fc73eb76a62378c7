//! How the names of a schema read in other cases: one place, because back ends must agree on what two names have in common.
//!
//! A name falls into words at `_`, before a capital that follows a small letter or digit (`fooBar`), and before the last capital of
//! a run that a small letter follows (`HTTPServer`: `http`, `server`). Digits stay with the word before them (`affect_log_v1`:
//! `affect`, `log`, `v1`).

/// `FooBar`: types, variants, modules of Elixir.
#[must_use]
pub fn pascal_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    words(name, |word| capitalize(word, &mut out));
    out
}

/// `fooBar`: members in TypeScript.
#[must_use]
pub fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    words(name, |word| {
        if out.is_empty() {
            out.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            capitalize(word, &mut out);
        }
    });
    out
}

/// `foo_bar`: members, functions and modules in Rust, Python and Elixir.
#[must_use]
pub fn snake_case(name: &str) -> String {
    joined(name, '_', |c| c.to_ascii_lowercase())
}

/// `FOO_BAR`: constants.
#[must_use]
pub fn screaming_case(name: &str) -> String {
    joined(name, '_', |c| c.to_ascii_uppercase())
}

/// `foo-bar`: file names and packages.
#[must_use]
pub fn kebab_case(name: &str) -> String {
    joined(name, '-', |c| c.to_ascii_lowercase())
}

/// Whether some target could not call anything so: no word is left of it, or a digit comes first.
#[must_use]
pub fn is_unspeakable(name: &str) -> bool {
    name.trim_start_matches('_')
        .chars()
        .next()
        .is_none_or(|first| !first.is_ascii_alphabetic())
}

/// Whether generators keep such names for what they make up themselves: names that begin with `__` or `ltpc`.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    name.starts_with("__") || name.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("ltpc"))
}

fn capitalize(word: &str, out: &mut String) {
    let mut chars = word.chars();
    out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
    out.extend(chars.map(|c| c.to_ascii_lowercase()));
}

fn joined(name: &str, separator: char, convert: fn(char) -> char) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    words(name, |word| {
        if !out.is_empty() {
            out.push(separator);
        }
        out.extend(word.chars().map(convert));
    });
    out
}

fn words(name: &str, mut each: impl FnMut(&str)) {
    for part in name.split('_') {
        let bytes = part.as_bytes();
        let mut start = 0;
        for at in 1..bytes.len() {
            let ends = bytes[at].is_ascii_uppercase()
                && (!bytes[at - 1].is_ascii_uppercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
            // Names are ASCII; should one not be, it is cut only where a character begins.
            if ends && part.is_char_boundary(at) {
                each(&part[start..at]);
                start = at;
            }
        }
        if start < part.len() {
            each(&part[start..]);
        }
    }
}

/// How a target language calls things.
#[derive(Debug, Clone, Copy)]
pub struct Naming {
    /// Types.
    pub types: fn(&str) -> String,
    /// Members of types, parameters and options.
    pub members: fn(&str) -> String,
    /// Functions and methods.
    pub functions: fn(&str) -> String,
    /// Constants.
    pub constants: fn(&str) -> String,
    /// Words that nothing can be called, and names that the language or what is generated has for something else.
    pub words: &'static [&'static str],
}

/// Python.
pub const PYTHON: Naming = Naming {
    types: pascal_case,
    members: snake_case,
    functions: snake_case,
    constants: screaming_case,
    words: &[
        "False",
        "None",
        "True",
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "case",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "match",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "self",
        "try",
        "type",
        "while",
        "with",
        "yield",
        "Any",
        "AnyMessage",
        "Awaitable",
        "Binding",
        "Callable",
        "ClassVar",
        "Dict",
        "Ended",
        "Endpoint",
        "Failed",
        "FileStore",
        "Full",
        "Limits",
        "List",
        "Literal",
        "Machine",
        "Mapping",
        "MemoryStore",
        "Message",
        "Node",
        "NotNow",
        "Optional",
        "Policy",
        "Raw",
        "Reactor",
        "Record",
        "Refused",
        "Sequence",
        "Server",
        "Session",
        "Set",
        "Store",
        "Task",
        "Transport",
        "Tuple",
        "TypeAlias",
        "Union",
        "Violation",
        "Work",
        "bool",
        "bytes",
        "dict",
        "extra",
        "float",
        "int",
        "list",
        "msgspec",
        "object",
        "str",
    ],
};

/// TypeScript.
pub const TYPESCRIPT: Naming = Naming {
    types: pascal_case,
    members: camel_case,
    functions: camel_case,
    constants: screaming_case,
    words: &[
        "AnyMessage",
        "Array",
        "BigInt",
        "Boolean",
        "Date",
        "Ended",
        "Endpoint",
        "Error",
        "Failed",
        "FileStore",
        "Full",
        "Function",
        "Handler",
        "Infinity",
        "JSON",
        "Json",
        "JsonObject",
        "Limits",
        "ListenOptions",
        "LocalStore",
        "Logger",
        "Map",
        "Math",
        "MemoryStore",
        "NaN",
        "Node",
        "NotNow",
        "Number",
        "Object",
        "Omit",
        "Partial",
        "Pick",
        "Promise",
        "Proxy",
        "Reactor",
        "Record",
        "Refused",
        "RegExp",
        "Schema",
        "Server",
        "Session",
        "SessionOptions",
        "Set",
        "Store",
        "String",
        "Symbol",
        "Task",
        "Uint8Array",
        "Violation",
        "Work",
        "WorkOptions",
        "any",
        "arguments",
        "as",
        "async",
        "await",
        "boolean",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "constructor",
        "continue",
        "debugger",
        "declare",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "eval",
        "export",
        "extends",
        "extra",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "interface",
        "let",
        "never",
        "new",
        "null",
        "number",
        "object",
        "package",
        "private",
        "protected",
        "prototype",
        "public",
        "return",
        "static",
        "string",
        "super",
        "switch",
        "symbol",
        "this",
        "throw",
        "true",
        "try",
        "type",
        "typeof",
        "undefined",
        "unknown",
        "var",
        "void",
        "while",
        "with",
        "yield",
    ],
};

/// Elixir. Besides the language's words: what a struct has of its own, and the modules that every package has.
pub const ELIXIR: Naming = Naming {
    types: pascal_case,
    members: snake_case,
    functions: snake_case,
    constants: snake_case,
    words: &[
        "Decoder",
        "Elixir",
        "Endpoints",
        "FileStore",
        "MemoryStore",
        "Refused",
        "Runtime",
        "Store",
        "Tables",
        "Violation",
        "after",
        "and",
        "catch",
        "do",
        "else",
        "end",
        "extra",
        "false",
        "fn",
        "in",
        "nil",
        "not",
        "or",
        "rescue",
        "true",
        "when",
    ],
};

/// The names of one scope: each is given out once.
#[derive(Debug, Clone)]
pub struct Scope {
    naming: Naming,
    taken: std::collections::BTreeSet<String>,
}

impl Scope {
    /// A scope in which nothing is called anything yet.
    #[must_use]
    pub const fn new(naming: Naming) -> Self {
        Self {
            naming,
            taken: std::collections::BTreeSet::new(),
        }
    }

    /// A name that is no word of the language and not given out yet: the one that is wanted, else that with `_` behind it, else with a
    /// number.
    pub fn allocate(&mut self, wanted: &str) -> String {
        let plain = std::iter::once(wanted.to_owned());
        let others = std::iter::once(format!("{wanted}_")).chain((2..).map(|number| format!("{wanted}_{number}")));
        let is_free = |name: &String| !self.naming.words.contains(&name.as_str()) && !self.taken.contains(name);
        let name = plain.chain(others).find(is_free).unwrap_or_default();
        self.taken.insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_every_shape() {
        for (name, pascal, camel, snake) in [
            ("foo_bar", "FooBar", "fooBar", "foo_bar"),
            ("fooBar", "FooBar", "fooBar", "foo_bar"),
            ("FooBar", "FooBar", "fooBar", "foo_bar"),
            ("FOO_BAR", "FooBar", "fooBar", "foo_bar"),
            ("HTTPServer", "HttpServer", "httpServer", "http_server"),
            ("affect_log_v1", "AffectLogV1", "affectLogV1", "affect_log_v1"),
            ("AffectLogV1", "AffectLogV1", "affectLogV1", "affect_log_v1"),
            ("x2Y", "X2Y", "x2Y", "x2_y"),
            ("PF001", "Pf001", "pf001", "pf001"),
            ("_id", "Id", "id", "id"),
            ("__", "", "", ""),
            ("a", "A", "a", "a"),
        ] {
            assert_eq!(pascal_case(name), pascal, "{name}");
            assert_eq!(camel_case(name), camel, "{name}");
            assert_eq!(snake_case(name), snake, "{name}");
        }
        assert_eq!(screaming_case("fooBar"), "FOO_BAR");
        assert_eq!(kebab_case("StateUpdate"), "state-update");
    }

    #[test]
    fn a_scope_gives_each_name_once_and_no_word_of_the_language() {
        let mut scope = Scope::new(PYTHON);
        let names = ["class", "name", "name", "name", "class"].map(|name| scope.allocate(name));
        assert_eq!(names, ["class_", "name", "name_", "name_2", "class_2"]);
        assert_eq!(Scope::new(TYPESCRIPT).allocate("default"), "default_");
        assert_eq!(Scope::new(ELIXIR).allocate("end"), "end_");
    }

    #[test]
    fn names_that_no_target_takes() {
        assert!(is_unspeakable("_"));
        assert!(is_unspeakable("_1"));
        assert!(!is_unspeakable("_a1"));
        assert!(is_reserved("__a"));
        assert!(is_reserved("ltpc_a"));
        assert!(is_reserved("LtpcA"));
        assert!(!is_reserved("ltp"));
        assert!(!is_reserved("_a"));
    }
}

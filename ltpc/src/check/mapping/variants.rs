//! E0808: variants of an enum that become none of another.

use crate::check::Rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::Enum;
use crate::source::Span;
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0808",
    name: "mapped-variants",
    summary: "every variant of a mapped enum becomes one of the other",
    page: r#"A variant becomes the one of the same name, or the one that is said: `value { A | B -> C; }`. What has no partner needs one, or a word for all others:
`else -> C;`, or `else refuse because "...";`, by which a message that holds one of them is not mapped. So does an open enum that becomes
a closed one, for texts that it does not list.

```ltp wrong
protocol demo "1.0";

enum Tone { high; low; shrill; }
enum Pitch { high; low; }
record Note {
    tone: Tone;
}
record Sound {
    pitch: Pitch;
}
mapping Note -> Sound {
    pitch = tone;
}
```

```ltp right
protocol demo "1.0";

enum Tone { high; low; shrill; }
enum Pitch { high; low; }
record Note {
    tone: Tone;
}
record Sound {
    pitch: Pitch;
}
mapping Note -> Sound {
    pitch = tone { shrill -> high; }
}
```
"#,
};

/// Pairs where nothing or no two enums are.
pub fn no_enums(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "variants are paired where one enum becomes another").label("not here")
}

/// A name of no variant.
pub fn unknown(name: &Name, of: &Enum) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, name.span, format!("`{}` has no variant `{}`", of.decl.name, name.text));
    match did_you_mean(&name.text, of.variants.iter().map(|variant| variant.name.as_str())) {
        Some(near) => found.label(format!("did you mean `{near}`?")),
        None => found,
    }
}

/// A variant, or `else`, of which something is said already.
pub fn again(name: &str, span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("of `{name}` something is said already"))
        .label("again")
        .related(earlier, "first here")
}

/// `else` where there are no others.
pub fn no_others(span: Span, of: &str) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("`{of}` has no other variants")).label("every variant has a partner")
}

/// Variants without a partner.
pub fn lonely(span: Span, names: &[&str], from: &Enum, to: &Enum) -> Diagnostic {
    let (names, first) = (names.join("`, `"), names.first().copied().unwrap_or_default());
    Diagnostic::error(
        RULE.code,
        span,
        format!("`{names}` of `{}` has no partner in `{}`", from.decl.name, to.decl.name),
    )
    .related(from.decl.span, "one enum")
    .related(to.decl.span, "the other")
    .help(format!(
        "pair them behind the value: `{{ {first} -> ...; }}`, or say `else -> ...;` or `else refuse because \"...\";`"
    ))
}

/// An open enum that becomes a closed one.
pub fn open(span: Span, from: &Enum, to: &Enum) -> Diagnostic {
    Diagnostic::error(
        RULE.code,
        span,
        format!(
            "`{}` is open: it may hold a text that `{}` does not allow",
            from.decl.name, to.decl.name
        ),
    )
    .related(from.decl.span, "open")
    .related(to.decl.span, "closed")
    .help("say what becomes of others behind the value: `{ else -> ...; }` or `{ else refuse because \"...\"; }`")
}

//! E0205: names that become one in generated code.

use std::collections::HashMap;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Member, Model};
use crate::naming::{camel_case, pascal_case, screaming_case, snake_case};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0205",
    name: "names-collide",
    summary: "names differ in every case that a target language writes them in",
    page: r#"Generated code writes names as its language does: members as `foo_bar` or `fooBar`, types and variants as `FooBar` or `FOO_BAR`. Two names that
differ in the schema must still differ then. So must the names that records get which are written in place without one: the name of what
they stand in and of their member, such as `LineFrom`.

```ltp wrong
protocol demo "1.0";

record Point {
    fooBar: float;
    foo_bar: float;
}
```

```ltp right
protocol demo "1.0";

record Point {
    foo_bar: float;
    old_foo_bar "fooBar": float;
}
```

Rename one of them; what it is called on the wire can stay. A record in place can be named: `from: record Start { ... };`.
"#,
};

/// How a target language writes a name.
type Case = fn(&str) -> String;

/// Finds it.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    declarations(model, found);
    for record in &model.records {
        members(&record.members, found);
    }
    for envelope in &model.envelopes {
        members(&envelope.members, found);
    }
    let variants: [Case; 2] = [pascal_case, screaming_case];
    for set in &model.enums {
        among(
            set.variants.iter().map(|variant| (variant.name.as_str(), variant.span)),
            variants,
            found,
        );
    }
    for tiers in &model.tiers {
        let capabilities = tiers
            .capabilities
            .iter()
            .map(|capability| (capability.name.as_str(), capability.span));
        among(capabilities, variants, found);
    }
    for union in &model.unions {
        among(union.cases.iter().map(|case| (case.name.as_str(), case.span)), variants, found);
    }
    for payloads in &model.payloads {
        among(payloads.kinds.iter().map(|kind| (kind.name.as_str(), kind.span)), variants, found);
    }
}

fn members(members: &[Member], found: &mut Vec<Diagnostic>) {
    among(
        members.iter().map(|member| (member.name.as_str(), member.span)),
        [snake_case, camel_case],
        found,
    );
}

/// Of every module by itself; a message and its own record are one.
fn declarations(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut modules: Vec<Vec<(&str, Span)>> = vec![Vec::new(); model.modules.len()];
    let decls = (model.scalars.iter().map(|one| &one.decl))
        .chain(model.records.iter().map(|one| &one.decl))
        .chain(model.enums.iter().map(|one| &one.decl))
        .chain(model.unions.iter().map(|one| &one.decl))
        .chain(model.payloads.iter().map(|one| &one.decl))
        .chain(model.envelopes.iter().map(|one| &one.decl))
        .chain(model.messages.iter().map(|one| &one.decl))
        .chain(model.endpoints.iter().map(|one| &one.decl))
        .chain(model.sessions.iter().map(|one| &one.decl));
    for decl in decls {
        if let Some(names) = modules.get_mut(decl.module.0 as usize) {
            names.push((&decl.name, decl.span));
        }
    }
    for mut names in modules {
        names.sort_by_key(|(_, span)| *span);
        among(names, [pascal_case, snake_case], found);
    }
}

fn among<'m>(names: impl IntoIterator<Item = (&'m str, Span)>, cases: [Case; 2], found: &mut Vec<Diagnostic>) {
    let mut known: [HashMap<String, (&str, Span)>; 2] = [HashMap::new(), HashMap::new()];
    for (name, span) in names {
        for (case, known) in cases.iter().zip(&mut known) {
            let written = case(name);
            match known.get(&written) {
                None => drop(known.insert(written, (name, span))),
                // A name that is written twice is a matter of another rule, or a message and its record.
                Some((earlier, first)) if *earlier == name && is_written(name, span) && is_written(name, *first) => {}
                Some((earlier, first)) => {
                    found.push(
                        Diagnostic::error(
                            RULE.code,
                            span,
                            format!("`{name}` and `{earlier}` are both `{written}` in generated code"),
                        )
                        .label(label(name, span, &written))
                        .related(*first, label(earlier, *first, &written))
                        .help("rename one of them"),
                    );
                    break;
                }
            }
        }
    }
}

fn label(name: &str, span: Span, written: &str) -> String {
    if is_written(name, span) {
        format!("`{written}`")
    } else {
        format!("this record in place has no name, and is called `{written}`")
    }
}

/// Whether a name stands at its place; the names of records in place are made up, and their place is the record.
fn is_written(name: &str, span: Span) -> bool {
    span.end.saturating_sub(span.start) as usize == name.len()
}

/// Two modules that generated code would call the same.
pub fn modules(alias: &str, span: Span, earlier: Span) -> Diagnostic {
    let name = snake_case(alias);
    let found = Diagnostic::error(RULE.code, span, format!("two modules are `{name}` in generated code")).label(format!("`{name}`"));
    let found = if earlier == Span::default() {
        found
    } else {
        found.related(earlier, "this is another file")
    };
    found.help("import one of them by another name: `import \"...\" as name;`")
}

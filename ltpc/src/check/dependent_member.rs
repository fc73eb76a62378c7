//! E0702: members that depend on an element, and siblings that do not name one.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Model, Part, Presence, TypeKind};
use crate::source::Span;
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0702",
    name: "dependent-member",
    summary: "what depends on an element stands beside the members that name its group and itself",
    page: r#"`Groups[group].element` is the name of an element of the group that the sibling `group` names; `json as Groups[group][element].input` is
what that element takes. Both siblings are always there: one of the type of the groups, one that names an element of them.

```ltp wrong
protocol demo "1.0";

errors Code {
    BAD "it does not fit";
}

groups Kind open refuse Code.BAD {
    df "Data flow" route parallel { produce alias pr; transform alias tr (Text) -> Text; }
    cf "Control flow" route ordered { gate; }
}

record Text { text: string; }

record Packet {
    group: string;
    element: Kind[group].element;
    data: json as Kind[group][element].input;
}
```

```ltp right
protocol demo "1.0";

errors Code {
    BAD "it does not fit";
}

groups Kind open refuse Code.BAD {
    df "Data flow" route parallel { produce alias pr; transform alias tr (Text) -> Text; }
    cf "Control flow" route ordered { gate; }
}

record Text { text: string; }

record Packet {
    group: Kind;
    element: Kind[group].element;
    data: json as Kind[group][element].input;
}
```
"#,
};

/// Finds siblings that are missing, or name something else.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for record in &model.records {
        for member in &record.members {
            let Some(dependent) = model.dependent(member) else { continue };
            let sibling = |name: &str| record.members.iter().find(|member| member.name == name);
            let name = &model[model[dependent.groups].of].decl.name;
            let mut judge = |of: &str, fits: bool, what: String| {
                if !fits {
                    found.push(Diagnostic::error(
                        RULE.code,
                        dependent.span,
                        format!("`{of}` beside this does not name {what}"),
                    ));
                }
            };
            let group = sibling(&dependent.group).is_some_and(|member| {
                member.ty.kind == TypeKind::Enum(model[dependent.groups].of) && !member.ty.nullable && member.presence != Presence::Optional
            });
            judge(&dependent.group, group, format!("a group of `{name}`"));
            if let Some(element) = &dependent.element {
                let names = sibling(element).and_then(|member| model.dependent(member));
                let fits = names
                    .is_some_and(|other| other.part == Part::Element && other.groups == dependent.groups && other.group == dependent.group);
                judge(element, fits, format!("an element of `{name}[{}]`", dependent.group));
            }
        }
    }
}

/// A dependent type where no member of a record is.
pub fn misplaced(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "only a member of a record depends on an element")
        .help("it stands beside the members that name the element")
}

/// A part that elements do not have.
pub fn part(name: &Name, of_element: bool) -> Diagnostic {
    let found = Diagnostic::error(RULE.code, name.span, format!("there is no `{}` of this", name.text));
    found.help(if of_element {
        "an element has an `input` and an `output`: `json as Groups[group][element].input`"
    } else {
        "a group has elements: `Groups[group].element`; these have an `input` and an `output`: `json as Groups[group][element].input`"
    })
}

/// A dependent type that may be `null`.
pub fn nullable(span: Span) -> Diagnostic {
    Diagnostic::error(RULE.code, span, "what depends on an element is not `null`")
        .help("it may be absent: put `?` behind the member's name")
}

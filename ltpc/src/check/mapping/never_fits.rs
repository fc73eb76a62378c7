//! E0810: a value that its place never allows.

use crate::check::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{FloatSet, IntSet, Member, StringSet, TypeKind};
use crate::pattern;
use crate::source::Span;
use ltp_runtime::schema::Pattern;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0810",
    name: "never-fits",
    summary: "a mapped value may be one that its target allows",
    page: r#"What a mapping gives is checked against its type: a value that does not fit means that nothing is mapped, and why. If none ever fits, the mapping
is of no use.

```ltp wrong
protocol demo "1.0";

record Note {
    title: string where len ..= 10;
}
record Page {
    text: string where len 20 ..= 40;
}
mapping Note -> Page {
    text = title;
}
```

```ltp right
protocol demo "1.0";

record Note {
    title: string where len ..= 30;
}
record Page {
    text: string where len 20 ..= 40;
}
mapping Note -> Page {
    text = title;
}
```
"#,
};

/// A value of which none fits the target's member.
pub fn report(span: Span, target: &Member) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("no value of this is one that `{}` allows", target.name))
        .label("never allowed there")
        .related(target.span, "declared here")
}

/// Whether two types that are alike have no value in common.
#[must_use]
pub fn disjoint(a: &TypeKind, b: &TypeKind) -> bool {
    match (a, b) {
        (TypeKind::Int(a), TypeKind::Int(b)) | (TypeKind::Uint(a), TypeKind::Uint(b)) => disjoint_integers(a, b),
        (TypeKind::Float(a), TypeKind::Float(b)) => disjoint_floats(a, b),
        (TypeKind::String(a), TypeKind::String(b)) => disjoint_texts(a, b),
        (TypeKind::List { length: a, .. }, TypeKind::List { length: b, .. })
        | (TypeKind::Map { length: a, .. }, TypeKind::Map { length: b, .. }) => disjoint_lengths(*a, *b),
        _ => false,
    }
}

fn disjoint_lengths(a: Option<(u64, u64)>, b: Option<(u64, u64)>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.1 < b.0 || b.1 < a.0)
}

fn disjoint_integers(a: &IntSet, b: &IntSet) -> bool {
    let meet = |(start, end): &(i128, i128)| b.iter().any(|(other, last)| start <= last && other <= end);
    !a.is_empty() && !b.is_empty() && !a.iter().any(meet)
}

fn disjoint_floats(a: &FloatSet, b: &FloatSet) -> bool {
    let reaches = |one: &crate::model::FloatRange, start: f64| start < one.end || one.end_included && start <= one.end;
    let meet = |one: &crate::model::FloatRange| b.iter().any(|other| reaches(one, other.start) && reaches(other, one.start));
    !a.is_empty() && !b.is_empty() && !a.iter().any(meet)
}

fn disjoint_texts(a: &StringSet, b: &StringSet) -> bool {
    if disjoint_lengths(a.length, b.length) {
        return true;
    }
    let (first, second) = (automaton(a), automaton(b));
    for (listed, other, automaton) in [(a, b, &second), (b, a, &first)] {
        if !listed.one_of.is_empty() {
            return !listed.one_of.iter().any(|text| has(other, automaton.as_ref(), text));
        }
    }
    matches!((first, second), (Some(first), Some(second)) if disjoint_patterns(&first, &second))
}

fn automaton(set: &StringSet) -> Option<Pattern> {
    pattern::parse(set.pattern.as_deref()?).ok()?.table().ok()
}

fn has(set: &StringSet, automaton: Option<&Pattern>, text: &str) -> bool {
    let length = text.chars().count() as u64;
    set.length.is_none_or(|(least, most)| (least..=most).contains(&length))
        && (set.one_of.is_empty() || set.one_of.iter().any(|one| one == text))
        && automaton.is_none_or(|automaton| automaton.matches(text))
}

/// Follows both automata through all texts at once.
fn disjoint_patterns(a: &Pattern, b: &Pattern) -> bool {
    const START: (u16, u16) = (1, 1);
    let next = |pattern: &Pattern, state: u16, octet: usize| {
        let class = pattern.classes.get(octet).copied().unwrap_or_default();
        let at = usize::from(state) * usize::from(pattern.stride) + usize::from(class);
        pattern.next.get(at).copied().unwrap_or_default()
    };
    let accepts = |pattern: &Pattern, state: u16| pattern.accepting.get(usize::from(state)).copied().unwrap_or_default();
    let mut known = std::collections::HashSet::from([START]);
    let mut open = vec![START];
    while let Some((first, second)) = open.pop() {
        if accepts(a, first) && accepts(b, second) || known.len() > MOST_STATES {
            return false;
        }
        for octet in 0..256 {
            let pair = (next(a, first, octet), next(b, second, octet));
            // 0 is where no text is accepted any more.
            if pair.0 != 0 && pair.1 != 0 && known.insert(pair) {
                open.push(pair);
            }
        }
    }
    true
}

/// How many pairs of states are looked at before two patterns count as having something in common.
const MOST_STATES: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(length: Option<(u64, u64)>, one_of: &[&str], pattern: Option<&str>) -> TypeKind {
        TypeKind::String(StringSet {
            length,
            one_of: one_of.iter().map(ToString::to_string).collect(),
            pattern: pattern.map(str::to_owned),
        })
    }

    #[test]
    fn texts_meet_if_one_is_in_both() {
        let digits = texts(None, &[], Some("[0-9]+"));
        assert!(disjoint(&digits, &texts(None, &[], Some("[a-z]+"))));
        assert!(!disjoint(&digits, &texts(None, &[], Some("[a-z0-9]+"))));
        assert!(disjoint(&digits, &texts(None, &["a", "b"], None)));
        assert!(!disjoint(&digits, &texts(None, &["a", "1"], None)));
        assert!(disjoint(&texts(Some((0, 3)), &[], None), &texts(Some((4, 9)), &[], None)));
        assert!(!disjoint(&texts(Some((0, 4)), &[], None), &texts(Some((4, 9)), &[], None)));
    }

    #[test]
    fn numbers_meet_if_ranges_do() {
        assert!(disjoint(&TypeKind::Uint(vec![(0, 3)]), &TypeKind::Uint(vec![(4, 5)])));
        assert!(!disjoint(&TypeKind::Uint(vec![(0, 4)]), &TypeKind::Uint(vec![(4, 5)])));
        assert!(!disjoint(&TypeKind::Uint(vec![]), &TypeKind::Uint(vec![(4, 5)])));
        let range = |start, end, end_included| TypeKind::Float(vec![crate::model::FloatRange { start, end, end_included }]);
        assert!(disjoint(&range(0.0, 1.0, false), &range(1.0, 2.0, true)));
        assert!(!disjoint(&range(0.0, 1.0, true), &range(1.0, 2.0, true)));
    }
}

//! E0803: a digest whose text the scalar does not allow.

use std::collections::BTreeSet;

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Digest, Model, StringSet, TypeKind};
use crate::pattern;
use ltp_runtime::schema::Pattern;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0803",
    name: "digest-result",
    summary: "every text that a digest can give is one of its scalar",
    page: r#"What a digest gives is its prefix and so many digits of `0-9a-f`, or the text of `empty`. Each of these must be a text of the scalar behind `->`,
or the digest would give what no message may hold.

```ltp wrong
protocol demo "1.0";

scalar Hash = string where pattern "0x[0-9a-f]{16}";
record Part {
    hash: string;
}
digest state of list<Part> -> Hash {
    join hash;
    sha256 hex 16;
    empty "0x0";
}
```

```ltp right
protocol demo "1.0";

scalar Hash = string where pattern "0x[0-9a-f]{16}";
record Part {
    hash: string;
}
digest state of list<Part> -> Hash {
    sort hash;
    join hash;
    sha256 hex 16;
    prefix "0x";
    empty "0x0000000000000000";
}
```
"#,
};

/// Finds digests that give other texts than their scalar allows.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for digest in &model.digests {
        let scalar = &model[digest.output];
        let TypeKind::String(set) = &scalar.ty.kind else { continue };
        let automaton = set
            .pattern
            .as_deref()
            .and_then(|source| pattern::parse(source).ok())
            .and_then(|pattern| pattern.table().ok());
        let refuse = |what: String| {
            Diagnostic::error(RULE.code, digest.decl.span, format!("`{}` {what}", digest.decl.name))
                .label(format!("`{}` does not allow it", scalar.decl.name))
                .related(scalar.decl.span, "declared here")
        };
        if !allows_hashes(set, automaton.as_ref(), digest) {
            let shape = format!("{:?} and {} digits of `0-9a-f`", digest.prefix, digest.digits);
            found.push(refuse(format!("gives {shape}")).help("change `prefix`, the count of digits, or the scalar"));
        }
        if let Some(empty) = digest.empty.as_deref().filter(|text| !allows(set, automaton.as_ref(), text)) {
            found.push(refuse(format!("gives {empty:?} of an empty list")).help("change `empty`, or the scalar"));
        }
    }
}

fn allows(set: &StringSet, automaton: Option<&Pattern>, text: &str) -> bool {
    let length = text.chars().count() as u64;
    set.length.is_none_or(|(least, most)| (least..=most).contains(&length))
        && (set.one_of.is_empty() || set.one_of.iter().any(|one| one == text))
        && automaton.is_none_or(|automaton| automaton.matches(text))
}

/// Whether all texts of the digest's form are in the set.
fn allows_hashes(set: &StringSet, automaton: Option<&Pattern>, digest: &Digest) -> bool {
    let length = (digest.prefix.chars().count() + digest.digits) as u64;
    // A list of texts has them all only if it has very many.
    set.one_of.is_empty()
        && set.length.is_none_or(|(least, most)| (least..=most).contains(&length))
        && automaton.is_none_or(|automaton| accepts_hashes(automaton, digest))
}

/// Follows all of them through the automaton at once.
fn accepts_hashes(automaton: &Pattern, digest: &Digest) -> bool {
    let step = |states: &BTreeSet<u16>, octets: &[u8]| -> BTreeSet<u16> {
        let pairs = states.iter().flat_map(|state| octets.iter().map(move |octet| (*state, *octet)));
        pairs
            .map(|(state, octet)| {
                let class = automaton.classes.get(usize::from(octet)).copied().unwrap_or_default();
                let at = usize::from(state) * usize::from(automaton.stride) + usize::from(class);
                automaton.next.get(at).copied().unwrap_or_default()
            })
            .collect()
    };
    let mut states = BTreeSet::from([1]);
    for octet in digest.prefix.bytes() {
        states = step(&states, &[octet]);
    }
    for _ in 0..digest.digits {
        states = step(&states, b"0123456789abcdef");
    }
    states
        .iter()
        .all(|state| automaton.accepting.get(usize::from(*state)).copied().unwrap_or_default())
}

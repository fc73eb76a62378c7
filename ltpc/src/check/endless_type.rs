//! E0302: a type that no value can have, because it would contain itself for ever.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Case, Model, Presence, Record, Type, TypeKind};
use crate::resolve::graph;
use crate::source::Span;
use crate::syntax::tree::Name;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0302",
    name: "endless-type",
    summary: "no type contains itself without a way out",
    page: r#"A record may contain itself where a value can end: in an optional member, behind `?`, in a list that may be empty, in a union with another case.
Otherwise no value of it can be written. Scalars are never made of themselves, and records never spread themselves.

```ltp wrong
protocol demo "1.0";

record Node {
    value: string;
    next: Node;
}
```

```ltp right
protocol demo "1.0";

record Node {
    value: string;
    next?: Node;
}
```

Make one of the members on the way optional.
"#,
};

/// Finds records and unions that no value can have.
pub fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let shapes = Shapes::of(model);
    let endless = shapes.endless();
    let edges: Vec<Vec<usize>> = shapes
        .needs
        .iter()
        .enumerate()
        .map(|(node, needs)| {
            if endless[node] {
                needs.iter().copied().filter(|&need| endless[need]).collect()
            } else {
                Vec::new()
            }
        })
        .collect();
    for mut part in graph::parts(edges.len(), &edges) {
        if !part.first().is_some_and(|&first| endless[first]) || !graph::is_cycle(&part, &edges) {
            continue;
        }
        part.sort_unstable();
        let mut names = part.iter().map(|&node| shapes.name(node));
        let Some((name, span)) = names.next() else { continue };
        let mut problem = Diagnostic::error(RULE.code, span, format!("`{name}` contains itself without a way out"))
            .label("no value of it ends")
            .help("make a member on the way optional: `name?: type`");
        for (name, span) in names.take(8) {
            problem = problem.related(span, format!("by way of `{name}`"));
        }
        found.push(problem);
    }
}

/// Scalars that are made of each other.
pub fn scalars(names: &[&Name]) -> Diagnostic {
    let mut names = names.iter();
    let first = names.next();
    let (text, span) = first.map_or(("", Span::default()), |name| (name.text.as_str(), name.span));
    let found = Diagnostic::error(RULE.code, span, format!("the scalar `{text}` is made of itself")).label("made of itself");
    names
        .take(8)
        .fold(found, |found, name| found.related(name.span, format!("by way of `{}`", name.text)))
}

/// Spreads that lead back to where they start.
pub fn spreads(spans: &[Span]) -> Diagnostic {
    let first = spans.first().copied().unwrap_or_default();
    let found = Diagnostic::error(RULE.code, first, "a record spreads itself").label("this leads back here");
    spans
        .iter()
        .skip(1)
        .take(8)
        .fold(found, |found, span| found.related(*span, "by way of this"))
}

/// More members than anyone could mean.
pub fn too_many(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error(RULE.code, span, format!("the spreads of this schema copy more than {most} members"))
        .label("here it is too much")
        .help("use a member of that type instead")
}

/// Records, then unions, as nodes; what each of them cannot be without.
struct Shapes<'m> {
    model: &'m Model,
    needs: Vec<Vec<usize>>,
}

impl<'m> Shapes<'m> {
    fn of(model: &'m Model) -> Self {
        let records = model.records.len();
        let record = |record: &Record| {
            record
                .members
                .iter()
                .filter(|member| matches!(member.presence, Presence::Required { .. }))
                .filter_map(|member| need(&member.ty, records))
                .collect()
        };
        let case = |case: &Case| need(&case.ty, records);
        let mut needs: Vec<Vec<usize>> = model.records.iter().map(record).collect();
        needs.extend(model.unions.iter().map(|union| {
            if union.open {
                Vec::new()
            } else {
                union.cases.iter().filter_map(case).collect()
            }
        }));
        Self { model, needs }
    }

    fn name(&self, node: usize) -> (&'m str, Span) {
        let records = self.model.records.len();
        let decl = if node < records {
            &self.model.records[node].decl
        } else {
            &self.model.unions[node - records].decl
        };
        (&decl.name, decl.span)
    }

    /// Which nodes have no values: what is left when all that certainly has some is taken away, again and again.
    fn endless(&self) -> Vec<bool> {
        let records = self.model.records.len();
        // How many needs must be met before a node has values: all of a record's, one of a union's.
        let mut missing: Vec<usize> = self
            .needs
            .iter()
            .enumerate()
            .map(|(node, needs)| if node < records { needs.len() } else { needs.len().min(1) })
            .collect();
        let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); self.needs.len()];
        for (node, needs) in self.needs.iter().enumerate() {
            for &need in needs {
                needed_by[need].push(node);
            }
        }
        let mut endless = vec![true; self.needs.len()];
        let mut queue: Vec<usize> = (0..missing.len()).filter(|&node| missing[node] == 0).collect();
        for &node in &queue {
            endless[node] = false;
        }
        while let Some(node) = queue.pop() {
            for &waiting in &needed_by[node] {
                missing[waiting] = missing[waiting].saturating_sub(1);
                if missing[waiting] == 0 && std::mem::replace(&mut endless[waiting], false) {
                    queue.push(waiting);
                }
            }
        }
        endless
    }
}

/// The record or union without which there is no value of a type.
fn need(mut ty: &Type, records: usize) -> Option<usize> {
    loop {
        if ty.nullable {
            return None;
        }
        match &ty.kind {
            TypeKind::Record(id) => return Some(id.0 as usize),
            TypeKind::Union(id) => return Some(records + id.0 as usize),
            TypeKind::List {
                item,
                length: Some((1.., _)),
                ..
            } => ty = item,
            TypeKind::Map {
                value,
                length: Some((1.., _)),
            } => ty = value,
            _ => return None,
        }
    }
}

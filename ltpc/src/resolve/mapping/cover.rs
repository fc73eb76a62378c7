//! Whether every member of the source is in a rule's reach, and every member that the target requires is set.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Sides;
use super::rule::record_of;
use crate::check::mapping::{contradiction, rest, sides as rule, unmapped, unset};
use crate::diagnostic::Diagnostic;
use crate::model::{
    ExprKind, MapRule, MapRuleKind, MapValue, Member, Model, Place, PlaceBase, Presence, RecordId, Rest, Taken, Target, TypeKind,
};
use crate::source::Span;

/// Finds members of the source that no rule names, gives them to the rules that take the rest, and reports those that none does.
pub(super) fn source(sides: Sides<'_>, rules: &mut [MapRule], span: Span, found: &mut Vec<Diagnostic>) {
    let cover = Cover::new(sides, rules);
    cover.contradictions(found);
    let mut open = Vec::new();
    cover.members(sides.source.envelope, PlaceBase::Envelope, &mut open);
    let rests = cover.record(sides.source.body, &mut Vec::new(), &mut open);
    payloads(sides.model, cover.taken_apart.take(), span, found);
    if !open.is_empty() {
        found.push(unmapped::report(span, sides.source.name, &open));
    }
    for rule in rules.iter_mut() {
        if let Some(rest) = rest_of(&mut rule.kind)
            && let Some((_, members)) = rests.iter().find(|(path, _)| *path == rest.path)
        {
            rest.members.clone_from(members);
        }
    }
    for rule in &*rules {
        rest::check(sides.model, sides.source.body, sides.source.is_text, rule, found);
        contradiction::always(sides.model, sides.source.side, rule, found);
    }
}

/// Reports members that the target requires and no rule sets.
pub(super) fn target(sides: Sides<'_>, rules: &[MapRule], span: Span, found: &mut Vec<Diagnostic>) {
    let mut targets: HashMap<_, Vec<&Target>> = HashMap::new();
    for rule in rules {
        if let MapRuleKind::Set { target, .. } = &rule.kind
            && let Some(first) = target.path.first()
        {
            targets.entry((target.in_envelope, *first)).or_default().push(target);
        }
    }
    let mut open = Vec::new();
    let unset = Unset {
        sides,
        targets,
        taken_apart: RefCell::new(vec![sides.target.body]),
    };
    unset.members(sides.target.envelope, true, &mut Vec::new(), "", &mut open);
    unset.members(&sides.model[sides.target.body].members, false, &mut Vec::new(), "", &mut open);
    payloads(sides.model, unset.taken_apart.take(), span, found);
    if !open.is_empty() {
        found.push(unset::report(span, sides.target.name, &open));
    }
}

/// Reports records of which rules name members although they hold payloads: what those are, another member says.
fn payloads(model: &Model, mut records: Vec<RecordId>, span: Span, found: &mut Vec<Diagnostic>) {
    records.sort_unstable();
    records.dedup();
    for record in records {
        let payload = |member: &&Member| matches!(member.ty.kind, TypeKind::Payload { .. });
        if let Some(member) = model[record].members.iter().find(payload) {
            found.push(rule::payload(span, &model[record].decl.name, &member.name));
        }
    }
}

/// What the rules of a mapping name.
struct Cover<'m> {
    sides: Sides<'m>,
    /// What is named, by the members that it begins at.
    named: HashMap<PlaceBase, Vec<Named>>,
    /// Records whose rest a rule takes.
    rests: Vec<Vec<usize>>,
    spans: Vec<Span>,
    /// Records of which rules name members.
    taken_apart: RefCell<Vec<RecordId>>,
}

/// A place that a rule names.
struct Named {
    path: Vec<usize>,
    rule: usize,
    /// Whether the rule takes it away.
    taken: bool,
}

/// The members (by index) of a record, by its path, that no rule names.
type Rests = Vec<(Vec<usize>, Vec<usize>)>;

impl<'m> Cover<'m> {
    fn new(sides: Sides<'m>, rules: &mut [MapRule]) -> Self {
        let mut named: HashMap<PlaceBase, Vec<Named>> = HashMap::new();
        let mut name = |place: &Place, rule, taken| {
            named.entry(place.base.clone()).or_default().push(Named {
                path: place.path.clone(),
                rule,
                taken,
            });
        };
        let mut rests = Vec::new();
        for (index, rule) in rules.iter_mut().enumerate() {
            if let Some(rest) = rest_of(&mut rule.kind) {
                rests.push(rest.path.clone());
            }
            match &rule.kind {
                MapRuleKind::Set {
                    value: MapValue::Expr(value) | MapValue::Variant { value, .. },
                    ..
                } => value.each(&mut |expr| {
                    if let ExprKind::Place(place) = &expr.kind {
                        name(place, index, false);
                    }
                }),
                MapRuleKind::Drop {
                    source: Taken::Place(place, _),
                    ..
                }
                | MapRuleKind::Refuse {
                    source: Taken::Place(place, _),
                    ..
                } => name(place, index, true),
                _ => {}
            }
        }
        Self {
            sides,
            named,
            rests,
            spans: rules.iter().map(|rule| rule.span).collect(),
            taken_apart: RefCell::default(),
        }
    }

    /// Reports what one rule takes away and another names.
    fn contradictions(&self, found: &mut Vec<Diagnostic>) {
        for named in self.named.values() {
            for one in named.iter().filter(|one| one.taken) {
                let touches = |other: &Named| other.path.starts_with(&one.path) || one.path.starts_with(&other.path);
                let earlier = |other: &&Named| other.rule != one.rule && (!other.taken || other.rule < one.rule);
                if let Some(other) = named.iter().filter(earlier).find(|other| touches(other)) {
                    found.push(contradiction::also(self.spans[one.rule], self.spans[other.rule]));
                }
            }
        }
    }

    fn members(&self, members: &[Member], base: impl Fn(usize) -> PlaceBase, open: &mut Vec<String>) {
        for (index, member) in members.iter().enumerate() {
            let base = base(index);
            let mut below = Vec::new();
            match self.reach(&base, &[]) {
                Reach::Whole => {}
                Reach::Within => below = self.within(member, &base, &mut Vec::new(), &member.name),
                Reach::None => below.push(member.name.clone()),
            }
            open.extend(below);
        }
    }

    /// Members of the envelope's records have no rest.
    fn within(&self, member: &Member, base: &PlaceBase, path: &mut Vec<usize>, name: &str) -> Vec<String> {
        let Some(record) = record_of(&member.ty) else { return Vec::new() };
        self.taken_apart.borrow_mut().push(record);
        let declared = &self.sides.model[record];
        let mut open = Vec::new();
        for (index, inner) in declared.members.iter().enumerate() {
            let name = format!("{name}.{}", inner.name);
            path.push(index);
            match self.reach(base, path) {
                Reach::Whole => {}
                Reach::Within => open.extend(self.within(inner, base, path, &name)),
                Reach::None => open.push(name),
            }
            path.pop();
        }
        if declared.open {
            open.push(format!("{name}.rest"));
        }
        open
    }

    /// The body, or a record in it, of which a rule names a part.
    fn record(&self, record: RecordId, path: &mut Vec<usize>, open: &mut Vec<String>) -> Rests {
        self.taken_apart.borrow_mut().push(record);
        let declared = &self.sides.model[record];
        let takes_rest = self.rests.contains(path);
        let (mut rest, mut rests) = (Vec::new(), Vec::new());
        for (index, member) in declared.members.iter().enumerate() {
            path.push(index);
            let reach = match path.split_first() {
                Some((first, way)) => self.reach(&PlaceBase::Body(*first), way),
                None => Reach::None,
            };
            let below = self.rests.iter().any(|taken| taken.starts_with(path));
            match (reach, record_of(&member.ty)) {
                (Reach::Whole, _) => {}
                (Reach::Within, Some(inner)) => rests.extend(self.record(inner, path, open)),
                (Reach::None, Some(inner)) if below => rests.extend(self.record(inner, path, open)),
                _ if takes_rest => rest.push(index),
                _ => open.push(self.spelled(path, None)),
            }
            path.pop();
        }
        if takes_rest {
            rests.push((path.clone(), rest));
        } else if declared.open {
            open.push(self.spelled(path, Some("rest")));
        }
        rests
    }

    /// How far rules name a place.
    fn reach(&self, base: &PlaceBase, path: &[usize]) -> Reach {
        let mut reach = Reach::None;
        for named in self.named.get(base).into_iter().flatten() {
            if path.starts_with(&named.path) {
                return Reach::Whole;
            }
            if named.path.starts_with(path) {
                reach = Reach::Within;
            }
        }
        reach
    }

    /// A place of the body as the schema writes it.
    fn spelled(&self, path: &[usize], behind: Option<&str>) -> String {
        let mut names = Vec::new();
        let mut record = Some(self.sides.source.body);
        for index in path {
            let Some(member) = record.and_then(|record| self.sides.model[record].members.get(*index)) else {
                break;
            };
            names.push(member.name.as_str());
            record = record_of(&member.ty);
        }
        names.extend(behind);
        names.join(".")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// A rule names it, or something that it is in.
    Whole,
    /// A rule names something in it.
    Within,
    None,
}

/// The rest that a rule takes.
fn rest_of(rule: &mut MapRuleKind) -> Option<&mut Rest> {
    match rule {
        MapRuleKind::Set {
            value: MapValue::Rest(rest),
            ..
        }
        | MapRuleKind::Drop {
            source: Taken::Rest(rest), ..
        }
        | MapRuleKind::Refuse {
            source: Taken::Rest(rest), ..
        } => Some(rest),
        _ => None,
    }
}

struct Unset<'m, 'r> {
    sides: Sides<'m>,
    /// By the members that they begin at.
    targets: HashMap<(bool, usize), Vec<&'r Target>>,
    /// Records of which rules set members.
    taken_apart: RefCell<Vec<RecordId>>,
}

impl Unset<'_, '_> {
    fn members(&self, members: &[Member], in_envelope: bool, path: &mut Vec<usize>, before: &str, open: &mut Vec<String>) {
        for (index, member) in members.iter().enumerate() {
            path.push(index);
            let name = format!("{before}{}", member.name);
            let first = path.first().copied().unwrap_or_default();
            let targets = self.targets.get(&(in_envelope, first)).map_or(&[][..], Vec::as_slice);
            let is_part = targets.iter().any(|target| target.path.starts_with(path));
            let is_whole = targets.iter().any(|target| target.path == *path && !target.kept);
            if !is_part {
                if member.presence == (Presence::Required { default: None }) {
                    open.push(name);
                }
            } else if let Some(record) = record_of(&member.ty).filter(|_| !is_whole) {
                self.taken_apart.borrow_mut().push(record);
                let before = format!("{name}.");
                self.members(&self.sides.model[record].members, in_envelope, path, &before, open);
            }
            path.pop();
        }
    }
}

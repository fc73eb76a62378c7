//! Types, constraints and members.

use pest::iterators::Pair;

use super::{Builder, Parts};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Constraint, ConstraintKind, Member, MemberItem, Members, Range, Text, Type, TypeKind};

impl Builder<'_> {
    pub(super) fn take_type(&mut self, parts: &mut Parts<'_>) -> Option<Type> {
        let pair = parts.accept(Rule::r#type)?;
        let span = self.span(&pair);
        let mut inner = Parts::of(pair);
        let kind = inner.next()?;
        let kind = match kind.as_rule() {
            Rule::list_type => {
                let (item, constraints) = self.element(kind)?;
                TypeKind::List { item, constraints }
            }
            Rule::map_type => {
                let (value, constraints) = self.element(kind)?;
                TypeKind::Map { value, constraints }
            }
            Rule::record_type => {
                let mut record = Parts::of(kind);
                let name = self.take_name(&mut record);
                TypeKind::Record {
                    name,
                    open: record.has(Rule::open),
                    members: self.take_members(&mut record)?,
                }
            }
            Rule::dependent => TypeKind::Dependent(Box::new(self.dependent(kind)?)),
            Rule::json_as => TypeKind::Dependent(Box::new(self.dependent(Parts::of(kind).next()?)?)),
            Rule::literal_type => TypeKind::Literals(self.texts(kind)),
            Rule::named_type => {
                let mut named = Parts::of(kind);
                let path = self.take_path(&mut named)?;
                match self.take_name(&mut named) {
                    Some(kind) => TypeKind::Payload { set: path, kind },
                    None => TypeKind::Path(path),
                }
            }
            _ => return None,
        };
        Some(Type {
            kind,
            nullable: inner.has(Rule::nullable),
            span,
        })
    }

    /// What stands between `<` and `>`.
    fn element(&mut self, pair: Pair<'_, Rule>) -> Option<(Box<Type>, Vec<Constraint>)> {
        let mut parts = Parts::of(pair);
        Some((Box::new(self.take_type(&mut parts)?), self.take_where(&mut parts)?))
    }

    fn texts(&mut self, pair: Pair<'_, Rule>) -> Vec<Text> {
        Parts::of(pair).map(|text| self.text(&text)).collect()
    }

    /// The constraints, if `where` comes next.
    pub(super) fn take_where(&mut self, parts: &mut Parts<'_>) -> Option<Vec<Constraint>> {
        let Some(pair) = parts.accept(Rule::r#where) else {
            return Some(Vec::new());
        };
        Parts::of(pair)
            .map(|constraint| {
                let span = self.span(&constraint);
                let inner = Parts::of(constraint).next()?;
                let kind = match inner.as_rule() {
                    Rule::length => ConstraintKind::Length(self.range(Parts::of(inner).next()?)?),
                    Rule::pattern => ConstraintKind::Pattern(self.take_text(&mut Parts::of(inner))?),
                    Rule::ranges => ConstraintKind::Ranges(Parts::of(inner).map(|range| self.range(range)).collect::<Option<_>>()?),
                    Rule::texts => ConstraintKind::Texts(self.texts(inner)),
                    _ => return None,
                };
                Some(Constraint { kind, span })
            })
            .collect()
    }

    fn range(&self, pair: Pair<'_, Rule>) -> Option<Range> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let start = self.take_number(&mut parts);
        let Some(operator) = parts.accept(Rule::range_op) else {
            return Some(Range {
                end: start.clone(),
                start,
                end_included: true,
                span,
            });
        };
        let end = self.take_number(&mut parts);
        Some(Range {
            start,
            end,
            end_included: operator.as_str() == "..=",
            span,
        })
    }

    pub(super) fn take_members(&mut self, parts: &mut Parts<'_>) -> Option<Members> {
        let pair = parts.accept(Rule::members)?;
        let span = self.span(&pair);
        let items = Parts::of(pair)
            .map(|item| match item.as_rule() {
                Rule::spread => Some(MemberItem::Spread(self.take_path(&mut Parts::of(item))?)),
                _ => Some(MemberItem::Member(self.member(item)?)),
            })
            .collect::<Option<_>>()?;
        Some(Members { items, span })
    }

    fn member(&mut self, pair: Pair<'_, Rule>) -> Option<Member> {
        let whole = self.span(&pair);
        let mut parts = Parts::of(pair);
        let docs = parts.docs();
        let name = self.take_name(&mut parts)?;
        let optional = parts.has(Rule::optional);
        let wire = self.take_text(&mut parts);
        let ty = if parts.has(Rule::body) {
            None
        } else {
            Some(self.take_type(&mut parts)?)
        };
        let constraints = self.take_where(&mut parts)?;
        let separated = match parts.accept(Rule::separated) {
            Some(separated) => Some(self.take_text(&mut Parts::of(separated))?),
            None => None,
        };
        let encoding = match parts.accept(Rule::encoding) {
            Some(encoding) => Some(self.take_name(&mut Parts::of(encoding))?),
            None => None,
        };
        let default = match parts.accept(Rule::default) {
            Some(default) => Some(self.value(Parts::of(default).next()?)?),
            None => None,
        };
        let annotations = self.annotations(&mut parts)?;
        let span = crate::source::Span {
            start: name.span.start,
            ..whole
        };
        Some(Member {
            docs,
            name,
            wire,
            optional,
            ty,
            constraints,
            separated,
            encoding,
            default,
            annotations,
            span,
        })
    }
}

//! Digests and mappings.

use pest::iterators::Pair;

use super::{Builder, Parts};
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{
    Digest, DigestPart, DigestPartKind, MapRule, MapRuleKind, Mapping, VariantElse, VariantElseKind, VariantPair, Variants,
};

impl Builder<'_> {
    pub(super) fn digest(&mut self, parts: &mut Parts<'_>) -> Option<Digest> {
        Some(Digest {
            name: self.take_name(parts)?,
            input: self.take_type(parts)?,
            output: self.take_path(parts)?,
            parts: self.all(parts, Self::digest_part)?,
        })
    }

    fn digest_part(&mut self, part: Pair<'_, Rule>) -> Option<DigestPart> {
        let mut part = Parts::of(part);
        self.no_docs(&mut part);
        let part = part.next()?;
        let (rule, span) = (part.as_rule(), self.span(&part));
        let mut parts = Parts::of(part);
        let parts = &mut parts;
        let kind = match rule {
            Rule::digest_sort => DigestPartKind::Sort(self.all(parts, |builder, name| Some(builder.name(&name)))?),
            Rule::digest_join => DigestPartKind::Join(self.all(parts, |builder, name| Some(builder.name(&name)))?),
            Rule::digest_prefix => DigestPartKind::Prefix(self.take_text(parts)?),
            Rule::digest_empty => DigestPartKind::Empty(self.take_text(parts)?),
            _ => DigestPartKind::Hash {
                algorithm: self.take_name(parts)?,
                digits: self.take_number(parts)?,
            },
        };
        Some(DigestPart { kind, span })
    }

    pub(super) fn mapping(&mut self, parts: &mut Parts<'_>) -> Option<Mapping> {
        let (source, target) = (self.take_path(parts)?, self.take_path(parts)?);
        let span = Span {
            end: target.span.end,
            ..source.span
        };
        Some(Mapping {
            source,
            target,
            rules: self.all(parts, Self::map_rule)?,
            span,
        })
    }

    fn map_rule(&mut self, rule: Pair<'_, Rule>) -> Option<MapRule> {
        let mut parts = Parts::of(rule);
        self.no_docs(&mut parts);
        let rule = parts.next()?;
        let span = self.span(&rule);
        let kind = rule.as_rule();
        let mut parts = Parts::of(rule);
        let parts = &mut parts;
        let path = self.take_path(parts)?;
        let kind = match kind {
            Rule::map_drop => MapRuleKind::Drop {
                source: path,
                reason: self.take_text(parts)?,
            },
            Rule::map_refuse => MapRuleKind::Refuse {
                source: path,
                reason: self.take_text(parts)?,
            },
            _ => MapRuleKind::Set {
                target: path,
                value: self.take_expr(parts)?,
                variants: match parts.accept(Rule::variants) {
                    Some(variants) => Some(self.variants(variants)?),
                    None => None,
                },
            },
        };
        Some(MapRule { kind, span })
    }

    fn variants(&mut self, variants: Pair<'_, Rule>) -> Option<Variants> {
        let span = self.span(&variants);
        let (mut pairs, mut others) = (Vec::new(), Vec::new());
        for part in Parts::of(variants) {
            let (rule, span) = (part.as_rule(), self.span(&part));
            let mut parts = Parts::of(part);
            if rule == Rule::variant_pair {
                let mut names: Vec<_> = parts.map(|name| self.name(&name)).collect();
                let to = names.pop()?;
                pairs.push(VariantPair { from: names, to });
            } else {
                let kind = match self.take_text(&mut parts) {
                    Some(reason) => VariantElseKind::Refuse(reason),
                    None => VariantElseKind::To(self.take_name(&mut parts)?),
                };
                others.push(VariantElse { kind, span });
            }
        }
        Some(Variants { pairs, others, span })
    }
}

//! Tiers and meters.

use pest::iterators::Pair;

use super::{Builder, Parts};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{ExprKind, Meter, MeterRate, Rate, Tier, TierPart, TierPartKind, Tiers};

impl Builder<'_> {
    pub(super) fn tiers(&mut self, parts: &mut Parts<'_>) -> Option<Tiers> {
        Some(Tiers {
            name: self.take_name(parts)?,
            tiers: self.all(parts, Self::tier)?,
        })
    }

    fn tier(&mut self, pair: Pair<'_, Rule>) -> Option<Tier> {
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        Some(Tier {
            docs: parts.docs(),
            name: self.take_name(parts)?,
            wire: self.take_text(parts),
            parts: self.all(parts, Self::tier_part)?,
        })
    }

    fn tier_part(&mut self, pair: Pair<'_, Rule>) -> Option<TierPart> {
        let part = Parts::of(pair).next()?;
        let span = self.span(&part);
        let rule = part.as_rule();
        let mut parts = Parts::of(part);
        let kind = match rule {
            Rule::tier_may => TierPartKind::May(self.all(&mut parts, |builder, name| Some(builder.name(&name)))?),
            Rule::tier_rate => TierPartKind::AtMost(self.take_rate(&mut parts)?),
            _ => TierPartKind::ByKey,
        };
        Some(TierPart { kind, span })
    }

    fn take_rate(&mut self, parts: &mut Parts<'_>) -> Option<Rate> {
        let pair = parts.accept(Rule::rate)?;
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        Some(Rate {
            limit: self.take_number(&mut parts)?,
            window: self.duration(parts.accept(Rule::duration)?)?,
            span,
        })
    }

    pub(super) fn meter(&mut self, docs: String, parts: &mut Parts<'_>) -> Option<Meter> {
        let name = self.take_name(parts)?;
        let rate = match self.take_path(parts) {
            Some(tiers) => MeterRate::Tiers(tiers),
            None => MeterRate::Fixed(self.take_rate(parts)?),
        };
        Some(Meter {
            docs,
            name,
            rate,
            last: self.take_number(parts)?,
        })
    }

    /// `grant Tiers[agent] claim tier with key`
    pub(super) fn grant(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        let (tiers, agent) = (self.take_path(parts)?, self.take_expr(parts)?);
        let claim = self.take_bare(parts)?;
        let key = match parts.peek() {
            Some(_) => Some(Box::new(self.take_bare(parts)?)),
            None => None,
        };
        Some(ExprKind::Grant {
            tiers,
            agent: Box::new(agent),
            claim: Box::new(claim),
            key,
        })
    }

    /// `wait meter[key] at tier`
    pub(super) fn wait(&mut self, pair: Pair<'_, Rule>) -> Option<ExprKind> {
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        let (meter, key) = (self.take_name(parts)?, self.take_expr(parts)?);
        let tier = match parts.peek() {
            Some(_) => Some(Box::new(self.take_bare(parts)?)),
            None => None,
        };
        Some(ExprKind::Wait {
            meter,
            key: Box::new(key),
            tier,
        })
    }
}

//! Bridges.

use pest::iterators::Pair;

use super::{Builder, Parts};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Bridge, BridgeOut, BridgePush, BridgeRule, BridgeRuleKind, Expr, Name, Path};

impl Builder<'_> {
    pub(super) fn bridge(&mut self, parts: &mut Parts<'_>) -> Option<Bridge> {
        Some(Bridge {
            name: self.take_name(parts)?,
            serves: self.take_path(parts)?,
            rules: self.all(parts, Self::bridge_rule)?,
        })
    }

    fn bridge_rule(&mut self, pair: Pair<'_, Rule>) -> Option<BridgeRule> {
        let mut parts = Parts::of(pair);
        self.no_docs(&mut parts);
        let inner = parts.next()?;
        let (rule, span) = (inner.as_rule(), self.span(&inner));
        let mut parts = Parts::of(inner);
        let kind = if rule == Rule::bridge_push {
            BridgeRuleKind::Push(BridgePush {
                source: self.take_path(&mut parts)?,
                target: self.take_path(&mut parts)?,
                subjects: self.all(&mut parts, |builder, text| Some(builder.text(&text)))?,
            })
        } else {
            BridgeRuleKind::Out(Box::new(self.bridge_out(rule == Rule::bridge_request, &mut parts)?))
        };
        Some(BridgeRule { kind, span })
    }

    fn bridge_out(&mut self, asks: bool, parts: &mut Parts<'_>) -> Option<BridgeOut> {
        let mut from = Parts::of(parts.accept(Rule::bridge_from)?);
        Some(BridgeOut {
            asks,
            message: self.take_path(&mut from)?,
            binding: self.binding(&mut from),
            guard: self.take_expr(&mut from),
            target: self.take_path(&mut from)?,
            subject: self.take_text(parts)?,
            within: match parts.accept(Rule::bridge_within) {
                Some(within) => Some(self.duration(Parts::of(within).next()?)?.0),
                None => None,
            },
            reply: match parts.accept(Rule::bridge_reply) {
                Some(reply) => {
                    let mut reply = Parts::of(reply);
                    Some((self.take_path(&mut reply)?, self.take_path(&mut reply)?))
                }
                None => None,
            },
            otherwise: match parts.accept(Rule::bridge_else) {
                Some(otherwise) => Some(self.said(Parts::of(otherwise))?),
                None => None,
            },
        })
    }

    /// A message with some of its members.
    fn said(&mut self, mut parts: Parts<'_>) -> Option<(Path, Vec<(Name, Expr)>)> {
        Some((self.take_path(&mut parts)?, self.take_fields(&mut parts)?))
    }
}

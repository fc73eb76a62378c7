//! Claims, capabilities and meters.

use std::collections::HashMap;

use super::action::Step;
use super::codes;
use super::expr::Use;
use super::host::{Host, Named};
use super::role::{Names, note};
use super::scope::{Scope, written};
use super::shape::{alike, describe, nullable, plain, unconstrained};
use super::transition::named;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{ActionKind, Expr, ExprKind, Meter, MeterRate, Role, StringSet, TiersId, Type, TypeKind};
use crate::source::Span;
use crate::syntax::tree;

/// The meters of a role, by name.
#[derive(Debug, Clone, Copy)]
pub(in crate::resolve) struct Meters<'a> {
    pub names: &'a HashMap<String, (usize, Span)>,
    pub declared: &'a [Meter],
}

/// Declares a meter of a role. `meters` are those of the session's roles so far.
pub(super) fn declare_meter(
    host: &dyn Host,
    found: &mut Vec<Diagnostic>,
    meters: &mut HashMap<String, Span>,
    names: &mut Names,
    role: &mut Role,
    tree: &tree::Meter,
) {
    if !note(found, "meter", &tree.name, meters.get(&tree.name.text).copied()) {
        return;
    }
    meters.insert(tree.name.text.clone(), tree.name.span);
    let rate = match &tree.rate {
        tree::MeterRate::Fixed(rate) => crate::resolve::tiers::rate(found, rate).map(MeterRate::Fixed),
        tree::MeterRate::Tiers(path) => tiers(host, found, path).map(MeterRate::Tiers),
    };
    let last = tree.last.text.parse().ok().filter(|last| *last > 0);
    if last.is_none() {
        let message = format!(
            "how many keys are remembered is a whole number from 1 to {}, and this is {}",
            u32::MAX,
            tree.last.text
        );
        found.push(Diagnostic::error(codes::KEY, tree.last.span, message));
    }
    let (Some(rate), Some(last)) = (rate, last) else { return };
    names.meters.insert(tree.name.text.clone(), (role.meters.len(), tree.name.span));
    role.meters.push(Meter {
        name: tree.name.text.clone(),
        docs: tree.docs.clone(),
        rate,
        last,
        span: tree.name.span,
    });
}

/// The tiers that a path names.
fn tiers(host: &dyn Host, found: &mut Vec<Diagnostic>, path: &tree::Path) -> Option<TiersId> {
    let model = host.model();
    let named = host.find(path);
    if let Some(Named::Enum(id)) = named
        && let Some(tiers) = model.tiers_of(id)
    {
        return Some(tiers);
    }
    if named == Some(Named::Broken) {
        return None;
    }
    let name = written(path);
    let message = match named {
        Some(_) => format!("`{name}` has no tiers"),
        None => format!("there are no tiers `{name}`"),
    };
    let mut diagnostic = Diagnostic::error(codes::UNDEFINED, path.span, message);
    let candidates = model.tiers.iter().map(|tiers| model[tiers.of].decl.name.as_str());
    match did_you_mean(&name, candidates) {
        Some(near) if named.is_none() => diagnostic = diagnostic.label(format!("did you mean `{near}`?")),
        _ => diagnostic = diagnostic.help("they are declared as `tiers Name { HIGH { ... } LOW { ... } }`"),
    }
    found.push(diagnostic);
    None
}

impl Scope<'_> {
    /// `peer`: known where a machine runs.
    pub(super) fn peer(&mut self, span: Span) -> Option<Expr> {
        self.running("`peer`", span)?;
        Some(Expr {
            kind: ExprKind::Peer,
            ty: text(),
            span,
        })
    }

    pub(super) fn grant(
        &mut self,
        path: &tree::Path,
        agent: &tree::Expr,
        claim: &tree::Expr,
        key: Option<&tree::Expr>,
        span: Span,
    ) -> Option<Expr> {
        self.running("`grant`", span)?;
        let tiers = tiers(self.host, self.found, path);
        let agent = self.key_text(agent);
        let tiers = tiers?;
        let of = plain(TypeKind::Enum(self.model[tiers].of));
        // A claim of nothing is one of the last tier, and no key is none that fits.
        let claim = self.as_it_is(claim, &of);
        let key = match key {
            Some(key) => Some(Box::new(self.as_it_is(key, &text())?)),
            None => None,
        };
        Some(Expr {
            kind: ExprKind::Grant {
                tiers,
                agent: Box::new(agent?),
                claim: Box::new(claim?),
                key,
            },
            ty: of,
            span,
        })
    }

    pub(super) fn may(&mut self, tree: &tree::Expr, capability: &tree::Name, span: Span) -> Option<Expr> {
        let tier = self.typed(tree, None)?.expr;
        let tiers = match tier.ty.kind {
            TypeKind::Enum(id) => self.model.tiers_of(id),
            _ => None,
        };
        let Some(tiers) = tiers else {
            let what = describe(self.model, &tier.ty);
            self.error(
                codes::OPERATOR,
                tier.span,
                format!("only a tier may something, and this is `{what}`"),
            );
            return None;
        };
        let target = nullable(&tier.ty, false);
        let tier = self.fit(tier, tree, &target, Use::Kept)?;
        let model = self.model;
        let declared = &model[tiers];
        let Some(index) = declared.capability(&capability.text) else {
            let name = &model[declared.of].decl.name;
            let names: Vec<&str> = declared.capabilities.iter().map(|capability| capability.name.as_str()).collect();
            self.found
                .push(crate::check::session::unknown_capability::report(capability, name, &names));
            return None;
        };
        Some(Expr {
            kind: ExprKind::May {
                tiers,
                tier: Box::new(tier),
                capability: index,
            },
            ty: plain(TypeKind::Bool),
            span,
        })
    }

    pub(super) fn wait(&mut self, name: &tree::Name, key: &tree::Expr, tier: Option<&tree::Expr>, span: Span) -> Option<Expr> {
        self.running("`wait`", span)?;
        let (meter, key, tier) = self.metered(name, key, tier)?;
        Some(Expr {
            kind: ExprKind::Wait {
                meter,
                key: Box::new(key),
                tier: tier.map(Box::new),
            },
            ty: plain(TypeKind::Duration),
            span,
        })
    }

    /// A meter, a key and, of a meter of tiers, a tier.
    fn metered(&mut self, name: &tree::Name, key: &tree::Expr, tier: Option<&tree::Expr>) -> Option<(usize, Expr, Option<Expr>)> {
        let meters = self.meters?;
        let index = named(self.found, meters.names, name, "meter", "")?;
        let meter = meters.declared.get(index)?;
        let key = self.key_text(key);
        let tier = match (meter.rate, tier) {
            (MeterRate::Fixed(_), None) => None,
            (MeterRate::Tiers(tiers), Some(tier)) => {
                let of = plain(TypeKind::Enum(self.model[tiers].of));
                Some(self.assigned_to(tier, &of, Use::Kept)?)
            }
            (MeterRate::Fixed(_), Some(tier)) => {
                self.found
                    .push(crate::check::session::meter_tier::needless(name, tier.span, meter.span));
                return None;
            }
            (MeterRate::Tiers(tiers), None) => {
                let of = &self.model[self.model[tiers].of].decl.name;
                self.found.push(crate::check::session::meter_tier::missing(name, of, meter.span));
                return None;
            }
        };
        Some((index, key?, tier))
    }

    /// A text or a `uuid` that is there.
    fn key_text(&mut self, tree: &tree::Expr) -> Option<Expr> {
        let expr = self.typed(tree, Some(&text()))?.expr;
        if !matches!(expr.ty.kind, TypeKind::String(_) | TypeKind::Uuid) {
            let what = describe(self.model, &expr.ty);
            self.found
                .push(Diagnostic::error(codes::KEY, expr.span, "a key is text or a `uuid`").label(format!("this is `{what}`")));
            return None;
        }
        let target = plain(unconstrained(&expr.ty.kind));
        self.fit(expr, tree, &target, Use::Kept)
    }

    /// A value of a type, or none.
    fn as_it_is(&mut self, tree: &tree::Expr, ty: &Type) -> Option<Expr> {
        let expr = self.typed(tree, Some(&nullable(ty, true)))?.expr;
        if alike(&ty.kind, &expr.ty.kind) {
            return Some(expr);
        }
        self.fit(expr, tree, ty, Use::Kept)
    }

    /// First values are made before anything happens.
    fn running(&mut self, what: &str, span: Span) -> Option<()> {
        if self.meters.is_some() {
            return Some(());
        }
        if self.source.is_some() {
            self.error(codes::MISPLACED, span, format!("{what} is of sessions, and a mapping has none"));
            return None;
        }
        self.found.push(
            Diagnostic::error(codes::MISPLACED, span, format!("{what} cannot stand in a first value"))
                .help("declare the variable without it, and give it its value in a transition: `set variable = ...`"),
        );
        None
    }
}

impl Step<'_, '_> {
    pub(super) fn count(&mut self, name: &tree::Name, key: &tree::Expr, tier: Option<&tree::Expr>) -> Option<ActionKind> {
        let (meter, key, tier) = self.scope.metered(name, key, tier)?;
        Some(ActionKind::Count { meter, key, tier })
    }
}

fn text() -> Type {
    plain(TypeKind::String(StringSet::default()))
}

//! Expressions: what each one is, of which type, and where a value is wrapped or unwrapped.

use super::codes;
use super::host::{Named, Sort};
use super::scope::{Scope, written};
use super::shape::{alike, describe, includes, nullable, plain};
use crate::check::syntax_nesting;
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, EnumId, Expr, ExprKind, PayloadsId, Place, StringSet, Type, TypeKind};
use crate::source::Span;
use crate::syntax::tree;

/// Operators and parentheses within each other: as many as the parser lets through.
const DEEPEST: u32 = 256;

/// A typed expression, with the places that hold something where it is true, and where it is false.
pub(in crate::resolve) struct Typed {
    pub expr: Expr,
    pub when_true: Vec<Place>,
    pub when_false: Vec<Place>,
}

impl From<Expr> for Typed {
    fn from(expr: Expr) -> Self {
        Self {
            expr,
            when_true: Vec::new(),
            when_false: Vec::new(),
        }
    }
}

/// Where a value goes, and so what its constraints mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::resolve) enum Use {
    /// It is kept: what the target refuses must be impossible.
    Kept,
    /// It is sent: the codec refuses what the target refuses.
    Sent,
}

impl Scope<'_> {
    /// A guard: bool, with what it makes sure of.
    pub fn guard(&mut self, tree: &tree::Expr) -> Option<Expr> {
        let typed = self.typed(tree, Some(&plain(TypeKind::Bool)))?;
        let expr = self.fit(typed.expr, tree, &plain(TypeKind::Bool), Use::Kept)?;
        self.present.extend(typed.when_true);
        Some(expr)
    }

    /// A duration that is there.
    pub fn duration(&mut self, tree: &tree::Expr) -> Option<Expr> {
        self.assigned_to(tree, &plain(TypeKind::Duration), Use::Kept)
    }

    /// An expression as a value of exactly this type.
    pub fn assigned_to(&mut self, tree: &tree::Expr, target: &Type, usage: Use) -> Option<Expr> {
        let typed = self.typed(tree, Some(target))?;
        self.fit(typed.expr, tree, target, usage)
    }

    /// An expression; `expected` tells literals, variants and `fresh` what to be, and nothing else.
    pub fn typed(&mut self, tree: &tree::Expr, expected: Option<&Type>) -> Option<Typed> {
        if self.depth >= DEEPEST {
            self.found.push(syntax_nesting::too_many_operators(tree.span, DEEPEST));
            return None;
        }
        self.depth += 1;
        let typed = self.typed_here(tree, expected);
        self.depth -= 1;
        typed
    }

    fn typed_here(&mut self, tree: &tree::Expr, expected: Option<&Type>) -> Option<Typed> {
        match &tree.kind {
            tree::ExprKind::Has(path) => self.has(path, tree.span),
            tree::ExprKind::Not(_) => self.negation(tree),
            tree::ExprKind::Binary { .. } => self.chain(tree, expected),
            _ => self.single(tree, expected).map(Typed::from),
        }
    }

    /// `not`, any number of them, without recursion.
    fn negation(&mut self, tree: &tree::Expr) -> Option<Typed> {
        let bool = plain(TypeKind::Bool);
        let (mut spans, mut inner) = (Vec::new(), tree);
        while let tree::ExprKind::Not(operand) = &inner.kind {
            spans.push(inner.span);
            inner = operand;
        }
        let mut typed = self.typed(inner, Some(&bool))?;
        typed.expr = self.fit(typed.expr, inner, &bool, Use::Kept)?;
        for span in spans.into_iter().rev() {
            typed = Typed {
                expr: Expr {
                    kind: ExprKind::Not(Box::new(typed.expr)),
                    ty: bool.clone(),
                    span,
                },
                when_true: typed.when_false,
                when_false: typed.when_true,
            };
        }
        Some(typed)
    }

    /// What tells nothing of places.
    fn single(&mut self, tree: &tree::Expr, expected: Option<&Type>) -> Option<Expr> {
        use tree::ExprKind as E;
        let span = tree.span;
        match &tree.kind {
            E::Text(text) => self.text(text, span, expected),
            E::Number(number) => self.number(number, span, expected),
            E::Duration(millis) => Some(Expr {
                kind: ExprKind::Duration(*millis),
                ty: plain(TypeKind::Duration),
                span,
            }),
            E::FreshHex(text) => self.fresh_hex(&text.0, text.1.as_ref(), span),
            E::Path(path) => self.path(path, expected),
            E::OfUnit { value, unit } => self.of_unit(value, *unit, span),
            E::InUnit { value, unit, up } => self.in_unit(value, *unit, *up, span),
            E::AsText(value) => self.as_text(value, span, expected),
            E::Peek { pointer, ty } => self.peek(pointer, ty, span),
            E::Grant { tiers, agent, claim, key } => self.grant(tiers, agent, claim, key.as_deref(), span),
            E::May { tier, capability } => self.may(tier, capability, span),
            E::Wait { meter, key, tier } => self.wait(meter, key, tier.as_deref(), span),
            E::Object(fields) => self.object(fields, span, expected),
            E::List(items) => self.list(items, span, expected),
            E::Call { function, argument } => self.call(function, argument, span),
            E::Has(_) | E::Not(_) | E::Binary { .. } => None,
        }
    }

    /// A value where another type is wanted: wrapped where none is allowed, refused where it cannot be one. `tree` is how it is written.
    pub fn fit(&mut self, expr: Expr, tree: &tree::Expr, target: &Type, usage: Use) -> Option<Expr> {
        if !alike(&target.kind, &expr.ty.kind) {
            self.mismatch(&expr, target);
            return None;
        }
        if usage == Use::Kept && !is_literal(&expr) && !includes(&target.kind, &expr.ty.kind) {
            let (wanted, given) = (describe(self.model, target), describe(self.model, &expr.ty));
            self.found.push(
                Diagnostic::error(
                    codes::NARROWER,
                    expr.span,
                    format!("this may be a value that `{wanted}` does not allow"),
                )
                .label(format!("this is `{given}`"))
                .help("give both the same scalar, so that the codec has already refused what is not allowed"),
            );
            return None;
        }
        match (target.nullable, expr.ty.nullable) {
            (true, false) => Some(wrap(expr)),
            (false, true) => {
                self.may_be_none(tree);
                None
            }
            _ => Some(expr),
        }
    }

    fn mismatch(&mut self, expr: &Expr, target: &Type) {
        let (wanted, given) = (describe(self.model, target), describe(self.model, &expr.ty));
        let mut diagnostic = Diagnostic::error(
            codes::MISMATCH,
            expr.span,
            format!("`{wanted}` is wanted here, and this is `{given}`"),
        );
        let help = match (&target.kind, &expr.ty.kind) {
            (TypeKind::Uint(_) | TypeKind::Int(_), TypeKind::Duration) => Some("say in which unit: `... as ms`, `... as s`"),
            (TypeKind::Uint(_), TypeKind::Instant) => Some("say in which unit it is counted since 1970: `now as s`, `now as ms`"),
            (TypeKind::String(_) | TypeKind::Datetime, TypeKind::Instant) => Some("write it as text: `now as rfc3339`"),
            (TypeKind::Duration, TypeKind::Uint(_)) => Some("say its unit: `... ms`, `... s`"),
            (TypeKind::Json, _) => Some("a `json` member takes an object `{ ... }`, a list `[ ... ]`, or another `json` value"),
            _ => None,
        };
        diagnostic.help = help.map(str::to_owned);
        self.found.push(diagnostic);
    }

    fn path(&mut self, path: &tree::Path, expected: Option<&Type>) -> Option<Expr> {
        let span = path.span;
        let make = |kind, ty| Some(Expr { kind, ty, span });
        let [first, rest @ ..] = path.parts.as_slice() else { return None };
        if self.source.is_some() && self.names_value(&first.text) {
            return self.value_at(path);
        }
        if rest.is_empty() {
            match first.text.as_str() {
                "true" => return make(ExprKind::Bool(true), plain(TypeKind::Bool)),
                "false" => return make(ExprKind::Bool(false), plain(TypeKind::Bool)),
                "now" => return make(ExprKind::Now, plain(TypeKind::Instant)),
                "fresh" => return self.fresh(span, expected),
                "peer" => return self.peer(span),
                // What is `null` on the wire is none here.
                word @ ("none" | "null") if word == "none" || self.source.is_some() => {
                    let Some(expected) = expected.filter(|ty| ty.nullable) else {
                        self.error(
                            codes::MISMATCH,
                            span,
                            format!("`{word}` cannot stand here: nothing here may be none"),
                        );
                        return None;
                    };
                    return make(ExprKind::None, expected.clone());
                }
                _ => {}
            }
        }
        if self.names_value(&first.text) {
            return self.value_at(path);
        }
        let variants = match expected.map(|ty| &ty.kind) {
            Some(TypeKind::Enum(id)) => Some(*id),
            Some(TypeKind::PayloadKind(id)) if rest.is_empty() => return self.payload_kind(*id, first),
            _ => None,
        };
        match (variants, rest) {
            (Some(id), []) => self.variant(id, first),
            // `Enum.variant`, or `module.Enum.variant`.
            (_, [.., variant]) => {
                let mut of = path.clone();
                of.parts.pop();
                match self.find(&of) {
                    Some(Named::Enum(id)) => return self.variant(id, variant),
                    Some(Named::Broken) => return None,
                    _ => {}
                }
                self.undefined(first, "variable", &[]);
                None
            }
            _ => {
                self.undefined(first, "variable", &[]);
                None
            }
        }
    }

    /// The digest of a list.
    fn call(&mut self, function: &tree::Path, argument: &tree::Expr, span: Span) -> Option<Expr> {
        let digest = match self.find(function) {
            Some(Named::Digest(id)) => id,
            Some(Named::Broken) => return None,
            other => {
                let unknown = super::unknown(self.host, function, Sort::Digest, "digest", other.is_some());
                self.found.push(unknown);
                return None;
            }
        };
        let model = self.model;
        let declared = &model[digest];
        let list = plain(TypeKind::List {
            item: Box::new(plain(TypeKind::Record(declared.record))),
            length: None,
            toon_key: None,
        });
        let list = self.assigned_to(argument, &list, Use::Sent)?;
        Some(Expr {
            kind: ExprKind::Digest {
                digest,
                list: Box::new(list),
            },
            ty: model[declared.output].ty.clone(),
            span,
        })
    }

    fn variant(&mut self, id: EnumId, name: &tree::Name) -> Option<Expr> {
        let model = self.model;
        let declared = &model[id];
        if let Some(index) = declared.variants.iter().position(|variant| variant.name == name.text) {
            return Some(Expr {
                kind: ExprKind::Variant(id, index),
                ty: plain(TypeKind::Enum(id)),
                span: name.span,
            });
        }
        let names: Vec<&str> = declared.variants.iter().map(|variant| variant.name.as_str()).collect();
        self.undefined(name, &format!("variable or variant of `{}` called", declared.decl.name), &names);
        None
    }

    fn payload_kind(&mut self, id: PayloadsId, name: &tree::Name) -> Option<Expr> {
        let model = self.model;
        let set = &model[id];
        if let Some(kind) = set.kinds.iter().find(|kind| kind.name == name.text) {
            return Some(Expr {
                kind: ExprKind::Text(kind.wire.clone()),
                ty: plain(TypeKind::PayloadKind(id)),
                span: name.span,
            });
        }
        let names: Vec<&str> = set.kinds.iter().map(|kind| kind.name.as_str()).collect();
        self.undefined(name, &format!("variable or kind of `{}` called", set.decl.name), &names);
        None
    }

    fn fresh(&mut self, span: Span, expected: Option<&Type>) -> Option<Expr> {
        const LENGTH: u64 = 36;
        let ty = match expected.map(|ty| &ty.kind) {
            Some(TypeKind::String(set)) => {
                let fits = set.one_of.is_empty()
                    && set.pattern.is_none()
                    && set.length.is_none_or(|(least, most)| (least..=most).contains(&LENGTH));
                if !fits {
                    self.error(
                        codes::CONSTANT,
                        span,
                        "`fresh` is the text of a UUID here, which the type does not allow",
                    );
                    return None;
                }
                TypeKind::String(StringSet {
                    length: Some((LENGTH, LENGTH)),
                    ..StringSet::default()
                })
            }
            _ => TypeKind::Uuid,
        };
        Some(Expr {
            kind: ExprKind::Fresh,
            ty: plain(ty),
            span,
        })
    }

    /// Random digits behind a prefix, of a type whose pattern says just that.
    fn fresh_hex(&mut self, digits: &tree::Number, prefix: Option<&tree::Text>, span: Span) -> Option<Expr> {
        const MOST: u32 = 64;
        let Some(count) = digits.text.parse::<u32>().ok().filter(|count| (1..=MOST).contains(count)) else {
            self.error(
                codes::CONSTANT,
                digits.span,
                format!("a fresh text has 1 to {MOST} hexadecimal digits"),
            );
            return None;
        };
        let prefix = prefix.map_or_else(String::new, |prefix| prefix.text.clone());
        let mut pattern = String::new();
        for character in prefix.chars() {
            if r"\.+*?()[]{}|^$".contains(character) {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern.push_str(&format!("[0-9a-f]{{{count}}}"));
        let set = StringSet {
            pattern: Some(pattern),
            ..StringSet::default()
        };
        Some(Expr {
            kind: ExprKind::FreshHex { prefix, digits: count },
            ty: plain(TypeKind::String(set)),
            span,
        })
    }

    fn has(&mut self, path: &tree::Path, span: Span) -> Option<Typed> {
        let found = self.place(path)?;
        let mut places: Vec<(Place, Type)> = found.open;
        if found.ty.nullable && !self.present.contains(&found.place) {
            places.push((found.place, found.ty));
        }
        let has = |place: &Place| Expr {
            kind: ExprKind::Has(place.clone()),
            ty: plain(TypeKind::Bool),
            span,
        };
        let mut whole: Option<Expr> = None;
        for (place, _) in &places {
            let right = has(place);
            whole = Some(match whole {
                None => right,
                Some(left) => {
                    let kind = ExprKind::Binary {
                        op: BinaryOp::And,
                        left: Box::new(left),
                        right: Box::new(right),
                    };
                    Expr {
                        kind,
                        ty: plain(TypeKind::Bool),
                        span,
                    }
                }
            });
        }
        let Some(expr) = whole else {
            self.found.push(
                Diagnostic::error(codes::NEVER_NONE, span, format!("`{}` is always there here", written(path)))
                    .help("`has` asks of something nullable or optional whether it holds a value"),
            );
            return None;
        };
        Some(Typed {
            expr,
            when_true: places.into_iter().map(|(place, _)| place).collect(),
            when_false: Vec::new(),
        })
    }

    /// Types a part of an expression where more places are known to hold something.
    pub(in crate::resolve) fn knowing<T>(&mut self, places: &[Place], then: impl FnOnce(&mut Self) -> T) -> T {
        let added: Vec<&Place> = places.iter().filter(|place| self.present.insert((*place).clone())).collect();
        let result = then(self);
        for place in added {
            self.present.remove(place);
        }
        result
    }
}

/// A value as one of the nullable type.
pub(in crate::resolve) fn wrap(expr: Expr) -> Expr {
    let (ty, span) = (nullable(&expr.ty, true), expr.span);
    Expr {
        kind: ExprKind::Wrap(Box::new(expr)),
        ty,
        span,
    }
}

/// Whether the value is written in the schema: then its constraints were checked when it was typed.
fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Text(_)
        | ExprKind::Integer(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Duration(_)
        | ExprKind::Variant(..)
        | ExprKind::Object(_)
        | ExprKind::List(_) => true,
        ExprKind::Wrap(inner) => is_literal(inner),
        _ => false,
    }
}

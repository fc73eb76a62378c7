//! Claims, capabilities and meters: what a step's policy is asked.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{
    super::{context::Scope, names::Item},
    context::RoleContext,
    expr::Env,
    imports::Origin,
    uses::draws,
};
use crate::model::{Expr, ExprKind, MeterRate, PlaceBase, TiersId, TypeKind};
use crate::naming::snake_case;

/// The meters of a role as constants.
pub(super) fn meters(role: &RoleContext<'_>) -> TokenStream {
    let constants = role.role.meters.iter().map(|meter| {
        let docs = super::super::docs::of(&meter.docs, &format!("The meter `{}`.", meter.name), &[]);
        let (ident, kind) = (constant(&meter.name), role.imports.name(Origin::Policy, "Meter"));
        let space = format!("{}.{}", role.session.decl.name, meter.name);
        let last = Literal::u32_unsuffixed(meter.last);
        let rate = match meter.rate {
            MeterRate::Fixed(rate) => {
                let (ident, kind) = (rate_constant(&meter.name), role.imports.name(Origin::Policy, "Rate"));
                let (limit, window) = (Literal::u32_unsuffixed(rate.limit), Literal::u64_unsuffixed(rate.window));
                quote!(const #ident: Option<#kind> = Some(#kind { limit: #limit, window: #window });)
            }
            MeterRate::Tiers(_) => TokenStream::new(),
        };
        quote! {
            #docs
            const #ident: #kind<'static> = #kind { name: #space, last: #last };
            #rate
        }
    });
    constants.collect()
}

fn constant(meter: &str) -> Ident {
    format_ident!("{}_METER", snake_case(meter).to_uppercase())
}

fn rate_constant(meter: &str) -> Ident {
    format_ident!("{}_RATE", snake_case(meter).to_uppercase())
}

/// `step.grant(...)`
pub(super) fn grant(env: &Env<'_, '_>, tiers: TiersId, agent: &Expr, claim: &Expr, key: Option<&Expr>) -> TokenStream {
    let role = env.role;
    let ty = role.rust.named(Item::Enum(role.model[tiers].of), Scope::Beside, "'static");
    let mut asked = Asked::new(env, [Some(agent), Some(claim), key]);
    let agent = asked.text(agent);
    let claim = asked.optional_tier(claim);
    let key = key.map_or_else(|| quote!(None), |key| asked.optional_text(key));
    asked.of(quote!(step.grant::<#ty>(#agent, #claim, #key)))
}

/// `tier.may(...)`
pub(super) fn may(env: &Env<'_, '_>, tiers: TiersId, tier: &Expr, capability: usize) -> TokenStream {
    let (capability, tier) = (env.role.rust.capability(tiers, capability, Scope::Beside), receiver(env, tier));
    quote!(#tier.may(#capability))
}

/// `step.wait(...)`
pub(super) fn wait(env: &Env<'_, '_>, meter: usize, key: &Expr, tier: Option<&Expr>) -> TokenStream {
    metered(env, "wait", meter, key, tier)
}

/// `step.count(...);`
pub(super) fn count(env: &Env<'_, '_>, meter: usize, key: &Expr, tier: Option<&Expr>) -> TokenStream {
    let call = metered(env, "count", meter, key, tier);
    quote!(#call;)
}

fn metered(env: &Env<'_, '_>, method: &str, meter: usize, key: &Expr, tier: Option<&Expr>) -> TokenStream {
    let name = &env.role.role.meters[meter].name;
    let (method, meter) = (format_ident!("{method}"), constant(name));
    let mut asked = Asked::new(env, [Some(key), tier, None]);
    let key = asked.text(key);
    let rate = match tier {
        Some(tier) => {
            let tier = asked.tier(tier);
            quote!(#tier.rate())
        }
        None => {
            let rate = rate_constant(name);
            quote!(#rate)
        }
    };
    asked.of(quote!(step.#method(#meter, #key, #rate)))
}

/// The arguments of a call to the step. Where one of them asks the step itself, all of them get their values before, in order.
struct Asked<'e, 'r, 'm> {
    env: &'e Env<'r, 'm>,
    first: bool,
    lets: TokenStream,
    count: u32,
}

impl<'e, 'r, 'm> Asked<'e, 'r, 'm> {
    fn new(env: &'e Env<'r, 'm>, parts: [Option<&Expr>; 3]) -> Self {
        Self {
            env,
            first: parts.into_iter().flatten().any(draws),
            lets: TokenStream::new(),
            count: 0,
        }
    }

    /// A name for a value, if it needs one.
    fn named(&mut self, expr: &Expr) -> Option<Ident> {
        if !self.first || is_literal(expr) {
            return None;
        }
        let (name, value) = (format_ident!("asked_{}", self.count), self.env.owned(expr));
        self.count += 1;
        self.lets.extend(quote!(let #name = #value;));
        Some(name)
    }

    /// A `&str`.
    fn text(&mut self, expr: &Expr) -> TokenStream {
        let is_uuid = matches!(expr.ty.kind, TypeKind::Uuid);
        match self.named(expr) {
            Some(name) if is_uuid => quote!(&#name.to_string()),
            Some(name) => quote!(&#name),
            None => text(self.env, expr),
        }
    }

    /// An `Option<&str>`.
    fn optional_text(&mut self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::None => quote!(None),
            ExprKind::Wrap(inner) => self.optional_text(inner),
            _ if !expr.ty.nullable => {
                let text = self.text(expr);
                quote!(Some(#text))
            }
            _ => {
                let value = match (self.named(expr), &expr.kind) {
                    (Some(name), _) => quote!(#name),
                    (None, ExprKind::Place(place)) => self.env.path(place),
                    (None, _) => self.env.owned(expr),
                };
                quote!(#value.as_deref())
            }
        }
    }

    /// Something with the methods of a tier.
    fn tier(&mut self, expr: &Expr) -> TokenStream {
        match self.named(expr) {
            Some(name) => quote!(#name),
            None => receiver(self.env, expr),
        }
    }

    /// An `Option<&Tier>`.
    fn optional_tier(&mut self, expr: &Expr) -> TokenStream {
        match &expr.kind {
            ExprKind::None => quote!(None),
            ExprKind::Wrap(inner) => self.optional_tier(inner),
            _ if expr.ty.nullable => {
                let value = match (self.named(expr), &expr.kind) {
                    (Some(name), _) => quote!(#name),
                    (None, ExprKind::Place(place)) => self.env.path(place),
                    (None, _) => self.env.owned(expr),
                };
                quote!(#value.as_ref())
            }
            _ => match (self.named(expr), known_by_reference(self.env, expr)) {
                (Some(name), _) => quote!(Some(&#name)),
                (None, Some(name)) => quote!(Some(#name)),
                (None, None) => {
                    let value = receiver(self.env, expr);
                    quote!(Some(&#value))
                }
            },
        }
    }

    fn of(self, call: TokenStream) -> TokenStream {
        if self.lets.is_empty() {
            return call;
        }
        let lets = self.lets;
        quote!({ #lets #call })
    }
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Text(_) | ExprKind::Variant(..) | ExprKind::None)
}

/// The name of a reference to what came, if a value is known by one.
fn known_by_reference<'e>(env: &'e Env<'_, '_>, expr: &Expr) -> Option<&'e Ident> {
    let ExprKind::Unwrap(inner) = &expr.kind else { return None };
    let ExprKind::Place(place) = &inner.kind else { return None };
    env.narrowed_name(place).filter(|_| !matches!(place.base, PlaceBase::Var(_)))
}

/// What a method of a value is called on: its place, or a name for it.
fn receiver(env: &Env<'_, '_>, expr: &Expr) -> TokenStream {
    match &expr.kind {
        ExprKind::Place(place) => env.path(place),
        ExprKind::Unwrap(inner) => match &inner.kind {
            ExprKind::Place(place) => match env.narrowed_name(place) {
                Some(name) => quote!(#name),
                None => env.owned(expr),
            },
            _ => env.owned(expr),
        },
        _ => env.owned(expr),
    }
}

/// A text, or what is written of a `uuid`, as a `&str`.
fn text(env: &Env<'_, '_>, expr: &Expr) -> TokenStream {
    if let ExprKind::Text(text) = &expr.kind {
        return quote!(#text);
    }
    if let ExprKind::Peer = expr.kind {
        return quote!(step.peer);
    }
    if let ExprKind::Place(place) = &expr.kind
        && Env::is_borrowed_text(&place.base)
    {
        return env.path(place);
    }
    if matches!(expr.ty.kind, TypeKind::Uuid) {
        let value = receiver(env, expr);
        return quote!(&#value.to_string());
    }
    match known_by_reference(env, expr) {
        Some(name) => quote!(#name),
        None => {
            let value = receiver(env, expr);
            quote!(&#value)
        }
    }
}

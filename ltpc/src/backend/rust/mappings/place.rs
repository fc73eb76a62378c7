//! Places of the source: what they hold, if they hold anything.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    super::{
        context::By,
        names,
        session::{context::Unique, expr::Env},
    },
    Map,
};
use crate::model::{ExprKind, MapRuleKind, MapValue, Member, Place, PlaceBase, Presence, Taken, TypeKind};

/// A way to what a place holds.
pub(super) struct Way<'m> {
    /// What must hold for there to be something, as conditions of an `if`; what is on the way is bound in them.
    pub conditions: Vec<TokenStream>,
    /// What it holds.
    pub value: TokenStream,
    pub by: By,
    pub member: &'m Member,
}

impl<'m> Map<'_, 'm> {
    /// The way to a place of the source.
    pub fn way(&self, env: &Env<'_, 'm>, place: &Place) -> Option<Way<'m>> {
        let (model, source) = (self.role.model, self.mapping.source);
        let (mut members, first, mut at) = match place.base {
            PlaceBase::Envelope(index) => (source.envelope(model), index, quote!(envelope)),
            PlaceBase::Body(index) => (model[source.record(model)].members.as_slice(), index, env.body()),
            _ => return None,
        };
        let mut locals = Unique::new(["envelope", "body", "source", "context", "lost", "message", "out"]);
        let (mut conditions, mut by, mut found) = (Vec::new(), By::Place, None);
        for index in std::iter::once(&first).chain(&place.path) {
            let member = members.get(*index)?;
            let field = names::member_names(members).swap_remove(*index);
            at = quote!(#at.#field);
            by = By::Place;
            let mut options = u8::from(member.presence == Presence::Optional) + u8::from(member.ty.nullable);
            if options > 0 {
                let name = locals.of(&member.name);
                let mut pattern = quote!(#name);
                while options > 0 {
                    pattern = quote!(Some(#pattern));
                    options -= 1;
                }
                conditions.push(quote!(let #pattern = &#at));
                at = quote!(#name);
                by = By::Ref;
            }
            members = match member.ty.kind {
                TypeKind::Record(record) => &model[record].members,
                _ => &[],
            };
            found = Some(member);
        }
        Some(Way {
            conditions,
            value: at,
            by,
            member: found?,
        })
    }

    /// Binds what expressions name and no field is, because a record on the way may be absent, or a value both absent and `null`.
    pub fn bind(&self, env: &mut Env<'_, 'm>) -> TokenStream {
        let mut bound: Vec<Place> = Vec::new();
        for rule in &self.mapping.rules {
            if let MapRuleKind::Set {
                value: MapValue::Expr(value) | MapValue::Variant { value, .. },
                ..
            } = &rule.kind
            {
                value.each(&mut |expr| {
                    if let ExprKind::Place(place) = &expr.kind
                        && expr.ty.nullable
                        && !bound.contains(place)
                        && self.is_hidden(place)
                    {
                        bound.push(place.clone());
                    }
                });
            }
        }
        let mut lets = TokenStream::new();
        for (index, place) in bound.into_iter().enumerate() {
            let Some(Way {
                conditions,
                value,
                by,
                member,
            }) = self.way(env, &place)
            else {
                continue;
            };
            let value = match (self.role.is_copy(&member.ty), by) {
                (true, By::Ref) => quote!(*#value),
                (true, By::Place) => value,
                (false, _) => quote!(#value.clone()),
            };
            let name = format_ident!("{}_{}", crate::naming::snake_case(&member.name), index + 1);
            lets.extend(quote!(let #name = if #(#conditions)&&* { Some(#value) } else { None };));
            env.bind(place, name);
        }
        lets
    }

    /// Whether more than one of what leads to a place may be none.
    fn is_hidden(&self, place: &Place) -> bool {
        let mut way = place.clone();
        let mut options = 0;
        loop {
            let Some(member) = self.mapping.source.member(self.role.model, &way) else {
                return false;
            };
            let own = u8::from(member.presence == Presence::Optional) + u8::from(member.ty.nullable);
            let is_last = way.path.len() == place.path.len();
            options += own + u8::from(!is_last && own > 0);
            if way.path.pop().is_none() {
                return options > 1;
            }
        }
    }

    /// What a rule takes away: returned as a refusal, or added to what is lost.
    pub fn taken(&self, env: &Env<'_, 'm>, taken: &Taken, reason: &str, refuses: bool) -> TokenStream {
        let (model, source) = (self.role.model, self.mapping.source);
        let away = |lost: TokenStream, may_be_default: bool| match (refuses, may_be_default) {
            (true, true) => quote!(if let Some(lost) = #lost { return Err(NotMapped::Refused(lost)); }),
            (true, false) => quote!(return Err(NotMapped::Refused(#lost));),
            (false, true) => quote!(lost.extend(#lost);),
            (false, false) => quote!(lost.push(#lost);),
        };
        match taken {
            Taken::Place(place, _) => {
                let pointer = source.pointer(model, place);
                let Some(way) = self.way(env, place) else {
                    return TokenStream::new();
                };
                let (written, default) = (self.written(&way), self.default(way.member));
                let unless = default.as_ref().map(|default| quote!(.unless(#default)));
                let taken = away(quote!(Lost::of(#pointer, #reason, |out| #written) #unless), default.is_some());
                when(&way.conditions, &taken)
            }
            Taken::Rest(rest) => {
                let within = source.pointer_of_record(model, &rest.path);
                let mut out = TokenStream::new();
                for index in &rest.members {
                    let Some(place) = rest.place(*index) else { continue };
                    out.extend(self.taken(env, &Taken::Place(place.clone(), self.type_of(&place)), reason, refuses));
                }
                if rest.kept
                    && let Some((conditions, kept)) = self.kept(env, rest)
                {
                    let within = match within {
                        Some(within) => quote!(Some(#within)),
                        None => quote!(None),
                    };
                    let taken = away(
                        quote!(Lost::new(mapping::pointer(#within, name), #reason, value.to_string())),
                        false,
                    );
                    let each = match refuses {
                        true => quote!(if let Some((name, value)) = #kept.iter().next() { #taken }),
                        false => quote!(for (name, value) in #kept.iter() { #taken }),
                    };
                    out.extend(when(&conditions, &each));
                }
                out
            }
        }
    }

    fn type_of(&self, place: &Place) -> crate::model::Type {
        let member = self.mapping.source.member(self.role.model, place);
        member.map_or(
            crate::model::Type {
                kind: TypeKind::Json,
                nullable: false,
                scalar: None,
            },
            |member| member.ty.clone(),
        )
    }

    /// An expression that writes what a place holds.
    pub fn written(&self, way: &Way<'_>) -> TokenStream {
        let ty = crate::model::Type {
            nullable: false,
            ..way.member.ty.clone()
        };
        if encodes(&ty) {
            self.role.imports.wire();
        }
        self.role.rust.write(&ty, &way.value, way.by)
    }

    /// The JSON of a member's default that need not be said.
    pub fn default(&self, member: &Member) -> Option<String> {
        match &member.presence {
            Presence::Default { value, .. } => Some(super::super::constant_json(self.role.model, value)),
            _ => None,
        }
    }
}

/// Whether writing a value of a type calls the function of its own.
fn encodes(ty: &crate::model::Type) -> bool {
    match &ty.kind {
        TypeKind::Record(_) | TypeKind::Union(_) => true,
        TypeKind::List { item: inner, .. } | TypeKind::Map { value: inner, .. } => encodes(inner),
        _ => false,
    }
}

/// A statement that is run only if conditions hold.
pub(super) fn when(conditions: &[TokenStream], statement: &TokenStream) -> TokenStream {
    match conditions {
        [] => statement.clone(),
        conditions => quote!(if #(#conditions)&&* { #statement }),
    }
}

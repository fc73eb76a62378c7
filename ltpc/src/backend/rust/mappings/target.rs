//! The target: its parts, from what the rules give.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{
    super::{
        context::{Scope, is_cheap},
        facts::{self, Part},
        names::{self, Item},
        session::{context::Unique, expr::Env, uses::draws},
        types,
    },
    Map,
    rest::{kept_by, kept_of},
};
use crate::model::{Expr, ExprKind, MapRule, MapRuleKind, MapValue, Member, Others, Presence, RecordId, Side, Target, TypeKind, Variants};

/// What the rules give, and what must stand before it.
pub(super) struct Values<'v, 'r, 'm> {
    map: &'v Map<'r, 'm>,
    /// What has a name: what is drawn or may refuse, in the order of the rules, and what decides whether a record is there.
    pub lets: TokenStream,
    given: Vec<Given<'m>>,
}

/// What a rule gives.
struct Given<'m> {
    target: &'m Target,
    value: TokenStream,
    /// A condition under which it is something; `None`: always.
    something: Option<TokenStream>,
}

impl<'v, 'r, 'm> Values<'v, 'r, 'm> {
    pub fn new(map: &'v Map<'r, 'm>, env: &Env<'_, 'm>) -> Self {
        let mut names = Unique::new(["envelope", "body", "source", "context", "lost", "message", "out", "rest"]);
        let mut lets = TokenStream::new();
        let mut given = Vec::new();
        for MapRule { kind, .. } in &map.mapping.rules {
            let MapRuleKind::Set { target, value } = kind else { continue };
            let mut tokens = map.value(env, value, target);
            if let Some((record, within)) = map.mapping.keeper(map.role.model, target) {
                let ty = Literal::u32_unsuffixed(map.role.tables.record_id(record));
                let within = match within {
                    Some(within) => quote!(Some(#within)),
                    None => quote!(None),
                };
                tokens = quote!(mapping::undeclared(&tables::SCHEMA, #ty, #within, #tokens)?);
            }
            let may_be_none = match value {
                MapValue::Expr(expr) | MapValue::Variant { value: expr, .. } => target.ty.nullable && !is_wrapped(expr),
                MapValue::Rest(_) => target.kept || target.ty.nullable,
            };
            let decides = may_be_none && map.is_in_optional(target);
            let ordered = match value {
                _ if target.kept => true,
                MapValue::Expr(expr) => draws(expr),
                MapValue::Variant { by, .. } => matches!(by.others, Others::Refuse(_)),
                MapValue::Rest(_) => false,
            };
            let (value, name) = if decides || ordered {
                let name = names.of(&map.target_name(target));
                lets.extend(quote!(let #name = #tokens;));
                (quote!(#name), Some(name))
            } else {
                (tokens, None)
            };
            let something = name.filter(|_| may_be_none).map(|name| match target.kept {
                true => quote!(!#name.is_empty()),
                false => quote!(#name.is_some()),
            });
            given.push(Given { target, value, something });
        }
        Self { map, lets, given }
    }

    /// The whole target.
    pub fn message(&self) -> TokenStream {
        let (role, model) = (self.map.role, self.map.role.model);
        let target = self.map.mapping.target;
        let (body, _) = self.record(target.record(model), &mut Vec::new(), false);
        let Side::Message(id) = target else { return body };
        let envelope_id = model[id].envelope;
        let path = role.rust.path(Item::Envelope(envelope_id), Scope::Beside);
        let members = &model[envelope_id].members;
        let fields = names::member_names(members);
        let mut parts = Vec::new();
        for (index, (member, field)) in members.iter().zip(&fields).enumerate() {
            let value = self
                .member(member, index, &mut Vec::new(), true, false)
                .0
                .unwrap_or_else(|| match &member.presence {
                    Presence::Default { value, .. } | Presence::Required { default: Some(value) } => role.constant(value, &member.ty),
                    Presence::Optional => quote!(None),
                    Presence::Required { default: None } => quote!(Default::default()),
                });
            parts.push(field_of(field, &value));
        }
        let (message, variant) = (role.message_path(), role.message_variant(id));
        quote!(#message::#variant { envelope: #path { #(#parts),* }, body: #body })
    }

    /// A record, and when anything in it is something: `None` if always.
    fn record(&self, id: RecordId, path: &mut Vec<usize>, in_envelope: bool) -> (TokenStream, Option<Vec<TokenStream>>) {
        let (role, model) = (self.map.role, self.map.role.model);
        let record = &model[id];
        let ident = role.rust.path(Item::Record(id), Scope::Beside);
        let fields = names::member_names(&record.members);
        let mut something = Some(Vec::new());
        let mut parts = Vec::new();
        for (index, ((member, field), part)) in record.members.iter().zip(&fields).zip(facts::parts(record)).enumerate() {
            if matches!(part, Part::KindOf(_)) {
                continue;
            }
            let boxed = role.rust.facts.is_boxed(id, index);
            let (value, when) = self.member(member, index, path, in_envelope, boxed);
            let value = match value {
                Some(value) => {
                    something = both(something, when);
                    value
                }
                None => {
                    if let Presence::Default { value, .. } | Presence::Required { default: Some(value) } = &member.presence {
                        // Says what it mentions.
                        role.constant(value, &member.ty);
                    }
                    role.rust.member_constant(id, index, None, Scope::Beside)
                }
            };
            parts.push(field_of(field, &value));
        }
        if record.open {
            let field = types::rest_name(record);
            let given = self.at(path, in_envelope, true);
            let value = match given {
                Some(given) => {
                    something = both(something, given.something.clone().map(|when| vec![when]));
                    given.value.clone()
                }
                None => {
                    let map = role.codec("Map");
                    quote!(#map::new())
                }
            };
            parts.push(field_of(&field, &value));
        }
        (quote!(#ident { #(#parts),* }), something)
    }

    /// What rules give a member, and when it is something.
    fn member(
        &self,
        member: &Member,
        index: usize,
        path: &mut Vec<usize>,
        in_envelope: bool,
        boxed: bool,
    ) -> (Option<TokenStream>, Option<Vec<TokenStream>>) {
        let nullable = member.presence == Presence::Optional || member.ty.nullable;
        let twice = member.presence == Presence::Optional && member.ty.nullable;
        let fitted = |value: TokenStream| {
            let value = match (boxed, nullable) {
                (false, _) => value,
                (true, true) => quote!(#value.map(Box::new)),
                (true, false) => quote!(Box::new(#value)),
            };
            if twice { quote!(#value.map(Some)) } else { value }
        };
        path.push(index);
        let made = if let Some(given) = self.at(path, in_envelope, false) {
            (Some(fitted(given.value.clone())), given.something.clone().map(|when| vec![when]))
        } else if let TypeKind::Record(inner) = member.ty.kind
            && self.is_within(path, in_envelope)
        {
            let (value, something) = self.record(inner, path, in_envelope);
            let may_be_absent = nullable || matches!(member.presence, Presence::Default { .. });
            let value = match (&something, may_be_absent) {
                (_, false) => fitted(value),
                (None, true) if nullable => fitted(quote!(Some(#value))),
                (None, true) => fitted(value),
                (Some(when), true) => {
                    let value = match when.as_slice() {
                        [] => quote!(None),
                        when if is_cheap(&value) => quote!((#(#when)||*).then_some(#value)),
                        when => quote!((#(#when)||*).then(|| #value)),
                    };
                    match &member.presence {
                        Presence::Default { value: default, .. } if !nullable => {
                            let default = self.map.role.constant(default, &member.ty);
                            fitted(quote!(#value.unwrap_or_else(|| #default)))
                        }
                        _ => fitted(value),
                    }
                }
            };
            (Some(value), something)
        } else {
            (None, Some(Vec::new()))
        };
        path.pop();
        made
    }

    fn at(&self, path: &[usize], in_envelope: bool, kept: bool) -> Option<&Given<'m>> {
        let is = |given: &&Given<'_>| given.target.path == path && given.target.in_envelope == in_envelope && given.target.kept == kept;
        self.given.iter().find(is)
    }

    fn is_within(&self, path: &[usize], in_envelope: bool) -> bool {
        let within = |given: &Given<'_>| given.target.in_envelope == in_envelope && given.target.path.starts_with(path);
        self.given.iter().any(within)
    }
}

fn field_of(field: &Ident, value: &TokenStream) -> TokenStream {
    if *field == value.to_string() {
        quote!(#field)
    } else {
        quote!(#field: #value)
    }
}

/// When one or the other is something.
fn both(one: Option<Vec<TokenStream>>, other: Option<Vec<TokenStream>>) -> Option<Vec<TokenStream>> {
    let (mut one, other) = (one?, other?);
    one.extend(other);
    Some(one)
}

/// Whether a nullable value is always something.
fn is_wrapped(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Wrap(_))
}

impl<'m> Map<'_, 'm> {
    /// A value for a place of the target.
    fn value(&self, env: &Env<'_, 'm>, value: &MapValue, target: &Target) -> TokenStream {
        match value {
            MapValue::Rest(rest) => self.rest(env, rest, target),
            MapValue::Variant { value, by } => self.variant(env, value, by),
            MapValue::Expr(expr) if target.kept => {
                let map = self.role.codec("Map");
                match &expr.kind {
                    ExprKind::Wrap(inner) => match &inner.kind {
                        ExprKind::Place(place) => kept_of(&inner.ty, &env.path(place)),
                        _ => kept_of(&inner.ty, &env.owned(inner)),
                    },
                    _ => {
                        let (value, kept) = (env.view(expr), kept_by(&expr.ty));
                        quote!(#value.map_or_else(#map::new, #kept))
                    }
                }
            }
            MapValue::Expr(expr) => match self.target_member(target) {
                Some(member) => env.for_member(expr, member),
                None => env.owned(expr),
            },
        }
    }

    fn target_member(&self, target: &Target) -> Option<&'m Member> {
        self.mapping.target.member(self.role.model, &target.place()?)
    }

    fn target_name(&self, target: &Target) -> String {
        match self.target_member(target) {
            Some(member) if target.kept => format!("{}_rest", member.name),
            Some(member) => member.name.clone(),
            None => "kept".to_owned(),
        }
    }

    /// Whether a record on the way to a place of the target may be absent.
    fn is_in_optional(&self, target: &Target) -> bool {
        let Some(mut way) = target.place() else { return false };
        let mut last = !target.kept;
        loop {
            let member = self.mapping.target.member(self.role.model, &way);
            let may_be_none = member.is_some_and(|member| member.ty.nullable || !matches!(member.presence, Presence::Required { .. }));
            if may_be_none && !last {
                return true;
            }
            last = false;
            if way.path.pop().is_none() {
                return false;
            }
        }
    }

    /// A variant as one of another enum.
    fn variant(&self, env: &Env<'_, 'm>, value: &Expr, by: &Variants) -> TokenStream {
        let (role, model) = (self.role, self.role.model);
        let (value, wrapped) = match &value.kind {
            ExprKind::Wrap(inner) => (&**inner, true),
            _ => (value, false),
        };
        let nullable = value.ty.nullable;
        let of = |ident: TokenStream| if nullable { quote!(Some(#ident)) } else { ident };
        let pointer = self.mapping.source.pointer_of(model, value).unwrap_or_default();
        let refuse = |reason: &str, json: TokenStream| quote!(return Err(NotMapped::Refused(Lost::new(#pointer, #reason, #json))));
        let mut arms: Vec<(TokenStream, Vec<TokenStream>)> = Vec::new();
        for (index, pair) in by.pairs.iter().enumerate() {
            let from = of(role.variant(by.from, index));
            let to = match (pair, &by.others) {
                (Some(to), _) | (None, Others::Variant(to)) => of(role.variant(by.to, *to)),
                (None, Others::Refuse(reason)) => {
                    let json = model[by.from].variants.get(index).map_or_else(String::new, |variant| {
                        super::super::constant_json(model, &crate::model::Constant::Text(variant.wire.clone()))
                    });
                    refuse(reason, quote!(String::from(#json)))
                }
                // Both are open.
                (None, Others::Keep | Others::None) => continue,
            };
            match arms.iter_mut().find(|(known, _)| known.to_string() == to.to_string()) {
                Some((_, froms)) => froms.push(from),
                None => arms.push((to, vec![from])),
            }
        }
        let arms = arms.iter().map(|(to, froms)| quote!(#(#froms)|* => #to,));
        let arms: TokenStream = arms.collect();
        let other = model[by.from].open.then(|| {
            let path = role.rust.path(Item::Enum(by.from), Scope::Beside);
            match &by.others {
                Others::Variant(to) => {
                    let (from, to) = (of(quote!(#path::Other(_))), of(role.variant(by.to, *to)));
                    quote!(#from => #to,)
                }
                Others::Refuse(reason) => {
                    let json = role.codec("Json");
                    let refused = refuse(reason, quote!(#json::from(&**text).to_string()));
                    let from = of(quote!(#path::Other(text)));
                    quote!(#from => #refused,)
                }
                Others::Keep | Others::None => {
                    let target = role.rust.path(Item::Enum(by.to), Scope::Beside);
                    let (from, to) = (of(quote!(#path::Other(text))), of(quote!(#target::from(text.clone()))));
                    quote!(#from => #to,)
                }
            }
        });
        let none = nullable.then(|| quote!(None => None,));
        let subject = match &value.kind {
            ExprKind::Place(place) => {
                let path = env.path(place);
                if role.is_copy(&value.ty) { path } else { quote!(&#path) }
            }
            _ => {
                let owned = env.owned(value);
                if role.is_copy(&value.ty) { owned } else { quote!(&#owned) }
            }
        };
        let matched = quote!(match #subject { #arms #other #none });
        if wrapped { quote!(Some(#matched)) } else { matched }
    }
}

//! How a session's code calls what the rest of the output declares, and of which types its own values are.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    super::{
        codec::messages,
        context::Scope,
        facts::{self, Part},
        names::{self, Item},
        types,
    },
    context::RoleContext,
};
use crate::model::{Constant, EnumId, EnvelopeId, ExprKind, Member, MessageBody, MessageId, Presence, RecordId, Type, TypeKind, Var};
use crate::naming::snake_case;

pub(super) use super::super::names::{ident as field, plain};

/// Names that generated code relies on: no state's struct is called so.
pub(super) const PRELUDE: [&str; 30] = [
    "Option",
    "Some",
    "None",
    "Ok",
    "Err",
    "Vec",
    "Box",
    "String",
    "Cow",
    "Duration",
    "From",
    "Into",
    "Self",
    "Action",
    "Backoff",
    "BackoffPlan",
    "CallError",
    "Context",
    "FreshText",
    "InPlace",
    "LentTexts",
    "OwnedTexts",
    "Input",
    "Interval",
    "Machine",
    "Outcome",
    "Pending",
    "Place",
    "Refusal",
    "Step",
];

/// More of them.
pub(super) const RUNTIME: [&str; 12] = [
    "Meter",
    "Rate",
    "Retry",
    "Timer",
    "TimerQueue",
    "Window",
    "Persisted",
    "Json",
    "Object",
    "Map",
    "Wire",
    "Violation",
];

/// A name of the schema in lower case, for functions.
pub(super) fn plain_field(name: &str) -> String {
    crate::naming::snake_case(name)
}

/// A local variable for a message: never one of those that functions take.
pub(super) fn local(name: &str) -> Ident {
    match snake_case(name).as_str() {
        taken @ ("state" | "step" | "message" | "body" | "envelope" | "refusal" | "row" | "call") => quote::format_ident!("{taken}_sent"),
        free => field(free),
    }
}

impl<'m> RoleContext<'m> {
    /// `message::Message`.
    pub fn message_path(&self) -> TokenStream {
        let ident = &self.rust.names.message;
        quote!(message::#ident)
    }

    /// `draft::Draft`.
    pub fn message_draft_path(&self) -> TokenStream {
        let ident = &self.rust.names.draft;
        quote!(draft::#ident)
    }

    /// The field that holds the tag's text, of a message with any of a pattern's.
    pub fn tag_field(&self, id: MessageId) -> Option<Ident> {
        messages::tag_field(&self.model[id])
    }

    /// `message::Message<'static>`.
    pub fn message_type(&self) -> TokenStream {
        self.message_of("'static")
    }

    /// A message that borrows for a lifetime.
    pub fn message_of(&self, lifetime: &str) -> TokenStream {
        let (path, generics) = (self.message_path(), self.rust.generics(self.rust.message_borrows(), lifetime));
        quote!(#path #generics)
    }

    /// A draft that borrows for a lifetime.
    pub fn draft_of(&self, lifetime: &str) -> TokenStream {
        let (path, generics) = (self.message_draft_path(), self.rust.generics(self.rust.message_borrows(), lifetime));
        quote!(#path #generics)
    }

    /// An envelope's draft that borrows for a lifetime.
    pub fn envelope_draft_of(&self, id: EnvelopeId, lifetime: &str) -> TokenStream {
        self.rust.named(Item::EnvelopeDraft(id), Scope::Beside, lifetime)
    }

    pub fn message_variant(&self, id: MessageId) -> &Ident {
        self.rust.names.variant(id)
    }

    /// An envelope's draft; as a path of an expression, or as a type.
    pub fn draft_type(&self, id: EnvelopeId, is_type: bool) -> TokenStream {
        match is_type {
            true => self.rust.named(Item::EnvelopeDraft(id), Scope::Beside, "'static"),
            false => self.rust.path(Item::EnvelopeDraft(id), Scope::Beside),
        }
    }

    pub fn envelope_field(&self, id: EnvelopeId, member: usize) -> Ident {
        names::member_names(&self.model[id].members).swap_remove(member)
    }

    pub fn record_field(&self, id: RecordId, member: usize) -> Ident {
        names::member_names(&self.model[id].members).swap_remove(member)
    }

    pub fn record_type(&self, id: RecordId) -> TokenStream {
        self.rust.named(Item::Record(id), Scope::Beside, "'static")
    }

    pub fn body_type(&self, id: MessageId) -> TokenStream {
        match self.model[id].body {
            MessageBody::Record(record) => self.record_type(record),
            MessageBody::Object => {
                let object = self.codec("Object");
                quote!(#object<'static>)
            }
        }
    }

    /// A text that is kept.
    pub fn text_type(&self) -> TokenStream {
        if self.rust.options.owned_only {
            return quote!(String);
        }
        let cow = self.cow();
        quote!(#cow<'static, str>)
    }

    /// A text that is known when the code is compiled.
    pub fn text_literal(&self, text: &str) -> TokenStream {
        if self.rust.options.owned_only {
            return quote!(String::from(#text));
        }
        let cow = self.cow();
        quote!(#cow::Borrowed(#text))
    }

    /// A `String` as a text that is kept.
    pub fn text_owned(&self, text: &TokenStream) -> TokenStream {
        if self.rust.options.owned_only {
            return text.clone();
        }
        let cow = self.cow();
        quote!(#cow::Owned(#text))
    }

    /// A `&'static str` as a text that is kept.
    pub fn text_static(&self, text: &TokenStream) -> TokenStream {
        if self.rust.options.owned_only {
            return quote!(String::from(#text));
        }
        let cow = self.cow();
        quote!(#cow::Borrowed(#text))
    }

    /// The type in which a variable is kept; durations in milliseconds.
    pub fn var_rust_type(&self, ty: &Type) -> TokenStream {
        if self.rust.options.owned_only || !matches!(ty.kind, TypeKind::String(_) | TypeKind::Datetime) || ty.scalar.is_some() {
            return self.rust.ty(ty, Scope::Beside, "'static");
        }
        let text = self.text_type();
        if ty.nullable { quote!(Option<#text>) } else { text }
    }

    /// Says that a value of a type is read, or only written: names of variants are written as the texts that they are.
    pub fn note_wire(&self, ty: &Type, is_read: bool) {
        match &ty.kind {
            TypeKind::Record(_) | TypeKind::Union(_) => self.imports.wire(),
            TypeKind::Enum(_) | TypeKind::PayloadKind(_) if is_read => self.imports.wire(),
            TypeKind::List { item: inner, .. } | TypeKind::Map { value: inner, .. } => self.note_wire(inner, is_read),
            _ => {}
        }
    }

    pub fn is_copy(&self, ty: &Type) -> bool {
        self.rust.is_copy(ty)
    }

    pub fn constant(&self, constant: &Constant, ty: &Type) -> TokenStream {
        if self.mentions_cow(ty) {
            self.cow();
        }
        self.rust.constant(constant, ty, Scope::Beside)
    }

    fn mentions_cow(&self, ty: &Type) -> bool {
        !self.rust.options.owned_only
            && match &ty.kind {
                TypeKind::String(_) | TypeKind::Datetime => true,
                TypeKind::List { item: inner, .. } | TypeKind::Map { value: inner, .. } => self.mentions_cow(inner),
                _ => false,
            }
    }

    pub fn variant(&self, id: EnumId, index: usize) -> TokenStream {
        let declared = &self.model[id];
        let variants = names::variant_names(declared.variants.iter().map(|variant| variant.name.as_str()), declared.open);
        let (path, variant) = (self.rust.path(Item::Enum(id), Scope::Beside), &variants[index]);
        quote!(#path::#variant)
    }

    pub fn members_of(&self, ty: &Type) -> Option<&'m [Member]> {
        match ty.kind {
            TypeKind::Record(id) => Some(&self.model[id].members),
            _ => None,
        }
    }

    /// Whether a member's field is an `Option` for being absent or `null`.
    pub fn is_optional(&self, member: &Member) -> bool {
        member.presence == Presence::Optional || member.ty.nullable
    }

    /// A record of which some members are given, by index.
    pub fn record_literal(&self, id: RecordId, given: impl Fn(usize) -> Option<TokenStream>) -> TokenStream {
        let record = &self.model[id];
        let path = self.rust.path(Item::Record(id), Scope::Beside);
        let fields = names::member_names(&record.members);
        let parts = facts::parts(record);
        let mut lacks = false;
        let mut set: Vec<TokenStream> = Vec::new();
        for (index, ((member, field), part)) in record.members.iter().zip(&fields).zip(parts).enumerate() {
            if matches!(part, Part::KindOf(_)) {
                continue;
            }
            let boxed = |value: TokenStream| {
                if self.rust.facts.is_boxed(id, index) {
                    quote!(Box::new(#value))
                } else {
                    value
                }
            };
            match given(index) {
                Some(value) if *field == value.to_string() => set.push(quote!(#field)),
                Some(value) => {
                    let value = boxed(value);
                    set.push(quote!(#field: #value));
                }
                None if facts::has_default(&record.members) => lacks = true,
                None => {
                    if let Presence::Default { value, .. } | Presence::Required { default: Some(value) } = &member.presence {
                        self.constant(value, &member.ty);
                    }
                    let value = self.rust.member_constant(id, index, None, Scope::Beside);
                    set.push(quote!(#field: #value));
                }
            }
        }
        if record.open && facts::has_default(&record.members) {
            lacks = true;
        } else if record.open {
            let (rest, map) = (types::rest_name(record), self.codec("Map"));
            set.push(quote!(#rest: #map::new()));
        }
        match (set.is_empty(), lacks) {
            (true, true) => quote!(#path::default()),
            (false, true) => quote!(#path { #(#set,)* ..#path::default() }),
            _ => quote!(#path { #(#set),* }),
        }
    }

    /// A record whose required members are yet to be set.
    pub fn placeholder(&self, id: RecordId) -> TokenStream {
        self.record_literal(id, |index| {
            let member = &self.model[id].members[index];
            (member.presence == Presence::Required { default: None }).then(|| self.placeholder_of(&member.ty))
        })
    }

    fn placeholder_of(&self, ty: &Type) -> TokenStream {
        match &ty.kind {
            _ if ty.nullable => quote!(None),
            TypeKind::Record(id) => self.placeholder(*id),
            TypeKind::Enum(id) if !self.model[*id].variants.is_empty() => self.variant(*id, 0),
            _ => quote!(Default::default()),
        }
    }

    /// What an option is in the options' struct: durations are [`core::time::Duration`].
    pub fn option_type(&self, var: &Var) -> TokenStream {
        if !matches!(var.ty.kind, TypeKind::Duration) {
            return self.var_rust_type(&var.ty);
        }
        let duration = self.duration();
        if var.ty.nullable { quote!(Option<#duration>) } else { duration }
    }

    /// Whether an option has a value where nothing is said of it.
    pub fn has_first_value(&self, var: &Var) -> bool {
        var.init.is_some() || var.ty.nullable
    }
}

/// The field of a member among its siblings.
pub(super) fn member_field(members: &[Member], index: usize) -> Ident {
    names::member_names(members).swap_remove(index)
}

/// A duration that is known when the code is compiled, as a reader says it.
pub(super) fn duration_literal(milliseconds: u64) -> TokenStream {
    let literal = |value: u64| proc_macro2::Literal::u64_unsuffixed(value);
    if milliseconds.is_multiple_of(1_000) && milliseconds > 0 {
        let seconds = literal(milliseconds / 1_000);
        quote!(Duration::from_secs(#seconds))
    } else {
        let milliseconds = literal(milliseconds);
        quote!(Duration::from_millis(#milliseconds))
    }
}

/// Whether an expression is a duration written in the schema.
pub(super) fn literal_duration(expr: &ExprKind) -> Option<u64> {
    match expr {
        ExprKind::Duration(milliseconds) => Some(*milliseconds),
        ExprKind::Wrap(inner) => literal_duration(&inner.kind),
        _ => None,
    }
}

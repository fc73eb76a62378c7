//! Functions that read what is constrained: one for each named scalar, one for each constraint that stands without a name.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    context::{Context, Scope, integer},
    docs,
    names::{self, Scope as Taken},
};
use crate::model::{FloatSet, IntSet, Model, ScalarId, StringSet, Type, TypeKind};

/// The functions that are needed so far, in the order in which they were asked for.
#[derive(Debug, Default)]
pub struct Checks {
    taken: Taken,
    known: Vec<(TypeKind, Ident)>,
    written: Vec<TokenStream>,
    /// After what the next function without a name is called.
    subject: String,
}

/// Says what is being written, so that a function made for it has a name that means something.
pub fn subject(context: &Context<'_>, name: impl Into<String>) {
    context.checks.borrow_mut().subject = name.into();
}

/// All functions that were asked for.
pub fn written(context: &Context<'_>) -> TokenStream {
    context.checks.borrow().written.iter().cloned().collect()
}

/// The function that reads a value of the type and checks it; `None` if any value of its Rust type conforms.
pub fn of(context: &Context<'_>, ty: &Type) -> Option<Ident> {
    if !is_constrained(&ty.kind) {
        return None;
    }
    if let Some((_, known)) = context.checks.borrow().known.iter().find(|(kind, _)| *kind == ty.kind) {
        return Some(known.clone());
    }
    let (scalar, name) = (scalar(context, ty), name(context, ty));
    // What the function itself calls may be asked for on the way: its name is taken first.
    let name = context.checks.borrow_mut().taken.take(&name);
    context.checks.borrow_mut().known.push((ty.kind.clone(), name.clone()));
    let ty = Type {
        nullable: false,
        scalar: scalar.or(ty.scalar),
        ..ty.clone()
    };
    let written = write(context, &name, &ty);
    context.checks.borrow_mut().written.push(written);
    Some(name)
}

/// What a function is called that is about the type: as the scalar that it is, or after what is being written.
pub fn name(context: &Context<'_>, ty: &Type) -> String {
    match (scalar(context, ty), &ty.kind) {
        (Some(id), _) => names::member_name(&context.model[id].decl.name),
        (None, TypeKind::Datetime) => "datetime".to_owned(),
        (None, _) => context.checks.borrow().subject.clone(),
    }
}

fn scalar(context: &Context<'_>, ty: &Type) -> Option<ScalarId> {
    ty.scalar
        .filter(|id| context.model[*id].ty.kind == ty.kind)
        .or_else(|| scalar_of(context.model, &ty.kind))
}

fn scalar_of(model: &Model, kind: &TypeKind) -> Option<ScalarId> {
    let index = model.scalars.iter().position(|scalar| scalar.ty.kind == *kind)?;
    Some(ScalarId(index as u32))
}

fn is_constrained(kind: &TypeKind) -> bool {
    match kind {
        TypeKind::Int(set) | TypeKind::Uint(set) => !set.is_empty(),
        TypeKind::Float(set) => !set.is_empty(),
        TypeKind::String(set) => *set != StringSet::default(),
        TypeKind::Datetime => true,
        TypeKind::List { length, .. } | TypeKind::Map { length, .. } => length.is_some(),
        _ => false,
    }
}

fn write(context: &Context<'_>, name: &Ident, ty: &Type) -> TokenStream {
    let returned = context.bare(ty, Scope::Beside, "'a");
    let text = |check: TokenStream| {
        let owned = if context.options.owned_only {
            quote!(.into_owned())
        } else {
            TokenStream::new()
        };
        quote! {
            let text = reader.string()?;
            #check
            Ok(text #owned)
        }
    };
    let number = |read: &str, condition: TokenStream| {
        let read = format_ident!("{read}");
        quote! {
            let value = reader.#read()?;
            if #condition { Ok(value) } else { Err(reader.refuse(Rule::Range)) }
        }
    };
    let body = match &ty.kind {
        TypeKind::Int(set) => number("i64", integers(set, i128::from(i64::MIN), i128::from(i64::MAX))),
        TypeKind::Uint(set) => number("u64", integers(set, 0, i128::from(u64::MAX))),
        TypeKind::Float(set) => number("f64", floats(set)),
        TypeKind::String(set) => text(strings(context, set)),
        TypeKind::Datetime => text(quote!(if !formats::is_datetime(&text) {
            return Err(reader.refuse(Rule::Format));
        })),
        TypeKind::List { length: Some(length), .. } => {
            let plain = Type {
                kind: without_length(&ty.kind),
                ..ty.clone()
            };
            let (read, condition) = (context.read(&plain), miscounts(&quote!(items), &quote!(items.len()), *length));
            quote! {
                let items = #read?;
                if #condition { Err(reader.refuse(Rule::Length)) } else { Ok(items) }
            }
        }
        TypeKind::Map { length: Some(length), .. } => {
            let plain = Type {
                kind: without_length(&ty.kind),
                ..ty.clone()
            };
            let (read, condition) = (context.read(&plain), miscounts(&quote!(members), &quote!(members.len()), *length));
            quote! {
                let members = #read?;
                if #condition { Err(reader.refuse(Rule::Length)) } else { Ok(members) }
            }
        }
        _ => context.read(ty),
    };
    let docs = docs::lines(&docs::constraint(ty).unwrap_or_default());
    let inline = matches!(ty.kind, TypeKind::Int(_) | TypeKind::Uint(_) | TypeKind::Float(_)).then(|| quote!(#[inline(always)]));
    quote! {
        #docs
        #inline
        pub(crate) fn #name<'a, R: Source<'a>>(reader: &mut R) -> Result<#returned, R::Refused> {
            #body
        }
    }
}

fn without_length(kind: &TypeKind) -> TypeKind {
    match kind.clone() {
        TypeKind::List { item, toon_key, .. } => TypeKind::List {
            item,
            length: None,
            toon_key,
        },
        TypeKind::Map { value, .. } => TypeKind::Map { value, length: None },
        kind => kind,
    }
}

/// Whether `value` is in the set.
pub fn integers(set: &IntSet, least: i128, most: i128) -> TokenStream {
    let ranges = set.iter().map(|(start, end)| {
        let (from, to) = (integer(*start), integer(*end));
        match (*start <= least, *end >= most) {
            (true, true) => quote!(true),
            _ if start == end => quote!(value == #from),
            (true, false) => quote!(value <= #to),
            (false, true) => quote!(value >= #from),
            (false, false) => quote!((#from..=#to).contains(&value)),
        }
    });
    either(ranges)
}

/// Whether `value` is in the set.
pub fn floats(set: &FloatSet) -> TokenStream {
    let literal = |value: f64| -> TokenStream { format!("{value:?}").parse().unwrap_or_default() };
    let ranges = set.iter().map(|range| {
        let (from, to) = (literal(range.start), literal(range.end));
        match (range.start.is_finite(), range.end.is_finite(), range.end_included) {
            (false, false, _) => quote!(true),
            (false, true, true) => quote!(value <= #to),
            (false, true, false) => quote!(value < #to),
            (true, false, _) => quote!(value >= #from),
            (true, true, true) => quote!((#from..=#to).contains(&value)),
            (true, true, false) => quote!((#from..#to).contains(&value)),
        }
    });
    either(ranges)
}

fn either(conditions: impl Iterator<Item = TokenStream>) -> TokenStream {
    let conditions: Vec<_> = conditions.collect();
    quote!(#(#conditions)||*)
}

/// Statements that refuse `text` if it is not in the set.
pub fn strings(context: &Context<'_>, set: &StringSet) -> TokenStream {
    let mut checks = TokenStream::new();
    if let Some(length) = set.length {
        let condition = miscounts(&quote!(text), &quote!(text.chars().count()), length);
        checks.extend(quote!(if #condition { return Err(reader.refuse(Rule::Length)); }));
    }
    if !set.one_of.is_empty() {
        let condition = match set.one_of.as_slice() {
            [only] => quote!(text != #only),
            texts => quote!(![#(#texts),*].contains(&&*text)),
        };
        checks.extend(quote!(if #condition { return Err(reader.refuse(Rule::OneOf)); }));
    }
    if let Some(pattern) = &set.pattern {
        let matches = super::tables::matches(context, pattern, &quote!(&text));
        checks.extend(quote!(if !#matches { return Err(reader.refuse(Rule::Pattern)); }));
    }
    checks
}

/// Whether a count of type `usize` is out of bounds.
pub fn miscounts(subject: &TokenStream, count: &TokenStream, (least, most): (u64, u64)) -> TokenStream {
    let (from, to) = (integer(i128::from(least)), integer(i128::from(most)));
    match (least, most) {
        (0, u64::MAX) => quote!(false),
        (1, u64::MAX) => quote!(#subject.is_empty()),
        (0, _) => quote!(#count > #to),
        (_, u64::MAX) => quote!(#count < #from),
        _ if least == most => quote!(#count != #from),
        _ => quote!(!(#from..=#to).contains(&#count)),
    }
}

/// Whether a count of type `usize` is within its bounds.
pub fn counts(subject: &TokenStream, count: &TokenStream, (least, most): (u64, u64)) -> TokenStream {
    let (from, to) = (integer(i128::from(least)), integer(i128::from(most)));
    match (least, most) {
        (0, u64::MAX) => quote!(true),
        (1, u64::MAX) => quote!(!#subject.is_empty()),
        (0, _) => quote!(#count <= #to),
        (_, u64::MAX) => quote!(#count >= #from),
        _ if least == most => quote!(#count == #from),
        _ => quote!((#from..=#to).contains(&#count)),
    }
}

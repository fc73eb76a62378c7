//! The members of an object: those in declared order first, then in any.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{
    super::names::{self, Scope as Taken},
    key, raw_literal,
};

/// A member that is looked for.
pub struct Slot {
    /// The variable that holds its value, an `Option`.
    pub local: Ident,
    /// Its name on the wire, and the others that are read.
    pub names: Vec<String>,
    /// Whether it must come.
    pub required: bool,
    /// What its value is: an expression that reads it.
    pub fill: TokenStream,
    /// What is done where the declared order is kept, if it is not the same.
    pub in_order: Option<InOrder>,
}

/// A member whose value is known at once where the declared order is kept, and not before the end where it is not.
pub struct InOrder {
    /// Statements that read the value into the variable.
    pub fill: TokenStream,
    /// Statements before members come in any order, which make the variable one of what may be known later.
    pub left: TokenStream,
}

/// What is done with members of other names, and what is declared for it.
pub struct Others {
    pub declared: TokenStream,
    pub fill: TokenStream,
}

/// What is made of the members when all are read: statements, and an expression of the result.
pub struct Finish {
    pub statements: TokenStream,
    pub made: TokenStream,
}

/// A scope for the slots' variables, in which the names that a loop itself uses are taken.
pub fn scope() -> Taken {
    Taken::of(&["reader", "object", "key", "tagged", "read", "met", "told"].map(names::ident))
}

/// A condition that passes a name where it is expected.
fn expected(name: &str) -> TokenStream {
    let name = raw_literal(&key(name));
    quote!(reader.name_is(&mut object, #name))
}

/// Statements behind which the declared order is not kept if a name does not stand where it must.
fn must_come(name: &str) -> TokenStream {
    let expected = expected(name);
    quote!(if !#expected { break 'declared; })
}

/// A variable for each slot, the straight way through them in declared order, which ends with `declared`, and the loop that fills them in
/// any, which ends with `any`. `tag` is a member whose value is known already; `unknown` is what is done with members of other names.
pub fn read(tag: Option<&str>, mut slots: Vec<Slot>, others: &Others, declared: &Finish, any: &Finish) -> TokenStream {
    // Of two members of one name the first is meant; the other is never there.
    let mut known: Vec<String> = tag.iter().map(ToString::to_string).collect();
    for slot in &mut slots {
        slot.names.retain(|name| !known.contains(name));
        known.extend(slot.names.iter().cloned());
    }
    let variables = slots.iter().map(|Slot { local, names, .. }| {
        if names.is_empty() {
            quote!(let #local = None;)
        } else {
            quote!(let mut #local = None;)
        }
    });
    let straight = slots.iter().filter_map(|slot| {
        let (local, fill, name) = (&slot.local, &slot.fill, slot.names.first()?);
        let filled = match &slot.in_order {
            Some(in_order) => in_order.fill.clone(),
            None => quote!(#local = Some(#fill);),
        };
        Some(if slot.required {
            let must_come = must_come(name);
            quote!(#must_come #filled)
        } else {
            let expected = expected(name);
            quote!(if #expected { #filled })
        })
    });
    let left = slots.iter().filter_map(|slot| Some(&slot.in_order.as_ref()?.left));
    let mut place = tag.iter().count();
    let in_any = slots.iter().filter(|slot| !slot.names.is_empty()).map(|slot| {
        let (local, fill) = (&slot.local, &slot.fill);
        let (first, last) = (
            Literal::usize_unsuffixed(place),
            Literal::usize_unsuffixed(place + slot.names.len() - 1),
        );
        let places = if slot.names.len() == 1 {
            quote!(#first)
        } else {
            quote!(#first..=#last)
        };
        let arm = quote!(codec::Member::Known(#places) if #local.is_none() => #local = Some(#fill),);
        place += slot.names.len();
        arm
    });
    let in_any: Vec<TokenStream> = in_any.collect();
    let (tagged, tag_first, tag_any) = match tag {
        Some(tag) => {
            let must_come = must_come(tag);
            (
                Some(quote!(let mut tagged = false;)),
                Some(quote! {
                    #must_come
                    tagged = true;
                    reader.skip()?;
                }),
                Some(quote! {
                    codec::Member::Known(0) if !tagged => {
                        tagged = true;
                        reader.skip()?;
                    }
                }),
            )
        }
        None => (None, None, None),
    };
    let Others {
        declared: others_declared,
        fill: others,
    } = others;
    let Finish { statements, made } = declared;
    let Finish {
        statements: any_statements,
        made: any_made,
    } = any;
    quote! {
        #(#variables)*
        #tagged
        let mut object = reader.begin_object()?;
        'declared: {
            #tag_first
            #(#straight)*
            if !reader.ends(&mut object) { break 'declared; }
            #statements
            return Ok(#made);
        }
        reader.elsewhere(move |reader| {
            static NAMES: &codec::Names = &codec::Names::of([#(#known),*]);
            #(#left)*
            #others_declared
            loop {
                match reader.member(&mut object, NAMES)? {
                    #tag_any
                    #(#in_any)*
                    codec::Member::Known(_) => return Err(reader.refuse(Rule::Duplicate)),
                    codec::Member::Unknown(key) => #others,
                    codec::Member::End => break,
                }
            }
            #any_statements
            Ok(#any_made)
        })
    }
}

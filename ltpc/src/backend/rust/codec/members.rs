//! The loop over an object's members: those in declared order first, then in any.

use proc_macro2::{Ident, TokenStream};
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
}

/// A scope for the slots' variables, in which the names that a loop itself uses are taken.
pub fn scope() -> Taken {
    Taken::of(&["reader", "object", "key", "tagged", "read"].map(names::ident))
}

/// A condition that passes a name where it is expected.
fn expected(name: &str, required: bool) -> TokenStream {
    let name = raw_literal(&key(name));
    if required {
        quote!(reader.expects(&mut object, #name)?)
    } else {
        quote!(reader.name_is(&mut object, #name))
    }
}

/// A variable for each slot, and the loop that fills them. `tag` is a member whose value is known already; `unknown` is what is
/// done with the others.
pub fn read(tag: Option<&str>, mut slots: Vec<Slot>, unknown: &TokenStream) -> TokenStream {
    // Of two members of one name the first is meant; the other is never there.
    let mut known: Vec<String> = tag.iter().map(ToString::to_string).collect();
    for slot in &mut slots {
        slot.names.retain(|name| !known.contains(name));
        known.extend(slot.names.iter().cloned());
    }
    let variables = slots.iter().map(|Slot { local, .. }| quote!(let mut #local = None;));
    let in_order = slots.iter().filter_map(|slot| {
        let (Slot { local, fill, .. }, expected) = (slot, expected(slot.names.first()?, slot.required));
        Some(quote!(if #expected { #local = Some(#fill); }))
    });
    let in_any = slots
        .iter()
        .filter(|slot| !slot.names.is_empty())
        .map(|Slot { local, names, fill, .. }| quote!(#(#names)|* if #local.is_none() => #local = Some(#fill),));
    let again = (!known.is_empty()).then(|| quote!(#(#known)|* => return Err(reader.refuse(Rule::Duplicate)),));
    let (tag_first, tag_any) = match tag {
        Some(tag) => {
            let expected = expected(tag, true);
            (
                Some(quote! {
                    let mut tagged = #expected;
                    if tagged { reader.skip()?; }
                }),
                Some(quote! {
                    #tag if !tagged => {
                        tagged = true;
                        reader.skip()?;
                    }
                }),
            )
        }
        None => (None, None),
    };
    let look = if known.is_empty() {
        quote!(#unknown;)
    } else {
        quote! {
            match &*key {
                #tag_any
                #(#in_any)*
                #again
                _ => #unknown,
            }
        }
    };
    quote! {
        #(#variables)*
        let mut object = reader.begin_object()?;
        #tag_first
        #(#in_order)*
        while let Some(key) = reader.next_name(&mut object)? {
            #look
        }
    }
}

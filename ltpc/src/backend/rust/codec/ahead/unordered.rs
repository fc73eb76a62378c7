//! Members in any order, and white space where it may stand. What is not known yet is assumed, and seen in the end.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{Ahead, Apart, Message, Part, PayloadsId, Scope, Told, raw_literal};
use crate::model::TypeKind;

/// The functions that choose a message by the tag, wherever that stands.
pub fn chosen(ahead: &Ahead<'_, '_>, tags: &[&str], read: &[Message]) -> TokenStream {
    let (ty, declared, reference) = ahead.message_type();
    let text = if reference.is_empty() { quote!('_) } else { reference.clone() };
    let functions: Vec<Ident> = (0..tags.len()).map(|place| ahead.tagged(tags.len(), place)).collect();
    let choices = tags.iter().zip(&functions).map(|(name, function)| {
        let arms = ahead.arms(name, read, &quote!(frame), &TokenStream::new());
        quote! {
            #[inline(never)]
            fn #function(frame: &#reference [u8], tag: Cow<#text, str>) -> Result<Self, Unexpected> {
                match &*tag { #arms _ => Err(Unexpected) }
            }
        }
    });
    let tried = tags.iter().zip(&functions).map(|(name, function)| {
        let quoted = raw_literal(&format!("\"{name}\""));
        quote! {
            let mut seen = 0;
            if let Some((tag, place)) = cursor.seeks(#quoted, *habit) {
                if let Ok(message) = Self::#function(frame, tag) {
                    habit.keep(place);
                    return Ok(message);
                }
                seen = place;
            }
            // What was seen may be a name inside of another member.
            if let Some((tag, place)) = cursor.finds(#name, seen)
                && let Ok(message) = Self::#function(frame, tag)
            {
                habit.keep(place);
                return Ok(message);
            }
        }
    });
    quote! {
        impl #declared #ty {
            /// Reads a frame of members in any order, if all are declared, or else as any frame.
            #[inline(never)]
            pub(crate) fn read_unordered(frame: &#reference [u8], habit: &mut codec::Habit) -> Result<Self, Refusal> {
                if let Some(cursor) = Cursor::new(frame, &LIMITS) {
                    #(#tried)*
                }
                Self::read_any(frame)
            }

            #(#choices)*
        }
    }
}

impl Ahead<'_, '_> {
    /// Statements that read all members, the message's tag among them, and close their object. `json` is what must be JSON in the end.
    pub(super) fn unordered(
        &self,
        parts: &[Part],
        scope: &mut Scope,
        tag: Option<(&str, &TokenStream)>,
        json: Option<TokenStream>,
    ) -> Option<TokenStream> {
        let names: Vec<&str> = tag
            .iter()
            .map(|(name, _)| *name)
            .chain(parts.iter().map(|part| part.wire.as_str()))
            .collect();
        if !self.are_plain(&names) {
            return None;
        }
        let payloads: Vec<Option<Late<'_>>> = parts
            .iter()
            .map(|part| part.payload.as_ref().map(|told| self.late(part, told, scope)))
            .collect();
        let variables = parts.iter().zip(&payloads).map(|(Part { local, .. }, late)| {
            let late = late.as_ref().map(Late::variables);
            quote!(let mut #local = None; #late)
        });
        let first = tag.iter().count();
        let arms = parts.iter().zip(&payloads).enumerate().map(|(index, (part, late))| {
            let (place, Part { wire, local, read, .. }) = (Literal::usize_unsuffixed(first + index), part);
            // As long as it is when it is written without escapes; one with escapes is found as such a one.
            let name = raw_literal(&plain_key(wire));
            match late {
                Some(late) => late.arm(&place, &name, local),
                None => quote!(#place if #local.is_none() => { reader.past(#name)?; #local = Some(#read); }),
            }
        });
        let (tagged, tag_arm) = match tag {
            Some((name, expected)) => {
                let name = raw_literal(&plain_key(name));
                (
                    quote!(let mut tagged = false;),
                    quote! {
                        0 if !tagged => {
                            tagged = true;
                            reader.past(#name)?;
                            #expected
                        }
                    },
                )
            }
            None => (TokenStream::new(), TokenStream::new()),
        };
        let required: Vec<&Ident> = parts
            .iter()
            .filter(|part| part.required && part.payload.is_none())
            .map(|part| &part.local)
            .collect();
        let unpacked = match required.as_slice() {
            [] => TokenStream::new(),
            [one] => quote!(let Some(#one) = #one else { return Err(Unexpected); };),
            many => quote!(let (#(Some(#many)),*) = (#(#many),*) else { return Err(Unexpected); };),
        };
        let absent = parts.iter().filter(|part| !part.required && part.absent.is_some()).map(|part| {
            let local = &part.local;
            quote!(let #local = #local.unwrap_or_default();)
        });
        let settled = parts
            .iter()
            .zip(&payloads)
            .filter_map(|(part, late)| Some(late.as_ref()?.settled(part)));
        let encodings = json
            .into_iter()
            .chain(parts.iter().filter_map(|part| part.payload.as_ref()?.encoding.clone()));
        let encodings = encodings.map(|encoding| quote!(if #encoding != Encoding::Json { return Err(Unexpected); }));
        let all = if names.is_empty() {
            quote! {
                if reader.next_name(&mut lead, NAMES)?.is_some() {
                    return Err(Unexpected);
                }
            }
        } else {
            quote! {
                while let Some(place) = reader.next_name(&mut lead, NAMES)? {
                    match place {
                        #tag_arm
                        #(#arms)*
                        _ => return Err(Unexpected),
                    }
                }
            }
        };
        Some(quote! {
            static NAMES: &codec::Names = &codec::Names::of([#(#names),*]);
            #(#variables)*
            #tagged
            let mut lead = reader.opens_any()?;
            #all
            #unpacked
            #(#absent)*
            #(#settled)*
            #(#encodings)*
        })
    }

    fn late<'p>(&self, part: &'p Part, told: &'p Told, scope: &mut Scope) -> Late<'p> {
        let local = &part.local;
        Late {
            kind: &told.kind,
            read: self.apart(Apart::Payloads(told.set)),
            aside: scope.take(&format!("{local}_aside")),
            guess: self.only_list(told.set).map(|wire| (wire, scope.take(&format!("{local}_guess")))),
        }
    }

    /// The only kind that is a list, if there is one: a list of which the kind is not known yet is taken for that.
    fn only_list(&self, set: PayloadsId) -> Option<String> {
        let declared = &self.context.model[set];
        let mut lists = declared.kinds.iter().filter(|kind| matches!(kind.ty.kind, TypeKind::List { .. }));
        let list = lists.next()?;
        lists.next().is_none().then(|| list.wire.clone())
    }
}

/// `,"name":` without escapes.
fn plain_key(wire: &str) -> String {
    format!(",\"{wire}\":")
}

/// A payload whose kind may come behind it.
struct Late<'p> {
    kind: &'p Ident,
    /// The function that reads it.
    read: TokenStream,
    /// The variable of where it stands.
    aside: Ident,
    /// For what kind it is taken, and the variable of whether it is.
    guess: Option<(String, Ident)>,
}

impl Late<'_> {
    fn variables(&self) -> TokenStream {
        let aside = &self.aside;
        let guess = self.guess.as_ref().map(|(_, guess)| quote!(let mut #guess = None;));
        quote!(let mut #aside = None; #guess)
    }

    fn arm(&self, place: &Literal, name: &TokenStream, local: &Ident) -> TokenStream {
        let Self { kind, read, aside, guess } = self;
        let told = match guess {
            Some((wire, guess)) => quote! {
                if #kind.is_none() && reader.stands_at(b'[') {
                    #guess = Some(#wire);
                }
                let told = #kind.clone().or(#guess.map(Cow::Borrowed));
            },
            None => quote!(let told = #kind.clone();),
        };
        quote! {
            #place if #local.is_none() && #aside.is_none() => {
                reader.past(#name)?;
                #told
                match told {
                    Some(told) => #local = Some(reader.value(|reader| #read(reader, told))?),
                    None => #aside = Some(reader.sets_aside()?),
                }
            }
        }
    }

    fn settled(&self, part: &Part) -> TokenStream {
        let (Self { kind, read, aside, guess }, local) = (self, &part.local);
        let guessed = guess
            .as_ref()
            .map(|(_, guess)| quote!(if #guess.is_some_and(|guess| guess != #kind) { return Err(Unexpected); }));
        let required = part
            .required
            .then(|| quote!(let Some(#local) = #local else { return Err(Unexpected); };));
        quote! {
            #guessed
            if let Some(mut aside) = #aside {
                #local = Some(#read(&mut aside, #kind.clone())?);
            }
            #required
        }
    }
}

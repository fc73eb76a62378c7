//! Elements that have types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::{
    backend::rust::{
        context::{Context, Scope},
        docs,
        names::{self, Item},
    },
    model::{Element, RecordId},
    naming::{pascal_case, snake_case},
};

/// The module of elements that have types; nothing if there are none.
pub fn elements(context: &Context<'_>) -> TokenStream {
    let typed = context
        .model
        .elements
        .iter()
        .filter(|element| element.input.is_some() || element.output.is_some());
    let items: TokenStream = typed.map(|element| one(context, element)).collect();
    if items.is_empty() {
        return items;
    }
    let runtime = context.runtime();
    let text = items.to_string();
    let beside = context.names.modules.iter().filter(|module| text.contains(&format!("{module} ::")));
    let json = text.contains("Json <").then(|| quote!(Json,));
    let wire = text.contains("decode").then(|| quote!(Wire as _,));
    quote! {
        use ::core::future::Future;
        use ::std::sync::Arc;

        use #runtime::{codec::{Violation, #json #wire}, work::{self, Element, Failure, Handler, Submit, Task, Unit}};

        use super::{#(#beside),*};

        #items
    }
}

fn one(context: &Context<'_>, element: &Element) -> TokenStream {
    let (model, vis) = (context.model, context.vis());
    let groups = &model[element.groups];
    let group = &model[groups.of].variants[element.group].wire;
    let (table, index) = groups.refuse;
    let refused = model[table].variants.get(index).map_or("", |variant| &variant.wire);
    let name = &element.name;
    let marker = format_ident!("{}", pascal_case(&format!("{group}_{name}")));
    let function = names::ident(&snake_case(&format!("{group}_{name}")));
    let handles = format_ident!("Handle{marker}");
    let submit = format_ident!("submit_{}", snake_case(&format!("{group}_{name}")));
    let (input, output) = (carried(context, element.input), carried(context, element.output));
    let docs = docs::of(&element.docs, &format!("`{group}:{name}`."), &[]);
    let handle_docs = format!(" Handles `{group}:{name}`.");
    let handler_docs = format!(" A handler of `{group}:{name}`, for a node or a worker.");
    let submit_docs = format!(" Submits work for `{group}:{name}`; other than the id and the input nothing is said of it.");
    let (input_type, output_type) = (input.ty, output.ty);
    let (read_input, write_input, read_output, write_output) = (input.read, input.write, output.read, output.write);
    quote! {
        #docs
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        #vis struct #marker;

        impl Element for #marker {
            const GROUP: &'static str = #group;
            const NAME: &'static str = #name;
            const REFUSED: &'static str = #refused;
            type Input = #input_type;
            type Output = #output_type;

            fn read_input(json: &str) -> Result<Self::Input, Vec<Violation>> {
                #read_input
            }

            fn write_input(input: &Self::Input) -> Result<String, Vec<Violation>> {
                let value = input;
                #write_input
            }

            fn read_output(json: &str) -> Result<Self::Output, Vec<Violation>> {
                #read_output
            }

            fn write_output(output: &Self::Output) -> Result<String, Vec<Violation>> {
                let value = output;
                #write_output
            }
        }

        #[doc = #handle_docs]
        #vis trait #handles: Send + Sync + 'static {
            /// Does the work.
            fn #function(&self, input: #input_type, task: Task) -> impl Future<Output = Result<#output_type, Failure>> + Send;
        }

        #[doc = #handler_docs]
        #vis fn #function(handler: impl #handles) -> Handler {
            let handler = Arc::new(handler);
            Handler::typed::<#marker, _>(move |input, task| {
                let handler = Arc::clone(&handler);
                async move { handler.#function(input, task).await }
            })
        }

        #[doc = #submit_docs]
        ///
        /// # Errors
        /// Why it was not done; what is of the wrong type is refused before it is sent.
        #vis async fn #submit(to: &impl Submit, id: impl Into<String>, input: &#input_type) -> Result<#output_type, Failure> {
            let unit = Unit::new(id, #group, #name, String::new());
            work::submit::<#marker>(to, unit, input).await
        }
    }
}

/// How what an element takes or gives is read and written.
struct Carried {
    ty: TokenStream,
    read: TokenStream,
    /// Of `value`, a reference.
    write: TokenStream,
}

fn carried(context: &Context<'_>, record: Option<RecordId>) -> Carried {
    let Some(record) = record else {
        return Carried {
            ty: quote!(Json<'static>),
            read: quote!(Json::parse(json.to_owned()).map_err(|_| Vec::new())),
            write: quote!(Ok(value.as_str().to_owned())),
        };
    };
    let item = Item::Record(record);
    let path = context.path(item, Scope::Beside);
    let owned = (context.item_borrows(item) && !context.options.owned_only).then(|| quote!(.map(#path::into_owned)));
    Carried {
        ty: context.named(item, Scope::Beside, "'static"),
        read: quote!(#path::decode(json.as_bytes()) #owned),
        write: quote! {
            value.validate()?;
            Ok(value.to_json())
        },
    }
}

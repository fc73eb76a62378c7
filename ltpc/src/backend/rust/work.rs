//! Work: the table of what a schema says of it, what each side's messages say, and elements that have types.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    context::{Context, Scope},
    docs,
    names::{self, Item},
};
use crate::{
    interpret::work::table,
    model::{Element, MessageBody, MessageId, RecordId, Role, Session, Trigger, Work},
    naming::{pascal_case, snake_case},
};
use ltp_runtime::work::{Group, Route, Table};

/// The module that says how work is routed; nothing if the schema routes none.
pub fn routing(context: &Context<'_>) -> TokenStream {
    let Some(work) = context.model.works.first() else {
        return TokenStream::new();
    };
    let (runtime, vis) = (context.runtime(), context.vis());
    let table = static_table(&table(context.model, work));
    let docs = docs::of(&work.decl.docs, &format!("What the schema says of `{}`.", work.decl.name), &[]);
    let sides = context
        .model
        .sessions
        .iter()
        .flat_map(|session| session.roles.iter().map(move |role| (session, role)));
    let sides: Vec<TokenStream> = sides.filter_map(|(session, role)| side(context, work, session, role)).collect();
    let sessions = context
        .model
        .sessions
        .iter()
        .map(|session| names::ident(&snake_case(&session.decl.name)));
    let text = quote!(#(#sides)*).to_string();
    let sessions: Vec<Ident> = sessions.filter(|session| text.contains(&format!("{session} ::"))).collect();
    let beside = ["draft", "message"]
        .into_iter()
        .chain(["types"])
        .map(str::to_owned)
        .chain(context.names.modules.iter().skip(1).map(names::plain))
        .filter(|module| text.contains(&format!("{module} ::")));
    let beside: Vec<Ident> = beside.map(|module| names::ident(&module)).collect();
    let used = (!sides.is_empty()).then(|| {
        quote! {
            use #runtime::{codec::{Violation, Wire as _}, work::{Flow, Part}};
            use super::{#(#beside,)* #(#sessions),*};
        }
    });
    quote! {
        use ::std::{borrow::Cow, sync::Arc};

        use #runtime::work::{Codes, Group, Members, Name, Route, Table};
        #used

        #docs
        #vis static TABLE: Table = #table;

        #(#sides)*
    }
}

/// A table as a constant.
fn static_table(table: &Table) -> TokenStream {
    let text = |text: &str| quote!(Cow::Borrowed(#text));
    let groups = table.groups.iter().map(static_group);
    let (open, codes, members) = (table.open, &table.codes, &table.members);
    let [unhandled, invalid, unrouted, overloaded, blocked, failed, late] = [
        &codes.unhandled,
        &codes.invalid,
        &codes.unrouted,
        &codes.overloaded,
        &codes.blocked,
        &codes.failed,
        &codes.late,
    ]
    .map(|code| text(code));
    let named = [
        ("id", &members.id),
        ("group", &members.group),
        ("element", &members.element),
        ("input", &members.input),
        ("priority", &members.priority),
        ("timeout", &members.timeout),
        ("after", &members.after),
        ("answers", &members.answers),
        ("status", &members.status),
        ("done", &members.done),
        ("undone", &members.undone),
        ("output", &members.output),
        ("failure", &members.failure),
        ("code", &members.code),
        ("message", &members.message),
        ("took", &members.took),
        ("fault_code", &members.fault_code),
        ("fault_message", &members.fault_message),
        ("handlers", &members.handlers),
        ("load", &members.load),
    ];
    let named = named.map(|(field, name)| {
        let (field, name) = (format_ident!("{field}"), text(name));
        quote!(#field: #name)
    });
    let says = |says: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)]| {
        let said = says.iter().map(|(name, json)| {
            let (name, json) = (text(name), text(json));
            quote!((#name, #json))
        });
        quote!(Cow::Borrowed(&[#(#said),*]))
    };
    let (request_says, reply_says) = (says(&members.request_says), says(&members.reply_says));
    let usual = proc_macro2::Literal::u64_unsuffixed(members.usual_priority);
    quote! {
        Table {
            groups: Cow::Borrowed(&[#(#groups),*]),
            open: #open,
            codes: Codes {
                unhandled: #unhandled,
                invalid: #invalid,
                unrouted: #unrouted,
                overloaded: #overloaded,
                blocked: #blocked,
                failed: #failed,
                late: #late,
            },
            members: Members { #(#named,)* request_says: #request_says, reply_says: #reply_says, usual_priority: #usual },
        }
    }
}

fn static_group(group: &Group) -> TokenStream {
    let (code, title) = (&*group.code, &*group.title);
    let route = match group.route {
        Route::Ordered => "Ordered",
        Route::Parallel => "Parallel",
        Route::Urgent => "Urgent",
        Route::Network => "Network",
        Route::Admin => "Admin",
        Route::Memory => "Memory",
    };
    let route = format_ident!("{route}");
    let elements = group.elements.iter().map(|element| {
        let name = &*element.name;
        let aliases = element.aliases.iter().map(|alias| {
            let alias = &**alias;
            quote!(Cow::Borrowed(#alias))
        });
        quote!(Name { name: Cow::Borrowed(#name), aliases: Cow::Borrowed(&[#(#aliases),*]) })
    });
    quote! {
        Group {
            code: Cow::Borrowed(#code),
            title: Cow::Borrowed(#title),
            route: Route::#route,
            elements: Cow::Borrowed(&[#(#elements),*]),
        }
    }
}

/// What one side's messages say; nothing if its application sends neither requests nor replies.
fn side(context: &Context<'_>, work: &Work, session: &Session, role: &Role) -> Option<TokenStream> {
    let calls = |id: MessageId| {
        let mut transitions = role.states.iter().flat_map(|state| &state.transitions);
        transitions.any(|transition| matches!(&transition.trigger, Trigger::App(messages) if messages.contains(&id)))
    };
    let (submits, answers) = (calls(work.request), calls(work.reply));
    if !submits && !answers {
        return None;
    }
    let (module, own, vis) = (
        names::ident(&snake_case(&session.decl.name)),
        pascal_case(&role.name),
        context.vis(),
    );
    let (machine, call) = (format_ident!("{own}"), format_ident!("{own}Call"));
    let name = format_ident!("{}{own}", pascal_case(&session.decl.name));
    let message = &context.names.message;
    let lifetime = context.generics(context.message_borrows(), "'static");
    let decoded = |id: MessageId| {
        let MessageBody::Record(record) = context.model[id].body else {
            return TokenStream::new();
        };
        let path = context.path(Item::Record(record), Scope::Beside);
        let owned = (context.item_borrows(Item::Record(record)) && !context.options.owned_only).then(|| quote!(.into_owned()));
        quote!(let body = #path::decode(body.as_bytes())? #owned;)
    };
    let said = |id: MessageId, part: &str| {
        let (variant, part) = (context.names.variant(id), format_ident!("{part}"));
        quote!(message::#message::#variant { body, .. } => (Part::#part, body.to_json()),)
    };
    let parts = [
        Some((work.request, "Request")),
        Some((work.reply, "Reply")),
        work.fault.map(|(id, ..)| (id, "Fault")),
        work.beat.map(|(id, ..)| (id, "Beat")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let rest = (parts.len() < context.model.messages.len()).then(|| quote!(_ => return None,));
    let reads = parts.iter().map(|(id, part)| said(*id, part));
    let submit = if submits {
        let (variant, decoded) = (context.names.variant(work.request), decoded(work.request));
        quote! {
            fn submit(&self, body: &str) -> Result<#module::#call, Vec<Violation>> {
                #decoded
                Ok(#module::#call::#variant { body: Box::new(body), envelope: Box::default() })
            }
        }
    } else {
        quote! {
            fn submit(&self, _body: &str) -> Result<#module::#call, Vec<Violation>> {
                Err(Vec::new())
            }
        }
    };
    let answer = if answers {
        let (variant, request, decoded) = (
            context.names.variant(work.reply),
            context.names.variant(work.request),
            decoded(work.reply),
        );
        let draft = context.path(Item::EnvelopeDraft(context.model[work.reply].envelope), Scope::Beside);
        let other = (context.model.messages.len() > 1).then(|| quote!(_ => #draft::default(),));
        quote! {
            fn answer(&self, request: &message::#message #lifetime, body: &str) -> Result<#module::#call, Vec<Violation>> {
                #decoded
                let envelope = match request {
                    message::#message::#request { envelope, .. } => envelope.clone().into(),
                    #other
                };
                Ok(#module::#call::#variant { body: Box::new(body), envelope: Box::new(envelope) })
            }
        }
    } else {
        quote! {
            fn answer(&self, _request: &message::#message #lifetime, _body: &str) -> Result<#module::#call, Vec<Violation>> {
                Err(Vec::new())
            }
        }
    };
    let docs = format!(" What the messages of `{}.{}` say of work.", session.decl.name, role.name);
    Some(quote! {
        #[doc = #docs]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        #vis struct #name;

        impl Flow for #name {
            type Machine = #module::#machine;

            fn table(&self) -> Arc<Table> {
                Arc::new(TABLE.clone())
            }

            fn read(&self, message: &message::#message #lifetime) -> Option<(Part, String)> {
                Some(match message { #(#reads)* #rest })
            }

            #submit

            #answer
        }
    })
}

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

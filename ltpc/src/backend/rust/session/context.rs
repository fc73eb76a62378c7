//! A role and how its code calls things.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    super::context::Context,
    imports::{Imports, Origin},
    names::{PRELUDE, RUNTIME, field},
    reach,
    timers::StateTimers,
};
use crate::{
    interpret::Tables,
    model::{MessageId, Model, Role, Session, State, StateKind, Trigger, Type, VarRef},
    naming::{pascal_case, snake_case},
};

/// A role of a session, with the names of everything that its file declares.
pub(in super::super) struct RoleContext<'m> {
    /// What the whole back end writes with.
    pub rust: &'m Context<'m>,
    /// Where types stand in the output's tables.
    pub tables: &'m Tables,
    pub model: &'m Model,
    pub session: &'m Session,
    pub role: &'m Role,
    pub imports: Imports,
    /// The struct of each state that holds something; others are variants without one.
    pub states: Vec<StateNames>,
    /// Fields of the core: variables, persisted ones, retries, windows, sets of requests.
    pub vars: Vec<Ident>,
    pub persists: Vec<Ident>,
    pub retries: Vec<Ident>,
    pub windows: Vec<Ident>,
    pub pendings: Vec<Ident>,
    /// For each state, the retries that may have a deadline there.
    pub waiting: Vec<BTreeSet<usize>>,
}

/// How a state is called.
pub(in super::super) struct StateNames {
    /// Its variant.
    pub variant: Ident,
    /// Its struct; `None` if it holds nothing.
    pub structure: Option<Ident>,
    /// What its functions begin with.
    pub prefix: String,
    /// Its timers' fields.
    pub timers: StateTimers,
    /// Its variables' fields.
    pub vars: Vec<Ident>,
}

impl<'m> RoleContext<'m> {
    pub fn new(rust: &'m Context<'m>, tables: &'m Tables, session: &'m Session, role: &'m Role) -> Self {
        let model = rust.model;
        let own = pascal_case(&role.name);
        let mut declared: BTreeSet<String> = ["", "Options", "State", "Call"]
            .iter()
            .map(|suffix| format!("{own}{suffix}"))
            .chain(["Core".to_owned(), "Persisted".to_owned()])
            .collect();
        declared.extend(PRELUDE.iter().chain(&RUNTIME).map(|name| (*name).to_owned()));
        let states: Vec<StateNames> = role
            .states
            .iter()
            .map(|state| StateNames::new(role, state, &mut declared))
            .collect();
        let mut fields = Unique::new(["options", "persisted", "stored", "state", "step"]);
        let vars = role.vars.iter().map(|var| fields.of(&var.name)).collect();
        let mut persisted = Unique::new::<String>([]);
        let persists = role.persists.iter().map(|var| persisted.of(&var.name)).collect();
        let retries = role.retries.iter().map(|retry| fields.of(&retry.name)).collect();
        let windows = role.uniques.iter().map(|unique| {
            let envelope = &model[unique.envelope];
            fields.of(&format!(
                "seen_{}_{}",
                snake_case(&envelope.decl.name),
                snake_case(&envelope.members[unique.member].name)
            ))
        });
        let windows = windows.collect();
        let pendings = role.pendings.iter().map(|pending| fields.of(&pending.name)).collect();
        let imports = Imports::default();
        Self {
            rust,
            tables,
            model,
            session,
            role,
            imports,
            states,
            vars,
            persists,
            retries,
            windows,
            pendings,
            waiting: reach::waiting(role),
        }
    }

    /// `Client`, `ClientOptions`, ...: a name of the role's own.
    pub fn own(&self, suffix: &str) -> Ident {
        format_ident!("{}{suffix}", pascal_case(&self.role.name))
    }

    /// The name under which the role keeps what survives a restart.
    pub fn space(&self) -> String {
        format!("{}.{}", self.session.decl.name, self.role.name)
    }

    /// The name under which a table's rows are kept.
    pub fn table_space(&self, table: usize) -> String {
        format!("{}.{}", self.session.decl.name, self.role.tables[table].name)
    }

    /// Something of the runtime's sessions.
    pub fn session(&self, name: &str) -> TokenStream {
        self.imports.name(Origin::Session, name)
    }

    /// Something of the runtime's codec.
    pub fn codec(&self, name: &str) -> TokenStream {
        self.imports.name(Origin::Codec, name)
    }

    /// `std::borrow::Cow`.
    pub fn cow(&self) -> TokenStream {
        self.imports.name(Origin::Borrow, "Cow")
    }

    /// `core::time::Duration`.
    pub fn duration(&self) -> TokenStream {
        self.imports.name(Origin::Time, "Duration")
    }

    /// The parameter and the argument for a state's struct: `state: &mut Ready,` and `state,`; nothing if it has none.
    pub fn state_parameter(&self, state: usize, mutable: bool) -> TokenStream {
        match &self.states[state].structure {
            Some(structure) if mutable => quote!(state: &mut #structure,),
            Some(structure) => quote!(state: &#structure,),
            None => TokenStream::new(),
        }
    }

    /// What is passed for [`Self::state_parameter`].
    pub fn state_argument(&self, state: usize) -> TokenStream {
        if self.states[state].structure.is_some() {
            quote!(state,)
        } else {
            TokenStream::new()
        }
    }

    /// A step: see [`Self::aliases`].
    pub fn step_type(&self) -> TokenStream {
        quote!(&mut Step<'_>)
    }

    /// What functions take and give, by shorter names.
    pub fn aliases(&self) -> TokenStream {
        let (runtime, message, state) = (self.rust.runtime(), self.message_type(), self.own("State"));
        quote! {
            type Step<'s> = #runtime::session::Step<'s, #message>;
            type Outcome = #runtime::session::Outcome<#state>;
        }
    }

    /// The type of a variable.
    pub fn var_type(&self, var: VarRef, state: Option<&'m State>) -> Option<&'m Type> {
        let list = match var {
            VarRef::Option(_) => &self.role.options,
            VarRef::Role(_) => &self.role.vars,
            VarRef::Persist(_) => &self.role.persists,
            VarRef::State(_) => &state?.vars,
        };
        let (VarRef::Option(index) | VarRef::Role(index) | VarRef::Persist(index) | VarRef::State(index)) = var;
        list.get(index).map(|var| &var.ty)
    }

    /// Messages that the application may ask to send, in the order in which states first name them.
    pub fn calls(&self) -> Vec<MessageId> {
        let mut calls = Vec::new();
        for transition in self.role.states.iter().flat_map(|state| &state.transitions) {
            if let Trigger::App(messages) = &transition.trigger {
                messages.iter().for_each(|id| {
                    if !calls.contains(id) {
                        calls.push(*id);
                    }
                });
            }
        }
        calls
    }
}

impl StateNames {
    fn new(role: &Role, state: &State, declared: &mut BTreeSet<String>) -> Self {
        let variant = pascal_case(&state.name);
        let timers = StateTimers::new(role, state);
        let mut fields = Unique::new(timers.fields().map(ToString::to_string));
        let vars: Vec<Ident> = state.vars.iter().map(|var| fields.of(&var.name)).collect();
        let holds = !vars.is_empty() || timers.fields().next().is_some();
        let structure = (holds && state.kind != StateKind::End).then(|| {
            let mut name = variant.clone();
            while !declared.insert(name.clone()) {
                name = format!("In{name}");
            }
            format_ident!("{name}")
        });
        Self {
            variant: format_ident!("{variant}"),
            structure,
            prefix: snake_case(&state.name),
            timers,
            vars,
        }
    }
}

/// Names of fields, each once.
#[derive(Clone)]
pub(in super::super) struct Unique(BTreeMap<String, u32>);

impl Unique {
    pub fn new<S: Into<String>>(taken: impl IntoIterator<Item = S>) -> Self {
        Self(taken.into_iter().map(|name| (name.into(), 1)).collect())
    }

    /// A field for a name of the schema: itself, or with a number where it is taken.
    pub fn of(&mut self, name: &str) -> Ident {
        let snake = snake_case(name);
        let count = self.0.entry(snake.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            field(&snake)
        } else {
            format_ident!("{snake}_{count}")
        }
    }
}

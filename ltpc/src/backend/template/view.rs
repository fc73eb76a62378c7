//! The view: a protocol as a template sees it. `docs/templates.md` says what each part is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Language, tables::tables};
use crate::{
    model::{self, Constant, Decl, EnvelopeId, MessageBody, MessageId, Model, Presence, RecordId, Trigger, Type, TypeKind},
    naming::Scope,
};

/// What the package is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Package {
    /// As the language's registry knows it.
    pub name: String,
    /// As programs import it.
    pub module: String,
    /// Its version.
    pub version: String,
    /// Names that are given by hand: of roles (`Session.role`) and their options (`Session.role.option`).
    #[serde(skip)]
    pub names: BTreeMap<String, String>,
}

/// A protocol as a template sees it.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// What stands in the first lines of what is generated.
    pub header: String,
    /// What the package is called.
    pub package: Package,
    /// The protocol: `name`, `version`, `docs`.
    pub protocol: Named,
    /// The tables, as one line of JSON; as a text of the language in `tables_text`.
    pub tables: String,
    /// The same as a text literal of the language.
    pub tables_text: String,
    /// Named texts and numbers.
    pub scalars: Vec<Alias>,
    /// Enums, error tables and tiers.
    pub enums: Vec<Enum>,
    /// Records, with the bodies of messages.
    pub records: Vec<Record>,
    /// Unions.
    pub unions: Vec<Union>,
    /// Payload sets.
    pub payloads: Vec<Union>,
    /// What carries messages.
    pub envelopes: Vec<Record>,
    /// Messages.
    pub messages: Vec<Message>,
    /// The sides of sessions.
    pub roles: Vec<Role>,
    /// Where the protocol is served.
    pub endpoints: Vec<Endpoint>,
}

/// Something with a name and documentation.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// In the schema.
    pub name: String,
    /// The version, of the protocol.
    pub version: String,
    /// Lines.
    pub docs: Vec<String>,
}

/// A name for a type.
#[derive(Debug, Clone, Serialize)]
pub struct Alias {
    /// In the language.
    pub name: String,
    /// Lines.
    pub docs: Vec<String>,
    /// In the language.
    pub r#type: String,
}

/// One of a set of texts.
#[derive(Debug, Clone, Serialize)]
pub struct Enum {
    /// In the language.
    pub name: String,
    /// Lines.
    pub docs: Vec<String>,
    /// The type of its values.
    pub r#type: String,
    /// Whether any other text may stand there.
    pub open: bool,
    /// The texts.
    pub variants: Vec<Variant>,
}

/// A text of an enum.
#[derive(Debug, Clone, Serialize)]
pub struct Variant {
    /// The constant's name in the language.
    pub name: String,
    /// The text as a literal.
    pub literal: String,
    /// Lines.
    pub docs: Vec<String>,
    /// Of an error table: what it means, as a literal; else nothing.
    pub meaning: Option<String>,
    /// Of an error table: whether trying again may help, and whether the connection ends; as literals.
    pub retry: String,
    /// See `retry`.
    pub closes: String,
}

/// Named members.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// In the language.
    pub name: String,
    /// Its index in the tables: of a type, or of an envelope.
    pub id: u32,
    /// Lines.
    pub docs: Vec<String>,
    /// Whether unknown members are kept.
    pub open: bool,
    /// In the order of the schema.
    pub members: Vec<Member>,
}

/// A member.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    /// In the language.
    pub name: String,
    /// On the wire.
    pub wire: String,
    /// The same as a literal.
    pub literal: String,
    /// Lines.
    pub docs: Vec<String>,
    /// Its type, `null` and all.
    pub r#type: String,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it can be left out and is then absent, not its default.
    pub optional: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// What it is where nothing is said, as a literal; nothing where there is no such value.
    pub default: Option<String>,
    /// Whether the default is a list or an object.
    pub compound: bool,
}

/// One of several.
#[derive(Debug, Clone, Serialize)]
pub struct Union {
    /// In the language.
    pub name: String,
    /// Its index in the tables, of a union.
    pub id: u32,
    /// Lines.
    pub docs: Vec<String>,
    /// The member that tells, as a literal; of payload sets empty.
    pub tag: String,
    /// Whether others are kept.
    pub open: bool,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A case of a union, or a kind of a payload set.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    /// The text that tells, as a literal.
    pub literal: String,
    /// Its type.
    pub r#type: String,
    /// Lines.
    pub docs: Vec<String>,
}

/// A message.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// In the language.
    pub name: String,
    /// In the schema.
    pub schema: String,
    /// Its index in the tables.
    pub index: u32,
    /// Lines.
    pub docs: Vec<String>,
    /// What names it on the wire, as a literal; nothing where that is a pattern.
    pub tag: Option<String>,
    /// The type of its envelope.
    pub envelope: String,
    /// The type of what it says.
    pub body: String,
    /// Whether it says any object.
    pub any: bool,
}

/// One side of a session.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    /// In the language.
    pub name: String,
    /// Of the class of its options.
    pub options_name: String,
    /// `Session.role`.
    pub schema: String,
    /// The session's and the role's index in the tables.
    pub session: usize,
    /// See `session`.
    pub index: usize,
    /// Lines.
    pub docs: Vec<String>,
    /// Whether it opens the transport.
    pub connects: bool,
    /// What the application chooses.
    pub options: Vec<Member>,
    /// What the application can ask to send.
    pub sends: Vec<Send>,
    /// What is handed to the application: names of messages.
    pub delivers: Vec<String>,
}

/// What an application can ask to send.
#[derive(Debug, Clone, Serialize)]
pub struct Send {
    /// The method.
    pub method: String,
    /// The message's name in the language, and its index in the tables.
    pub message: String,
    /// See `message`.
    pub index: u32,
    /// Lines.
    pub docs: Vec<String>,
    /// The type of what it says.
    pub body: String,
    /// Whether it says any object.
    pub any: bool,
    /// Whether its name on the wire is the application's to say.
    pub named: bool,
    /// What it says.
    pub members: Vec<Member>,
    /// Whether they can be given in their order: the first must be, and none that must be stands behind one that need not.
    pub positional: bool,
    /// What can be said of its envelope.
    pub envelope: Vec<Member>,
}

/// Where the protocol is served.
#[derive(Debug, Clone, Serialize)]
pub struct Endpoint {
    /// The constant's name.
    pub name: String,
    /// Lines.
    pub docs: Vec<String>,
    /// `websocket`, `lines` or `framed`.
    pub transport: &'static str,
    /// All of it as JSON.
    pub json: String,
    /// The same as a text literal of the language.
    pub text: String,
    /// The address, as a literal.
    pub address: String,
}

/// What templates see of a model.
#[must_use]
pub fn view(model: &Model, language: Language, package: Package, input: &str) -> View {
    Viewer::new(model, language).view(package, input)
}

struct Viewer<'m> {
    model: &'m Model,
    language: Language,
    /// Names of types, in the order of the model.
    scalars: Vec<String>,
    enums: Vec<String>,
    records: Vec<String>,
    unions: Vec<String>,
    payloads: Vec<String>,
    envelopes: Vec<String>,
    messages: Vec<String>,
    scope: Scope,
}

impl<'m> Viewer<'m> {
    fn new(model: &'m Model, language: Language) -> Self {
        let mut scope = Scope::new(language.naming);
        let mut name = |decl: &Decl| scope.allocate(&(language.naming.types)(&decl.name));
        Self {
            scalars: model.scalars.iter().map(|scalar| name(&scalar.decl)).collect(),
            enums: model.enums.iter().map(|declared| name(&declared.decl)).collect(),
            records: model.records.iter().map(|record| name(&record.decl)).collect(),
            unions: model.unions.iter().map(|union| name(&union.decl)).collect(),
            payloads: model.payloads.iter().map(|set| name(&set.decl)).collect(),
            envelopes: model.envelopes.iter().map(|envelope| name(&envelope.decl)).collect(),
            messages: model
                .messages
                .iter()
                .map(|message| scope.allocate(&format!("{}Message", (language.naming.types)(&message.decl.name))))
                .collect(),
            scope,
            model,
            language,
        }
    }

    fn view(mut self, package: Package, input: &str) -> View {
        let model = self.model;
        let tables = tables(model).to_string();
        let protocol = Named {
            name: model.protocol.name.clone(),
            version: model.protocol.version.clone(),
            docs: self.docs(&model.protocol.docs),
        };
        let Model { protocol: declared, .. } = model;
        View {
            header: format!(
                "@generated by ltpc {} from {} {}, input {input}. What is changed here is lost with the next build.",
                env!("CARGO_PKG_VERSION"),
                declared.name,
                declared.version
            ),
            protocol,
            roles: self.roles(&package),
            package,
            tables_text: (self.language.text)(&tables),
            tables,
            scalars: self.aliases(),
            enums: self.enumerations(),
            records: model
                .records
                .iter()
                .enumerate()
                .map(|(index, record)| self.record(index, record))
                .collect(),
            unions: self.union_views(),
            payloads: self.payload_views(),
            envelopes: self.envelope_views(),
            messages: self.message_views(),
            endpoints: self.endpoint_views(),
        }
    }

    fn docs(&self, docs: &str) -> Vec<String> {
        docs.lines().map(|line| (self.language.docs)(line)).collect()
    }

    fn aliases(&self) -> Vec<Alias> {
        let named = self.model.scalars.iter().zip(&self.scalars);
        named
            .map(|(scalar, name)| Alias {
                name: name.clone(),
                docs: self.docs(&scalar.decl.docs),
                r#type: self.bare(&scalar.ty.kind),
            })
            .collect()
    }

    fn enumerations(&self) -> Vec<Enum> {
        let named = self.model.enums.iter().zip(&self.enums);
        named.map(|(declared, name)| self.enumeration(declared, name)).collect()
    }

    fn enumeration(&self, declared: &model::Enum, name: &str) -> Enum {
        let mut scope = Scope::new(self.language.naming);
        let literals: Vec<String> = declared
            .variants
            .iter()
            .map(|variant| (self.language.text)(&variant.wire))
            .collect();
        let truth = |value: bool| self.language.truth[usize::from(value)].to_owned();
        let variants = declared.variants.iter().zip(&literals).map(|(variant, literal)| Variant {
            name: scope.allocate(&(self.language.naming.constants)(&variant.name)),
            literal: literal.clone(),
            docs: self.docs(&variant.docs),
            meaning: variant.error.as_ref().map(|error| (self.language.text)(&error.meaning)),
            retry: truth(variant.error.as_ref().is_some_and(|error| error.retry)),
            closes: truth(variant.error.as_ref().is_some_and(|error| error.closes)),
        });
        Enum {
            name: name.to_owned(),
            docs: self.docs(&declared.decl.docs),
            variants: variants.collect(),
            r#type: (self.language.types.texts)(&literals, declared.open),
            open: declared.open,
        }
    }

    fn record(&self, index: usize, record: &model::Record) -> Record {
        Record {
            name: self.records[index].clone(),
            id: u32::try_from(index).unwrap_or_default(),
            docs: self.docs(&record.decl.docs),
            open: record.open,
            members: self.members(&record.members),
        }
    }

    fn envelope_views(&self) -> Vec<Record> {
        let views = self.model.envelopes.iter().enumerate().map(|(index, envelope)| Record {
            name: self.envelopes[index].clone(),
            id: u32::try_from(index).unwrap_or_default(),
            docs: self.docs(&envelope.decl.docs),
            open: false,
            members: self.members(&envelope.members),
        });
        views.collect()
    }

    fn members(&self, members: &[model::Member]) -> Vec<Member> {
        let mut scope = Scope::new(self.language.naming);
        members.iter().map(|member| self.member(member, &mut scope)).collect()
    }

    fn member(&self, member: &model::Member, scope: &mut Scope) -> Member {
        let default = match &member.presence {
            Presence::Required { default } => default.as_ref(),
            Presence::Default { value, .. } => Some(value),
            Presence::Optional => None,
        };
        Member {
            name: scope.allocate(&(self.language.naming.members)(&member.name)),
            wire: member.wire.clone(),
            literal: (self.language.text)(&member.wire),
            docs: self.docs(&member.docs),
            r#type: self.ty(&member.ty),
            required: default.is_none() && member.presence != Presence::Optional,
            optional: member.presence == Presence::Optional,
            nullable: member.ty.nullable || matches!(member.ty.kind, TypeKind::Json | TypeKind::Payload { .. }),
            compound: matches!(default, Some(Constant::List(_) | Constant::Object(_))),
            default: default.map(|default| self.literal(default)),
        }
    }

    fn union_views(&self) -> Vec<Union> {
        let first = self.model.records.len() + self.model.enums.len();
        let views = self.model.unions.iter().enumerate().map(|(index, union)| Union {
            name: self.unions[index].clone(),
            id: u32::try_from(first + index).unwrap_or_default(),
            docs: self.docs(&union.decl.docs),
            tag: (self.language.text)(&union.tag),
            open: union.open,
            cases: self.cases(&union.cases),
        });
        views.collect()
    }

    fn payload_views(&self) -> Vec<Union> {
        let views = self.model.payloads.iter().enumerate().map(|(index, set)| Union {
            name: self.payloads[index].clone(),
            id: u32::try_from(index).unwrap_or_default(),
            docs: self.docs(&set.decl.docs),
            tag: String::new(),
            open: set.open,
            cases: self.cases(&set.kinds),
        });
        views.collect()
    }

    fn cases(&self, cases: &[model::Case]) -> Vec<Case> {
        let views = cases.iter().map(|case| Case {
            literal: (self.language.text)(&case.wire),
            r#type: self.ty(&case.ty),
            docs: self.docs(&case.docs),
        });
        views.collect()
    }

    fn message_views(&self) -> Vec<Message> {
        let views = self.model.messages.iter().enumerate().map(|(index, message)| Message {
            name: self.messages[index].clone(),
            schema: message.decl.name.clone(),
            index: u32::try_from(index).unwrap_or_default(),
            docs: self.docs(&message.decl.docs),
            tag: match &message.tag {
                model::Tag::Text(text) => Some((self.language.text)(text)),
                model::Tag::Scalar { .. } => None,
            },
            envelope: self.envelopes[message.envelope.0 as usize].clone(),
            body: self.body(message.body),
            any: message.body == MessageBody::Object,
        });
        views.collect()
    }

    fn body(&self, body: MessageBody) -> String {
        match body {
            MessageBody::Record(RecordId(id)) => self.records[id as usize].clone(),
            MessageBody::Object => self.language.types.object.to_owned(),
        }
    }

    fn roles(&mut self, package: &Package) -> Vec<Role> {
        let model = self.model;
        let mut roles = Vec::new();
        for (session_index, session) in model.sessions.iter().enumerate().filter(|(_, session)| session.decl.module.0 == 0) {
            for (index, role) in session.roles.iter().enumerate() {
                let schema = format!("{}.{}", session.decl.name, role.name);
                let wanted = package.names.get(&schema).cloned();
                let wanted = wanted.unwrap_or_else(|| (self.language.naming.types)(&format!("{}_{}", session.decl.name, role.name)));
                let name = self.scope.allocate(&wanted);
                let options_name = self.scope.allocate(&format!("{name}Options"));
                roles.push(Role {
                    options: self.options(&schema, role, package),
                    sends: self.sends(role),
                    delivers: self.delivered(role),
                    docs: self.docs(if role.docs.is_empty() { &session.decl.docs } else { &role.docs }),
                    connects: role.connects,
                    session: session_index,
                    name,
                    options_name,
                    schema,
                    index,
                });
            }
        }
        roles
    }

    fn options(&self, schema: &str, role: &model::Role, package: &Package) -> Vec<Member> {
        let mut scope = Scope::new(self.language.naming);
        let option = |var: &model::session::Var| {
            let wanted = package.names.get(&format!("{schema}.{}", var.name)).cloned();
            Member {
                name: scope.allocate(&wanted.unwrap_or_else(|| (self.language.naming.members)(&var.name))),
                wire: var.name.clone(),
                literal: (self.language.text)(&var.name),
                docs: self.docs(&var.docs),
                r#type: self.ty(&var.ty),
                required: var.init.is_none() && !var.ty.nullable,
                optional: true,
                nullable: var.ty.nullable,
                default: None,
                compound: false,
            }
        };
        role.options.iter().map(option).collect()
    }

    fn sends(&self, role: &model::Role) -> Vec<Send> {
        let mut ids: Vec<MessageId> = Vec::new();
        for transition in role.states.iter().flat_map(|state| &state.transitions) {
            if let Trigger::App(messages) = &transition.trigger {
                ids.extend(messages);
            }
        }
        ids.sort();
        ids.dedup();
        let mut scope = Scope::new(self.language.naming);
        ids.into_iter().map(|id| self.send(id, &mut scope)).collect()
    }

    fn send(&self, id: MessageId, scope: &mut Scope) -> Send {
        let message = &self.model[id];
        let EnvelopeId(envelope) = message.envelope;
        let mut names = Scope::new(self.language.naming);
        let members: Vec<Member> = match message.body {
            MessageBody::Record(record) => self.model[record]
                .members
                .iter()
                .map(|member| self.member(member, &mut names))
                .collect(),
            MessageBody::Object => Vec::new(),
        };
        let envelope = self.model.envelopes[envelope as usize].members.iter().map(|member| Member {
            required: false,
            ..self.member(member, &mut names)
        });
        let required = members.iter().take_while(|member| member.required).count();
        Send {
            positional: required > 0 && !members.iter().skip(required).any(|member| member.required),
            method: scope.allocate(&(self.language.naming.functions)(&format!("send_{}", message.decl.name))),
            message: self.messages[id.0 as usize].clone(),
            index: id.0,
            docs: self.docs(&message.decl.docs),
            body: self.body(message.body),
            any: message.body == MessageBody::Object,
            named: matches!(message.tag, model::Tag::Scalar { .. }),
            envelope: envelope.collect(),
            members,
        }
    }

    fn delivered(&self, role: &model::Role) -> Vec<String> {
        let mut ids: Vec<MessageId> = Vec::new();
        for transition in role.states.iter().flat_map(|state| &state.transitions) {
            let delivers = transition
                .actions
                .iter()
                .any(|action| matches!(action.kind, model::ActionKind::Deliver));
            match &transition.trigger {
                Trigger::Messages(messages) if delivers => ids.extend(messages),
                Trigger::AnyMessage if delivers => ids.extend(
                    (0..self.model.messages.len())
                        .filter_map(|index| u32::try_from(index).ok())
                        .map(MessageId),
                ),
                _ => {}
            }
        }
        ids.sort();
        ids.dedup();
        ids.into_iter().map(|id| self.messages[id.0 as usize].clone()).collect()
    }

    fn endpoint_views(&self) -> Vec<Endpoint> {
        use ltp_runtime::endpoint::Transport;
        let mut scope = Scope::new(self.language.naming);
        let own = self.model.endpoints.iter().filter(|endpoint| endpoint.decl.module.0 == 0);
        own.map(|endpoint| {
            let facts = &endpoint.facts;
            let (transport, subprotocols, optional, binary) = match &facts.transport {
                Transport::WebSocket {
                    subprotocols,
                    subprotocol_optional,
                    accept_binary,
                } => ("websocket", subprotocols.to_vec(), *subprotocol_optional, *accept_binary),
                Transport::Lines => ("lines", Vec::new(), true, false),
                Transport::Framed => ("framed", Vec::new(), true, false),
            };
            let json = serde_json::json!({
                "name": facts.name,
                "transport": transport,
                "address": facts.address,
                "alias": facts.alias,
                "subprotocols": subprotocols,
                "subprotocol_optional": optional,
                "binary": binary,
                "loopback_only": facts.plaintext_loopback_only,
            })
            .to_string();
            Endpoint {
                name: scope.allocate(&(self.language.naming.constants)(&endpoint.decl.name)),
                docs: self.docs(&endpoint.decl.docs),
                transport,
                text: (self.language.text)(&json),
                json,
                address: (self.language.text)(&facts.address),
            }
        })
        .collect()
    }

    fn ty(&self, ty: &Type) -> String {
        let bare = match ty.scalar {
            Some(scalar) => self.scalars[scalar.0 as usize].clone(),
            None => self.bare(&ty.kind),
        };
        if ty.nullable { (self.language.types.nullable)(&bare) } else { bare }
    }

    fn bare(&self, kind: &TypeKind) -> String {
        let types = &self.language.types;
        match kind {
            TypeKind::Bool => types.bool.to_owned(),
            TypeKind::Int(set) | TypeKind::Uint(set) => {
                const EXACT: i128 = 1 << 53;
                let is_small = !set.is_empty() && set.iter().all(|(start, end)| *start >= -EXACT && *end <= EXACT);
                if is_small { types.small } else { types.integer }.to_owned()
            }
            TypeKind::Duration | TypeKind::Instant => types.small.to_owned(),
            TypeKind::Float(_) => types.float.to_owned(),
            TypeKind::String(set) if !set.one_of.is_empty() => {
                let texts: Vec<String> = set.one_of.iter().map(|text| (self.language.text)(text)).collect();
                (types.texts)(&texts, false)
            }
            TypeKind::String(_) | TypeKind::Uuid | TypeKind::Datetime => types.text.to_owned(),
            TypeKind::Json => types.any.to_owned(),
            TypeKind::Object => types.object.to_owned(),
            TypeKind::List { item, .. } => (types.list)(&self.ty(item)),
            TypeKind::Map { value, .. } => (types.map)(&self.ty(value)),
            TypeKind::Record(id) => self.records[id.0 as usize].clone(),
            TypeKind::Enum(id) => self.enums[id.0 as usize].clone(),
            TypeKind::Union(id) => self.unions[id.0 as usize].clone(),
            TypeKind::PayloadKind(id) => {
                let set = &self.model[*id];
                let texts: Vec<String> = set.kinds.iter().map(|kind| (self.language.text)(&kind.wire)).collect();
                (types.texts)(&texts, set.open)
            }
            TypeKind::Payload { set, .. } => self.payloads[set.0 as usize].clone(),
        }
    }

    fn literal(&self, constant: &Constant) -> String {
        match constant {
            Constant::Null => self.language.none.to_owned(),
            Constant::Bool(value) => self.language.truth[usize::from(*value)].to_owned(),
            Constant::Integer(value) => value.to_string(),
            Constant::Float(value) => format!("{value:?}"),
            Constant::Text(text) => (self.language.text)(text),
            Constant::Variant(id, index) => (self.language.text)(&self.model[*id].variants[*index].wire),
            Constant::List(items) => format!("[{}]", items.iter().map(|item| self.literal(item)).collect::<Vec<_>>().join(", ")),
            Constant::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| format!("{}: {}", (self.language.text)(name), self.literal(value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            Constant::Duration(milliseconds) => milliseconds.to_string(),
        }
    }
}

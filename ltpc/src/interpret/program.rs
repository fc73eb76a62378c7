//! A model that can be run: what all machines of it share.

use std::{fmt, sync::Arc};

use ltp_runtime::schema::{Framing, Limits, Schema};

use super::{Draft, Machine, Options, Tables, eval::Declared};
use crate::model::{Model, Role, Session};

/// One side of one session, ready to make machines.
#[derive(Debug)]
pub struct Program {
    model: Arc<Model>,
    tables: Tables,
    /// How messages stand as text, if they do; shared by all connections.
    framing: Option<Arc<Framing>>,
    declared: Declared,
    session: usize,
    role: usize,
}

/// There is no such session or role; says which there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoRole {
    /// What was asked for.
    pub wanted: String,
    /// What there is.
    pub known: Vec<String>,
}

impl Program {
    /// The role of that name of the session of that name. Either may be left out where there is only one; a role also where only one
    /// of the session's `connects`.
    ///
    /// # Errors
    /// If there is none of that name, or several to choose from.
    pub fn new(model: Arc<Model>, session: Option<&str>, role: Option<&str>, connects: bool) -> Result<Arc<Self>, NoRole> {
        let session = pick(
            "session",
            session,
            model
                .sessions
                .iter()
                .map(|session| (session.decl.name.as_str(), session.decl.module.0 == 0)),
        )?;
        let roles = &model.sessions[session].roles;
        let role = pick(
            "role",
            role,
            roles.iter().map(|role| (role.name.as_str(), role.connects == connects)),
        )?;
        let tables = Tables::new(&model);
        Ok(Arc::new(Self {
            framing: tables.schema.framing.clone().map(Arc::new),
            tables,
            declared: Declared::new(&model, &model.sessions[session], &roles[role]),
            model,
            session,
            role,
        }))
    }

    /// A machine in its start state, that waits for `Input::Start`.
    #[must_use]
    pub fn machine(self: &Arc<Self>, options: Options) -> Machine {
        Machine::new(Arc::clone(self), options)
    }

    /// Reads what the application asks to send: `{"type": tag, envelope members, body}`, in the form in which the message is sent.
    ///
    /// # Errors
    /// If it is no JSON object, or names no message.
    pub fn draft(&self, json: &[u8]) -> Result<Draft, Vec<ltp_runtime::codec::Violation>> {
        Draft::parse(self.schema(), json)
    }

    /// The model that it is of.
    #[must_use]
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Its tables.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.tables.schema
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.model.sessions[self.session]
    }

    /// The role.
    #[must_use]
    pub fn role(&self) -> &Role {
        &self.session().roles[self.role]
    }

    pub(super) fn framing(&self) -> Option<&Arc<Framing>> {
        self.framing.as_ref()
    }

    pub(super) fn tables(&self) -> &Tables {
        &self.tables
    }

    pub(super) fn declared(&self) -> &Declared {
        &self.declared
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.schema().limits
    }
}

/// The index of the one that is named; without a name, of the only one, or of the only one that is preferred.
fn pick<'n>(what: &str, name: Option<&str>, known: impl Iterator<Item = (&'n str, bool)> + Clone) -> Result<usize, NoRole> {
    let found = match name {
        Some(name) => known.clone().position(|(known, _)| known == name),
        None => only(known.clone().map(|_| true)).or_else(|| only(known.clone().map(|(_, preferred)| preferred))),
    };
    found.ok_or_else(|| NoRole {
        wanted: match name {
            Some(name) => format!("no {what} `{name}`"),
            None => format!("a {what} must be named"),
        },
        known: known.map(|(name, _)| name.to_owned()).collect(),
    })
}

/// The index of the only one for which it is so.
fn only(known: impl Iterator<Item = bool>) -> Option<usize> {
    let mut so = known.enumerate().filter_map(|(index, so)| so.then_some(index));
    so.next().filter(|_| so.next().is_none())
}

impl fmt::Display for NoRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known.as_slice() {
            [] => write!(f, "{}: the schema declares none", self.wanted),
            known => write!(f, "{}: there is {}", self.wanted, known.join(", ")),
        }
    }
}

impl std::error::Error for NoRole {}

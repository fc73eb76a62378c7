//! Bridges, run from the model: what goes to the bus, and what comes back from it. Whoever has the connections and the bus moves it.

use std::{fmt, sync::Arc, time::Duration};

use ltp_runtime::{
    codec::{Decoded, Value, Violation},
    mapping::{Context, Lost, NotMapped},
    policy::Memory,
    session::Now,
    subject,
};

use super::{
    Draft, Mapper, NoRole, Program, Subject,
    eval::{Came, Scope, Variables},
    text,
};
use crate::model::{
    self, BridgeOut, BridgeRuleKind, Member, MessageBody, MessageId, Model, Place, PlaceBase, Said, Side, SubjectPart, Tag, TypeKind,
};

/// A bridge of a model, ready to carry.
#[derive(Debug)]
pub struct Bridge {
    program: Arc<Program>,
    bridge: usize,
    /// By index in the model; of those that the bridge uses.
    mappers: Vec<Option<Mapper>>,
}

/// What becomes of a message that the role delivered.
#[derive(Debug)]
pub enum Out {
    /// No rule carries it.
    Nothing,
    /// It goes to the bus.
    Carried(Carried),
    /// It cannot.
    Failed {
        /// The rule (an index) that would have carried it.
        rule: usize,
        /// What was in the way.
        problem: Problem,
        /// What the peer is told.
        otherwise: Option<Draft>,
    },
}

/// What goes to the bus.
#[derive(Debug)]
pub struct Carried {
    /// The rule (an index).
    pub rule: usize,
    /// Under which subject.
    pub subject: String,
    /// The text: of a record, JSON.
    pub octets: Vec<u8>,
    /// What of the message is not in it.
    pub lost: Vec<Lost>,
    /// How long an answer may take, if one is waited for.
    pub within: Option<Duration>,
    /// What the peer is told if it comes to nothing.
    pub otherwise: Option<Draft>,
}

/// Why something was not carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// What came from the bus is not what the rule says.
    Unreadable(Vec<Violation>),
    /// The mapping does not take it.
    NotMapped(NotMapped),
    /// A member is no word of a subject.
    Word(String),
}

/// There is no such bridge; says which there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoBridge {
    wanted: Option<String>,
    known: Vec<String>,
}

impl Bridge {
    /// The bridge of that name; without a name the only one.
    ///
    /// # Errors
    /// If there is none of that name, or several to choose from.
    pub fn new(model: &Arc<Model>, name: Option<&str>) -> Result<Self, NoBridge> {
        let known = || model.bridges.iter().map(|bridge| bridge.decl.name.clone()).collect();
        let bridge = match name {
            Some(name) => model.bridges.iter().position(|bridge| bridge.decl.name == name),
            None => (model.bridges.len() == 1).then_some(0),
        };
        let none = || NoBridge {
            wanted: name.map(str::to_owned),
            known: known(),
        };
        let bridge = bridge.ok_or_else(none)?;
        let declared = &model.bridges[bridge];
        let session = &model[declared.session];
        let role = &session.roles[declared.role];
        let program = Program::new(Arc::clone(model), Some(&session.decl.name), Some(&role.name), role.connects);
        let program = program.map_err(|NoRole { .. }| none())?;
        let used = |index: usize| {
            declared.rules.iter().any(|rule| match &rule.kind {
                BridgeRuleKind::Out(out) => out.mapping == index || out.ask.as_ref().is_some_and(|ask| ask.reply == index),
                BridgeRuleKind::Push(push) => push.mapping == index,
            })
        };
        let mappers = model.mappings.iter().enumerate().map(|(index, mapping)| {
            let mapper = used(index).then(|| Mapper::new(Arc::clone(model), Some(&mapping.name)));
            mapper.and_then(Result::ok)
        });
        Ok(Self {
            mappers: mappers.collect(),
            program,
            bridge,
        })
    }

    /// The role that it serves.
    #[must_use]
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.declared().decl.name
    }

    /// A rule in words, such as `publish Report -> mesh.Note`.
    #[must_use]
    pub fn rule(&self, index: usize) -> String {
        let name = |mapping: usize| &self.model().mappings[mapping].name;
        match self.declared().rules.get(index).map(|rule| &rule.kind) {
            Some(BridgeRuleKind::Push(push)) => format!("push {}", name(push.mapping)),
            Some(BridgeRuleKind::Out(out)) if out.ask.is_some() => format!("request {}", name(out.mapping)),
            Some(BridgeRuleKind::Out(out)) => format!("publish {}", name(out.mapping)),
            None => String::new(),
        }
    }

    /// The subjects that it listens to, each with its rule (an index).
    pub fn patterns(&self) -> impl Iterator<Item = (usize, &str)> {
        let rules = self.declared().rules.iter().enumerate();
        rules.flat_map(|(index, rule)| {
            let patterns = match &rule.kind {
                BridgeRuleKind::Push(push) => &push.patterns[..],
                BridgeRuleKind::Out(_) => &[],
            };
            patterns.iter().map(move |pattern| (index, pattern.as_str()))
        })
    }

    /// What becomes of a message that the role delivered.
    #[must_use]
    pub fn out(&self, message: Decoded, context: &mut Context<'_>) -> Out {
        let id = message.message;
        let came = Came::Message(message);
        let rules = self.declared().rules.iter().enumerate();
        let mut fitting = rules.filter_map(|(index, rule)| match &rule.kind {
            BridgeRuleKind::Out(out) if out.message.0 as usize == id => Some((index, out)),
            _ => None,
        });
        let mut policy = Memory::default();
        let mut scope = Scope {
            model: self.model(),
            program: None,
            variables: &Variables::default(),
            came: &came,
            now: Now {
                ticks: 0,
                unix: context.unix,
            },
            entropy: context.entropy,
            // A condition asks of the message alone.
            peer: "",
            policy: &mut policy,
        };
        let Some((rule, out)) = fitting.find(|(_, out)| out.guard.as_ref().is_none_or(|guard| scope.holds(guard))) else {
            return Out::Nothing;
        };
        let otherwise = out.otherwise.as_ref().map(|said| self.said(said, &mut scope));
        let Came::Message(message) = came else { return Out::Nothing };
        match self.carried(rule, out, message, context) {
            Ok(carried) => Out::Carried(Carried { otherwise, ..carried }),
            Err(problem) => Out::Failed { rule, problem, otherwise },
        }
    }

    /// The answer to what a rule carried, for the peer.
    ///
    /// # Errors
    /// If it is no answer as the rule has them, or its mapping does not take it.
    pub fn answered(&self, rule: usize, octets: &[u8], context: &mut Context<'_>) -> Result<Draft, Problem> {
        match self.declared().rules.get(rule).map(|rule| &rule.kind) {
            Some(BridgeRuleKind::Out(out)) => match &out.ask {
                Some(ask) => self.back(ask.reply, octets, context),
                None => Err(Problem::Unreadable(Vec::new())),
            },
            _ => Err(Problem::Unreadable(Vec::new())),
        }
    }

    /// What came under a subject that a rule listens to, for the peers.
    ///
    /// # Errors
    /// If it is not what the rule says, or its mapping does not take it.
    pub fn pushed(&self, rule: usize, octets: &[u8], context: &mut Context<'_>) -> Result<Draft, Problem> {
        match self.declared().rules.get(rule).map(|rule| &rule.kind) {
            Some(BridgeRuleKind::Push(push)) => self.back(push.mapping, octets, context),
            _ => Err(Problem::Unreadable(Vec::new())),
        }
    }

    fn carried(&self, rule: usize, out: &BridgeOut, message: Decoded, context: &mut Context<'_>) -> Result<Carried, Problem> {
        let mapper = self.mapper(out.mapping)?;
        let mapped = mapper.map(&Subject::Message(message), context).map_err(Problem::NotMapped)?;
        let mut subject = String::new();
        for part in &out.subject {
            match part {
                SubjectPart::Text(text) => subject.push_str(text),
                SubjectPart::Member(place) => {
                    let word = text_at(self.model(), mapper.mapping().target, place, &mapped.message).unwrap_or_default();
                    if !subject::is_word(word) {
                        return Err(Problem::Word(word.to_owned()));
                    }
                    subject.push_str(word);
                }
            }
        }
        Ok(Carried {
            rule,
            subject,
            octets: mapper.write(&mapped.message),
            lost: mapped.lost,
            within: out.ask.as_ref().map(|ask| Duration::from_millis(ask.within)),
            otherwise: None,
        })
    }

    fn back(&self, mapping: usize, octets: &[u8], context: &mut Context<'_>) -> Result<Draft, Problem> {
        let mapper = self.mapper(mapping)?;
        let came = mapper.read(octets).map_err(Problem::Unreadable)?;
        let mapped = mapper.map(&came, context).map_err(Problem::NotMapped)?;
        match mapped.message {
            Subject::Message(message) => Ok(Draft {
                message: message.message,
                tag: message.tag,
                envelope: message.envelope,
                body: Some(message.body),
            }),
            Subject::Record(_) => Err(Problem::Unreadable(Vec::new())),
        }
    }

    fn said(&self, said: &Said, scope: &mut Scope<'_>) -> Draft {
        let model = self.model();
        let message = &model[said.message];
        let members = match message.body {
            MessageBody::Record(record) => &model[record].members[..],
            MessageBody::Object => &[],
        };
        Draft {
            message: said.message.0 as usize,
            tag: match &message.tag {
                Tag::Text(tag) => tag.clone(),
                Tag::Scalar { .. } => String::new(),
            },
            envelope: object(&said.envelope, &model[message.envelope].members, scope),
            body: Some(object(&said.body, members, scope)),
        }
    }

    fn mapper(&self, mapping: usize) -> Result<&Mapper, Problem> {
        let mapper = self.mappers.get(mapping).and_then(Option::as_ref);
        mapper.ok_or_else(|| Problem::Unreadable(Vec::new()))
    }

    fn model(&self) -> &Arc<Model> {
        self.program.model()
    }

    fn declared(&self) -> &model::Bridge {
        &self.program.model().bridges[self.bridge]
    }

    /// The name of a message.
    #[must_use]
    pub fn message_name(&self, message: usize) -> &str {
        let id = MessageId(u32::try_from(message).unwrap_or(u32::MAX));
        &self.model()[id].decl.name
    }
}

fn object(given: &[(usize, model::Expr)], members: &[Member], scope: &mut Scope<'_>) -> Value {
    let mut object = Vec::new();
    for (index, value) in given {
        let Some(member) = members.get(*index) else { continue };
        match scope.eval(value) {
            Value::Null => {}
            value => object.push((member.wire.clone(), value)),
        }
    }
    Value::Object(object)
}

/// The text of a member of what a mapping gave.
fn text_at<'s>(model: &Model, side: Side, place: &Place, subject: &'s Subject) -> Option<&'s str> {
    let (mut value, mut members, first) = match (subject, &place.base) {
        (Subject::Message(message), PlaceBase::Envelope(index)) => (&message.envelope, side.envelope(model), index),
        (Subject::Message(message), PlaceBase::Body(index)) => (&message.body, &model[side.record(model)].members[..], index),
        (Subject::Record(value), PlaceBase::Body(index)) => (value, &model[side.record(model)].members[..], index),
        _ => return None,
    };
    for index in std::iter::once(first).chain(&place.path) {
        let member = members.get(*index)?;
        value = value.get(&member.wire)?;
        members = match member.ty.kind {
            TypeKind::Record(record) => &model[record].members,
            _ => &[],
        };
    }
    value.as_str()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = |violations: &[Violation]| violations.iter().map(text::violation).collect::<Vec<_>>().join("; ");
        match self {
            Self::Unreadable(violations) => f.write_str(&all(violations)),
            Self::NotMapped(NotMapped::Refused(lost)) => write!(f, "{}: {}", lost.pointer, lost.reason),
            Self::NotMapped(NotMapped::Invalid(violations)) => f.write_str(&all(violations)),
            Self::Word(word) => write!(f, "{word:?} is no word of a subject"),
        }
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for NoBridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.wanted {
            Some(wanted) => write!(f, "no bridge `{wanted}`")?,
            None => f.write_str("a bridge must be named")?,
        }
        match self.known.as_slice() {
            [] => f.write_str(": the schema declares none"),
            known => write!(f, ": there is {}", known.join(", ")),
        }
    }
}

impl std::error::Error for NoBridge {}

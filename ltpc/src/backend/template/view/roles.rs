//! The sides of sessions in the view.

use super::{Lifted, Member, Package, Role, Said, Send, make::Viewer};
use crate::{
    model::{self, EnvelopeId, MessageBody, MessageId, Trigger, TypeKind},
    naming::Scope,
};

impl Viewer<'_> {
    pub(super) fn roles(&mut self, package: &Package) -> Vec<Role> {
        let model = self.model;
        let mut roles = Vec::new();
        for (session_index, session) in model.sessions.iter().enumerate().filter(|(_, session)| session.decl.module.0 == 0) {
            for (index, role) in session.roles.iter().enumerate() {
                let schema = format!("{}.{}", session.decl.name, role.name);
                let wanted = package.names.get(&schema).cloned();
                let wanted = wanted.unwrap_or_else(|| (self.language.naming.types)(&format!("{}_{}", session.decl.name, role.name)));
                let name = self.scope.allocate(&wanted);
                let options_name = self.scope.allocate(&format!("{name}Options"));
                let sends = self.sends(role);
                roles.push(Role {
                    options: self.options(&schema, role, package),
                    envelopes: self.said(role, &sends),
                    delivers: self.delivered(role),
                    sends,
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
        for taken in self.language.taken {
            scope.allocate(taken);
        }
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
        ids.into_iter().map(|id| self.send(role, id, &mut scope)).collect()
    }

    /// The messages that answer one, if a transition that sends it lets it wait.
    fn replies(&self, role: &model::Role, id: MessageId) -> Vec<String> {
        let transitions = role.states.iter().flat_map(|state| &state.transitions);
        let asked = transitions.filter(|transition| matches!(&transition.trigger, Trigger::App(messages) if messages.contains(&id)));
        let mut tracked = asked
            .flat_map(|transition| &transition.actions)
            .filter_map(|action| match action.kind {
                model::ActionKind::Track(index) => role.pendings.get(index),
                _ => None,
            });
        let replies = tracked.next().map_or(&[][..], |pending| &pending.replies);
        replies.iter().map(|reply| self.messages[reply.0 as usize].clone()).collect()
    }

    fn send(&self, role: &model::Role, id: MessageId, scope: &mut Scope) -> Send {
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
            replies: self.replies(role, id),
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

    /// The envelopes of what a role sends, with the members of their members that stamps would fill.
    fn said(&self, role: &model::Role, sends: &[Send]) -> Vec<Said> {
        let model = self.model;
        let used = |id: &EnvelopeId| sends.iter().any(|send| model[MessageId(send.index)].envelope == *id);
        let ids = (0..model.envelopes.len())
            .filter_map(|index| u32::try_from(index).ok())
            .map(EnvelopeId);
        let said = ids.filter(used).map(|id| {
            let stamps = role
                .states
                .iter()
                .flat_map(|state| &state.stamps)
                .filter(|stamp| stamp.envelope == id);
            let entries = stamps.flat_map(|stamp| &stamp.entries).filter(|entry| entry.only_if_absent);
            Said {
                name: self.envelopes[id.0 as usize].clone(),
                lifts: entries.filter_map(|entry| self.lifted(id, &entry.target)).collect(),
            }
        });
        said.collect()
    }

    fn lifted(&self, envelope: EnvelopeId, target: &[usize]) -> Option<Lifted> {
        let [outer, inner] = target else { return None };
        let TypeKind::Record(record) = self.model[envelope].members.get(*outer)?.ty.kind else {
            return None;
        };
        let members = self.members(&self.model[record].members);
        Some(Lifted {
            record: self.records[record.0 as usize].clone(),
            name: members.into_iter().nth(*inner)?.name,
        })
    }
}

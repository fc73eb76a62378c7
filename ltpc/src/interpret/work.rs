//! Work, by the model: its table, what messages say of it, and whether a value is what an element takes or gives.

use std::{borrow::Cow, sync::Arc};

use ltp_runtime::{
    codec::{self, Decoded, Value, Violation},
    work::{Codes, Flow, Group, Members, Name, Part, Table},
};

use super::{Draft, Machine, Program};
use crate::model::{Constant, Element, MessageBody, MessageId, Model, Presence, RecordId, Tag, TypeKind, Work};

/// What a schema says of work, as the runtime takes it.
#[must_use]
pub fn table(model: &Model, work: &Work) -> Table {
    let groups = &model[work.groups];
    let variants = &model[groups.of].variants;
    let of_groups = groups
        .groups
        .iter()
        .zip(variants)
        .enumerate()
        .map(|(index, (group, variant))| Group {
            code: variant.wire.clone().into(),
            title: group.title.clone().into(),
            route: group.route,
            elements: elements(model, work, index).into(),
        });
    let [unhandled, invalid, unrouted, overloaded, blocked, failed, late] = work.codes.clone().map(Cow::Owned);
    Table {
        groups: of_groups.collect::<Vec<_>>().into(),
        open: groups.open,
        codes: Codes {
            unhandled,
            invalid,
            unrouted,
            overloaded,
            blocked,
            failed,
            late,
        },
        members: members(model, work),
    }
}

fn elements(model: &Model, work: &Work, group: usize) -> Vec<Name> {
    let of = model
        .elements
        .iter()
        .filter(|element| element.groups == work.groups && element.group == group);
    of.map(|element| Name {
        name: element.name.clone().into(),
        aliases: element.aliases.iter().map(|alias| alias.clone().into()).collect::<Vec<_>>().into(),
    })
    .collect()
}

fn members(model: &Model, work: &Work) -> Members {
    let of = |id: MessageId, index: usize| {
        let member = model.body_record(id).and_then(|record| record.members.get(index));
        member.map_or(Cow::Borrowed(""), |member| Cow::Owned(member.wire.clone()))
    };
    let or_none = |id: MessageId, index: Option<usize>| index.map_or(Cow::Borrowed(""), |index| of(id, index));
    let (request, reply, asked, answered) = (work.request, work.reply, &work.asked, &work.answered);
    let kind = |index: usize| {
        model
            .body_record(reply)
            .and_then(|record| Some(&record.members.get(index)?.ty.kind))
    };
    let outcome = |index: usize| match kind(answered.status) {
        Some(TypeKind::Enum(id)) => Cow::Owned(
            model[*id]
                .variants
                .get(index)
                .map(|variant| variant.wire.clone())
                .unwrap_or_default(),
        ),
        _ => Cow::Borrowed(""),
    };
    let word = |index: usize| match kind(answered.failure) {
        Some(TypeKind::Record(id)) => Cow::Owned(model[*id].members.get(index).map(|member| member.wire.clone()).unwrap_or_default()),
        _ => Cow::Borrowed(""),
    };
    let usual = asked.priority.and_then(|index| model.body_record(request)?.members.get(index));
    let usual_priority = match usual.map(|member| &member.presence) {
        Some(Presence::Default { value, .. } | Presence::Required { default: Some(value) }) => match value {
            Constant::Integer(value) => u64::try_from(*value).unwrap_or(0),
            _ => 0,
        },
        _ => 0,
    };
    let fault = |pick: fn((MessageId, usize, usize)) -> usize| work.fault.map_or(Cow::Borrowed(""), |fault| of(fault.0, pick(fault)));
    Members {
        id: of(request, asked.id),
        group: of(request, asked.group),
        element: of(request, asked.element),
        input: of(request, asked.input),
        priority: or_none(request, asked.priority),
        usual_priority,
        timeout: or_none(request, asked.timeout),
        after: or_none(request, asked.after),
        answers: of(reply, answered.id),
        status: of(reply, answered.status),
        done: outcome(answered.outcomes.0),
        undone: outcome(answered.outcomes.1),
        output: of(reply, answered.output),
        failure: of(reply, answered.failure),
        code: word(answered.words.0),
        message: word(answered.words.1),
        took: or_none(reply, answered.took),
        fault_code: fault(|(_, code, _)| code),
        fault_message: fault(|(_, _, message)| message),
        handlers: work.beat.map_or(Cow::Borrowed(""), |(id, handlers, _)| of(id, handlers)),
        load: work.beat.map_or(Cow::Borrowed(""), |(id, _, load)| or_none(id, load)),
    }
}

/// What one side's messages say of work.
#[derive(Debug, Clone)]
pub struct Routed {
    program: Arc<Program>,
    work: usize,
    table: Arc<Table>,
}

impl Routed {
    /// By the first that the schema says of work; none if it says nothing.
    #[must_use]
    pub fn new(program: Arc<Program>) -> Option<Self> {
        let table = Arc::new(table(program.model(), program.model().works.first()?));
        Some(Self { program, work: 0, table })
    }

    fn work(&self) -> &Work {
        &self.program.model().works[self.work]
    }

    /// The element of a kind, `group:element`, if it is declared.
    fn element(&self, kind: &str) -> Option<&Element> {
        let (model, work) = (self.program.model(), self.work());
        let (group, name) = kind.split_once(':')?;
        let variants = &model[model[work.groups].of].variants;
        let index = variants.iter().position(|variant| variant.wire == group)?;
        model.element(work.groups, index, name)
    }

    /// All that is wrong with what an element is given: nothing if it takes any JSON.
    #[must_use]
    pub fn refused_input(&self, kind: &str, json: &str) -> Vec<Violation> {
        self.refused(self.element(kind).and_then(|element| element.input), json)
    }

    /// All that is wrong with what an element gives.
    #[must_use]
    pub fn refused_output(&self, kind: &str, json: &str) -> Vec<Violation> {
        self.refused(self.element(kind).and_then(|element| element.output), json)
    }

    /// The code with which a value of the wrong type is refused.
    #[must_use]
    pub fn refusal_code(&self) -> &str {
        let (table, index) = self.program.model()[self.work().groups].refuse;
        let variants = &self.program.model()[table].variants;
        variants.get(index).map_or("", |variant| &variant.wire)
    }

    fn refused(&self, record: Option<RecordId>, json: &str) -> Vec<Violation> {
        let Some(record) = record else { return Vec::new() };
        let id = self.program.tables().record_id(record);
        codec::explain_value(self.program.schema(), id, json.as_bytes())
    }

    /// A draft of a message with a body, in an envelope of which this is said.
    fn draft(&self, message: MessageId, body: &str, envelope: Value) -> Result<Draft, Vec<Violation>> {
        let (model, schema) = (self.program.model(), self.program.schema());
        let tag = match &model[message].tag {
            Tag::Text(tag) => tag.clone(),
            Tag::Scalar { .. } => String::new(),
        };
        let MessageBody::Record(record) = model[message].body else {
            return Err(Vec::new());
        };
        let violations = codec::explain_value(schema, self.program.tables().record_id(record), body.as_bytes());
        if !violations.is_empty() {
            return Err(violations);
        }
        Ok(Draft {
            message: message.0 as usize,
            tag,
            envelope,
            body: Value::parse(body, &schema.limits),
        })
    }
}

impl Flow for Routed {
    type Machine = Machine;

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table)
    }

    fn read(&self, message: &Decoded) -> Option<(Part, String)> {
        let work = self.work();
        let parts = [
            Some((work.request, Part::Request)),
            Some((work.reply, Part::Reply)),
            work.fault.map(|(id, ..)| (id, Part::Fault)),
            work.beat.map(|(id, ..)| (id, Part::Beat)),
        ];
        let (id, part) = parts.into_iter().flatten().find(|(id, _)| id.0 as usize == message.message)?;
        let MessageBody::Record(record) = self.program.model()[id].body else {
            return None;
        };
        let mut body = Vec::new();
        let type_id = self.program.tables().record_id(record);
        codec::encode_value(self.program.schema(), type_id, &message.body, &mut body);
        Some((part, String::from_utf8(body).ok()?))
    }

    fn submit(&self, body: &str) -> Result<Draft, Vec<Violation>> {
        self.draft(self.work().request, body, Value::Object(Vec::new()))
    }

    fn answer(&self, request: &Decoded, body: &str) -> Result<Draft, Vec<Violation>> {
        self.draft(self.work().reply, body, request.envelope.clone())
    }
}

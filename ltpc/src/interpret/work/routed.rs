//! Work by the messages of a program that is run from its model.

use std::sync::Arc;

use ltp_runtime::{
    codec::{self, Decoded, Value, Violation},
    work::{Beat, Flow, Outcome, Said, Table, Unit},
};

use super::{
    super::{Draft, Machine, Program},
    table,
};
use crate::model::{Element, MessageBody, MessageId, RecordId, Tag, Work};

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

    /// The body of a message whose body is a record, as JSON.
    fn body(&self, message: &Decoded) -> Option<String> {
        let MessageBody::Record(record) = self.program.model().messages.get(message.message)?.body else {
            return None;
        };
        let mut body = Vec::new();
        let type_id = self.program.tables().record_id(record);
        codec::encode_value(self.program.schema(), type_id, &message.body, &mut body);
        String::from_utf8(body).ok()
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
    type Ticket = Value;

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table)
    }

    fn read(&self, message: Decoded) -> Option<Said<Value>> {
        let (work, table) = (self.work(), &self.table);
        let body = self.body(&message)?;
        let is = |id: MessageId| id.0 as usize == message.message;
        if is(work.request) {
            return Some(Said::Request(table.unit(&body)?, message.envelope));
        }
        if is(work.reply) {
            return table.outcome(&body).map(Said::Reply);
        }
        if work.fault.is_some_and(|(id, ..)| is(id)) {
            return table.fault(&body).map(Said::Fault);
        }
        if work.beat.is_some_and(|(id, ..)| is(id)) {
            return table.beat(&body).map(Said::Beat);
        }
        None
    }

    fn id<'m>(&self, request: &'m Decoded) -> Option<&'m str> {
        request.body.get(&self.table.members.id)?.as_str()
    }

    fn submit(&self, unit: Unit) -> Result<Draft, Vec<Violation>> {
        self.draft(self.work().request, &self.table.request(&unit), Value::Object(Vec::new()))
    }

    fn answer(&self, ticket: Value, outcome: Outcome) -> Result<Draft, Vec<Violation>> {
        self.draft(self.work().reply, &self.table.reply(&outcome), ticket)
    }

    fn beat(&self, beat: Beat) -> Result<Draft, Vec<Violation>> {
        let (message, ..) = self.work().beat.ok_or_else(Vec::new)?;
        self.draft(message, &self.table.say_beat(&beat), Value::Object(Vec::new()))
    }
}

//! Work by the messages of a program that is run from its model.

use std::sync::Arc;

use ltp_runtime::{
    codec::{self, Decoded, Value, Violation},
    work::{Flow, Part, Table},
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

//! Groups of elements, and how work is routed to them.

use serde_json::{Map, Value, json};

use crate::{
    interpret::{Tables, work},
    model::{Element, Groups, GroupsId, Model, Route, Work, work::CODES},
};

/// Every set of groups, by its index.
pub(super) fn groups(model: &Model, tables: &Tables) -> Vec<Value> {
    let sets = (0..).map(GroupsId).zip(&model.groups);
    sets.map(|(id, groups)| set(model, tables, id, groups)).collect()
}

fn set(model: &Model, tables: &Tables, id: GroupsId, groups: &Groups) -> Value {
    let variants = &model[groups.of].variants;
    let (codes, code) = groups.refuse;
    let listed = groups.groups.iter().zip(variants).enumerate().map(|(index, (group, variant))| {
        let own = model
            .elements
            .iter()
            .filter(|element| element.groups == id && element.group == index);
        json!({
            "code": variant.wire,
            "title": group.title,
            "route": route(group.route),
            "elements": own.map(|of| element(tables, of)).collect::<Vec<_>>(),
        })
    });
    json!({
        "name": model[groups.of].decl.name,
        "open": groups.open,
        "refuse": model[codes].variants[code].wire,
        "groups": listed.collect::<Vec<_>>(),
    })
}

/// What an element takes and gives are records, by their index; any JSON is nothing.
fn element(tables: &Tables, element: &Element) -> Value {
    let record = |of: Option<crate::model::RecordId>| of.map(|record| tables.record_id(record));
    json!({
        "name": element.name,
        "aliases": element.aliases,
        "once": element.once,
        "input": record(element.input),
        "output": record(element.output),
    })
}

const fn route(route: Route) -> &'static str {
    match route {
        Route::Ordered => "ordered",
        Route::Parallel => "parallel",
        Route::Urgent => "urgent",
        Route::Network => "network",
        Route::Admin => "admin",
        Route::Memory => "memory",
    }
}

/// How work is routed: which messages and members say what, and the codes with which it is refused.
pub(super) fn works(model: &Model) -> Vec<Value> {
    model.works.iter().map(|of| one(model, of)).collect()
}

fn one(model: &Model, of: &Work) -> Value {
    let codes: Map<String, Value> = CODES
        .iter()
        .zip(&of.codes)
        .map(|(name, code)| ((*name).to_owned(), code.as_str().into()))
        .collect();
    let members = work::table(model, of).members;
    // A member of no name is not said.
    let name = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    json!({
        "name": of.decl.name,
        "groups": of.groups.0,
        "request": of.request.0,
        "reply": of.reply.0,
        "fault": of.fault.map(|(id, ..)| id.0),
        "beat": of.beat.map(|(id, ..)| id.0),
        "codes": codes,
        "members": {
            "id": members.id,
            "group": members.group,
            "element": members.element,
            "input": members.input,
            "priority": name(&members.priority),
            "usual_priority": members.usual_priority,
            "timeout": name(&members.timeout),
            "after": name(&members.after),
            "answers": members.answers,
            "status": members.status,
            "done": members.done,
            "undone": members.undone,
            "output": members.output,
            "failure": members.failure,
            "code": members.code,
            "message": members.message,
            "took": name(&members.took),
            "fault_code": name(&members.fault_code),
            "fault_message": name(&members.fault_message),
            "handlers": name(&members.handlers),
            "load": name(&members.load),
        },
    })
}

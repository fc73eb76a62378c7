//! Work, by the model: its table, what messages say of it, and whether a value is what an element takes or gives.

#[cfg(feature = "build")]
mod routed;

use std::borrow::Cow;

use ltp_runtime::work::{Codes, Group, Members, Name, Table};

#[cfg(feature = "build")]
pub use routed::Routed;

use super::constant;
use crate::model::{Constant, MessageId, Model, Presence, TypeKind, Work};

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
        once: element.once,
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
    let says = |id: MessageId| {
        let members = model.body_record(id).map_or(&[][..], |record| &record.members);
        let said = members.iter().filter_map(|member| match &member.presence {
            Presence::Required { default: Some(value) } => {
                let json = constant::json(model, value, &member.ty);
                Some((Cow::Owned(member.wire.clone()), Cow::Owned(json)))
            }
            _ => None,
        });
        said.collect::<Vec<_>>().into()
    };
    Members {
        request_says: says(request),
        reply_says: says(reply),
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
        beat_says: work.beat.map_or(Cow::Borrowed(&[]), |(id, ..)| says(id)),
    }
}

use super::{resolved, shown};
use crate::model::{ActionKind, BindingKind, Model, Next, Trigger};

const LTP: &str = include_str!("../../../../../schema/ltp.ltp");

fn machine() -> Model {
    resolved(LTP).unwrap()
}

#[test]
fn roles_stand_in_the_order_of_between_and_know_who_opens() {
    let model = machine();
    let roles = &model.sessions[0].roles;
    assert_eq!(
        roles.iter().map(|role| (&role.name[..], role.connects)).collect::<Vec<_>>(),
        [("client", true), ("server", false)]
    );
    assert_eq!(roles[0].persist_key, Some(0));
    assert_eq!(roles[0].states[roles[0].start].name, "Connecting");
}

#[test]
fn a_state_is_given_all_its_variables_in_their_order() {
    let model = machine();
    let resuming = &model.sessions[0].roles[0].states[1];
    let Next::Goto(goto) = &resuming.transitions[0].next else {
        panic!("no goto")
    };
    let values: Vec<_> = goto.values.iter().map(shown).collect();
    assert_eq!(values, ["body0", "body1", "Coalesce(OfUnit(body3, 1), option9)"]);
}

#[test]
fn a_tables_row_is_a_record_of_the_model() {
    let model = machine();
    let table = &model.sessions[0].roles[1].tables[0];
    let row = &model[table.row];
    assert_eq!((&row.decl.name[..], &row.members[0].name[..]), ("ThreadThreads", "client_id"));
}

#[test]
fn what_a_lookup_found_is_a_row_of_its_table() {
    let model = machine();
    let resuming = &model.sessions[0].roles[1].states[1];
    let found = resuming
        .transitions
        .iter()
        .find(|one| matches!(one.trigger, Trigger::Found))
        .unwrap();
    assert_eq!(found.binding.as_ref().unwrap().kind, BindingKind::Row(0));
    assert_eq!(shown(found.guard.as_ref().unwrap()), "Equal(row0, state1)");
}

#[test]
fn repeats_come_first_and_any_comes_last() {
    let model = machine();
    let ready = &model.sessions[0].roles[1].states[2];
    assert!(matches!(ready.transitions[0].trigger, Trigger::Repeat(0)));
    assert!(matches!(ready.transitions[1].trigger, Trigger::Enter));
    assert!(ready.transitions.last().unwrap().from_any);
}

#[test]
fn a_trigger_by_envelope_is_all_its_messages() {
    let model = machine();
    let ready = &model.sessions[0].roles[1].states[2];
    let Trigger::Messages(messages) = &ready.transitions[2].trigger else {
        panic!("no messages")
    };
    let names: Vec<_> = messages.iter().map(|id| &model[*id].decl.name[..]).collect();
    assert_eq!(names, ["Ping", "Pong", "StateUpdate", "Event", "Custom"]);
}

#[test]
fn a_states_stamp_stands_for_its_roles() {
    let model = machine();
    let server = &model.sessions[0].roles[1];
    let notice = |state: usize| {
        let stamp = server.states[state]
            .stamps
            .iter()
            .find(|stamp| model[stamp.envelope].decl.name == "Notice")
            .unwrap();
        stamp.entries.len()
    };
    assert_eq!((notice(0), notice(2)), (2, 5));
}

#[test]
fn what_is_set_is_known_to_be_there() {
    let schema = r#"protocol demo "1.0";
envelope Plain tag "type" {}
message Hello "hello" in Plain { name: string; }
session Talk between client, server {
    role client {
        var name: string?;
        start Begin { on open => set name = "a", send Hello { name = name }, clear name; }
    }
    role server { start Begin { on Hello => deliver; } }
}
"#;
    let model = resolved(schema).unwrap();
    let actions = &model.sessions[0].roles[0].states[0].transitions[0].actions;
    let ActionKind::Send { body, .. } = &actions[1].kind else {
        panic!("no send")
    };
    assert_eq!(shown(&body[0].1), "Unwrap(var0)");
    let ActionKind::Set { value, .. } = &actions[2].kind else {
        panic!("no set")
    };
    assert_eq!(shown(value), "none");
}

#[test]
fn the_schema_that_ships_leaves_nothing_to_say() {
    let loaded = crate::load::load("ltp.ltp", &super::One(LTP));
    let (model, mut found) = crate::resolve::resolve(&loaded);
    found.extend(crate::check::check(&model));
    assert_eq!(found, []);
}

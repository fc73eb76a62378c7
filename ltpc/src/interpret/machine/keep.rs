//! What outlives a connection: persisted variables, and rows of tables.

use ltp_runtime::{
    codec::{self, Value},
    session::{Action, Place},
};

use crate::{
    interpret::{
        Program, constant,
        eval::{Variables, number},
    },
    model::{Presence, Var},
};

/// The place of a table's row.
pub(super) fn place(program: &Program, table: usize, key: &Value) -> Place {
    let table = &program.role().tables[table].name;
    Place {
        space: format!("{}.{table}", program.session().decl.name).into(),
        key: key_text(key),
    }
}

/// The place of the persisted variables, if the role has any.
pub(super) fn place_of_persists(program: &Program, variables: &Variables) -> Option<Place> {
    let role = program.role();
    let key = role.persist_key.and_then(|option| variables.options.get(option)).map(key_text);
    let space = format!("{}.{}", program.session().decl.name, role.name);
    (!role.persists.is_empty()).then(|| Place {
        space: space.into(),
        key: key.unwrap_or_default(),
    })
}

/// Stores those persisted variables that are not none; forgets them if all are.
pub(super) fn persists<M>(program: &Program, variables: &Variables) -> Action<M> {
    let place = place_of_persists(program, variables).unwrap_or(Place {
        space: "".into(),
        key: String::new(),
    });
    let named = program.role().persists.iter().zip(&variables.persists);
    let kept: Vec<_> = named
        .filter(|(_, value)| **value != Value::Null)
        .map(|(var, value)| (var.name.clone(), Value::Raw(text_of(program, var, value))))
        .collect();
    if kept.is_empty() {
        return Action::Forget { place };
    }
    Action::Store {
        place,
        value: constant::text_of(&Value::Object(kept)),
        expires: None,
    }
}

/// The persisted variables of a stored object; none where it does not conform.
pub(super) fn load(program: &Program, stored: Option<&str>) -> Vec<Value> {
    let object = stored.and_then(|stored| Value::parse(stored, program.limits()));
    let read = |var: &Var| {
        let value = object.as_ref()?.get(&var.name)?;
        let ty = program.tables().type_id(&var.ty)?;
        codec::decode_value(program.schema(), ty, constant::text_of(value).as_bytes()).ok()
    };
    program.role().persists.iter().map(|var| read(var).unwrap_or(Value::Null)).collect()
}

/// The row that a text holds, if it conforms.
pub(super) fn row(program: &Program, table: usize, text: &str) -> Option<Value> {
    let record = program.tables().record_id(program.role().tables[table].row);
    codec::decode_value(program.schema(), record, text.as_bytes()).ok()
}

/// A row's text. Of members that are not given, and of optional ones that are none, the default.
pub(super) fn row_text(program: &Program, table: usize, fields: Vec<(usize, Value)>) -> String {
    let id = program.role().tables[table].row;
    let members = &program.model()[id].members;
    let row = with_defaults(program, members, fields);
    let mut out = Vec::new();
    codec::encode_value(program.schema(), program.tables().record_id(id), &row, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// An object of members that are given by index; of the others, and of those that may be absent and are none, the default.
pub(super) fn with_defaults(program: &Program, members: &[crate::model::Member], given: Vec<(usize, Value)>) -> Value {
    let value = |(index, member): (usize, &crate::model::Member)| {
        let given = given.iter().find(|(of, _)| *of == index).map(|(_, value)| value.clone());
        let required = matches!(member.presence, Presence::Required { .. });
        let value = given.filter(|value| required || *value != Value::Null);
        Some((member.wire.clone(), value.or_else(|| constant::default(program.model(), member))?))
    };
    Value::Object(members.iter().enumerate().filter_map(value).collect())
}

/// An object of members that are given by index, without those that may be absent and are none.
pub(super) fn given(members: &[crate::model::Member], given: Vec<(usize, Value)>) -> Value {
    let stands = |(index, value): (usize, Value)| {
        let member = members.get(index)?;
        let required = matches!(member.presence, Presence::Required { .. });
        (required || value != Value::Null).then(|| (member.wire.clone(), value))
    };
    Value::Object(given.into_iter().filter_map(stands).collect())
}

fn text_of(program: &Program, var: &Var, value: &Value) -> String {
    let mut out = Vec::new();
    match program.tables().type_id(&var.ty) {
        Some(ty) => codec::encode_value(program.schema(), ty, value, &mut out),
        None => value.write(&mut out),
    }
    String::from_utf8(out).unwrap_or_default()
}

/// A key's text: of a text the text, of an integer its digits.
fn key_text(key: &Value) -> String {
    match key {
        Value::String(text) | Value::Number(text) => text.clone(),
        Value::Null => String::new(),
        other => number::integer(other).to_string(),
    }
}

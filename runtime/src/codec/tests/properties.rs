//! Laws that hold for every input.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use proptest::prelude::*;

use super::schema::{self, schema};
use crate::{
    codec::{Reader, Value, decode, encode, explain, explain_value, toon, write},
    schema::Limits,
};

/// Any JSON value, small.
fn value() -> impl Strategy<Value = Value> {
    let name = prop_oneof!["[a-c]", "type|payload|kind|data|id|t|v|level", any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| Value::Number(number.to_string())),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?".prop_map(Value::Number),
        any::<String>().prop_map(Value::String),
        "hello|update|ping|log|plain|toon|json".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let members = prop::collection::vec((name.clone(), inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::List),
            members.prop_map(Value::Object)
        ]
    })
}

/// A message that nearly conforms, as text.
fn message() -> impl Strategy<Value = String> {
    let id = prop_oneof![Just("\"00000000-0000-4000-8000-000000000000\""), Just("1")];
    let encoding = prop_oneof![
        Just(""),
        Just(",\"content_encoding\":\"toon\""),
        Just(",\"content_encoding\":\"json\"")
    ];
    let kind = prop_oneof![Just("log"), Just("plain"), Just("one"), Just("new")];
    let log = prop::collection::vec((any::<u64>(), -1.5..1.5f64), 0..4).prop_map(|rows| {
        let rows: Vec<_> = rows.iter().map(|(t, v)| format!("{{\"t\":{t},\"v\":{v}}}")).collect();
        format!("[{}]", rows.join(","))
    });
    let table = log
        .clone()
        .prop_map(|log| toon::table(Some("log"), &log).map_or(log, |table| text(&Value::String(table))));
    let data = prop_oneof![log, table, value().prop_map(|value| text(&value))];
    let update = (id, encoding, kind, data, value()).prop_map(|(id, encoding, kind, data, meta)| {
        format!(
            "{{\"type\":\"update\",\"id\":{id}{encoding},\"payload\":{{\"data\":{data},\"kind\":\"{kind}\"}},\"meta\":{}}}",
            text(&meta)
        )
    });
    let all = value().prop_map(|value| format!("{{\"type\":\"all\",\"payload\":{}}}", text(&value)));
    let fault = value().prop_map(|value| format!("{{\"type\":\"fault\",\"code\":\"x\",\"details\":{}}}", text(&value)));
    prop_oneof![update, all, fault, value().prop_map(|value| text(&value))]
}

fn text(value: &Value) -> String {
    let mut out = Vec::new();
    value.write(&mut out);
    String::from_utf8(out).unwrap()
}

proptest! {
    #[test]
    fn a_string_is_read_as_it_was_written(string: String) {
        let mut out = Vec::new();
        write::string(&mut out, &string);
        prop_assert_eq!(Reader::new(&out, &Limits::NONE).unwrap().string().unwrap(), string);
    }

    #[test]
    fn a_number_is_read_as_it_was_written(float: f64, signed: i64, unsigned: u64) {
        let mut out = Vec::new();
        write::f64(&mut out, float);
        prop_assert_eq!(Reader::new(&out, &Limits::NONE).unwrap().f64().map(f64::to_bits), Ok(float.to_bits()));
        out.clear();
        write::i64(&mut out, signed);
        prop_assert_eq!(Reader::new(&out, &Limits::NONE).unwrap().i64(), Ok(signed));
        out.clear();
        write::u64(&mut out, unsigned);
        prop_assert_eq!(Reader::new(&out, &Limits::NONE).unwrap().u64(), Ok(unsigned));
    }

    #[test]
    fn a_message_is_accepted_if_and_only_if_there_is_nothing_to_explain(text in message()) {
        let schema = schema();
        let explained = explain(&schema, text.as_bytes());
        match decode(&schema, text.as_bytes()) {
            Ok(_) => prop_assert_eq!(explained, []),
            Err(refusal) => {
                prop_assert!(refusal.violations.is_sorted());
                prop_assert_eq!(explained, refusal.violations);
            }
        }
    }

    #[test]
    fn what_was_read_is_written_and_read_the_same(text in message()) {
        let schema = schema();
        let Ok(decoded) = decode(&schema, text.as_bytes()) else { return Ok(()) };
        let mut once = Vec::new();
        encode(&schema, &decoded, &mut once);
        let again = decode(&schema, &once);
        let mut twice = Vec::new();
        if let Ok(again) = &again {
            prop_assert_eq!(&again.body, &decoded.body);
            encode(&schema, again, &mut twice);
        }
        prop_assert_eq!(String::from_utf8(once), String::from_utf8(twice));
    }

    #[test]
    fn octets_of_any_kind_are_refused_or_read_but_nothing_worse(octets: Vec<u8>, at: prop::sample::Index, text in message()) {
        let mut mutated = text.into_bytes();
        let start = at.index(mutated.len());
        let end = (start + octets.len()).min(mutated.len());
        mutated.splice(start..end, octets);
        prop_assert_eq!(explain(&schema(), &mutated).is_empty(), decode(&schema(), &mutated).is_ok());
    }

    #[test]
    fn the_reader_and_the_walk_take_the_same_texts(value in value(), junk in "[\\[\\]{}\",:0 ]{0,3}", at: prop::sample::Index) {
        let mut text = text(&value);
        let boundaries: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        text.insert_str(*at.get(&boundaries), &junk);
        let schema = schema();
        let read = Reader::new(text.as_bytes(), &schema.limits).and_then(|mut reader| reader.skip().and_then(|()| reader.finish()));
        prop_assert_eq!(read.is_ok(), explain_value(&schema, schema::JSON, text.as_bytes()).is_empty(), "{}", text);
    }

    #[test]
    fn a_table_stands_for_its_list(rows in prop::collection::vec((any::<String>(), any::<f64>(), any::<bool>()), 1..5), key: Option<String>) {
        let rows: Vec<Value> = rows.into_iter().map(|(text, number, flag)| {
            let mut out = Vec::new();
            write::f64(&mut out, number + 0.0);
            Value::Object(Vec::from([
                ("text".to_string(), Value::String(text)),
                ("a number".to_string(), Value::Number(String::from_utf8(out).unwrap())),
                ("flag".to_string(), Value::Bool(flag)),
            ]))
        }).collect();
        let json = text(&Value::List(rows));
        let table = toon::table(key.as_deref(), &json);
        prop_assert!(table.is_some());
        prop_assert_eq!(toon::list_to_json(&table.unwrap(), 10, 1 << 20), Ok(json));
    }

    #[test]
    fn a_document_of_any_kind_is_refused_or_read_but_nothing_worse(document in "([a-b\\[\\]{}:,\"#|\\-\\\\0-3]|\n|\n  |  |- |\\[1\\]:){0,24}") {
        if let Ok(json) = toon::to_json(&document, 10, 1000) {
            let mut reader = Reader::new(json.as_bytes(), &Limits::NONE).unwrap();
            prop_assert!(reader.skip().and_then(|()| reader.finish()).is_ok_and(|()| true) || json.contains('"'), "{}", json);
        }
    }
}

//! What may happen to who asks in `schemas/pending.ltp`.

use std::time::Duration;

use protocol_tests::pending::{
    Ask, BoxDraft, Count, More,
    talk::{Asker, AskerCall, AskerOptions},
};
use protocol_tests::scripts::Vocabulary;

pub const ASKER: Vocabulary = Vocabulary {
    options: &["{}", r#"{"patience":"30 s"}"#],
    stored: &["null"],
    messages: &[
        r#"{"type":"told","seq":0,"payload":{"of":"a","text":"yes"}}"#,
        r#"{"type":"told","seq":1,"payload":{"of":"unknown","text":"yes"}}"#,
        r#"{"type":"told","seq":2,"payload":{"text":"yes"}}"#,
        r#"{"type":"told","seq":101,"payload":{"text":"yes"}}"#,
        r#"{"type":"told","seq":0,"payload":{"of":"b","text":"quiet"}}"#,
        r#"{"type":"failed","seq":0,"payload":{"code":"WRONG","of":"b"}}"#,
        r#"{"type":"failed","seq":1,"payload":{"code":"WRONG"}}"#,
        r#"{"type":"counted","seq":0,"payload":{"number":-5,"sum":3}}"#,
        r#"{"type":"counted","seq":0,"trace":"t","payload":{"sum":4}}"#,
        r#"{"type":"bye","seq":0,"payload":{"why":"so"}}"#,
        r#"{"type":"bye","seq":0,"payload":{"id":"peeked"}}"#,
        r#"{"type":"bye","seq":9,"payload":{}}"#,
        r#"{"type":"ask","seq":9,"payload":{"id":"x"}}"#,
        "{",
    ],
    calls: &[
        r#"{"type":"ask","payload":{"id":"a"}}"#,
        r#"{"type":"ask","payload":{"id":"b","patience":40,"urgent":true}}"#,
        r#"{"type":"ask","seq":55,"payload":{"id":"a","more":{"keep":true}}}"#,
        r#"{"type":"ask","payload":{"id":"","more":{}}}"#,
        r#"{"type":"count","payload":{"number":-5,"key":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678"}}"#,
        r#"{"type":"count","trace":"t","payload":{"number":6,"key":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678"}}"#,
    ],
    rows: &["null"],
    registry: "null",
    cancels: &["a", "b", "-5", "6", "unknown"],
};

pub fn asker(options: usize) -> Asker {
    Asker::new(match options {
        0 => AskerOptions::default(),
        _ => AskerOptions::new().with_patience(Duration::from_secs(30)),
    })
}

pub fn asker_call(call: usize) -> AskerCall {
    let key = "4f3c9e2a-8b21-4c71-9d3f-1a9b12345678".parse().unwrap();
    match call {
        0 => Ask::new("a").into(),
        1 => Ask {
            patience: Some(40),
            urgent: true,
            ..Ask::new("b")
        }
        .into(),
        2 => (
            Ask {
                more: Some(More { keep: Some(true) }),
                ..Ask::new("a")
            },
            BoxDraft {
                seq: Some(55),
                ..BoxDraft::default()
            },
        )
            .into(),
        3 => Ask {
            more: Some(More::default()),
            ..Ask::new("")
        }
        .into(),
        4 => Count::new(-5, key).into(),
        _ => (
            Count::new(6, key),
            BoxDraft {
                trace: Some("t".into()),
                ..BoxDraft::default()
            },
        )
            .into(),
    }
}

//! Vectors cover what they promise, and are the same every time.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeSet, sync::Arc};

use ltpc::{disk::FsLoader, interpret::vectors, model::Model};

fn model(path: &str) -> Arc<Model> {
    let compilation = ltpc::compile(path, &FsLoader);
    Arc::new(compilation.model.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics)))
}

#[test]
fn every_message_is_accepted_and_refused_and_every_boundary_has_two_sides() {
    let vectors = vectors::messages(&model("../schema/ltp.ltp"));
    let names = |accepted: bool| -> BTreeSet<&str> {
        let of = vectors.iter().filter(|vector| vector.encoded.is_some() == accepted);
        of.filter_map(|vector| vector.message.as_deref()).collect()
    };
    let all = [
        "Custom",
        "Error",
        "Event",
        "HandshakeAck",
        "HandshakeInit",
        "HandshakeReject",
        "HandshakeResume",
        "Ping",
        "Pong",
        "StateUpdate",
    ];
    assert_eq!(names(true), BTreeSet::from(all));
    assert_eq!(names(false), BTreeSet::from(all));
    let verdict = |name: &str| {
        let vector = vectors
            .iter()
            .find(|vector| vector.name == name)
            .unwrap_or_else(|| panic!("no vector `{name}`"));
        vector
            .violations
            .first()
            .map(|violation| (violation.pointer.as_str(), violation.rule))
    };
    for (name, expected) in [
        (
            "HandshakeAck: heartbeat_interval_ms: the value 99",
            Some(("/heartbeat_interval_ms", "range")),
        ),
        ("HandshakeAck: heartbeat_interval_ms: the value 3600000", None),
        (
            "HandshakeAck: heartbeat_interval_ms: the value 3600001",
            Some(("/heartbeat_interval_ms", "range")),
        ),
        ("HandshakeInit: client_id: the value \"\"", Some(("/client_id", "length"))),
        ("HandshakeInit: client_id: 256 characters beyond the BMP", None),
        ("HandshakeInit: client_id: 257 characters", Some(("/client_id", "length"))),
        ("StateUpdate: message: without thread_id", Some(("/thread_id", "required"))),
    ] {
        assert_eq!(verdict(name), expected, "{name}");
    }
}

#[test]
fn every_transition_of_a_framed_session_that_can_be_taken_is_taken_by_a_script() {
    let model = model("../schema/ctp.ltp");
    let (scripts, coverage) = vectors::sessions(&model);
    let device = coverage.iter().find(|role| role.role == "Device.device").unwrap();
    assert_eq!((device.missed.as_slice(), device.all), (&[][..], 30));
    let covered: usize = scripts.iter().map(|vector| vector.covers.len()).sum();
    let all: usize = coverage.iter().map(|role| role.all).sum();
    assert!(covered * 10 >= all * 9, "{coverage:?}");
    assert_eq!(vectors::sessions(&model).0, scripts, "the same schema gives the same vectors");
}

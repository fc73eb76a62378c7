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

#[test]
fn streams_of_framed_text_are_cut_into_the_same_messages_by_either_rule() {
    use vectors::{Came, Step};
    let model = model("../schema/ctp.ltp");
    let streams = vectors::streams(&model);
    for rule in ["strict", "advisory"] {
        let of: Vec<_> = streams.iter().filter(|stream| stream.mismatch == rule).collect();
        let came = || of.iter().flat_map(|stream| stream.came.iter().flatten());
        let frames = came().filter(|came| matches!(came, Came::Frame(..))).count();
        let broken: BTreeSet<&str> = came()
            .filter_map(|came| match came {
                Came::Broken(found) => Some(found.rule),
                Came::Frame(..) => None,
            })
            .collect();
        assert!(frames > 120 && broken.len() > 3, "{rule}: {frames} messages, {broken:?}");
        let lengths = came().filter(|came| matches!(came, Came::Frame(_, Some(_)))).count();
        assert_eq!(lengths > 0, rule == "advisory", "{rule}: {lengths} messages of two lengths");
        assert!(of.iter().any(|stream| stream.steps.contains(&Step::Pause)), "{rule}");
    }
    assert_eq!(vectors::streams(&model), streams, "the same schema gives the same vectors");
}

#[test]
fn requests_that_wait_are_answered_given_up_and_forgotten() {
    let model = model("../schema/packetflow.ltp");
    let (scripts, coverage) = vectors::sessions(&model);
    for role in &coverage {
        assert_eq!(role.missed, [""; 0], "{}", role.role);
    }
    let said = |part: &str| {
        scripts
            .iter()
            .flat_map(|script| script.trace.iter().chain(&script.script))
            .any(|line| line.contains(part))
    };
    for part in ["\"answer\":", "\"cancel\":", "PF504", "PF003", "PF002"] {
        assert!(said(part), "no script says {part}");
    }
}

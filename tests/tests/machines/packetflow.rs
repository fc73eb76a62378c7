//! What may happen to both sides of a node's connection.

use std::time::Duration;

use liminal_protocols::packetflow::{
    Code, Failure, FrameDraft, Group, Metadata, Packet, Result, Status,
    reactor::{Client, ClientCall, ClientOptions, Node, NodeCall, NodeOptions},
};
use ltp_runtime::codec::Json;
use protocol_tests::scripts::Vocabulary;

const MESSAGES: &[&str] = &[
    r#"{"type":"result","seq":0,"payload":{"packet_id":"p1","status":"success","data":"HELLO","duration_ms":2}}"#,
    r#"{"type":"result","seq":1,"payload":{"packet_id":"another","status":"success","duration_ms":2}}"#,
    r#"{"type":"result","seq":2,"payload":{"packet_id":"p2","status":"error","error":{"code":"PF500","message":"no"},"duration_ms":0}}"#,
    r#"{"type":"error","seq":1,"payload":{"code":"PF400","message":"bad"}}"#,
    r#"{"type":"error","seq":99,"payload":{"code":"OWN","message":"bad"}}"#,
    r#"{"type":"heartbeat","seq":5,"payload":{"timestamp":1}}"#,
    r#"{"type":"heartbeat","seq":5,"payload":{"timestamp":1,"handlers":["df:transform"],"load":0.5}}"#,
    r#"{"type":"submit","seq":7,"payload":{"version":"1.0","id":"q1","group":"df","element":"transform","data":{}}}"#,
    r#"{"type":"submit","seq":8,"payload":{"version":"2.0","id":"q2","group":"df","element":"transform","data":{}}}"#,
    r#"{"type":"submit","seq":9,"payload":{"version":"1.0","group":"df","element":"transform","data":{}}}"#,
    r#"{"type":"submit","seq":10,"payload":{"version":"1.0","id":"","group":"xx","element":"transform","data":{}}}"#,
    r#"{"type":"nothing","seq":11}"#,
    "{",
];

const CALLS: &[&str] = &[
    r#"{"type":"submit","payload":{"version":"1.0","id":"p1","group":"df","element":"transform","data":{"x":1}}}"#,
    r#"{"type":"submit","payload":{"version":"1.0","id":"p2","group":"cf","element":"seq","data":[],"priority":9,"timeout_ms":300,"metadata":{"idempotent":true}}}"#,
    r#"{"type":"submit","payload":{"version":"1.0","id":"p3","group":"cf","element":"seq","data":[],"priority":99}}"#,
    r#"{"type":"result","seq":7,"payload":{"packet_id":"q1","status":"success","data":1,"duration_ms":3}}"#,
    r#"{"type":"result","payload":{"packet_id":"q1","status":"error","error":{"code":"PF500","message":"m"},"duration_ms":3}}"#,
];

pub const CLIENT: Vocabulary = Vocabulary {
    options: &["{}", r#"{"handlers":["df:transform"],"beat":"2 s","patience":500}"#],
    stored: &["null"],
    messages: MESSAGES,
    calls: CALLS,
    rows: &["null"],
    registry: "null",
    cancels: &["p1", "p2", "p3"],
};

pub const NODE: Vocabulary = Vocabulary {
    options: &["{}", r#"{"beat":"2 s","patience":500}"#],
    ..CLIENT
};

pub fn client(options: usize) -> Client {
    Client::new(match options {
        0 => ClientOptions::default(),
        _ => ClientOptions::new()
            .with_handlers(vec!["df:transform".into()])
            .with_beat(Duration::from_secs(2))
            .with_patience(Duration::from_millis(500)),
    })
}

pub fn node(options: usize) -> Node {
    Node::new(match options {
        0 => NodeOptions::default(),
        _ => NodeOptions::new()
            .with_beat(Duration::from_secs(2))
            .with_patience(Duration::from_millis(500)),
    })
}

fn packet(call: usize) -> Packet<'static> {
    let json = |text: &'static str| Json::parse(text).unwrap();
    match call {
        0 => Packet::new("p1", Group::Df, "transform", json(r#"{"x":1}"#)),
        1 => Packet {
            priority: 9,
            timeout_ms: Some(300),
            metadata: Some(Metadata {
                idempotent: true,
                ..Metadata::default()
            }),
            ..Packet::new("p2", Group::Cf, "seq", json("[]"))
        },
        _ => Packet {
            priority: 99,
            ..Packet::new("p3", Group::Cf, "seq", json("[]"))
        },
    }
}

fn result(call: usize) -> (Result<'static>, FrameDraft) {
    let seq = |seq| FrameDraft { seq };
    match call {
        3 => {
            let done = Result {
                data: Some(Json::from(1_u64)),
                duration_ms: 3,
                ..Result::new("q1", Status::Success)
            };
            (done, seq(Some(7)))
        }
        _ => {
            let undone = Result {
                error: Some(Failure::new(Code::Pf500, "m")),
                duration_ms: 3,
                ..Result::new("q1", Status::Error)
            };
            (undone, seq(None))
        }
    }
}

pub fn client_call(call: usize) -> ClientCall {
    match call {
        0..=2 => packet(call).into(),
        _ => result(call).into(),
    }
}

pub fn node_call(call: usize) -> NodeCall {
    match call {
        0..=2 => packet(call).into(),
        _ => result(call).into(),
    }
}

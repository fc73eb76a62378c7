//! What may happen to both sides of a thread.

use std::time::Duration;

use liminal_protocols::ltp::{
    Affect, AffectPoint, Encoding, EnvelopeDraft, Error, ErrorCode, Event, Meta, StateKind, StateUpdate,
    thread::{Client, ClientCall, ClientOptions, Server, ServerCall, ServerOptions},
};
use ltp_runtime::codec::{Json, Object};
use protocol_tests::scripts::Vocabulary;

pub const CLIENT: Vocabulary = Vocabulary {
    options: &[
        r#"{"client_id":"me"}"#,
        r#"{"client_id":"me","intent":null,"context_tag":"evening","affect":{"valence":0.5,"arousal":-0.25},"heartbeat":"4 s","pong_timeout":5000,"capabilities":["a","b"],"metadata":{"sdk":"x"}}"#,
    ],
    stored: &[
        "null",
        r#"{"thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678"}"#,
        r#"{"thread_id":"no uuid"}"#,
        r#"{"thread_id":null,"other":1}"#,
    ],
    messages: &[
        ACK,
        ACK,
        r#"{"type":"handshake_ack","ltp_version":"0.2","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","server_capabilities":["x"],"resumed":true}"#,
        r#"{"type":"handshake_reject","ltp_version":"0.3","reason":"thread_not_found","suggest_new":true}"#,
        r#"{"type":"pong","thread_id":"$thread_id","session_id":"$session_id","timestamp":1}"#,
        r#"{"type":"pong","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"payload":{}}"#,
        r#"{"type":"event","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"payload":{"kind":"tap","data":{"x":1}}}"#,
        r#"{"type":"app:thing","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"payload":{"a":[1,2]}}"#,
        r#"{"type":"error","error_code":"RATE_LIMIT_EXCEEDED","error_message":"slow"}"#,
        r#"{"type":"ping","thread_id":"$thread_id","session_id":"$session_id","timestamp":1}"#,
        r#"{"type":"nothing"}"#,
        r#"{"type":"event"}"#,
        "no JSON",
    ],
    calls: CALLS,
    rows: &["null"],
    registry: "null",
    cancels: &[],
};

const ACK: &str = r#"{"type":"handshake_ack","ltp_version":"0.3","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","server_capabilities":[],"heartbeat_interval_ms":3000,"resumed":false}"#;

const CALLS: &[&str] = &[
    r#"{"type":"event","payload":{"event_type":"tap","data":{"x":1}}}"#,
    r#"{"type":"state_update","meta":{"context_tag":"mine"},"payload":{"kind":"minimal","data":{"mood":"calm"}}}"#,
    r#"{"type":"state_update","content_encoding":"toon","payload":{"kind":"affect_log_v1","data":[{"t":1,"valence":0.25,"arousal":-0.5}]}}"#,
    r#"{"type":"state_update","payload":{"kind":"affect_log_v1","data":[{"t":1,"valence":7,"arousal":-0.5}]}}"#,
    r#"{"type":"app:thing","nonce":"given","payload":{"a":1}}"#,
];

pub fn client(options: usize) -> Client {
    let options = match options {
        0 => ClientOptions::new("me"),
        _ => {
            let mut options = ClientOptions::new("me")
                .with_context_tag("evening")
                .with_affect(Affect::new(0.5, -0.25))
                .with_heartbeat(Duration::from_secs(4))
                .with_pong_timeout(Duration::from_secs(5))
                .with_capabilities(vec!["a".into(), "b".into()])
                .with_metadata(object(r#"{"sdk":"x"}"#));
            options.intent = None;
            options
        }
    };
    options.validate().unwrap();
    Client::new(options)
}

pub fn client_call(call: usize) -> ClientCall {
    let log = |valence| StateUpdate::new(StateKind::AffectLogV1(vec![AffectPoint::new(1, valence, -0.5)]));
    match call {
        0 => Event::new("tap", Json::from(object(r#"{"x":1}"#))).into(),
        1 => {
            let meta = Meta {
                context_tag: Some("mine".into()),
                ..Meta::default()
            };
            let envelope = EnvelopeDraft {
                meta: Some(meta),
                ..EnvelopeDraft::default()
            };
            (StateUpdate::new(StateKind::Minimal(object(r#"{"mood":"calm"}"#))), envelope).into()
        }
        2 => (
            log(0.25),
            EnvelopeDraft {
                content_encoding: Some(Encoding::Toon),
                ..EnvelopeDraft::default()
            },
        )
            .into(),
        3 => log(7.0).into(),
        _ => ClientCall::Custom {
            name: "app:thing".into(),
            body: Box::new(object(r#"{"a":1}"#)),
            envelope: Box::new(EnvelopeDraft {
                nonce: Some("given".into()),
                ..EnvelopeDraft::default()
            }),
        },
    }
}

pub const SERVER: Vocabulary = Vocabulary {
    options: &[
        "{}",
        r#"{"heartbeat":"1 s","grace":"0 ms","thread_ttl":"5 s","metadata":{"server":"x"},"capabilities":[]}"#,
    ],
    stored: &["null"],
    messages: &[
        r#"{"type":"handshake_init","ltp_version":"0.3","client_id":"me"}"#,
        r#"{"type":"handshake_init","ltp_version":"0.2","client_id":"me","intent":"x"}"#,
        r#"{"type":"handshake_init","ltp_version":"0.1","client_id":"me"}"#,
        r#"{"type":"handshake_init","ltp_version":"0.3","client_id":""}"#,
        r#"{"type":"handshake_resume","ltp_version":"0.3","client_id":"me","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678"}"#,
        r#"{"type":"handshake_resume","ltp_version":"0.3","client_id":"me","thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678"}"#,
        r#"{"type":"ping","thread_id":"$thread_id","session_id":"$session_id","timestamp":1}"#,
        r#"{"type":"ping","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"nonce":"a"}"#,
        r#"{"type":"ping","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"nonce":"b"}"#,
        r#"{"type":"ping","thread_id":"$session_id","session_id":"$session_id","timestamp":1}"#,
        r#"{"type":"event","thread_id":"$thread_id","session_id":"$thread_id","timestamp":1,"payload":{"kind":"tap","data":1}}"#,
        r#"{"type":"event","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"payload":{"event_type":"tap","data":[null]}}"#,
        r#"{"type":"state_update","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"payload":{"kind":"affect_log_v1","data":[{"t":1,"valence":2}]}}"#,
        r#"{"type":"state_update","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"content_encoding":"toon","payload":{"kind":"affect_log_v1","data":"affect_log[1]{t,valence,arousal}:\n  1,0.2,-0.1\n"}}"#,
        r#"{"type":"app:thing","thread_id":"$thread_id","session_id":"$session_id","timestamp":1,"payload":{"a":[1,2]}}"#,
        r#"{"type":"handshake_ack","ltp_version":"0.3","thread_id":"$thread_id","session_id":"$session_id","server_capabilities":[]}"#,
        r#"{"type":"unheard_of"}"#,
        r#"{"type":"ping"}"#,
        "[]",
    ],
    calls: &[
        CALLS[0],
        CALLS[1],
        CALLS[2],
        CALLS[3],
        r#"{"type":"error","payload":{"error_code":"MINE","error_message":"x"}}"#,
    ],
    rows: &[
        "null",
        r#"{"client_id":"me"}"#,
        r#"{"client_id":"me"}"#,
        r#"{"client_id":"you"}"#,
        r#"{"client_id":""}"#,
        r#"{}"#,
    ],
    registry: "null",
    cancels: &[],
};

pub fn server(options: usize) -> Server {
    let options = match options {
        0 => ServerOptions::new(),
        _ => ServerOptions::new()
            .with_heartbeat(Duration::from_secs(1))
            .with_grace(Duration::ZERO)
            .with_thread_ttl(Duration::from_secs(5))
            .with_metadata(object(r#"{"server":"x"}"#))
            .with_capabilities(Vec::new()),
    };
    Server::new(options)
}

pub fn server_call(call: usize) -> ServerCall {
    match (call, client_call(call)) {
        (4, _) => Error::new(ErrorCode::Other("MINE".into()), "x").into(),
        (_, ClientCall::Event { body, envelope }) => ServerCall::Event { body, envelope },
        (_, ClientCall::StateUpdate { body, envelope }) => ServerCall::StateUpdate { body, envelope },
        (_, ClientCall::Custom { name, body, envelope }) => ServerCall::Custom { name, body, envelope },
    }
}

fn object(text: &str) -> Object<'static> {
    Object::parse(text.to_owned()).unwrap()
}

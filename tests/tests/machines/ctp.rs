//! What may happen to both sides of a device's connection.

use std::time::Duration;

use liminal_protocols::ctp::{
    Intent, Reject, Stream, Trust,
    device::{Device, DeviceCall, DeviceOptions, Gateway, GatewayCall, GatewayOptions},
};
use protocol_tests::scripts::Vocabulary;

pub const DEVICE: Vocabulary = Vocabulary {
    options: &[
        r#"{"agent":"me"}"#,
        r#"{"agent":"me","trust":"UNTRUSTED","capabilities":[],"patience":"2 s","heartbeat":7000,"key":"k"}"#,
    ],
    stored: &["null"],
    messages: &[
        WELCOME,
        WELCOME,
        "CTP/1.9 REJECT\nReason: no\nTimestamp: 2026-02-24T12:00:00Z\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 REJECT\nReason: wait\nTimestamp: 2026-02-24T12:00:00Z\nRetry-After: 3\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 STREAM\nAgent-ID: you\nIntent: INSIGHT\nContext-Hash: 0x0000000000000000\nX-More: kept\nContent-Type: a\nContent-Length: 1\n---CTP-PAYLOAD---\nx\n---CTP-END---\n",
        "CTP/1.0 STREAM\nAgent-ID: you\nIntent: RESPONSE\nContext-Hash: 0x0000000000000000\nContent-Type: a\nContent-Length: 0\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 HELLO\nAgent-ID: you\nContext-Hash: 0x0000000000000000\nCapabilities: a\nTrust-Level: b\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/2.0 WELCOME\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "nothing",
    ],
    calls: CALLS,
    rows: &["null"],
    registry: "null",
    cancels: &[],
};

const WELCOME: &str = "CTP/1.0 WELCOME\nServer-ID: g\nSession-ID: sess_0123456789ab\nContext-Hash: 0x7f3a9c2e1b4d8f6a\nDelta-Available: 0\nTimestamp: 2026-02-24T12:00:00Z\n---CTP-PAYLOAD---\n---CTP-END---\n";

const CALLS: &[&str] = &[
    r#"{"(tag)":"STREAM","Agent-ID":"me","Intent":"QUERY","Context-Hash":"0x0000000000000000","(body)":"?"}"#,
    r#"{"(tag)":"STREAM","Agent-ID":"me","Intent":"INSIGHT","Context-Hash":"0x0000000000000000","Session-ID":"","(body)":"---CTP-END---\né"}"#,
    r#"{"(tag)":"STREAM","Agent-ID":"you","Intent":"RESPONSE","Context-Hash":"0x0000000000000000","(body)":"!"}"#,
    r#"{"(tag)":"STREAM","Agent-ID":"me","Intent":"INSIGHT","Context-Hash":"nothing","(body)":""}"#,
];

pub fn device(options: usize) -> Device {
    let options = match options {
        0 => DeviceOptions::new("me"),
        _ => DeviceOptions::new("me")
            .with_trust(Trust::Untrusted)
            .with_capabilities(Vec::new())
            .with_patience(Duration::from_secs(2))
            .with_heartbeat(Duration::from_secs(7))
            .with_key("k"),
    };
    options.validate().unwrap();
    Device::new(options)
}

fn stream(call: usize) -> Stream<'static> {
    let none = "0x0000000000000000";
    match call {
        0 => Stream::new("me", Intent::Query, none, "?"),
        1 => {
            let mut stream = Stream::new("me", Intent::Insight, none, "---CTP-END---\né");
            stream.session_id = Some("".into());
            stream
        }
        2 => Stream::new("you", Intent::Response, none, "!"),
        _ => Stream::new("me", Intent::Insight, "nothing", ""),
    }
}

pub fn device_call(call: usize) -> DeviceCall {
    stream(call).into()
}

pub const GATEWAY: Vocabulary = Vocabulary {
    options: &[
        "{}",
        r#"{"server_id":"g","greeting":"1 s","idle":"3 s","context_hash":"0x7f3a9c2e1b4d8f6a"}"#,
    ],
    stored: &["null"],
    messages: &[
        "CTP/1.0 HELLO\nAgent-ID: me\nContext-Hash: 0x0000000000000000\nCapabilities: a,b\nTrust-Level: EXTERNAL\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 HELLO\nAgent-ID: me\nContext-Hash: 0x0000000000000000\nCapabilities: a\nTrust-Level: KING\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 HELLO\nAgent-ID: you\nContext-Hash: 0x0000000000000000\nCapabilities: a\nTrust-Level: INTERNAL\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 HELLO\nAgent-ID: core\nContext-Hash: 0x0000000000000000\nCapabilities: a\nTrust-Level: INTERNAL\nAgent-Key: k\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 HELLO\nAgent-ID: blocked\nContext-Hash: 0x0000000000000000\nCapabilities: a\nTrust-Level: EXTERNAL\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 STREAM\nAgent-ID: core\nIntent: CONSENSUS\nContext-Hash: 0x0000000000000000\nContent-Type: a\nContent-Length: 1\n---CTP-PAYLOAD---\nx\n---CTP-END---\n",
        "CTP/1.0 STREAM\nAgent-ID: me\nIntent: CONSENSUS\nContext-Hash: 0x0000000000000000\nContent-Type: a\nContent-Length: 1\n---CTP-PAYLOAD---\nx\n---CTP-END---\n",
        "CTP/1.0 STREAM\nAgent-ID: me\nIntent: QUERY\nContext-Hash: 0x0000000000000000\nContent-Type: a\nContent-Length: 1\n---CTP-PAYLOAD---\nx\n---CTP-END---\n",
        "CTP/1.0 STREAM\r\nagent-id: me\r\nIntent: INSIGHT\r\nContext-Hash: 0x0000000000000000\r\nSession-ID:\r\nContent-Type: a\r\nContent-Length: 1\r\n---CTP-PAYLOAD---\r\nx\r\n---CTP-END---\r\n",
        "CTP/1.0 STREAM\nAgent-ID: me\nIntent: INSIGHT\nContext-Hash: 0x0000000000000000\nSession-ID: $Session_ID\nContent-Type: a\nContent-Length: 1\n---CTP-PAYLOAD---\nx\n---CTP-END---\n",
        "CTP/1.0 STREAM\nAgent-ID: me\nIntent: INSIGHT\nContext-Hash: 0x0000000000000000\nSession-ID: sess_0123456789ab\nContent-Type: a\nContent-Length: 1\n---CTP-PAYLOAD---\nx\n---CTP-END---\n",
        "CTP/1.0 STREAM\nAgent-ID: me\nIntent: INSIGHT\nContext-Hash: 0x0000000000000000\nContent-Type: a\nContent-Length: 9\n---CTP-PAYLOAD---\nx\n---CTP-END---\n",
        WELCOME,
        "CTP/1.0 SHOUT\n---CTP-PAYLOAD---\n---CTP-END---\n",
        "CTP/1.0 STREAM\nno header\n",
        "",
    ],
    calls: &[
        CALLS[0],
        CALLS[1],
        CALLS[2],
        CALLS[3],
        r#"{"(tag)":"REJECT","Reason":"no","Timestamp":"2026-02-24T12:00:00Z"}"#,
    ],
    rows: &["null"],
    registry: r#"{"core":{"tier":"INTERNAL","key":"k"},"blocked":{"tier":"UNTRUSTED"}}"#,
    cancels: &[],
};

pub fn gateway(options: usize) -> Gateway {
    let options = match options {
        0 => GatewayOptions::new(),
        _ => GatewayOptions::new()
            .with_server_id("g")
            .with_greeting(Duration::from_secs(1))
            .with_idle(Duration::from_secs(3))
            .with_silent(true)
            .with_context_hash("0x7f3a9c2e1b4d8f6a"),
    };
    options.validate().unwrap();
    Gateway::new(options)
}

pub fn gateway_call(call: usize) -> GatewayCall {
    match call {
        4 => Reject::new("no", "2026-02-24T12:00:00Z").into(),
        call => stream(call).into(),
    }
}

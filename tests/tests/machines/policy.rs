//! What may happen to both sides of `schemas/policy.ltp`.

use protocol_tests::policy::{
    Say, Speed, Trust,
    gate::{Device, DeviceCall, DeviceOptions, Gate, GateCall, GateOptions},
};
use protocol_tests::scripts::Vocabulary;

/// One who may be anything, one who may be little, and one who may be less than everyone.
const REGISTRY: &str = r#"{"root":{"tier":"ROOT","key":"r00t"},"staff":{"tier":"STAFF","key":"192.0.2.7"},"house":{"tier":"ROOT","key":"ann"},"low":{"tier":"GUEST"}}"#;

pub const DEVICE: Vocabulary = Vocabulary {
    options: &[
        r#"{"agent":"ann"}"#,
        r#"{"agent":"staff","trust":"STAFF","least":"member","speed":"SLOW"}"#,
        r#"{"agent":"root","trust":"no such","least":"GUEST"}"#,
    ],
    stored: &[
        "null",
        r#"{"had":"member"}"#,
        r#"{"had":"ROOT"}"#,
        r#"{"had":"unknown"}"#,
        r#"{"had":7}"#,
    ],
    messages: &[
        r#"{"t":"welcome","trust":"member","id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","host":"h"}"#,
        r#"{"t":"welcome","trust":"ROOT","id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","was":"GUEST","host":"h"}"#,
        r#"{"t":"welcome","trust":"what","id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","was":"GUEST","host":"h"}"#,
        r#"{"t":"welcome","trust":"GUEST","id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","was":"why","host":"h"}"#,
        r#"{"t":"say","agent":"b","trust":"member","text":"hi"}"#,
        r#"{"t":"say","agent":"b","trust":"else","text":"hi"}"#,
        r#"{"t":"say","agent":"b","text":"hi"}"#,
        r#"{"t":"refused","why":"x","trust":"nobody"}"#,
        r#"{"t":"refused","why":"x","trust":"member","seconds":1}"#,
        r#"{"t":"refused","why":"x"}"#,
        "{",
    ],
    calls: &[
        r#"{"t":"say","agent":"me","text":"a"}"#,
        r#"{"t":"say","agent":"me","text":"b","urgent":true,"trust":"GUEST"}"#,
        r#"{"t":"say","agent":"","text":"c","urgent":true}"#,
    ],
    rows: &["null"],
    registry: REGISTRY,
    cancels: &[],
};

pub fn device(options: usize) -> Device {
    let mut chosen = DeviceOptions::new(["ann", "staff", "root"][options]);
    match options {
        0 => {}
        1 => {
            chosen.trust = Trust::Staff;
            chosen.least = Some(Trust::Member);
            chosen.speed = Speed::Slow;
        }
        _ => {
            chosen.trust = Trust::Other("no such".into());
            chosen.least = Some(Trust::Guest);
        }
    }
    Device::new(chosen)
}

pub fn device_call(call: usize) -> DeviceCall {
    let say = match call {
        0 => Say::new("me", "a"),
        1 => Say {
            urgent: true,
            trust: Some(Trust::Guest),
            ..Say::new("me", "b")
        },
        _ => Say {
            urgent: true,
            ..Say::new("", "c")
        },
    };
    DeviceCall::Say {
        body: Box::new(say),
        envelope: Box::default(),
    }
}

pub const GATE: Vocabulary = Vocabulary {
    options: &[
        r#"{}"#,
        r#"{"floor":"member","rude":"200 ms"}"#,
        r#"{"floor":"none of them","house":"root"}"#,
    ],
    stored: &["null"],
    messages: &[
        r#"{"t":"hello","agent":"root","trust":"ROOT","key":"r00t"}"#,
        r#"{"t":"hello","agent":"root","trust":"ROOT","key":"r00T"}"#,
        r#"{"t":"hello","agent":"root","trust":"STAFF","key":"r00t","speed":"FAST"}"#,
        r#"{"t":"hello","agent":"staff","trust":"ROOT","key":"192.0.2.7","speed":"odd"}"#,
        r#"{"t":"hello","agent":"low","trust":"ROOT"}"#,
        r#"{"t":"hello","agent":"ann","trust":"ROOT","key":""}"#,
        r#"{"t":"hello","agent":"ann","trust":"member"}"#,
        r#"{"t":"hello","agent":"ann","trust":"nothing"}"#,
        r#"{"t":"say","agent":"ann","text":"a"}"#,
        r#"{"t":"say","agent":"ann","text":"a"}"#,
        r#"{"t":"say","agent":"root","text":"a","trust":"ROOT"}"#,
        r#"{"t":"say","agent":"root","text":"a","trust":"STAFF"}"#,
        r#"{"t":"say","agent":"root","text":"a","trust":"member"}"#,
        r#"{"t":"say","agent":"low","text":"a","trust":"GUEST"}"#,
        r#"{"t":"say","agent":"ann","text":"a","trust":"some"}"#,
        r#"{"t":"say","agent":"ann","text":"row"}"#,
        r#"{"t":"say","agent":"ann","text":"row"}"#,
        r#"{"t":"say","agent":"ann","text":"bye"}"#,
        r#"{"t":"say","agent":"root","text":"bye"}"#,
        r#"{"t":"say","agent":"low","text":"bye"}"#,
        r#"{"t":"say","agent":"any","text":"bye"}"#,
        r#"{"t":"say","agent":"root","text":"row"}"#,
        r#"{"t":"say","agent":"ann","id":"4F3C9E2A-8B21-4C71-9D3F-1A9B12345678","text":"b"}"#,
        r#"{"t":"say","agent":"root","id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","text":"b"}"#,
        r#"{"t":"say","agent":"root","id":"$id","text":"b"}"#,
        "{",
    ],
    calls: &[
        r#"{"t":"say","agent":"me","text":"a"}"#,
        r#"{"t":"say","agent":"me","text":"b","trust":"member"}"#,
        r#"{"t":"say","agent":"me","text":"c","trust":"made up"}"#,
    ],
    rows: &[
        "null",
        r#"{"trust":"ROOT","times":1}"#,
        r#"{"trust":"old name","times":1}"#,
        r#"{"trust":"GUEST"}"#,
    ],
    registry: REGISTRY,
    cancels: &[],
};

pub fn gate(options: usize) -> Gate {
    let mut chosen = GateOptions::new();
    match options {
        0 => {}
        1 => {
            chosen.floor = Trust::Member;
            chosen.rude = std::time::Duration::from_millis(200);
        }
        _ => {
            chosen.floor = Trust::Other("none of them".into());
            chosen.house = "root".into();
        }
    }
    Gate::new(chosen)
}

pub fn gate_call(call: usize) -> GateCall {
    let trust = match call {
        0 => None,
        1 => Some(Trust::Member),
        _ => Some(Trust::Other("made up".into())),
    };
    let text = ["a", "b", "c"][call];
    GateCall::Say {
        body: Box::new(Say {
            trust,
            ..Say::new("me", text)
        }),
        envelope: Box::default(),
    }
}

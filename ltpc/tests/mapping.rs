//! Mappings and digests, run from the model.
#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use ltp_runtime::mapping::{Context, Lost, NotMapped};
use ltp_runtime::session::SplitMix64;
use ltpc::interpret::{Mapper, digest::Digester};
use ltpc::load::Loader;
use ltpc::model::Model;

/// Texts by path: those given, else what ships.
struct Files<'t>(&'t str);

impl Loader for Files<'_> {
    fn load(&self, path: &str) -> Result<String, String> {
        if path == "test.ltp" {
            return Ok(self.0.to_owned());
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
        std::fs::read_to_string(root.join(path)).map_err(|error| error.to_string())
    }
}

fn model(path: &str, text: &str) -> Arc<Model> {
    let compiled = ltpc::compile(path, &Files(text));
    let found: Vec<_> = compiled.diagnostics.iter().map(|found| &found.message).collect();
    Arc::new(compiled.model.unwrap_or_else(|| panic!("{found:?}")))
}

/// What a text becomes and what is lost of it, or why nothing.
fn map(model: &Arc<Model>, mapping: &str, text: &str) -> Result<(String, Vec<Lost>), NotMapped> {
    let mapper = Mapper::new(Arc::clone(model), Some(mapping)).unwrap();
    let subject = mapper.read(text.as_bytes()).unwrap();
    let mut context = Context {
        unix: 1_771_934_400_999,
        entropy: &mut SplitMix64::new(1),
    };
    let mapped = mapper.map(&subject, &mut context)?;
    Ok((String::from_utf8(mapper.write(&mapped.message)).unwrap(), mapped.lost))
}

fn lost(pointer: &str, reason: &str, value: &str) -> Lost {
    Lost::new(pointer.to_owned(), reason.to_owned(), value.to_owned())
}

/// The rules that a translation breaks, each behind its pointer.
fn wrong(result: Result<(String, Vec<Lost>), NotMapped>) -> Vec<String> {
    match result {
        Err(NotMapped::Invalid(violations)) => violations
            .iter()
            .map(|violation| format!("{} {}", violation.pointer, violation.rule.name()))
            .collect(),
        other => panic!("{other:?}"),
    }
}

const STREAM: &str = "CTP/1.1 STREAM\nAgent-ID: phone\nIntent: QUERY\nContext-Hash: 0x7f3a9c2e1b4d8f6a\nSession-ID: sess_0123456789ab\n\
    X-Trace: a \"b\"\nContent-Type: text/plain\nContent-Length: 7\n---CTP-PAYLOAD---\nwhat is\n---CTP-END---\n";

#[test]
fn a_framed_message_becomes_a_record() {
    let (signal, gone) = map(&model("ctp.ltp", ""), "Stream -> telepathy.Signal", STREAM).unwrap();
    assert_eq!(
        signal,
        r#"{"source_id":"phone","signal_type":"QUERY","payload":{"context_hash":"0x7f3a9c2e1b4d8f6a","content_type":"text/plain","data":"what is","headers":{"X-Trace":"a \"b\""}},"vector_embedding":null,"timestamp":1771934400}"#
    );
    assert_eq!(
        gone,
        [
            lost(
                "Session-ID",
                "a node of the mesh has no use for a device's session",
                "\"sess_0123456789ab\""
            ),
            lost("(version)", "it is of the connection to the device", "\"1.1\""),
        ]
    );
}

fn signal(source: &str, headers: &str, embedding: &str) -> String {
    format!(
        r#"{{"source_id":"{source}","signal_type":"RESPONSE","payload":{{"context_hash":"0x7f3a9c2e1b4d8f6a","content_type":"text/plain","data":"---CTP-END---\nit is","headers":{{{headers}}}}},"vector_embedding":{embedding},"timestamp":5}}"#
    )
}

#[test]
fn a_record_becomes_a_framed_message() {
    let model = model("ctp.ltp", "");
    let (text, gone) = map(
        &model,
        "telepathy.Signal -> Stream",
        &signal("node-1", r#""X-Trace":"a","Session-Hint":"b""#, "null"),
    )
    .unwrap();
    assert_eq!(
        text,
        "CTP/1.0 STREAM\nAgent-ID: node-1\nIntent: RESPONSE\nContext-Hash: 0x7f3a9c2e1b4d8f6a\nContent-Type: text/plain\n\
         Content-Length: 19\nX-Trace: a\nSession-Hint: b\n---CTP-PAYLOAD---\n---CTP-END---\nit is\n---CTP-END---\n"
    );
    assert_eq!(gone, [lost("/timestamp", "a stream does not say when it was sent", "5")]);
    let refused = map(&model, "telepathy.Signal -> Stream", &signal("node-1", "", "[0.5,1]"));
    assert_eq!(
        refused,
        Err(NotMapped::Refused(lost(
            "/vector_embedding",
            "a device has no use for a place in the mesh's space",
            "[0.5,1]"
        )))
    );
}

#[test]
fn what_the_mesh_says_never_becomes_another_header_or_line() {
    let model = model("ctp.ltp", "");
    let back = |source: &str, headers: &str| wrong(map(&model, "telepathy.Signal -> Stream", &signal(source, headers, "null")));
    assert_eq!(back("node-1", r#""Agent-ID":"evil""#), ["Agent-ID duplicate"]);
    assert_eq!(back("node-1", r#""agent-id":"evil""#), ["agent-id duplicate"]);
    assert_eq!(back("node-1", r#""Session-ID":"sess_0123456789ab""#), ["Session-ID duplicate"]);
    assert_eq!(back("node-1", r#""Content-Length":"0""#), ["Content-Length duplicate"]);
    assert_eq!(back("node-1", r#""X":"a\nAgent-ID: evil""#), ["X charset"]);
    assert_eq!(back("node-1", r#""X":"a\n---CTP-PAYLOAD---\n""#), ["X charset"]);
    assert_eq!(back("node-1", r#""X: a\nAgent-ID":"evil""#), ["X: a\nAgent-ID charset"]);
    assert_eq!(back("node-1", r#""X:Y":"z""#), ["X:Y charset"]);
    assert_eq!(back("node 1", ""), ["Agent-ID pattern"]);
}

const RULES: &str = r#"protocol test "1.0";

enum Tone { high; low; shrill; }
enum Pitch open { high; deep "DEEP"; }
record Place open { x: float; y?: float; }
envelope Plain tag "type" { seq: uint; payload: body; }
message Say "say" in Plain {
    id: uuid;
    text?: string;
    tone: Tone;
    loud?: Pitch;
    place?: Place;
    places: list<Place>;
    mode?: string = "fast";
    note?: string?;
}
record Spot { name?: string; x?: float; }
record Heard open {
    id: uuid;
    made: uuid;
    text: string where len ..= 5;
    pitch: Pitch;
    loud?: Pitch;
    spot?: Spot;
    others?: map<json>;
    level: uint = 7;
    note?: string?;
    spots: list<Place>;
    why: json;
}
mapping Say -> Heard {
    id     = id;
    made   = fresh;
    text   = text ?? "none";
    pitch  = tone { low -> deep; else refuse because "it hurts"; }
    loud   = loud;
    spot.x = place.y;
    others = place.rest;
    spots  = places;
    note   = note;
    why    = { tone = tone, far = has place.y and place.y > 10.0 };
    drop place.x because "only the height counts";
    drop mode because "there is one way";
    refuse seq because "test";
}
"#;

fn say(members: &str) -> String {
    format!(r#"{{"type":"say","seq":1,"payload":{{"id":"4F3C9E2A-8B21-4C71-9D3F-1A9B12345678",{members}}}}}"#)
}

#[test]
fn rules_set_nest_default_translate_and_take_the_rest() {
    let text = RULES.replace("refuse seq because", "drop seq because");
    let model = model("test.ltp", &text);
    let heard = |members| map(&model, "Say -> Heard", &say(members));
    let (least, gone) = heard(r#""tone":"high","places":[]"#).unwrap();
    // The first UUID of the seed.
    let made = &least[least.find("made\":\"").unwrap() + 7..][..36];
    assert_eq!(
        least,
        format!(
            r#"{{"id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","made":"{made}","text":"none","pitch":"high","level":7,"spots":[],"why":{{"tone":"high","far":false}}}}"#
        )
    );
    assert_eq!(gone, [lost("/seq", "test", "1")]);

    let (most, gone) = heard(
        r#""tone":"low","text":"abc","loud":"louder","place":{"x":1.50,"y":20,"z":[1, 2]},"mode":"slow","note":null,"places":[{"x":2,"k":0}]"#,
    )
    .unwrap();
    assert_eq!(
        most.replace(made, "M"),
        r#"{"id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","made":"M","text":"abc","pitch":"DEEP","loud":"louder","spot":{"x":20},"others":{"z":[1, 2]},"level":7,"spots":[{"x":2,"k":0}],"why":{"tone":"low","far":true}}"#
    );
    assert_eq!(
        gone,
        [
            lost("/payload/place/x", "only the height counts", "1.5"),
            lost("/payload/mode", "there is one way", "\"slow\""),
            lost("/seq", "test", "1"),
        ]
    );

    assert_eq!(
        heard(r#""tone":"shrill","places":[]"#),
        Err(NotMapped::Refused(lost("/payload/tone", "it hurts", "\"shrill\"")))
    );
    assert_eq!(wrong(heard(r#""tone":"high","text":"too long","places":[]"#)), ["/text length"]);
}

/// Constants computed with Python's hashlib.
#[test]
fn digests_are_what_others_compute() {
    let model = model("ctp.ltp", "");
    let digester = Digester::new(&model, "context_hash").unwrap();
    let digest = |json: &str| digester.read(json.as_bytes()).unwrap();
    assert_eq!(digest("[]"), "0x0000000000000000");
    let one = r#"{"namespace":"vision","timestamp":1700000000,"hash":"abc123"}"#;
    let two = r#"{"namespace":"audio","timestamp":1700000005,"hash":"def456"}"#;
    let tie = r#"{"namespace":"audio","timestamp":1700000005,"hash":"\u00e9\uD83D\uDE00"}"#;
    let big = r#"{"namespace":"audio","timestamp":18446744073709551615,"hash":""}"#;
    assert_eq!(digest(&format!("[{one}]")), "0x6ca13d52ca70c883");
    assert_eq!(digest(&format!("[{one},{two}]")), "0x957994ff7ba208af");
    assert_eq!(digest(&format!("[{two},{one}]")), "0x957994ff7ba208af");
    for order in [[one, two, tie, big], [big, tie, two, one], [tie, one, big, two]] {
        assert_eq!(digest(&format!("[{}]", order.join(","))), "0x21dcadb631d6e6b2");
    }
    let violations = digester.read(br#"[{"namespace":"a","hash":1}]"#).unwrap_err();
    let found: Vec<_> = violations.iter().map(|one| (one.pointer.as_str(), one.rule.name())).collect();
    assert_eq!(found, [("/0/hash", "type"), ("/0/timestamp", "required")]);
}

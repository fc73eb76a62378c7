//! What an application sends: drafts, defaults, stamps, encodings, refusals.

use super::{
    model,
    pair::{Pair, Who},
};

fn ready(options: &str) -> Pair {
    let mut pair = Pair::start(model(), options, "{}");
    pair.run(100);
    pair.trace.clear();
    pair
}

fn sent(options: &str, draft: &str) -> String {
    let mut pair = ready(options);
    pair.call(Who::Client, draft);
    pair.lines(&["client > "])[0].to_owned()
}

const DEFAULTS: &str = r#"{"client_id": "c1", "context_tag": "morning", "affect": {"valence": 0.5, "arousal": -0.5}}"#;

#[test]
fn defaults_stand_where_a_message_says_nothing() {
    let line = sent(DEFAULTS, r#"{"type":"event","payload":{"event_type":"tap","data":[1,2.50]}}"#);
    assert!(
        line.contains(r#""meta":{"client_id":"c1","context_tag":"morning","affect":{"valence":0.5,"arousal":-0.5}}"#),
        "{line}"
    );
    assert!(line.contains(r#""payload":{"event_type":"tap","data":[1,2.50]}"#), "{line}");
}

#[test]
fn a_message_overrides_defaults_but_not_what_is_always_stamped() {
    let draft = r#"{"type":"event","timestamp":5,"meta":{"context_tag":"evening","client_id":"liar","x":1},
                    "payload":{"event_type":"tap","data":null}}"#;
    let line = sent(DEFAULTS, draft);
    let meta = r#""meta":{"client_id":"c1","context_tag":"evening","affect":{"valence":0.5,"arousal":-0.5},"x":1}"#;
    assert!(line.contains(meta), "{line}");
    assert!(line.contains(r#""timestamp":1731700000"#), "{line}");
}

#[test]
fn a_list_goes_as_toon_where_it_is_asked_for_and_can() {
    let draft =
        |data: &str| format!(r#"{{"type":"state_update","content_encoding":"toon","payload":{{"kind":"affect_log_v1","data":{data}}}}}"#);
    let line = sent(
        r#"{"client_id":"c1"}"#,
        &draft(r#"[{"t":1,"valence":0.2,"arousal":-0.1},{"t":2,"valence":0.3,"arousal":-0.2}]"#),
    );
    assert!(line.contains(r#""content_encoding":"toon""#), "{line}");
    assert!(
        line.contains(r#""data":"affect_log[2]{t,valence,arousal}:\n  1,0.2,-0.1\n  2,0.3,-0.2""#),
        "{line}"
    );
    // An empty list has no table: JSON.
    let line = sent(r#"{"client_id":"c1"}"#, &draft("[]"));
    assert!(!line.contains("toon") && line.contains(r#""data":[]"#), "{line}");
}

#[test]
fn a_toon_list_arrives_as_a_list() {
    let mut pair = ready(r#"{"client_id":"c1"}"#);
    let draft = r#"{"type":"state_update","content_encoding":"toon","payload":{"kind":"affect_log_v1","data":[{"t":1,"valence":0.2,"arousal":-0.1}]}}"#;
    pair.call(Who::Client, draft);
    pair.pass(10);
    assert_eq!(pair.lines(&["server > deliver"]).len(), 1);
}

#[test]
fn an_applications_own_message_has_its_own_name() {
    let line = sent(r#"{"client_id":"c1"}"#, r#"{"type":"acme:ping.me","payload":{"a":[true]}}"#);
    assert!(
        line.contains(r#"{"type":"acme:ping.me","#) && line.contains(r#""payload":{"a":[true]}"#),
        "{line}"
    );
}

#[test]
fn what_does_not_conform_is_not_sent() {
    let line = sent(
        r#"{"client_id":"c1"}"#,
        r#"{"type":"state_update","payload":{"kind":"affect_log_v1","data":[{"t":-1}]}}"#,
    );
    assert!(line.contains("refuse the message does not conform"), "{line}");
    for part in [
        "/payload/data/0/t (number)",
        "/payload/data/0/valence (required)",
        "/payload/data/0/arousal (required)",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
}

#[test]
fn a_state_that_does_not_send_it_refuses() {
    let mut pair = Pair::start(model(), r#"{"client_id":"c1"}"#, "{}");
    pair.call(Who::Client, r#"{"type":"event","payload":{"event_type":"tap","data":1}}"#);
    assert_eq!(
        pair.lines(&["client > refuse"]),
        ["0 client > refuse `Event` cannot be sent in state `Connecting`"]
    );
    pair.call(Who::Client, r#"{"type":"ping"}"#);
    assert_eq!(pair.lines(&["client > refuse"]).len(), 2);
}

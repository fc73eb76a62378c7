//! What a server keeps of a thread, and for whom.

use super::{
    model,
    pair::{Pair, Who},
};

const CLIENT: &str = r#"{"client_id": "c1"}"#;

fn ready(server: &str) -> (Pair, String) {
    let mut pair = Pair::start(model(), CLIENT, server);
    pair.run(1_000);
    let thread = pair.rows.keys().find(|place| place.space == "Thread.threads").unwrap().key.clone();
    (pair, thread)
}

#[test]
fn a_restarted_client_resumes_its_thread_in_a_new_session() {
    let (mut pair, thread) = ready("{}");
    pair.cut();
    pair.restart_client();
    pair.pass(100);
    assert_eq!(pair.state(Who::Client), "Ready");
    assert!(pair.lines(&["client > send", "handshake_resume"])[0].contains(r#""resume_reason":"app_reconnect""#));
    let acks = pair.lines(&["server > send", "handshake_ack"]);
    let session = |line: &str| line.split(r#""session_id":""#).nth(1).unwrap()[..36].to_owned();
    assert!(acks.iter().all(|line| line.contains(&thread)));
    assert_ne!(session(acks[0]), session(acks[1]));
}

#[test]
fn a_thread_that_is_gone_is_rejected_and_a_new_one_opened_on_the_same_connection() {
    let (mut pair, thread) = ready("{}");
    pair.cut();
    pair.rows.retain(|place, _| place.space != "Thread.threads");
    pair.restart_client();
    pair.pass(100);
    assert_eq!(
        pair.lines(&["server > send", "handshake_reject", r#""reason":"thread_not_found""#])
            .len(),
        1
    );
    assert_eq!(pair.lines(&["client > forget"]).len(), 1);
    assert_eq!((pair.state(Who::Client), pair.state(Who::Server)), ("Ready", "Ready"));
    assert_eq!(pair.lines(&["client > connect"]).len(), 2);
    let (_, (stored, _)) = pair.rows.iter().find(|(place, _)| place.space == "Thread.client").unwrap();
    assert!(!stored.contains(&thread));
}

#[test]
fn a_thread_of_another_client_is_forbidden() {
    let (mut pair, thread) = ready("{}");
    pair.cut();
    for (place, (row, _)) in &mut pair.rows {
        if place.key == thread {
            *row = r#"{"client_id":"somebody else"}"#.to_owned();
        }
    }
    pair.restart_client();
    pair.pass(100);
    assert_eq!(pair.lines(&["server > send", r#""reason":"forbidden""#]).len(), 1);
    assert_eq!(pair.state(Who::Client), "Ready");
}

#[test]
fn a_thread_is_kept_for_its_time_after_the_connection() {
    for (away, resumed) in [(59_000, "true"), (61_000, "false")] {
        let (mut pair, _) = ready(r#"{"thread_ttl": "1 min"}"#);
        pair.reachable = false;
        pair.cut();
        pair.pass(away);
        pair.reachable = true;
        pair.restart_client();
        pair.pass(100);
        let ack = *pair.lines(&["server > send", "handshake_ack"]).last().unwrap();
        assert!(ack.contains(&format!(r#""resumed":{resumed}"#)), "after {away} ms: {ack}");
    }
}

#[test]
fn a_row_that_does_not_conform_counts_as_missing() {
    let (mut pair, thread) = ready("{}");
    pair.cut();
    for (place, (row, _)) in &mut pair.rows {
        if place.key == thread {
            *row = r#"{"client_id":""}"#.to_owned();
        }
    }
    pair.restart_client();
    pair.pass(100);
    assert_eq!(pair.lines(&["server > send", "thread_not_found"]).len(), 1);
}

#[test]
fn what_was_stored_and_does_not_conform_is_ignored() {
    let (mut pair, _) = ready("{}");
    pair.cut();
    for stored in [r#"{"thread_id":"no uuid"}"#, r#"{"thread_id":5}"#, "[]", "no json"] {
        for (place, (value, _)) in &mut pair.rows {
            if place.space == "Thread.client" {
                *value = stored.to_owned();
            }
        }
        pair.trace.clear();
        pair.restart_client();
        pair.pass(100);
        assert_eq!(pair.lines(&["client > send", "handshake_init"]).len(), 1, "{stored}");
        pair.cut();
    }
}

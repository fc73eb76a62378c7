//! Lost connections: pauses, tries, and what gives them back.

use ltp_runtime::session::{Backoff, BackoffPlan, SplitMix64};

use super::{
    model,
    pair::{LATENCY, Pair, Who},
};

const CLIENT: &str = r#"{"client_id": "c1"}"#;

/// The pauses that the client's seed gives. Its machine has drawn nothing before the first.
fn pauses(count: usize) -> Vec<u64> {
    let plan = BackoffPlan {
        first: 1_000,
        cap: 30_000,
        factor: 2,
        jitter_percent: 20,
        tries: None,
    };
    let (mut backoff, mut entropy) = (Backoff::new(plan), SplitMix64::new(1));
    (0..count).filter_map(|_| backoff.next(&mut entropy)).collect()
}

#[test]
fn five_tries_fail_at_exact_times_and_then_it_is_over() {
    let mut pair = Pair::unreachable(model(), CLIENT);
    pair.run(1_000_000);
    let mut at = 0;
    let mut expected = vec![0];
    for pause in pauses(5) {
        at += LATENCY + pause;
        expected.push(at);
    }
    assert_eq!(pair.times(&["client > connect"]), expected);
    assert_eq!(pair.times(&["client > enter Failed"]), [at + LATENCY]);
    assert_eq!(pair.state(Who::Client), "Failed");
}

#[test]
fn a_thread_is_resumed_after_a_cut_and_tries_are_given_back() {
    let mut pair = Pair::start(model(), CLIENT, "{}");
    pair.run(1_000);
    let thread = pair.rows.keys().find(|place| place.space == "Thread.threads").unwrap().key.clone();
    for round in 1..=8 {
        pair.cut();
        assert_eq!(pair.state(Who::Client), "Waiting");
        // A first pause each time: at most 1.2 s.
        pair.pass(1_300);
        assert_eq!(pair.state(Who::Client), "Ready", "round {round}");
    }
    let resumes = pair.lines(&["client > send", "handshake_resume"]);
    assert_eq!(resumes.len(), 8);
    assert!(
        resumes
            .iter()
            .all(|line| line.contains(&thread) && line.contains("automatic_reconnect"))
    );
    let acks = pair.lines(&["server > send", "handshake_ack", r#""resumed":true"#]);
    assert_eq!(acks.len(), 8);
    assert!(acks.iter().all(|line| line.contains(&thread)));
}

#[test]
fn a_connection_that_is_lost_before_the_ack_counts_as_a_failed_try() {
    let mut pair = Pair::start(model(), CLIENT, "{}");
    pair.passes = |_, text| !text.contains("handshake_ack");
    pair.run(10_000_000);
    assert_eq!(pair.state(Who::Client), "Failed");
    assert_eq!(pair.lines(&["client > connect"]).len(), 6);
}

#[test]
fn closing_while_it_waits_is_final() {
    let mut pair = Pair::unreachable(model(), CLIENT);
    pair.run(100);
    pair.close(Who::Client);
    pair.run(100_000);
    assert_eq!((pair.state(Who::Client), pair.lines(&["client > connect"]).len()), ("Closed", 1));
}

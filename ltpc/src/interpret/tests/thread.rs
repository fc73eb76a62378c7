//! A thread's life: opened, used, kept alive, closed.

use std::time::Instant;

use super::{
    model,
    pair::{LATENCY, Pair, Who},
};

const CLIENT: &str = r#"{"client_id": "c1"}"#;
const DAY: u64 = 24 * 60 * 60 * 1_000;

fn ready() -> Pair {
    let mut pair = Pair::start(model(), CLIENT, "{}");
    pair.run(100);
    assert_eq!((pair.state(Who::Client), pair.state(Who::Server)), ("Ready", "Ready"));
    pair
}

#[test]
fn a_thread_is_opened_and_stored() {
    let pair = ready();
    let states: Vec<_> = pair.lines(&["client > enter"]);
    assert_eq!(
        states,
        [
            "0 client > enter Connecting",
            "10 client > enter Opening",
            "30 client > enter Ready"
        ]
    );
    let init = pair.lines(&["client > send"]);
    assert_eq!(
        init,
        [concat!(
            "10 client > send ",
            r#"{"type":"handshake_init","ltp_version":"0.3","client_id":"c1","intent":"resonant_link","capabilities":[]}"#
        )]
    );
    let (place, (value, _)) = pair.rows.iter().find(|(place, _)| place.space == "Thread.client").unwrap();
    assert_eq!(place.key, "c1");
    assert!(value.starts_with(r#"{"thread_id":""#), "{value}");
    let (place, (value, expires)) = pair.rows.iter().find(|(place, _)| place.space == "Thread.threads").unwrap();
    assert_eq!(
        (value.as_str(), *expires),
        (r#"{"client_id":"c1"}"#, Some(super::EPOCH + 20 + 30 * 60_000))
    );
    assert_eq!(place.key.len(), 36);
}

#[test]
fn state_travels_both_ways_and_is_stamped() {
    let mut pair = ready();
    let update = r#"{"type":"state_update","payload":{"kind":"minimal","data":{"mood":"curious"}}}"#;
    pair.call(Who::Client, update);
    pair.call(Who::Server, update);
    pair.pass(100);
    let delivered = pair.lines(&["> deliver"]);
    assert_eq!(delivered.len(), 2, "{delivered:?}");
    let at_server = pair.lines(&["server > deliver"])[0];
    for part in [
        r#""timestamp":1731700000,"#,
        r#""payload":{"kind":"minimal","data":{"mood":"curious"}}"#,
        r#""meta":{"client_id":"c1"}"#,
        r#""signature":"v0-placeholder""#,
        r#""nonce":""#,
    ] {
        assert!(at_server.contains(part), "{part} in {at_server}");
    }
    assert!(pair.lines(&["client > deliver"])[0].contains(r#""signature":"v0-server-placeholder""#));
}

#[test]
#[allow(clippy::disallowed_methods)]
fn a_day_of_heartbeats_takes_less_than_a_second() {
    let mut pair = ready();
    let entered = pair.lines(&["> enter Ready"]).len();
    pair.traced = false;
    pair.frames = 0;
    let start = Instant::now();
    pair.run(DAY + 100);
    assert_eq!((pair.state(Who::Client), pair.state(Who::Server), entered), ("Ready", "Ready", 2));
    assert_eq!(pair.frames, 2 * DAY / 15_000);
    // Unoptimized, and beside other tests, it may take longer.
    let most = if cfg!(debug_assertions) { 20 } else { 1 };
    assert!(start.elapsed().as_secs() < most, "{:?}", start.elapsed());
}

#[test]
fn the_interval_is_the_servers() {
    let mut pair = Pair::start(model(), CLIENT, r#"{"heartbeat": "4 s"}"#);
    pair.run(12_500);
    assert_eq!(pair.times(&["client > send", r#""ping""#]), [4_030, 8_030, 12_030]);
}

#[test]
fn a_lost_pong_ends_the_connection_at_its_own_deadline() {
    let mut pair = ready();
    // The first pong is lost; later ones arrive and each satisfies the oldest ping that waits.
    pair.passes = |_, text| !text.contains(r#""pong""#);
    pair.run(15_100);
    pair.passes = |_, _| true;
    pair.run(80_000);
    // Pings at 15.03 s, 30.03 s, ...: each pong satisfies the ping before its own. A minute of silence shows which one is owed.
    assert_eq!(pair.times(&["client > drop a ping was not answered"]), Vec::<u64>::new());
    pair.passes = |_, text| !text.contains(r#""pong""#);
    pair.run(200_000);
    // The last pong that came (at 75.05 s) answered the ping of 60.03 s: the one of 75.03 s waits until 120.03 s.
    assert_eq!(pair.times(&["client > drop a ping was not answered"])[0], 120_030);
}

#[test]
fn a_client_that_hears_nothing_drops_the_connection_45_s_after_the_ping() {
    let mut pair = ready();
    pair.passes = |who, _| who != "server";
    pair.run(61_000);
    assert_eq!(pair.times(&["client > drop a ping was not answered"]), [15_030 + 45_000]);
    assert_eq!(pair.state(Who::Client), "Waiting");
}

#[test]
fn a_server_that_hears_nothing_closes_after_two_intervals_and_the_grace() {
    let mut pair = ready();
    pair.passes = |who, _| who != "client";
    pair.run(60_000);
    let entered = pair.times(&["server > enter Ready"])[0];
    assert_eq!(pair.times(&["server > close no ping came"]), [entered + 35_000]);
}

#[test]
fn a_close_that_the_application_asks_for_is_final() {
    let mut pair = ready();
    pair.close(Who::Client);
    pair.pass(1_000_000);
    assert_eq!(pair.state(Who::Client), "Closed");
    assert_eq!(pair.state(Who::Server), "Closed");
    assert_eq!(pair.lines(&["client > connect"]).len(), 1);
    // What comes after the end does nothing.
    pair.call(Who::Client, r#"{"type":"event","payload":{"event_type":"x","data":1}}"#);
    assert!(pair.trace.last().unwrap().ends_with("client < call"));
}

#[test]
fn an_unanswered_handshake_times_out() {
    let mut pair = Pair::start(model(), CLIENT, r#"{"handshake_timeout": "20 s"}"#);
    pair.passes = |who, _| who != "client";
    pair.run(10_500);
    assert_eq!(pair.times(&["client > drop the handshake was not answered"]), [LATENCY + 10_000]);
    assert_eq!(pair.state(Who::Client), "Waiting");

    let mut pair = Pair::start(model(), CLIENT, r#"{"handshake_timeout": "5 s"}"#);
    pair.passes = |who, _| who != "client";
    pair.run(10_500);
    assert_eq!(pair.times(&["server > close no handshake came"]), [5_000]);
}

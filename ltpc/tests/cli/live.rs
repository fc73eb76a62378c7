//! `serve` and `connect`: two processes that speak to each other.

use super::process::{Live, directory, run, schema};

/// A server on any free port, and its address.
fn serve(scheme: &str, more: &[&str]) -> (Live, String) {
    let schema = schema();
    let listen = format!("{scheme}://127.0.0.1:0");
    let server = Live::start(&[&["serve", &schema, "--listen", &listen], more].concat());
    let url = server.note("listening on ").split_whitespace().last().unwrap().to_owned();
    (server, url)
}

fn connect(url: &str, more: &[&str]) -> Live {
    Live::start(&[&["connect", &schema(), url, "--option", "client_id=c1"], more].concat())
}

const EVENT: &str = r#"{"type":"event","payload":{"event_type":"tap","data":{"x":1}}}"#;

#[test]
fn messages_travel_both_ways() {
    for scheme in ["tcp", "ws"] {
        let (mut server, url) = serve(scheme, &[]);
        let mut client = connect(&url, &["--no-store"]);
        client.say(EVENT);
        let arrived = server.result();
        assert!(
            arrived.starts_with(r#"{"from":1,"message":{"type":"event","thread_id":""#),
            "{arrived}"
        );
        assert!(
            arrived.contains(r#""payload":{"event_type":"tap","data":{"x":1}},"meta":{"client_id":"c1"}"#),
            "{arrived}"
        );

        // To one connection, and to all.
        server.say(&format!(r#"{{"to":1,"message":{EVENT}}}"#));
        assert!(client.result().contains(r#""payload":{"event_type":"tap","data":{"x":1}}"#));
        server.say(EVENT);
        assert!(client.result().contains(r#""signature":"v0-server-placeholder""#));
        server.say(&format!(r#"{{"to":7,"message":{EVENT}}}"#));
        server.note("line 3: there is no connection 7");

        client.hush();
        assert_eq!(client.end(), 0);
        server.note("connection 1: ended");
        server.interrupt();
        assert_eq!(server.end(), 0);
    }
}

#[test]
fn a_list_goes_as_toon_and_is_shown_as_a_list() {
    let (server, url) = serve("tcp", &[]);
    let mut client = connect(&url, &["--no-store"]);
    client.say(
        r#"{"type":"state_update","content_encoding":"toon","payload":{"kind":"affect_log_v1","data":[{"t":1,"valence":0,"arousal":1}]}}"#,
    );
    let arrived = server.result();
    assert!(
        arrived.contains(r#""content_encoding":"toon","payload":{"kind":"affect_log_v1","data":[{"t":1,"valence":0,"arousal":1}]}"#),
        "{arrived}"
    );
}

#[test]
fn what_cannot_be_sent_is_said() {
    let (_server, url) = serve("tcp", &[]);
    let mut client = connect(&url, &["--no-store"]);
    client.say(r#"{"type":"event","payload":{}}"#);
    client.note("line 1: the message does not conform; /payload/data (required)");
    client.say("nonsense");
    client.note("line 2: expected JSON");
    client.say(r#"{"type":"ping"}"#);
    client.note("line 3: the role `client` never sends \"ping\" for the application");
    client.hush();
    assert_eq!(client.end(), 1);
}

#[test]
fn a_thread_survives_the_client_and_the_server() {
    let store = directory("threads");
    let (at_client, at_server) = (store.join("client"), store.join("server"));
    let (at_client, at_server) = (at_client.to_str().unwrap(), at_server.to_str().unwrap());
    let mut threads = Vec::new();
    for expected in ["→ HandshakeInit", "→ HandshakeResume"] {
        let (server, url) = serve("tcp", &["--store", at_server]);
        let mut client = connect(&url, &["--store", at_client, "--trace"]);
        client.say(EVENT);
        client.note(expected);
        let arrived = server.result();
        threads.push(arrived.split(r#""thread_id":""#).nth(1).unwrap()[..36].to_owned());
        client.interrupt();
        assert_eq!(client.end(), 0);
        server.interrupt();
        assert_eq!(server.end(), 0);
    }
    assert_eq!(threads[0], threads[1]);
}

#[test]
fn a_trace_names_states_and_messages() {
    let (server, url) = serve("tcp", &["--trace", "--option", "heartbeat=200 ms"]);
    let client = connect(&url, &["--no-store", "--trace"]);
    for words in [
        "⇒ Connecting",
        "⇒ Opening",
        "→ HandshakeInit",
        "← HandshakeAck",
        "⇒ Ready",
        "→ Ping",
        "← Pong",
    ] {
        if words == "⇒ Opening" {
            // Sent before the state is entered.
            continue;
        }
        let line = client.note(words);
        assert!(line.as_bytes()[2] == b':' && line.contains("client"), "{line}");
    }
    server.note("#1");
}

#[test]
fn a_server_that_goes_is_noticed() {
    let (server, url) = serve("tcp", &[]);
    let client = connect(&url, &["--no-store", "--trace"]);
    client.note("⇒ Ready");
    server.interrupt();
    assert_eq!(server.end(), 0);
    client.note("⇒ Waiting");
    client.interrupt();
    assert_eq!(client.end(), 0);
}

#[test]
fn options_addresses_and_roles_that_are_wrong() {
    let schema = schema();
    let cases: &[(&[&str], &str)] = &[
        (&["connect", "tcp://127.0.0.1:1"], "/client_id: expected a text, got nothing"),
        (
            &["connect", "tcp://127.0.0.1:1", "--option", "client_id="],
            "/client_id: expected 1 ..= 256 characters",
        ),
        (
            &["connect", "tcp://127.0.0.1:1", "--option", "color=red"],
            "/color: expected one of client_id, ",
        ),
        (
            &["connect", "ftp://127.0.0.1", "--option", "client_id=c"],
            "is of none of the session's endpoints",
        ),
        (
            &["connect", "ws://example.org", "--option", "client_id=c"],
            "use wss://, or allow plaintext explicitly",
        ),
        (&["connect", "--role", "server"], "the role `server` is for `ltpc serve`"),
        (&["serve", "--session", "Nothing"], "no session `Nothing`: there is Thread"),
        (&["serve", "--listen", "wss://127.0.0.1:0"], "certificate"),
        (
            &["serve", "--listen", "tcp://127.0.0.1:0", "--cert", "x.pem", "--key", "no such file"],
            "x.pem",
        ),
    ];
    for (args, words) in cases {
        let run = run(&[&[args[0], &schema], &args[1..]].concat(), b"");
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains(words), "{args:?}: {}", run.err);
    }
}

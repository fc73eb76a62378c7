//! Real peers on a real WebSocket library, written from the published specification without any of our code.

#[path = "peers/generated.rs"]
mod generated;

use protocol_tests::programs::{Program, ltpc, node};
use serde_json::{Value, json};

/// What the peer's client must have seen of any server of ours.
fn a_client_opens_drops_and_resumes(address: &str) {
    let client = Program::start(node("ltp-client.mjs").arg(address));
    let step = |name: &str| {
        let said = client.json();
        assert_eq!(said["step"], name, "{said}");
        said["value"].clone()
    };
    assert_eq!(step("protocol"), "ltp.v0.3");
    let first = step("ack");
    assert_eq!((&first["type"], &first["resumed"]), (&json!("handshake_ack"), &json!(false)));
    assert_eq!(step("pong")["type"], "pong");
    let second = step("resumed");
    assert_eq!((&second["thread_id"], &second["resumed"]), (&first["thread_id"], &json!(true)));
    assert_ne!(second["session_id"], first["session_id"]);
    assert_eq!(step("pong")["session_id"], second["session_id"]);
    assert!(client.ends_well());
}

/// Starts `ltpc serve` on a free port; gives its address.
fn serve() -> (Program, String) {
    let server = Program::start(ltpc().args(["serve", "schema/ltp.ltp", "--listen", "ws://127.0.0.1:0"]));
    let line = server.error_line_with("listening on ");
    let address = line.trim_start_matches("listening on ").to_owned();
    (server, address)
}

#[test]
fn a_published_style_client_is_served_by_the_interpreter() {
    let (server, address) = serve();
    a_client_opens_drops_and_resumes(&address);
    let message = |from: &Value| from["message"].clone();
    let update = message(&server.json());
    assert_eq!(
        update["payload"],
        json!({ "kind": "minimal", "data": { "mood": "curious", "focus": "exploration" } })
    );
    let event = message(&server.json());
    assert_eq!(event["payload"]["event_type"], "user_action");
}

#[test]
fn the_interpreter_s_client_is_served_by_a_published_style_server_and_resumes_after_a_cut() {
    let server = Program::start(&mut node("ltp-server.mjs"));
    let port = server.json()["port"].clone();
    let address = format!("ws://127.0.0.1:{port}");
    let mut client = Program::start(ltpc().args([
        "connect",
        "schema/ltp.ltp",
        &address,
        "--no-store",
        "--option",
        "client_id=my-device",
        "--linger",
        "60 s",
    ]));
    let init = server.json();
    assert_eq!((&init["type"], &init["client_id"]), (&json!("handshake_init"), &json!("my-device")));
    client.say(r#"{"type":"state_update","payload":{"kind":"minimal","data":{"mood":"curious"}}}"#);
    let update = server.json_where(|message| message["type"] == "state_update");
    assert_eq!(
        client.json()["payload"],
        json!({ "event_type": "seen", "data": { "kind": "minimal" } })
    );

    a_cut_is_followed_by_a_resume(&server, &update);
}

/// Cuts the connection of the client `my-device` at the peer's server, where `update` came from it before.
fn a_cut_is_followed_by_a_resume(server: &Program, update: &Value) {
    let cut = std::process::Command::new("kill")
        .args(["-USR2", &server.id().to_string()])
        .status();
    assert!(cut.is_ok_and(|status| status.success()));
    let resume = server.json_where(|message| message["type"] == "handshake_resume");
    assert_eq!(
        (&resume["thread_id"], &resume["client_id"]),
        (&update["thread_id"], &json!("my-device"))
    );
    assert_eq!(resume["resume_reason"], "automatic_reconnect");
    let ping = server.json_where(|message| message["type"] == "ping");
    assert_eq!(ping["thread_id"], update["thread_id"]);
    assert_ne!(ping["session_id"], update["session_id"]);
}

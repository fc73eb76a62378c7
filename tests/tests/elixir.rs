//! What is generated for Elixir, as its users have it: the examples, and TLS.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{path::Path, process::Command};

use protocol_tests::programs::{Language, Program, elixir, ltpc, root};

fn started(command: &mut Command) -> (Program, String) {
    let program = Program::start(command);
    let line = program.error_line_with("listening on ");
    let port = line.trim_end_matches('/').rsplit(':').next().unwrap().to_owned();
    (program, port)
}

/// An authority, and a certificate for `localhost` that it signed, made by OpenSSL: `ca.pem`, `server.pem`, `server.key`.
fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let output = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost").unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!("req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=authority -days 2"));
    openssl(&format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"));
    openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem");
}

const SAID: &str = r#"{"type":"event","payload":{"event_type":"secret","data":null}}"#;

#[test]
fn threads_go_over_tls_from_and_to_the_interpreter() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    certificates(folder.path());
    let peer = || Language::Elixir.peer("ltp");
    let heard = |server: &Program| server.json_where(|line| line["message"]["payload"]["event_type"] == "secret");

    let (server, port) = started(
        peer()
            .args(["server", "wss://127.0.0.1:0"])
            .arg(at("server.pem"))
            .arg(at("server.key")),
    );
    let url = format!("wss://localhost:{port}");
    let mut client = Program::start(
        ltpc()
            .args([
                "connect",
                "schema/ltp.ltp",
                &url,
                "--no-store",
                "--option",
                "client_id=own",
                "--linger",
                "60 s",
                "--ca",
            ])
            .arg(at("ca.pem")),
    );
    client.say(SAID);
    heard(&server);

    let mut command = ltpc();
    command.args(["serve", "schema/ltp.ltp", "--listen", "wss://127.0.0.1:0", "--cert"]);
    let (server, port) = started(command.arg(at("server.pem")).arg("--key").arg(at("server.key")));
    let mut command = peer();
    command
        .args(["client", &format!("wss://localhost:{port}")])
        .arg(at("store"))
        .arg("own")
        .arg(at("ca.pem"));
    let mut client = Program::start(&mut command);
    client.say(SAID);
    heard(&server);
}

#[test]
fn the_examples_speak_with_each_other() {
    let folder = tempfile::tempdir().unwrap();
    // It compiles the package.
    drop(Language::Elixir.peer("ltp"));
    let package = root().join("generated/elixir/ltp/_build/prod/lib/ltp/ebin");
    let example = |name: &str, address: &str| {
        let mut command = elixir(&format!("../examples/ltp/{name}"), &package);
        command.arg(address).current_dir(folder.path());
        command
    };
    let server = Program::start(&mut example("server.exs", "ws://localhost:0"));
    let port = std::iter::from_fn(|| server.line())
        .find_map(|line| line.strip_prefix("listening on port ").map(str::to_owned))
        .unwrap();
    let output = example("client.exs", &format!("ws://localhost:{port}")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(r#"seen: %{"event_type" => "user_action"}"#), "{said}");
    assert!(folder.path().join("threads").is_dir(), "the thread is kept");
}

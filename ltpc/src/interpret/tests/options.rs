//! Options: what is chosen, what is left out, what is wrong.

use super::{model, options, program};
use crate::interpret::Options;

fn problems(role: &str, given: &str) -> Vec<String> {
    let result = Options::read(&program(model(), role), &options(given));
    result.map_or_else(|error| error.to_string().lines().map(str::to_owned).collect(), |_| Vec::new())
}

#[test]
fn what_is_left_out_is_as_declared() {
    assert_eq!(problems("client", r#"{"client_id": "c1"}"#), Vec::<String>::new());
    assert_eq!(problems("server", "{}"), Vec::<String>::new());
}

#[test]
fn durations_are_text_or_milliseconds() {
    let program = program(model(), "server");
    let read = |given: &str| Options::read(&program, &options(given));
    assert_eq!(read(r#"{"heartbeat": "15 s"}"#), read(r#"{"heartbeat": 15000}"#));
    assert_eq!(read(r#"{"heartbeat": "15 s"}"#), read("{}"));
    assert_eq!(read(r#"{"thread_ttl": "30 min"}"#), read("{}"));
}

#[test]
fn all_that_is_wrong_is_said_with_its_place() {
    let wrong = r#"{"client_id": "", "capabilities": [1], "affect": {"valence": 2}, "heartbeat": "soon", "colour": "red"}"#;
    let said = problems("client", wrong);
    let pointers: Vec<_> = said.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(
        pointers,
        [
            "/client_id",
            "/capabilities/0",
            "/affect/arousal",
            "/affect/valence",
            "/heartbeat",
            "/colour"
        ]
    );
    assert_eq!(problems("client", "{}"), ["/client_id: expected a text, got nothing"]);
}

#[test]
fn a_command_line_gives_text_or_json() {
    let program = program(model(), "client");
    let given = r#"{"client_id": "42", "pong_timeout": "2 s", "capabilities": ["a"], "metadata": {"a": 1}}"#;
    let pairs = ["client_id=42", "pong_timeout=2 s", r#"capabilities=["a"]"#, r#"metadata={"a": 1}"#];
    assert_eq!(Options::from_pairs(&program, pairs), Options::read(&program, &options(given)));
    assert!(
        Options::from_pairs(&program, ["client_id"])
            .unwrap_err()
            .to_string()
            .contains("name=value")
    );
    let error = Options::from_pairs(&program, ["client_id=x", r#"affect={"valence": 2}"#]).unwrap_err();
    assert!(error.to_string().contains("/affect/valence"), "{error}");
}

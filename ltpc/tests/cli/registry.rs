//! `serve --registry`: agents that are known, and one count for all their connections.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
};

use super::process::{Live, directory, run, schema};

/// The schema of claims and meters.
fn tiers() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/scripts/tiers.ltp").to_owned()
}

/// A file of the test's own.
fn file(name: &str, text: &str) -> String {
    let path = directory(name).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

struct Device(BufReader<TcpStream>);

impl Device {
    fn new(url: &str) -> Self {
        Self(BufReader::new(TcpStream::connect(url.strip_prefix("tcp://").unwrap()).unwrap()))
    }

    fn say(&mut self, line: &str) {
        writeln!(self.0.get_mut(), "{line}").unwrap();
    }

    fn ask(&mut self, line: &str) -> String {
        self.say(line);
        let mut answer = String::new();
        self.0.read_line(&mut answer).unwrap();
        answer.trim_end().to_owned()
    }
}

#[test]
fn a_key_is_worth_what_the_registry_says() {
    for (name, text) in [
        (
            "agents.toml",
            "[alpha]\ntier = \"INTERNAL\"\nkey = \"secret\"\n\n[low]\ntier = \"UNTRUSTED\"\n",
        ),
        (
            "agents.json",
            r#"{"alpha": {"tier": "INTERNAL", "key": "secret"}, "low": {"tier": "UNTRUSTED"}}"#,
        ),
    ] {
        let agents = file(name, text);
        let server = Live::start(&["serve", &tiers(), "--listen", "tcp://127.0.0.1:0", "--registry", &agents]);
        let url = server.note("listening on ").split_whitespace().last().unwrap().to_owned();
        let granted = |trust: &str| format!(r#"{{"t":"granted","trust":"{trust}","to":"127.0.0.1"}}"#);

        let mut known = Device::new(&url);
        let hello = r#"{"t":"hello","agent":"alpha","trust":"INTERNAL","key":"secret"}"#;
        assert_eq!(known.ask(hello), granted("INTERNAL"));
        let mut low = Device::new(&url);
        assert_eq!(low.ask(r#"{"t":"hello","agent":"low","trust":"INTERNAL"}"#), granted("UNTRUSTED"));
        // Two greetings a second are all that an address has, whoever greets.
        let mut third = Device::new(&url);
        assert!(third.ask(hello).starts_with(r#"{"t":"refused","seconds":1,"millis":"#));

        // One signal in three seconds, on one connection or on another.
        low.say(r#"{"t":"say","text":"heard"}"#);
        assert_eq!(server.result(), r#"{"from":2,"message":{"t":"say","text":"heard"}}"#);
        assert!(
            low.ask(r#"{"t":"say","text":"not heard"}"#)
                .starts_with(r#"{"t":"refused","seconds":3,"millis":"#)
        );

        server.interrupt();
        assert_eq!(server.end(), 0);
    }
}

#[test]
fn what_is_wrong_with_a_registry_is_said_with_its_place_and_what_to_do() {
    #[track_caller]
    fn check(schema: &str, registry: &str, words: &[&str]) {
        let tried = run(&["serve", schema, "--listen", "tcp://127.0.0.1:0", "--registry", registry], b"");
        assert_eq!(tried.code, 2, "{}", tried.err);
        for words in words {
            assert!(tried.err.contains(words), "{words:?} in {}", tried.err);
        }
    }
    let wrong = file("tier.json", "{\"alpha\":\n{\"tier\": \"INTERNALS\"}}");
    check(&tiers(), &wrong, &["tier.json", "line 2", "`alpha`", "did you mean `INTERNAL`?"]);
    let wrong = file("key.toml", "[alpha]\ntier = \"INTERNAL\"\n");
    check(
        &tiers(),
        &wrong,
        &["key.toml", "line 1", "`INTERNAL` is claimed by key: give it one"],
    );
    let wrong = file("syntax.toml", "[alpha]\ntier = INTERNAL\n");
    check(&tiers(), &wrong, &["syntax.toml", "line 2"]);
    check(&tiers(), "nowhere.toml", &["nowhere.toml", "No such file"]);
    check(&schema(), &wrong, &["the schema declares no tiers", "leave out --registry"]);
}

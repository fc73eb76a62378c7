//! Devices with gateways that report lengths which disagree with the text, and read on: all of them by the schema with the other rule.

use std::{path::PathBuf, process::Command};

use protocol_tests::{
    link::Link,
    programs::{built, ltpc, root},
};

use super::{
    ctp::{Gateway, by_hand, connect, heard, rejected, serve, stream, welcomed},
    table::{Pair, Speaker, every_pair},
};

/// The schema with the other rule, and the packages that are generated from it.
struct Advisory {
    folder: tempfile::TempDir,
}

impl Advisory {
    fn new() -> Self {
        let made = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let text = std::fs::read_to_string(root().join("schema/ctp.ltp")).unwrap();
        // The example that only strict readers refuse is read, too.
        let other = text
            .replacen("\"---CTP-END---\" strict;", "\"---CTP-END---\" advisory;", 1)
            .replacen(" refused \"\" length_mismatch ", " as Stream ", 1);
        assert!(
            other.contains(" advisory;") && !other.contains(" strict;"),
            "the schema says which rule holds"
        );
        std::fs::create_dir(made.folder.path().join("schema")).unwrap();
        std::fs::write(made.schema(), other).unwrap();
        for other in ["schema/telepathy.ltp", "ltpc.toml"] {
            std::fs::copy(root().join(other), made.folder.path().join(other)).unwrap();
        }
        let output = ltpc()
            .args(["build", "schema/ctp.ltp"])
            .current_dir(made.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        made
    }

    fn schema(&self) -> PathBuf {
        self.folder.path().join("schema/ctp.ltp")
    }

    fn peer(&self, speaker: Speaker) -> Option<Command> {
        match speaker {
            Speaker::Interpreter => None,
            Speaker::Rust => {
                let mut command = built("peer");
                command.arg("advisory");
                Some(command)
            }
            Speaker::Generated(language) => {
                Some(language.peer_of("ctp", &self.folder.path().join("generated").join(language.target()).join("ctp")))
            }
        }
    }
}

/// A stream as the published sender writes it: with a length that is not its own, or none.
fn saying(length: Option<usize>, agent: &str, body: &str) -> String {
    let own = format!("CONTENT-LENGTH:  {}", body.len());
    let said = length.map_or_else(|| "X-Length: none".to_owned(), |length| format!("CONTENT-LENGTH:  {length}"));
    let text = by_hand(agent, "FRAGMENT", body);
    assert!(text.contains(&own), "{text}");
    text.replacen(&own, &said, 1)
}

const PUBLISHED: &str = "type: pattern_detected\npattern: recursive_improvement_cycle\nconfidence: 0.94";
const MARKED: &str = "the marker\n---CTP-END---\nis in it";

fn speak(schema: &Advisory, pair: &Pair, gateway: &mut Gateway) {
    let Gateway { program: server, address } = gateway;
    let link = Link::to(*address);
    let agent = format!("{}-of-{}", pair.client.name(), pair.server.name());
    let mut client = connect(schema.peer(pair.client), &schema.schema(), link.address(), &agent);

    pair.step("a greeting");
    welcomed(&client);

    pair.step("the published length, 156 of 76, both ways");
    link.say_to_server(&saying(Some(156), &agent, PUBLISHED));
    assert_eq!(heard(server, PUBLISHED)["Agent-ID"], agent);
    link.say_to_client(&saying(Some(156), "somebody-else", PUBLISHED));
    assert_eq!(heard(&client, PUBLISHED)["X-Own"], "kept");

    pair.step("lengths that are too small, both ways");
    link.say_to_server(&saying(Some(2), &agent, "more than two"));
    heard(server, "more than two");
    link.say_to_client(&saying(Some(0), "somebody-else", "more than none"));
    heard(&client, "more than none");

    pair.step("no length, both ways");
    link.say_to_server(&saying(None, &agent, "whole without"));
    heard(server, "whole without");
    link.say_to_client(&saying(None, "somebody-else", "without, too"));
    heard(&client, "without, too");

    pair.step("a length that is right decides, though markers are in the text, both ways");
    link.say_to_server(&saying(Some(MARKED.len()), &agent, MARKED));
    heard(server, MARKED);
    link.say_to_client(&saying(Some(MARKED.len()), "somebody-else", MARKED));
    heard(&client, MARKED);

    pair.step("a length that is wrong ends at the first marker, and what is behind it is a message of its own");
    let both = |agent: &str| {
        format!(
            "{}{}",
            saying(Some(7), agent, "the first of two"),
            saying(Some(900), agent, "and the second")
        )
    };
    link.say_to_server(&both(&agent));
    heard(server, "the first of two");
    heard(server, "and the second");
    link.say_to_client(&both("somebody-else"));
    heard(&client, "the first of two");
    heard(&client, "and the second");

    pair.step("what each writes itself, both ways");
    client.say(&stream(&agent, "INSIGHT", MARKED));
    assert_eq!(heard(server, MARKED)["Intent"], "INSIGHT");
    server.say(&stream("somebody-else", "INSIGHT", MARKED));
    assert_eq!(heard(&client, MARKED)["Intent"], "INSIGHT");

    pair.step("a length that is none is refused all the same");
    link.say_to_server(&saying(Some(12), &agent, "not this").replace("CONTENT-LENGTH:  12", "CONTENT-LENGTH:  many"));
    assert_eq!(rejected(&client)["Reason"], BAD_LENGTH);

    pair.step("another connection, and a cut in the middle of a frame");
    welcomed(&client);
    link.cut_behind("half of");
    client.say(&stream(&agent, "INSIGHT", "half of it is lost"));
    welcomed(&client);
    link.say_to_server(&saying(Some(3), &agent, "whole"));
    let next = server.json_where(|line| line["message"]["Agent-ID"] == agent);
    assert_eq!(next["message"]["(body)"], "whole", "nothing of the half was heard");
}

/// What every gateway says, word for word.
const BAD_LENGTH: &str = "Content-Length: expected a number of octets, in digits, got `many` at line 7, column 18";

#[test]
fn every_device_speaks_with_every_gateway_where_lengths_are_only_reported() {
    let schema = Advisory::new();
    every_pair(
        "ctp, advisory",
        |speaker| serve(schema.peer(speaker), &schema.schema()),
        |pair, gateway| speak(&schema, pair, gateway),
    );
}

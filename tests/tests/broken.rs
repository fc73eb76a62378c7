//! Messages with one defect each, and the specification's own examples, against `schema/ltp.ltp`.

use ltp_runtime::codec;
use protocol_tests::{fixtures, schemas};

#[test]
fn every_broken_message_is_explained_as_its_fixture_says() {
    let schema = schemas::tables("ltp");
    let mut wrong = Vec::new();
    for fixture in fixtures::lines("ltp/broken.jsonl") {
        let found: Vec<(String, String)> = codec::explain(&schema, fixture.text.as_bytes())
            .into_iter()
            .map(|violation| (violation.pointer, violation.rule.name().to_owned()))
            .collect();
        if found != fixture.violations {
            wrong.push(format!("{}: expected {:?}, found {found:?}", fixture.title, fixture.violations));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_specification_s_examples_decode_unless_a_reason_is_given() {
    let schema = schemas::tables("ltp");
    for fixture in fixtures::lines("ltp/seeds.jsonl") {
        let verdict = codec::decode(&schema, fixture.text.as_bytes());
        assert_eq!(verdict.is_err(), fixture.reason.is_some(), "{}: {verdict:?}", fixture.title);
    }
}

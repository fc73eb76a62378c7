//! What a peer can send at most, and what it costs.

use alloc::{format, string::String, vec::Vec};

use super::{
    schema::{self, schema},
    std::time::{Duration, Instant},
};
use crate::{
    codec::{Reader, Rule, decode, explain, explain_value},
    schema::{Limits, Schema},
};

/// Far more than it takes, far less than anything quadratic would.
const SOON: Duration = Duration::from_secs(60);

fn wide(limits: Limits) -> Schema {
    Schema { limits, ..schema() }
}

const WIDE: Limits = Limits {
    message: 64 << 20,
    depth: 10,
    string: 64 << 10,
    list: 65_536,
    members: 65_536,
};

/// The rules that the text breaks, found in time.
fn rules(limits: Limits, text: &str) -> Vec<Rule> {
    let start = Instant::now();
    let explained = explain_value(&wide(limits), schema::JSON, text.as_bytes());
    let refused = Reader::new(text.as_bytes(), &limits)
        .and_then(|mut reader| reader.raw().map(|_| ()))
        .err();
    assert_eq!(refused.is_none(), explained.is_empty());
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
    explained.into_iter().map(|violation| violation.rule).collect()
}

#[test]
fn a_message_cut_anywhere_is_refused() {
    let text = r#"{"type":"update","id":"00000000-0000-4000-8000-000000000000","content_encoding":"toon","payload":{"kind":"log","data":"log[1]{t,v}:\n  1,0.5\u000a"}}"#;
    for end in 0..text.len() {
        let refusal = decode(&schema(), &text.as_bytes()[..end]).unwrap_err();
        assert_eq!(
            refusal.violations.iter().map(|violation| violation.rule).collect::<Vec<_>>(),
            [Rule::Syntax],
            "{}",
            &text[..end]
        );
    }
    assert!(decode(&schema(), text.as_bytes()).is_ok());
}

#[test]
fn deep_nesting_costs_no_stack() {
    assert_eq!(rules(WIDE, &"[".repeat(100_000)), [Rule::Depth]);
    assert_eq!(rules(WIDE, &"{\"a\":".repeat(100_000)), [Rule::Depth]);
    let unbounded = Limits { depth: usize::MAX, ..WIDE };
    assert_eq!(rules(unbounded, &"[".repeat(1_000_000)), [Rule::Depth], "whatever the schema says");
    let deepest = format!("{}{}", "[".repeat(Limits::DEEPEST), "]".repeat(Limits::DEEPEST));
    assert_eq!(rules(unbounded, &deepest), []);
    let tree = format!(
        "{}{{}}{}",
        "{\"children\":[".repeat(Limits::DEEPEST / 2 - 1),
        "]}".repeat(Limits::DEEPEST / 2 - 1)
    );
    assert_eq!(explain_value(&wide(unbounded), schema::TREE, tree.as_bytes()), []);
}

#[test]
fn many_members_are_compared_at_no_great_cost() {
    let mut text = String::from("{");
    for index in 0..65_534 {
        text += &format!("\"{index}\":0,");
    }
    assert_eq!(rules(WIDE, &format!("{text}\"x\":1}}")), []);
    assert_eq!(rules(WIDE, &format!("{text}\"7\":1}}")), [Rule::Duplicate]);
    assert_eq!(rules(WIDE, &format!("{text}\"x\":1,\"y\":1,\"z\":1}}")), [Rule::Members]);
}

#[test]
fn a_million_members_are_not_kept() {
    assert_eq!(
        rules(WIDE, &format!("{{{}\"a\":0}}", "\"a\":0,".repeat(1_000_000))),
        [Rule::Members]
    );
    assert_eq!(rules(WIDE, &format!("[{}0]", "[],".repeat(1_000_000))), [Rule::ListSize]);
    assert_eq!(rules(WIDE, &format!("\"{}\"", "\\n".repeat(10_000_000))), [Rule::StringSize]);
}

#[test]
fn an_explanation_is_bounded() {
    let start = Instant::now();
    let name = "n".repeat(60_000);
    let text = format!("{{\"{name}\":[{}1]}}", "{\"a\":0,\"a\":0},".repeat(60_000));
    let found = explain_value(&wide(WIDE), schema::JSON, text.as_bytes());
    assert!(found.iter().map(|violation| violation.pointer.len()).sum::<usize>() < 2 << 20);
    let text = format!("{{\"type\":\"all\",\"payload\":{{\"names\":[{}0]}}}}", "0,".repeat(60_000));
    assert_eq!(explain(&wide(WIDE), text.as_bytes()).len(), 1_000);
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
}

#[test]
fn a_small_document_does_not_stand_for_a_large_value() {
    let key = "k".repeat(30_000);
    let rows = "  1\\n".repeat(200_000);
    let text = format!(
        r#"{{"type":"update","id":"00000000-0000-4000-8000-000000000000","content_encoding":"toon","payload":{{"kind":"log","data":"[200000]{{{key}}}:\n{rows}"}}}}"#
    );
    let start = Instant::now();
    let limits = Limits { message: 2 << 20, ..WIDE };
    let found: Vec<_> = explain(&wide(limits), text.as_bytes())
        .into_iter()
        .map(|violation| violation.rule)
        .collect();
    assert_eq!(found, [Rule::Size]);
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
}

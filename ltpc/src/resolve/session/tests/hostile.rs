//! Schemas that nobody means: they are refused, never with a panic, and in time that grows as they do.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::One;
use crate::diagnostic::Diagnostic;

const LTP: &str = include_str!("../../../../../schema/ltp.ltp");

/// The schema without its pattern, whose automaton takes longer to build than all that is tested here.
fn schema() -> String {
    let lines = LTP.lines().map(|line| {
        if line.contains("where pattern") {
            "scalar CustomName = string where pattern \"x:[a-z]+\";"
        } else {
            line
        }
    });
    lines.map(|line| format!("{line}\n")).collect()
}

fn judged(text: &str) -> Vec<Diagnostic> {
    let loaded = crate::load::load("test.ltp", &One(text));
    let (model, mut found) = crate::resolve::resolve(&loaded);
    found.extend(crate::check::check(&model));
    found
}

/// The parts of a text that are words, and those between them.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    for (at, pair) in text.as_bytes().windows(2).enumerate() {
        if is_word(char::from(pair[0])) != is_word(char::from(pair[1])) {
            words.push(&text[start..=at]);
            start = at + 1;
        }
    }
    words.push(&text[start..]);
    words
}

#[test]
fn any_word_may_stand_for_any_other() {
    let schema = schema();
    let parts = words(&schema);
    let session = parts.iter().position(|part| *part == "session").unwrap();
    let end = parts.iter().position(|part| *part == "example").unwrap();
    // A linear congruential generator: the same mutants every time.
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..100 {
        let mut mutant = parts.clone();
        for _ in 0..=random(3) {
            let at = session + random(end - session);
            mutant[at] = parts[session + random(end - session)];
        }
        judged(&mutant.concat());
    }
}

#[test]
fn any_line_may_be_missing() {
    let schema = schema();
    let lines: Vec<&str> = schema.lines().collect();
    let session = lines.iter().position(|line| line.starts_with("session")).unwrap();
    for without in (session..lines.len()).step_by(5) {
        let text: String = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != without)
            .map(|(_, line)| format!("{line}\n"))
            .collect();
        judged(&text);
    }
}

/// A session whose client has `states` states, in each of which every one of `messages` messages is handled.
fn large(states: usize, messages: usize) -> String {
    let mut text = String::from("protocol demo \"1.0\";\nenvelope Plain tag \"type\" {}\n");
    for message in 0..messages {
        writeln!(text, "message M{message} \"m{message}\" in Plain {{ level: uint; note?: string; }}").unwrap();
    }
    text.push_str("session Talk between client, server {\nrole client {\nvar note: string?;\n");
    for state in 0..states {
        let kind = if state == 0 { "start" } else { "state" };
        writeln!(text, "{kind} S{state} {{\nvar level: uint = 1;\ntimer wait = 1 s;").unwrap();
        for message in 0..messages {
            let next = (state + message) % states;
            writeln!(
                text,
                "on M{message} m when has m.note and m.level + 1 > level => set note = m.note, arm wait -> S{next} {{ level = m.level }};"
            )
            .unwrap();
        }
        text.push_str("on timeout wait => send M0 { level = level, note = note };\n}\n");
    }
    text.push_str("any { on closed => ignore; on malformed => report; on message => report; }\n}\n");
    text.push_str("role server { start Begin { on Plain => deliver; ");
    for message in 0..messages {
        write!(text, "app M{message} => send; ").unwrap();
    }
    text.push_str("} }\n}\n");
    text
}

#[test]
#[allow(clippy::disallowed_methods)]
fn time_grows_as_the_schema_does() {
    let time = |text: &str| {
        let start = Instant::now();
        judged(text);
        start.elapsed()
    };
    // Four times the transitions; twelve leaves room for a machine that is busy with other things, and for nothing quadratic.
    let (small, big) = (large(20, 20), large(80, 20));
    let once = (0..3).map(|_| time(&small)).min().unwrap_or(Duration::MAX);
    let more = (0..3).map(|_| time(&big)).min().unwrap_or(Duration::MAX);
    assert!(more < once * 12, "{once:?}, then {more:?}");
}

#[test]
fn an_expression_may_be_as_deep_as_the_parser_lets_it() {
    let guard = |expression: &str| {
        format!(
            "protocol demo \"1.0\";\nenvelope Plain tag \"type\" {{}}\nmessage A \"a\" in Plain {{ n: uint; }}\n\
             session Talk between client, server {{\nrole client {{ start S {{ on A a when {expression} => ignore; }} }}\n\
             role server {{ start S {{ on open => send A {{ n = 1 }}; }} }}\n}}\n"
        )
    };
    let errors = |expression: &str| {
        judged(&guard(expression))
            .into_iter()
            .filter(|one| one.code.starts_with('E'))
            .count()
    };
    assert_eq!(errors(&format!("a.n == {}1", "1 + ".repeat(200))), 0);
    assert_eq!(errors(&format!("{}a.n == 1", "not ".repeat(200))), 0);
    assert_eq!(errors(&format!("a.n == {}1{}", "(".repeat(50), ")".repeat(50))), 0);
}

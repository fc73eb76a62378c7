//! Generated machines do what the interpreter does, whatever happens to them.

#![allow(clippy::unwrap_used, clippy::panic)]

mod machines {
    pub mod ctp;
    pub mod ltp;
    pub mod packetflow;
    pub mod pending;
    pub mod placed;
    pub mod policy;
    pub mod sessions;
}

use std::sync::Arc;

use ltp_runtime::{policy::Memory, session::InPlace};
use ltpc::{
    disk::FsLoader,
    interpret::{Program, script::run},
};
use protocol_tests::scripts::{Vocabulary, parsed_script, random};

use machines::placed::{Count, Placed};

/// How many scripts each role gets.
const SCRIPTS: u64 = 500;

/// Runs random scripts on both; says how many inputs and actions there were.
fn compare<M: InPlace>(
    schema: &str,
    role: &str,
    vocabulary: &Vocabulary,
    machine: impl Fn(usize) -> M,
    call: impl Fn(usize) -> M::Call,
) -> usize
where
    M::Draft<'static>: From<M::Call>,
{
    compare_counting(schema, role, vocabulary, machine, call).0
}

/// The same; says also what was done in place, by a machine by which all is that can be.
fn compare_counting<M: InPlace>(
    schema: &str,
    role: &str,
    vocabulary: &Vocabulary,
    machine: impl Fn(usize) -> M,
    call: impl Fn(usize) -> M::Call,
) -> (usize, Count)
where
    M::Draft<'static>: From<M::Call>,
{
    let compilation = ltpc::compile(schema, &FsLoader);
    let model = Arc::new(compilation.model.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics)));
    let program = Program::new(Arc::clone(&model), None, Some(role), true).unwrap();
    let same = |text: &str, of: &str| {
        serde_json::from_str::<serde_json::Value>(text).unwrap() == serde_json::from_str::<serde_json::Value>(of).unwrap()
    };
    let count = Count::default();
    let mut lines = 0;
    for seed in 0..SCRIPTS {
        let text = random(&program, vocabulary, seed, 40);
        let script = parsed_script(&text);
        let expected = script.run(Arc::clone(&model)).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let options = serde_json::to_string(&script.options).unwrap();
        let options = vocabulary.options.iter().position(|of| same(&options, of)).unwrap();
        let known = || Memory::new(script.registry(&model).unwrap());
        let call = |draft: &str| Ok(call(vocabulary.calls.iter().position(|of| same(draft, of)).unwrap()));
        let placed = Placed::new(machine(options), count.clone());
        for found in [run(&script, machine(options), known(), call), run(&script, placed, known(), call)] {
            let found = found.unwrap_or_else(|error| panic!("{error}\n{text}"));
            for (index, (expected, found)) in expected.iter().zip(&found).enumerate() {
                assert_eq!(found, expected, "seed {seed}, line {index} of the trace of\n{text}");
            }
            assert_eq!(found.len(), expected.len(), "seed {seed}\n{text}");
        }
        lines += expected.len();
    }
    (lines, count)
}

#[test]
fn the_walker_walks_as_the_interpreter_does() {
    let lines = compare(
        "schemas/sessions.ltp",
        "walker",
        &machines::sessions::WALKER,
        machines::sessions::walker,
        machines::sessions::walker_call,
    );
    assert!(lines > 10_000, "{lines} lines");
}

#[test]
fn the_keeper_keeps_as_the_interpreter_does() {
    let lines = compare(
        "schemas/sessions.ltp",
        "keeper",
        &machines::sessions::KEEPER,
        machines::sessions::keeper,
        machines::sessions::keeper_call,
    );
    assert!(lines > 10_000, "{lines} lines");
}

#[test]
fn the_client_does_as_the_interpreter_does() {
    let (lines, count) = compare_counting(
        "../schema/ltp.ltp",
        "client",
        &machines::ltp::CLIENT,
        machines::ltp::client,
        machines::ltp::client_call,
    );
    assert!(lines > 10_000, "{lines} lines");
    count.assert_all();
}

#[test]
fn the_server_does_as_the_interpreter_does() {
    let (lines, count) = compare_counting(
        "../schema/ltp.ltp",
        "server",
        &machines::ltp::SERVER,
        machines::ltp::server,
        machines::ltp::server_call,
    );
    assert!(lines > 5_000, "{lines} lines");
    count.assert_all();
}

#[test]
fn the_device_does_as_the_interpreter_does() {
    let lines = compare(
        "../schema/ctp.ltp",
        "device",
        &machines::ctp::DEVICE,
        machines::ctp::device,
        machines::ctp::device_call,
    );
    assert!(lines > 5_000, "{lines} lines");
}

#[test]
fn the_gateway_does_as_the_interpreter_does() {
    let lines = compare(
        "../schema/ctp.ltp",
        "gateway",
        &machines::ctp::GATEWAY,
        machines::ctp::gateway,
        machines::ctp::gateway_call,
    );
    assert!(lines > 5_000, "{lines} lines");
}

#[test]
fn claims_and_meters_of_a_device_are_as_in_the_interpreter() {
    let lines = compare(
        "schemas/policy.ltp",
        "device",
        &machines::policy::DEVICE,
        machines::policy::device,
        machines::policy::device_call,
    );
    assert!(lines > 10_000, "{lines} lines");
}

#[test]
fn claims_and_meters_of_a_gate_are_as_in_the_interpreter() {
    let lines = compare(
        "schemas/policy.ltp",
        "gate",
        &machines::policy::GATE,
        machines::policy::gate,
        machines::policy::gate_call,
    );
    assert!(lines > 10_000, "{lines} lines");
}

#[test]
fn what_waits_for_answers_waits_as_in_the_interpreter() {
    let lines = compare(
        "schemas/pending.ltp",
        "asker",
        &machines::pending::ASKER,
        machines::pending::asker,
        machines::pending::asker_call,
    );
    assert!(lines > 10_000, "{lines} lines");
}

#[test]
fn the_reactor_client_does_as_the_interpreter_does() {
    let lines = compare(
        "../schema/packetflow.ltp",
        "client",
        &machines::packetflow::CLIENT,
        machines::packetflow::client,
        machines::packetflow::client_call,
    );
    assert!(lines > 10_000, "{lines} lines");
}

#[test]
fn the_reactor_node_does_as_the_interpreter_does() {
    let lines = compare(
        "../schema/packetflow.ltp",
        "node",
        &machines::packetflow::NODE,
        machines::packetflow::node,
        machines::packetflow::node_call,
    );
    assert!(lines > 10_000, "{lines} lines");
}

/// A comparison in which nothing is ever answered, late or given up would say nothing.
#[test]
fn random_scripts_answer_requests_in_every_way() {
    let compilation = ltpc::compile("schemas/pending.ltp", &FsLoader);
    let model = Arc::new(compilation.model.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics)));
    let program = Program::new(Arc::clone(&model), None, Some("asker"), true).unwrap();
    let mut said = std::collections::BTreeMap::new();
    for seed in 0..SCRIPTS {
        let script = parsed_script(&random(&program, &machines::pending::ASKER, seed, 40));
        for line in script.run(Arc::clone(&model)).unwrap() {
            let ways = [
                "\"code\":\"LATE\"",
                "\"code\":\"GONE\"",
                "\"sum\":-1",
                "\"sum\":7",
                "\"text\":\"yes\"",
                "\"full\":3",
                "\"message\":\"cancel\"",
                "\"stop\"",
            ];
            for way in ways.into_iter().filter(|way| line.contains(way)) {
                *said.entry(way).or_insert(0) += 1;
            }
        }
    }
    println!("{said:?}");
    assert!(said.len() == 8 && said.values().all(|count| *count >= 5), "{said:?}");
}

/// What the scripts of claims and meters come to: a comparison that never meets a limit would say nothing.
#[test]
fn random_scripts_meet_every_limit_and_every_tier() {
    let compilation = ltpc::compile("schemas/policy.ltp", &FsLoader);
    let model = Arc::new(compilation.model.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics)));
    let program = Program::new(Arc::clone(&model), None, Some("gate"), true).unwrap();
    let mut said = std::collections::BTreeMap::new();
    for seed in 0..SCRIPTS {
        let script = parsed_script(&random(&program, &machines::policy::GATE, seed, 40));
        for line in script.run(Arc::clone(&model)).unwrap() {
            for member in ["\"why\":\"", "\"welcome\",\"trust\":\"", "\"close\":\""] {
                if let Some((_, rest)) = line.split_once(member) {
                    let (text, _) = rest.split_once('"').unwrap();
                    *said.entry(text.to_owned()).or_insert(0) += 1;
                }
            }
        }
    }
    println!("{said:?}");
    let refusals = ["greetings", "floor", "often", "rows", "held", "not you", "too high", "rude"];
    for expected in refusals.iter().chain(&["ROOT", "STAFF", "member", "GUEST"]) {
        assert!(said.get(*expected).is_some_and(|count| *count >= 5), "{expected}: {said:?}");
    }
}

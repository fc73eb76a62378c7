//! Vectors of sessions: scripts that take every transition, found by trying.
//!
//! Nothing is proven about what cannot be reached: a transition that no try takes is named in [`Coverage::missed`].

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ltp_runtime::session::{Machine as _, SplitMix64};
use serde_json::{Map, Value as Json, json};

use super::{
    MessageVector, SessionVector, messages,
    vocabulary::{Memory, Vocabulary, below, pick, remember},
};
use crate::{
    interpret::{
        Program,
        script::{Script, Stepper},
    },
    model::{Keyed, MessageId, Model, Transition, Trigger},
};

/// What the scripts of a role take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// `Session.role`.
    pub role: String,
    /// How many transitions there are, those of `any` once for each state.
    pub all: usize,
    /// Those that no script takes: `State: trigger (line of the schema)`.
    pub missed: Vec<String>,
}

/// Inputs of a script.
const LENGTH: usize = 64;
/// How often a frame comes again.
const BURST: usize = 32;
/// Scripts that may be tried for a role.
const TRIES: u64 = 4_000;
/// Scripts without anything new after which no more are tried.
const PATIENCE: u64 = 700;
/// Scripts of each role, whether they take something new or not.
const LEAST: usize = 12;
/// How long nothing happens, in milliseconds.
const PAUSES: [u64; 9] = [0, 0, 1, 40, 1_000, 2_500, 16_000, 61_000, 2_000_000];
const UNIX: u64 = 1_731_700_000_123;
const PEER: &str = "192.0.2.7";

/// For every transition of every role of a model's own sessions a script that takes it, where one is found.
#[must_use]
pub fn sessions(model: &Arc<Model>) -> (Vec<SessionVector>, Vec<Coverage>) {
    let texts = messages(model);
    let (mut vectors, mut coverage) = (Vec::new(), Vec::new());
    for session in model.sessions.iter().filter(|session| session.decl.module.0 == 0) {
        for role in &session.roles {
            let program = Program::new(Arc::clone(model), Some(&session.decl.name), Some(&role.name), true);
            if let Ok(program) = program {
                coverage.push(of_role(&program, &texts, &mut vectors));
            }
        }
    }
    (vectors, coverage)
}

fn of_role(program: &Arc<Program>, texts: &[MessageVector], vectors: &mut Vec<SessionVector>) -> Coverage {
    let (session, role) = (program.session(), program.role());
    let name = format!("{}.{}", session.decl.name, role.name);
    let vocabulary = Vocabulary::new(program, texts);
    let mut left: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for (at, state) in role.states.iter().enumerate() {
        for (index, transition) in state.transitions.iter().enumerate() {
            left.insert((at, index), format!("{}: {}", state.name, described(program, transition)));
        }
    }
    let all = left.len();
    let (mut found, mut idle) = (0, 0);
    for seed in 0..TRIES {
        if idle > PATIENCE || left.is_empty() && found >= LEAST {
            break;
        }
        let Some(attempt) = attempt(program, &vocabulary, seed) else {
            continue;
        };
        let new: Vec<(usize, usize)> = attempt.taken.iter().copied().filter(|taken| left.contains_key(taken)).collect();
        idle += 1;
        if new.is_empty() && found >= LEAST {
            continue;
        }
        if !new.is_empty() {
            idle = 0;
        }
        let Ok(trace) = Script::parse(&attempt.lines.join("\n")).and_then(|script| script.run(Arc::clone(program.model()))) else {
            continue;
        };
        found += 1;
        vectors.push(SessionVector {
            name: format!("{name} {found}"),
            covers: new.iter().filter_map(|taken| left.remove(taken)).collect(),
            script: attempt.lines,
            trace,
        });
    }
    Coverage {
        role: name,
        all,
        missed: left.into_values().collect(),
    }
}

struct Attempt {
    lines: Vec<String>,
    taken: BTreeSet<(usize, usize)>,
}

/// A script of random inputs; the same seed gives the same.
fn attempt(program: &Arc<Program>, vocabulary: &Vocabulary, seed: u64) -> Option<Attempt> {
    let mut random = SplitMix64::new(seed);
    let options = vocabulary.options(&mut random).clone();
    // Where much time passes, little else happens before everything ends.
    let calm = !seed.is_multiple_of(3);
    let framed = program.framing().is_some();
    let mut head = json!({
        "session": program.session().decl.name,
        "role": program.role().name,
        "options": options,
        "seed": seed,
        "unix": UNIX,
        "peer": PEER,
    });
    if !vocabulary.registry().is_null() {
        head["registry"] = vocabulary.registry().clone();
    }
    let mut lines = vec![head.to_string()];
    let mut stepper = Stepper::new(program, &Script::parse(&lines[0]).ok()?).ok()?;
    stepper.machine_mut().watch();
    let mut memory = Memory::new();
    let mut rows: Vec<Json> = Vec::new();
    for (name, option) in &options {
        memory.insert(name.clone(), option.to_string());
    }
    // Frames that come again and again meet the limits of meters.
    let (mut burst, mut last) = (0, None);
    for step in 0..LENGTH {
        if burst == 0 && below(&mut random, 40) == 0 {
            burst = BURST;
        }
        let pause = match (stepper.asked(), step, below(&mut random, if calm { 16 } else { 3 })) {
            (true, ..) | (_, 0, _) => 0,
            _ if burst > 0 => 0,
            (_, _, 0) => stepper.machine().next_deadline().map_or(0, |due| due.saturating_sub(stepper.at())),
            _ => pick(&mut random, if calm { &PAUSES[..4] } else { &PAUSES }).copied().unwrap_or(0),
        };
        // What ticks fast is not left alone for long: its trace would be endless.
        let next = stepper
            .machine()
            .next_deadline()
            .map_or(pause, |due| due.saturating_sub(stepper.at()));
        let at = stepper.at().saturating_add(pause.min(next.saturating_mul(8)));
        let (name, value) = if step == 0 {
            (
                "start",
                pick(&mut random, &[Json::Null, stored(program, &memory)])
                    .cloned()
                    .unwrap_or_default(),
            )
        } else if stepper.asked() {
            ("found", found(&mut random, &rows))
        } else if burst > 0
            && let Some(last) = last.clone()
        {
            burst -= 1;
            last
        } else {
            event(&mut random, program, vocabulary, &memory, framed)
        };
        if name == "message" {
            last = Some((name, value.clone()));
        }
        let line = json!({ "at": at, name: value }).to_string();
        let before = stepper.trace().len();
        stepper.line(&line).ok()?;
        lines.push(line);
        for line in &stepper.trace()[before..] {
            remember(line, &mut memory);
            answerable(program, &mut memory);
            rows.extend(
                serde_json::from_str::<Json>(line)
                    .ok()
                    .and_then(|line| line.get("store")?.get("value").cloned()),
            );
        }
        if stepper.machine().is_ended() && below(&mut random, 3) == 0 {
            break;
        }
    }
    Some(Attempt {
        lines,
        taken: stepper.machine().taken(),
    })
}

fn event(random: &mut SplitMix64, program: &Program, vocabulary: &Vocabulary, memory: &Memory, framed: bool) -> (&'static str, Json) {
    let pendings = &program.role().pendings;
    match below(random, 24) {
        8 if !pendings.is_empty() => {
            let pending = &pendings[below(random, pendings.len())];
            let key = pending.keys.first().and_then(|key| wire(program, pending.request, key.request));
            let known = key
                .and_then(|name| memory.get(name))
                .map_or("nobody", |text| text.trim_matches('"'));
            ("cancel", Json::String(known.to_owned()))
        }
        0..=4 => ("open", json!(true)),
        5 => ("closed", json!("gone")),
        6 => ("oversized", json!(100_000_000)),
        7..=11 => match vocabulary.call(random, memory).and_then(|draft| serde_json::from_str(&draft).ok()) {
            Some(draft) => ("call", draft),
            None => ("open", json!(true)),
        },
        12 if below(random, 4) == 0 => ("close", json!(true)),
        _ => ("message", Json::String(vocabulary.frame(random, memory, framed))),
    }
}

/// What a request said of itself, an answer may say under its own names.
fn answerable(program: &Program, memory: &mut Memory) {
    for pending in &program.role().pendings {
        for key in &pending.keys {
            let asked = wire(program, pending.request, key.request)
                .and_then(|name| memory.get(name))
                .cloned();
            let names = pending.replies.iter().zip(&key.replies);
            for name in names.filter_map(|(reply, member)| wire(program, *reply, (*member)?)) {
                if let Some(asked) = &asked {
                    memory.insert(name.to_owned(), asked.clone());
                }
            }
        }
    }
}

/// The name on the wire of a member by which messages are told apart.
fn wire(program: &Program, message: MessageId, member: Keyed) -> Option<&str> {
    let model = program.model();
    let members = match member {
        Keyed::Body(_) => &model.body_record(message)?.members,
        Keyed::Envelope(_) => &model[model[message].envelope].members,
    };
    let (Keyed::Body(index) | Keyed::Envelope(index)) = member;
    Some(&members.get(index)?.wire)
}

/// A row that was stored before, one that is not there, or one that is none.
fn found(random: &mut SplitMix64, rows: &[Json]) -> Json {
    match below(random, 5) {
        0 => Json::Null,
        1 => json!({}),
        2 => json!({ "client_id": "another", "key": "another", "value": "another" }),
        _ => pick(random, rows).cloned().unwrap_or(json!({ "client_id": "x" })),
    }
}

/// What may be stored where the role's persisted variables are.
fn stored(program: &Program, memory: &Memory) -> Json {
    let samples = super::samples::Samples::new(program.schema(), super::samples::Measure::Full, 0);
    let kept = program.role().persists.iter().filter_map(|var| {
        let ty = program.tables().type_id(&var.ty)?;
        let value = memory.get(&var.name).cloned().unwrap_or_else(|| samples.value(ty).to_json());
        Some((var.name.clone(), serde_json::from_str(&value).ok()?))
    });
    let kept: Map<String, Json> = kept.collect();
    if kept.is_empty() { Json::Null } else { Json::Object(kept) }
}

fn described(program: &Program, transition: &Transition) -> String {
    let model = program.model();
    let named = |messages: &[crate::model::MessageId]| {
        let names: Vec<&str> = messages.iter().map(|id| model[*id].decl.name.as_str()).collect();
        names.join(" | ")
    };
    let role = program.role();
    let what = match &transition.trigger {
        Trigger::Enter => "enter".to_owned(),
        Trigger::Every(_) => "every".to_owned(),
        Trigger::After(_) => "after".to_owned(),
        Trigger::Open => "on open".to_owned(),
        Trigger::Closed => "on closed".to_owned(),
        Trigger::Malformed => "on malformed".to_owned(),
        Trigger::Timeout(_) => "on timeout".to_owned(),
        Trigger::Due(index) => format!("on due {}", role.retries[*index].name),
        Trigger::Found => "on found".to_owned(),
        Trigger::Missing => "on missing".to_owned(),
        Trigger::AnyMessage => "on message".to_owned(),
        Trigger::Messages(messages) => format!("on {}", named(messages)),
        Trigger::App(messages) => format!("app {}", named(messages)),
        Trigger::AppClose => "app close".to_owned(),
        Trigger::Cancel(index) => format!("app cancel {}", role.pendings[*index].name),
        Trigger::Repeat(_) => "unique".to_owned(),
    };
    let guarded = if transition.guard.is_some() { " when" } else { "" };
    format!("{what}{guarded} (octet {})", transition.span.start)
}

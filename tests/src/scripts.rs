//! Random scripts for session machines: the interpreter is run while a script is made, so that it knows what may come next.

use std::sync::Arc;

use ltp_runtime::{
    codec::{Rule, Violation},
    policy::{Memory, Registry},
    session::{Action, Context, Input, Machine, Now, Readable, Refusal, SplitMix64, script::describe_action},
};
use ltpc::interpret::{Options, Program, registry, script::Script};
use serde_json::{Map, Value, json};

/// What may happen to a role. Texts may hold `$name`: the last text that stood as `"name"` in what the machine asked for, or behind
/// the header `name`, with `_` for `-`.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    /// Options, as JSON objects.
    pub options: &'static [&'static str],
    /// What may be stored when it starts, as JSON; `null` for nothing.
    pub stored: &'static [&'static str],
    /// Frames.
    pub messages: &'static [&'static str],
    /// Drafts, as JSON.
    pub calls: &'static [&'static str],
    /// Rows, as JSON; `null` for none.
    pub rows: &'static [&'static str],
    /// The agents that are known, as JSON; `null` for none.
    pub registry: &'static str,
    /// Keys of requests that are given up.
    pub cancels: &'static [&'static str],
}

/// How long nothing happens, in milliseconds.
const PAUSES: [u64; 12] = [0, 0, 0, 1, 7, 40, 150, 1_000, 2_500, 5_000, 16_000, 61_000];

/// A script of at most `length` inputs; the same seed gives the same script.
///
/// # Panics
/// If the vocabulary's options do not conform.
#[must_use]
#[allow(clippy::expect_used)]
pub fn random(program: &Arc<Program>, vocabulary: &Vocabulary, seed: u64, length: usize) -> String {
    let mut choice = Choice(SplitMix64::new(seed));
    let options = choice.of(vocabulary.options);
    let read: Map<String, Value> = serde_json::from_str(options).expect("options are an object");
    let mut maker = Maker {
        machine: program.machine(Options::read(program, &read).expect("options conform")),
        entropy: SplitMix64::new(seed ^ 0x5eed),
        policy: Memory::new(known(program, vocabulary)),
        trace: String::new(),
        at: 0,
        asked: false,
    };
    let head = json!({
        "session": program.session().decl.name,
        "role": program.role().name,
        "options": read,
        "seed": seed ^ 0x5eed,
        "unix": UNIX,
        "peer": PEER,
        "registry": parsed(vocabulary.registry),
    });
    let mut lines = vec![head.to_string()];
    let mut started = false;
    for _ in 0..length {
        let pause = if maker.asked || !started { 0 } else { choice.of(&PAUSES) };
        let at = maker.at + pause;
        maker.advance(at);
        let event = if maker.asked {
            ("found", parsed(&maker.filled(choice.of(vocabulary.rows))))
        } else if started {
            event(&mut choice, vocabulary, &maker)
        } else {
            started = true;
            ("start", parsed(&maker.filled(choice.of(vocabulary.stored))))
        };
        maker.happen(at, event.0, &event.1, program);
        lines.push(json!({ "at": at, event.0: event.1 }).to_string());
        if maker.machine.is_ended() && choice.below(3) == 0 {
            break;
        }
    }
    if !maker.asked {
        lines.push(json!({ "at": maker.at + 100_000 }).to_string());
    }
    lines.join("\n")
}

#[allow(clippy::expect_used)]
fn known(program: &Arc<Program>, vocabulary: &Vocabulary) -> Registry {
    match parsed(vocabulary.registry) {
        Value::Null => Registry::default(),
        known => registry::read(program.model(), known).expect("the registry is one"),
    }
}

/// Reads a script.
///
/// # Panics
/// If it is none.
#[must_use]
#[allow(clippy::panic)]
pub fn parsed_script(text: &str) -> Script {
    Script::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

const UNIX: u64 = 1_731_700_000_123;

const PEER: &str = "192.0.2.7";

fn event(choice: &mut Choice, vocabulary: &Vocabulary, maker: &Maker) -> (&'static str, Value) {
    match choice.below(20) {
        0..=3 => ("open", json!(true)),
        4 => ("closed", json!("gone")),
        5 => ("oversized", json!(10_000_000)),
        6..=8 if !vocabulary.calls.is_empty() => ("call", parsed(choice.of(vocabulary.calls))),
        9 if choice.below(4) == 0 => ("close", json!(true)),
        10..=11 if !vocabulary.cancels.is_empty() => ("cancel", json!(choice.of(vocabulary.cancels))),
        _ => ("message", Value::String(maker.filled(choice.of(vocabulary.messages)))),
    }
}

#[allow(clippy::panic)]
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

struct Choice(SplitMix64);

impl Choice {
    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.0.next_u64() >> 33).unwrap_or(0) % count.max(1)
    }

    fn of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// The interpreter, as far as the script goes.
struct Maker {
    machine: ltpc::interpret::Machine,
    entropy: SplitMix64,
    policy: Memory,
    /// Everything that it asked for, as text.
    trace: String,
    at: u64,
    asked: bool,
}

impl Maker {
    /// Meets the deadlines that come before a line.
    fn advance(&mut self, at: u64) {
        while let Some(due) = self
            .machine
            .next_deadline()
            .filter(|due| *due <= at && !self.asked && !self.machine.is_ended())
        {
            self.at = self.at.max(due);
            self.step(Input::Due);
        }
        self.at = at;
    }

    #[allow(clippy::panic)]
    fn happen(&mut self, at: u64, name: &str, value: &Value, program: &Arc<Program>) {
        self.at = at;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let stored = |value: &Value| (!value.is_null()).then(|| value.to_string());
        let input = match name {
            "start" => Input::Start { persisted: stored(value) },
            "open" => Input::Opened,
            "closed" => Input::Closed { reason: text(value) },
            "oversized" => Input::Malformed(Refusal {
                tag: None,
                message: None,
                size: value.as_u64().unwrap_or(0),
                violations: vec![Violation {
                    pointer: String::new(),
                    rule: Rule::Size,
                    expected: "less".into(),
                    actual: "more".to_owned(),
                    position: None,
                }],
                readable: Readable::default(),
            }),
            "call" => match program.draft(value.to_string().as_bytes()) {
                Ok(draft) => Input::Call(draft),
                Err(violations) => panic!("{value} is no draft: {violations:?}"),
            },
            "close" => Input::Close,
            "cancel" => Input::Cancel(text(value)),
            "found" => Input::Found(stored(value)),
            _ => match self.machine.decode(text(value).as_bytes()) {
                Ok(message) => Input::Message(message),
                Err(refusal) => Input::Malformed(refusal),
            },
        };
        self.step(input);
    }

    fn step(&mut self, input: Input<ltp_runtime::codec::Decoded, ltpc::interpret::Draft>) {
        let mut actions = Vec::new();
        let now = Now {
            ticks: self.at,
            unix: UNIX + self.at,
        };
        self.machine.handle(
            input,
            &mut Context {
                now,
                entropy: &mut self.entropy,
                peer: PEER,
                policy: &mut self.policy,
            },
            &mut actions,
        );
        self.asked = actions.iter().any(|action| matches!(action, Action::Lookup { .. }));
        for action in &actions {
            self.trace.push_str(&describe_action(&self.machine, action));
            self.trace.push('\n');
        }
    }

    /// The text with what `$name` stands for.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split('$');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            filled.push_str(self.last(name));
            filled.push_str(rest);
        }
        filled
    }

    fn last(&self, name: &str) -> &str {
        let last = |key: &str, end: [char; 2]| {
            let at = self.trace.rfind(key)?;
            self.trace[at + key.len()..].split(end).next()
        };
        let header = format!("{}: ", name.replace('_', "-"));
        last(&format!("\"{name}\":\""), ['"'; 2])
            .or_else(|| last(&header, ['\\', '"']))
            .unwrap_or("00000000-0000-4000-8000-000000000000")
    }
}

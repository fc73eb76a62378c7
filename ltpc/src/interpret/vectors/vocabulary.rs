//! What may happen to a machine, made from the schema alone.

use std::{collections::BTreeMap, sync::Arc};

use ltp_runtime::{
    codec::Value,
    schema::Limits,
    session::{Entropy as _, SplitMix64},
};
use serde_json::{Map, Value as Json};

use super::{
    MessageVector,
    samples::{Measure, Samples},
};
use crate::{
    interpret::{Program, constant::text_of, form},
    model::{Model, TypeKind, Var},
};

/// Frames, drafts and options to choose from.
pub(super) struct Vocabulary {
    /// Texts that conform, by message.
    accepted: Vec<Vec<String>>,
    /// Texts that do not, one of each rule and message.
    refused: Vec<String>,
    /// Drafts, by message.
    calls: Vec<Vec<String>>,
    /// What the application chooses.
    options: Vec<Map<String, Json>>,
    /// Members that must not repeat.
    uniques: Vec<String>,
    /// Names of agents with tiers and keys.
    registry: Json,
}

/// Octets past which a text only makes scripts long.
const LONG: usize = 600;

/// The last value that stood under each name, as JSON text.
pub(super) type Memory = BTreeMap<String, String>;

impl Vocabulary {
    pub fn new(program: &Arc<Program>, messages: &[MessageVector]) -> Self {
        let model = program.model();
        let mut accepted = vec![Vec::new(); model.messages.len()];
        let mut calls = vec![Vec::new(); model.messages.len()];
        let mut refused: BTreeMap<(Option<&str>, &str), String> = BTreeMap::new();
        for vector in messages {
            let Some(text) = &vector.text else { continue };
            match (&vector.encoded, vector.violations.first()) {
                (None, Some(first)) if text.len() < LONG => {
                    refused
                        .entry((vector.message.as_deref(), first.rule))
                        .or_insert_with(|| text.clone());
                }
                (Some(encoded), _) if encoded.len() < LONG => {
                    if let Ok(decoded) = ltp_runtime::codec::decode(program.schema(), text.as_bytes()) {
                        accepted[decoded.message].push(text.clone());
                        calls[decoded.message].extend(drafts(program, &decoded));
                    }
                }
                _ => {}
            }
        }
        for drafts in &mut calls {
            drafts.sort();
            drafts.dedup();
        }
        Self {
            accepted,
            refused: refused.into_values().collect(),
            calls,
            options: options(program),
            uniques: program
                .role()
                .uniques
                .iter()
                .map(|unique| model[unique.envelope].members[unique.member].wire.clone())
                .collect(),
            registry: registry(model),
        }
    }

    pub fn options(&self, random: &mut SplitMix64) -> &Map<String, Json> {
        &self.options[below(random, self.options.len())]
    }

    pub fn registry(&self) -> &Json {
        &self.registry
    }

    /// A frame that conforms, or not. Values that stood under a name before stand there again, mostly.
    pub fn frame(&self, random: &mut SplitMix64, memory: &Memory, framed: bool) -> String {
        if below(random, 6) == 0
            && let Some(text) = pick(random, &self.refused)
        {
            return text.clone();
        }
        let of = &self.accepted[below(random, self.accepted.len())];
        // The first are plain samples.
        let of = if below(random, 2) == 0 { of.get(..2).unwrap_or(of) } else { of };
        let Some(text) = pick(random, of) else { return "{}".to_owned() };
        if framed {
            return self.filled_lines(random, text, memory);
        }
        match Value::parse(text, &Limits::NONE) {
            Some(mut value) => {
                self.fill(random, &mut value, memory);
                text_of(&value)
            }
            None => text.clone(),
        }
    }

    /// A draft of a message of which there is one.
    pub fn call(&self, random: &mut SplitMix64, memory: &Memory) -> Option<String> {
        let stands: Vec<_> = self.calls.iter().filter(|of| !of.is_empty()).collect();
        let of = stands.get(below(random, stands.len()))?;
        let mut value = Value::parse(pick(random, of)?, &Limits::NONE)?;
        self.fill(random, &mut value, memory);
        Some(text_of(&value))
    }

    fn fill(&self, random: &mut SplitMix64, value: &mut Value, memory: &Memory) {
        let Value::Object(members) = value else { return };
        for (name, value) in members {
            match value {
                Value::String(text) if self.uniques.contains(name) => {
                    if below(random, 4) > 0 {
                        *text = format!("u{}", random.next_u32());
                    }
                }
                Value::String(_) | Value::Number(_) => {
                    if let Some(known) = memory.get(name).filter(|_| below(random, 4) > 0)
                        && let Some(known) = Value::parse(known, &Limits::NONE)
                        && std::mem::discriminant(&known) == std::mem::discriminant(value)
                    {
                        *value = known;
                    }
                }
                other => self.fill(random, other, memory),
            }
        }
    }

    /// The same for the headers of framed text.
    fn filled_lines(&self, random: &mut SplitMix64, text: &str, memory: &Memory) -> String {
        let filled = text.split_inclusive('\n').map(|line| {
            let known = line.split_once(':').and_then(|(name, _)| Some((name, memory.get(name)?)));
            match known.filter(|_| below(random, 4) > 0) {
                Some((name, value)) => format!("{name}: {}\n", value.trim_matches('"')),
                None => line.to_owned(),
            }
        });
        filled.collect()
    }
}

/// Notes every text and number that stands under a name, in JSON or in the headers of a text within.
pub(super) fn remember(line: &str, memory: &mut Memory) {
    if let Some(value) = Value::parse(line, &Limits::NONE) {
        note(&value, memory);
    }
}

fn note(value: &Value, memory: &mut Memory) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) => {
                        memory.insert(name.clone(), text_of(value));
                        for (name, value) in text.lines().filter_map(|line| line.split_once(": ")) {
                            memory.insert(name.to_owned(), text_of(&Value::String(value.to_owned())));
                        }
                    }
                    Value::Number(_) => _ = memory.insert(name.clone(), text_of(value)),
                    other => note(other, memory),
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| note(item, memory)),
        _ => {}
    }
}

pub(super) fn below(random: &mut SplitMix64, bound: usize) -> usize {
    usize::try_from(random.next_u64() >> 33).unwrap_or(0) % bound.max(1)
}

pub(super) fn pick<'t, T>(random: &mut SplitMix64, of: &'t [T]) -> Option<&'t T> {
    of.get(below(random, of.len()))
}

/// Drafts of a message: with all that its envelope says, and with nothing of it.
fn drafts(program: &Program, decoded: &ltp_runtime::codec::Decoded) -> Vec<String> {
    let whole = form::json(program.schema(), decoded);
    let envelope = &program.schema().envelopes[program.schema().messages[decoded.message].envelope as usize];
    let Some(Value::Object(members)) = Value::parse(&whole, &Limits::NONE) else {
        return Vec::new();
    };
    let own = members
        .into_iter()
        .filter(|(name, _)| !envelope.members.iter().any(|member| member.name == *name));
    let bare = text_of(&Value::Object(own.collect()));
    vec![whole, bare]
}

/// Only what must be said, and everything.
fn options(program: &Program) -> Vec<Map<String, Json>> {
    let sample = |var: &Var, measure| {
        let ty = program.tables().type_id(&var.ty)?;
        let value = Samples::new(program.schema(), measure, 0).value(ty).to_json();
        Some((var.name.clone(), serde_json::from_str(&value).ok()?))
    };
    let declared = &program.role().options;
    let must = declared.iter().filter(|var| var.init.is_none() && !var.ty.nullable);
    let least: Map<String, Json> = must.filter_map(|var| sample(var, Measure::Least)).collect();
    let all = declared.iter().filter(|var| !matches!(var.ty.kind, TypeKind::Duration));
    let full = all.filter_map(|var| sample(var, Measure::Full)).collect();
    vec![least, full]
}

/// An agent of each tier, and the sample's own name with the highest.
fn registry(model: &Model) -> Json {
    let Some(tiers) = model.tiers.first() else { return Json::Null };
    let variants = &model[tiers.of].variants;
    let agents = variants.iter().zip(&tiers.levels).map(|(variant, level)| {
        let mut agent = Map::new();
        agent.insert("tier".to_owned(), Json::String(variant.name.clone()));
        if level.by_key {
            agent.insert("key".to_owned(), Json::String("x".to_owned()));
        }
        (format!("agent-{}", variant.name.to_ascii_lowercase()), Json::Object(agent))
    });
    Json::Object(agents.collect())
}

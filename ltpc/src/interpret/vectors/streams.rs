//! Vectors of streams: texts that are cut anywhere, and what a receiver makes of the pieces.

use std::fmt::Write as _;

use ltp_runtime::{
    schema::{BodyEnd, Mismatch, Schema},
    session::SplitMix64,
    text::{self, Broken, Frame, Splitter},
};
use serde::Serialize;

use super::{
    Found, Lengths, MessageVector, messages, rule_of,
    vocabulary::{below, pick},
};
use crate::{interpret::lower, model::Model};

/// What comes in from a stream, and what is made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StreamVector {
    /// What the case is about.
    pub name: String,
    /// The rule for lengths that disagree: `strict` or `advisory`.
    pub mismatch: &'static str,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// For each step, what comes of it. What is broken is the last.
    pub came: Vec<Vec<Came>>,
}

/// What happens to a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Octets come, in hexadecimal digits.
    Octets(String),
    /// Nothing comes for a while.
    Pause,
    /// Nothing will come any more.
    Finish,
}

/// What a stream gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// A whole message: its octets, in hexadecimal digits, and lengths that disagree.
    Frame(String, Option<Lengths>),
    /// No message can begin with what is there.
    Broken(Found),
}

/// Streams of each rule.
const STREAMS: u64 = 150;
/// Octets past which a text only makes streams long.
const LONG: usize = 1500;

/// Streams of a model whose messages are framed text; of others none.
#[must_use]
pub fn streams(model: &Model) -> Vec<StreamVector> {
    let schema = lower(model);
    let Some(framing) = &schema.framing else { return Vec::new() };
    let texts = messages(model);
    let rules: &[Mismatch] = match &framing.body_end {
        BodyEnd::Marker { header: Some(_), .. } => &[Mismatch::Strict, Mismatch::Advisory],
        _ => &[Mismatch::Strict],
    };
    let mut found = Vec::new();
    for rule in rules {
        found.extend((0..STREAMS).filter_map(|seed| stream(&schema, *rule, &texts, seed)));
    }
    found
}

/// A stream of some texts, the most of them messages; the same seed gives the same.
fn stream(schema: &Schema, rule: Mismatch, texts: &[MessageVector], seed: u64) -> Option<StreamVector> {
    let mut random = SplitMix64::new(seed);
    let mut octets = Vec::new();
    for _ in 0..=below(&mut random, 3) {
        let kind = below(&mut random, 8);
        let fits = |vector: &&MessageVector| {
            let is_kind = match kind {
                0 => vector.encoded.is_none(),
                1 if rule == Mismatch::Advisory => vector.lengths.is_some(),
                _ => vector.encoded.is_some(),
            };
            is_kind && vector.text.as_ref().is_some_and(|text| text.len() < LONG)
        };
        let of: Vec<&MessageVector> = texts.iter().filter(fits).collect();
        let Some(text) = pick(&mut random, &of).and_then(|vector| vector.text.as_deref()) else {
            continue;
        };
        octets.extend_from_slice(text.as_bytes());
        octets.extend_from_slice(["", "", "\n", "\r\n", "\r"][below(&mut random, 5)].as_bytes());
    }
    let mut splitter = Splitter::of(schema, rule)?;
    let mut vector = StreamVector {
        name: format!("stream {seed}"),
        mismatch: rule_of(rule),
        steps: Vec::new(),
        came: Vec::new(),
    };
    let widest = [1, 3, 40, octets.len()][below(&mut random, 4)].max(octets.len() / 200 + 1);
    let mut rest = octets.as_slice();
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at((below(&mut random, widest) + 1).min(rest.len()));
        rest = behind;
        splitter.push(piece);
        let paused = below(&mut random, 24) == 0 || rest.is_empty() && below(&mut random, 2) == 0;
        let finished = rest.is_empty().then_some(Step::Finish);
        let steps = [Some(Step::Octets(hexadecimal(piece))), paused.then_some(Step::Pause), finished];
        for step in steps.into_iter().flatten() {
            if !vector.step(schema, rule, &mut splitter, step) {
                return Some(vector);
            }
        }
    }
    Some(vector)
}

impl StreamVector {
    /// Notes a step and what comes of it; whether the stream goes on.
    fn step(&mut self, schema: &Schema, rule: Mismatch, splitter: &mut Splitter, step: Step) -> bool {
        let (mut came, mut goes_on) = (Vec::new(), true);
        while goes_on {
            let next = match step {
                Step::Octets(_) => splitter.next(),
                Step::Pause => splitter.pause(),
                Step::Finish => splitter.finish(),
            };
            match next {
                Ok(Some(Frame { octets, mismatch })) => came.push(Came::Frame(hexadecimal(octets), mismatch.map(Into::into))),
                Ok(None) => break,
                Err(Broken { octets, .. }) => {
                    let refusal = text::refusal(schema, rule, octets);
                    came.extend(refusal.violations.first().map(|violation| Came::Broken(violation.into())));
                    goes_on = false;
                }
            }
        }
        self.steps.push(step);
        self.came.push(came);
        goes_on
    }
}

/// Octets as hexadecimal digits.
pub(super) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(2 * octets.len()), |mut out, octet| {
        // Writing to a text cannot fail.
        let _ = write!(out, "{octet:02x}");
        out
    })
}

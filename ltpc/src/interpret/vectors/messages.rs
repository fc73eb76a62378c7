//! Vectors of messages.

use std::collections::BTreeSet;

use ltp_runtime::{
    codec,
    schema::{BodyEnd, Mismatch, Schema, Type},
    text,
};

use super::{
    Found, MessageVector,
    edits::Edits,
    framed,
    node::Node,
    samples::{Measure, Samples},
};
use crate::{interpret::lower, model::Model};

/// Every message of a model: forms that conform, and near misses.
#[must_use]
pub fn messages(model: &Model) -> Vec<MessageVector> {
    let schema = lower(model);
    let mut texts = Texts::default();
    for example in &model.examples {
        texts.add(format!("example: {}", example.title), example.text.as_bytes());
    }
    for index in 0..schema.messages.len() {
        match schema.framing {
            Some(_) => framed::texts(&schema, index, &mut texts),
            None => of_message(&schema, index, &mut texts),
        }
    }
    if schema.framing.is_none() {
        unreadable(&schema, &mut texts);
    }
    texts
        .found
        .into_iter()
        .flat_map(|(name, text)| each(&schema, name, &text))
        .collect()
}

/// What receivers make of a text: the one of the schema's own rule, and one of the other rule where that makes a difference.
fn each(schema: &Schema, name: String, octets: &[u8]) -> Vec<MessageVector> {
    let other = match &schema.framing {
        Some(framing) if matches!(framing.body_end, BodyEnd::Marker { header: Some(_), .. }) => match framing.body_end.mismatch() {
            Mismatch::Strict => Some(Mismatch::Advisory),
            Mismatch::Advisory => Some(Mismatch::Strict),
        },
        _ => None,
    };
    let own = judged(schema, name, None, octets);
    let other = other.map(|other| MessageVector {
        mismatch: Some(super::rule_of(other)),
        ..judged(schema, own.name.clone(), Some(other), octets)
    });
    let other = other.filter(|other| (&other.encoded, &other.violations, other.lengths) != (&own.encoded, &own.violations, own.lengths));
    [Some(own), other].into_iter().flatten().collect()
}

/// Texts, each once.
#[derive(Default)]
pub(super) struct Texts {
    found: Vec<(String, Vec<u8>)>,
    known: BTreeSet<Vec<u8>>,
}

impl Texts {
    pub fn add(&mut self, name: impl Into<String>, text: &[u8]) {
        if self.known.insert(text.to_vec()) {
            self.found.push((name.into(), text.to_vec()));
        }
    }

    fn node(&mut self, name: String, node: &Node) {
        self.add(name, node.to_json().as_bytes());
    }
}

/// What a receiver makes of a text, by the schema's own rule for lengths that disagree or by another.
fn judged(schema: &Schema, name: String, rule: Option<Mismatch>, octets: &[u8]) -> MessageVector {
    let mut lengths = None;
    let read = match &schema.framing {
        Some(framing) => text::decode(schema, rule.unwrap_or(framing.body_end.mismatch()), octets).map(|framed| {
            lengths = framed.mismatch.map(Into::into);
            framed.decoded
        }),
        None => codec::decode(schema, octets),
    };
    let (encoded, message, violations) = match read {
        Ok(decoded) => {
            let mut out = Vec::new();
            codec::encode(schema, &decoded, &mut out);
            let named = schema.messages[decoded.message].name.to_string();
            (String::from_utf8(out).ok(), Some(named), Vec::new())
        }
        Err(refusal) => (None, refusal.message, refusal.violations.iter().map(Found::from).collect()),
    };
    let text = std::str::from_utf8(octets).ok().map(str::to_owned);
    MessageVector {
        name,
        octets: text.is_none().then(|| super::streams::hexadecimal(octets)),
        text,
        mismatch: None,
        lengths,
        encoded,
        message,
        violations,
    }
}

fn of_message(schema: &Schema, index: usize, texts: &mut Texts) {
    let message = &schema.messages[index];
    let envelope = &schema.envelopes[message.envelope as usize];
    let name = &message.name;
    for (of, measure) in [("least", Measure::Least), ("full", Measure::Full)] {
        texts.node(format!("{name}: {of}"), &Samples::new(schema, measure, 0).message(index));
    }
    let samples = Samples::new(schema, Measure::Full, 0);
    let full = samples.message(index);
    let mut edits = Edits::new(schema);
    edits.members(&envelope.members, &full);
    let record = match &schema.types[message.body as usize] {
        Type::Record(record) => Some(record),
        _ => None,
    };
    match (&envelope.body, record) {
        (None, Some(record)) => edits.members(&record.members, &full),
        (None, None) => {}
        (Some(body), _) => {
            if let Node::Object(members) = &full
                && let Some(at) = members.iter().position(|(name, _)| *name == body.name)
            {
                let value = members[at].1.clone();
                edits.within(at, &body.name, |edits| edits.value(message.body, &value));
            }
        }
    }
    for edit in edits.finish() {
        texts.node(format!("{name}: {}", edit.name), &edit.apply(&full));
    }
    carried(schema, index, &full, texts);
    kinds(schema, index, texts);
}

/// How the message stands in its envelope.
fn carried(schema: &Schema, index: usize, full: &Node, texts: &mut Texts) {
    let message = &schema.messages[index];
    let envelope = &schema.envelopes[message.envelope as usize];
    let (name, Node::Object(members)) = (&message.name, full) else {
        return;
    };
    let without = |wanted: &str| Node::Object(members.iter().filter(|(name, _)| name != wanted).cloned().collect());
    let with = |wanted: &str, value: &Node| {
        let set = members
            .iter()
            .map(|(name, known)| (name.clone(), if name == wanted { value.clone() } else { known.clone() }));
        Node::Object(set.collect())
    };
    texts.node(format!("{name}: without its tag"), &without(&envelope.tag));
    texts.node(format!("{name}: a tag that is no text"), &with(&envelope.tag, &Node::raw("1")));
    texts.node(
        format!("{name}: an unknown tag"),
        &with(&envelope.tag, &Node::text("no_such_message")),
    );
    let reversed: Vec<_> = members.iter().rev().cloned().collect();
    texts.node(format!("{name}: in reverse order"), &Node::Object(reversed));
    texts.add(
        format!("{name}: with white space"),
        format!(" \t\r\n{} \n", full.to_json().replacen('{', "{ ", 1)).as_bytes(),
    );
    texts.add(format!("{name}: something behind it"), format!("{}x", full.to_json()).as_bytes());
    let Some(body) = &envelope.body else { return };
    texts.node(format!("{name}: without its body"), &without(&body.name));
    for (what, value) in [("null", "null"), ("a text", "\"x\""), ("a list", "[]"), ("empty", "{}")] {
        texts.node(format!("{name}: the body is {what}"), &with(&body.name, &Node::raw(value)));
    }
    if let Some(Node::Object(inner)) = full.get(&body.name) {
        let mut beside: Vec<_> = members.iter().filter(|(name, _)| *name != body.name).cloned().collect();
        beside.extend(inner.iter().cloned());
        texts.node(format!("{name}: the body's members beside the envelope's"), &Node::Object(beside));
    }
}

/// Each kind of payloads, as JSON and under an encoding.
fn kinds(schema: &Schema, index: usize, texts: &mut Texts) {
    let message = &schema.messages[index];
    let envelope = &schema.envelopes[message.envelope as usize];
    let Type::Record(record) = &schema.types[message.body as usize] else {
        return;
    };
    let samples = Samples::new(schema, Measure::Full, 0);
    let Some((at, payload)) = record.members.iter().find_map(|member| Some((member, samples.payload(member.ty)?))) else {
        return;
    };
    for (kind, (kind_name, ty)) in payload.kinds.iter().enumerate() {
        let sample = Samples::new(schema, Measure::Full, kind).message(index);
        let name = format!("{} of {kind_name}", message.name);
        texts.node(format!("{name}: full"), &sample);
        let Node::Object(members) = &sample else { continue };
        let body_at = envelope
            .body
            .as_ref()
            .and_then(|body| members.iter().position(|(name, _)| *name == body.name));
        let body = body_at.map_or(&sample, |at| &members[at].1);
        let Node::Object(body_members) = body else { continue };
        let Some(place) = body_members.iter().position(|(name, _)| *name == at.name) else {
            continue;
        };
        let value = body_members[place].1.clone();
        let mut edits = Edits::new(schema);
        let inner = |edits: &mut Edits<'_>| edits.payload(*ty, &value);
        match body_at {
            Some(body_at) => edits.within(body_at, "body", |edits| edits.within(place, &at.name, inner)),
            None => edits.within(place, &at.name, inner),
        }
        for edit in edits.finish() {
            texts.node(format!("{name}: {}", edit.name), &edit.apply(&sample));
        }
        let Some(encoding) = payload.encoding.as_ref().filter(|encoding| encoding.in_envelope) else {
            continue;
        };
        let toon = |document: &str| {
            let mut encoded = sample.clone();
            let path: Vec<usize> = body_at.into_iter().chain([place]).collect();
            if let Some(node) = encoded.at(&path) {
                *node = Node::text(document);
            }
            if let Node::Object(members) = &mut encoded {
                members.retain(|(name, _)| *name != encoding.name);
                members.push((encoding.name.to_string(), Node::text("toon")));
            }
            encoded
        };
        let key = match &schema.types[*ty as usize] {
            Type::List(list) => list.toon_key.as_deref(),
            _ => None,
        };
        let table = codec::toon::table(key, &value.to_json());
        for document in table.iter().map(String::as_str).chain(DOCUMENTS) {
            texts.node(format!("{name}: as TOON {}", document.escape_debug()), &toon(document));
        }
    }
    let unknown = Samples::new(schema, Measure::Full, 0).message(index).to_json();
    let known = format!("\"{}\"", payload.kinds[0].0);
    texts.add(
        format!("{}: an unknown kind", message.name),
        unknown.replacen(&known, "\"no_such_kind\"", 1).as_bytes(),
    );
}

/// Documents of every form that a decoder of TOON must know, and some that are none.
const DOCUMENTS: [&str; 22] = [
    "",
    "a: 1\nb: x\n",
    "a: 1\nb:\n  c: true\n  d: null\n",
    "[2]: 1,2",
    "[2|]: a|b",
    "[0]:",
    "items[2]{t,valence,arousal}:\n  1,0.2,-0.1\n  2,0.3,-0.2\n",
    "[2]{t,valence,arousal}:\n  1,0.2,-0.1\n  2,0.3,-0.2",
    "[1\t]{t\tvalence\tarousal}:\n  1\t0.2\t-0.1",
    "x[1]{t,valence,arousal}:\n  1,0.2,1.5\n",
    "x[3]{t,valence,arousal}:\n  1,0.2,-0.1\n",
    "x[1]{t,valence}:\n  1,0.2,3\n",
    "x[2]:\n  - t: 1\n    valence: 0\n    arousal: 0\n  - t: 2\n    valence: 1\n    arousal: 1\n",
    "x[1]:\n  - [2]: 1,2",
    "x[1]{p{a,b},c}:\n  1,2,3\n",
    "m[2:]{a,b}:\n  k: 1,2\n  \"l m\": 3,4\n",
    "# a remark\na: \"x\\n\\\"y\\\" \\u00e9\"\n",
    "a: 1\n\nb: 2\n",
    "x[2]: 1,2\ny[1]: \"a,b\"\n",
    " a: 1",
    "a: \"x",
    "x[1]: a,b",
];

/// What can be told of a text before it is known what it says.
fn unreadable(schema: &Schema, texts: &mut Texts) {
    for text in [
        "",
        " ",
        "nul",
        "null",
        "[]",
        "\"x\"",
        "{",
        "{}",
        "{\"a\":1",
        "{'a':1}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "[1,]",
        "[1 2]",
        "\u{feff}{}",
        "{\"a\":tru}",
        "{\"a\":'}",
        "{\"\\ud800\":1}",
        "{\"a\":\"\u{1}\"}",
        "{}{}",
    ] {
        texts.add(format!("the text {}", text.escape_debug()), text.as_bytes());
    }
    for octets in [
        &b"{\"a\":\"\xff\"}"[..],
        b"\xef\xbb\xbf{}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"\xc0\x80",
        b"{\"\xe2\x82\":1}",
    ] {
        texts.add("octets that may be no UTF-8", octets);
    }
    let deepest = schema.limits.depth();
    for depth in [deepest, deepest + 1] {
        texts.add(
            format!("{depth} deep"),
            format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes(),
        );
        texts.add(
            format!("{depth} deep in an object"),
            format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1)).as_bytes(),
        );
    }
    let (members, list, string) = (schema.limits.members, schema.limits.list, schema.limits.string);
    for count in [members, members + 1].into_iter().filter(|count| *count <= 5000) {
        let named: Vec<String> = (0..count).map(|index| format!("\"m{index}\":0")).collect();
        texts.add(format!("{count} members"), format!("{{{}}}", named.join(",")).as_bytes());
    }
    for count in [list, list + 1].into_iter().filter(|count| *count <= 5000) {
        texts.add(
            format!("{count} items"),
            format!("{{\"a\":[{}]}}", vec!["0"; count].join(",")).as_bytes(),
        );
    }
    for count in [string, string + 1].into_iter().filter(|count| *count <= 100_000) {
        texts.add(
            format!("a string of {count} octets"),
            format!("{{\"a\":\"{}\"}}", "x".repeat(count)).as_bytes(),
        );
    }
}

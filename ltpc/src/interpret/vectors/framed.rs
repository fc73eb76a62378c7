//! Vectors of framed text: each line without, twice, and in other spellings.

use ltp_runtime::{
    codec,
    schema::{Schema, Type},
};

use super::{
    edits::Edits,
    messages::Texts,
    node::Node,
    samples::{Measure, Samples},
};
use crate::interpret::Draft;

/// The texts of one message of a schema with a framing.
pub(super) fn texts(schema: &Schema, index: usize, texts: &mut Texts) {
    let name = &schema.messages[index].name;
    if let Type::Record(record) = &schema.types[schema.messages[index].body as usize] {
        let sample = Samples::new(schema, Measure::Full, 0).message(index);
        let mut edits = Edits::new(schema);
        edits.members(&record.members, &sample);
        for edit in edits.finish() {
            if let Some(text) = as_text(schema, &edit.apply(&sample)) {
                texts.add(format!("{name}: {}", edit.name), text.as_bytes());
            }
        }
    }
    for (of, measure) in [("least", Measure::Least), ("full", Measure::Full)] {
        let Some(text) = written(schema, index, measure) else { continue };
        texts.add(format!("{name}: {of}"), text.as_bytes());
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for (at, line) in lines.iter().enumerate() {
            let shown = line.trim_end();
            let with = |other: &[&str]| [&lines[..at], other, &lines[at + 1..]].concat().concat();
            texts.add(format!("{name}, {of}: without {shown}"), with(&[]).as_bytes());
            texts.add(format!("{name}, {of}: twice {shown}"), with(&[line, line]).as_bytes());
            texts.add(
                format!("{name}, {of}: in small letters {shown}"),
                with(&[&line.to_ascii_lowercase()]).as_bytes(),
            );
            texts.add(
                format!("{name}, {of}: an unknown header before {shown}"),
                with(&["X-Unknown:  a: b \n", line]).as_bytes(),
            );
            texts.add(
                format!("{name}, {of}: no header before {shown}"),
                with(&["no header\n", line]).as_bytes(),
            );
            texts.add(format!("{name}, {of}: CR LF {shown}"), with(&[&format!("{shown}\r\n")]).as_bytes());
            texts.add(
                format!("{name}, {of}: blanks in {shown}"),
                with(&[&format!("{} \t\n", shown.replacen(':', ": \t", 1))]).as_bytes(),
            );
            texts.add(
                format!("{name}, {of}: a control in {shown}"),
                with(&[&format!("{shown}\u{1}\n")]).as_bytes(),
            );
            if let Some((header, _)) = shown.split_once(':') {
                for value in ["", " ", " x", " -1", " 99999999999999999999", " é", " \"", " a,,b"] {
                    texts.add(
                        format!("{name}, {of}: {header}:{value}"),
                        with(&[&format!("{header}:{value}\n")]).as_bytes(),
                    );
                }
            }
            texts.add(format!("{name}, {of}: up to {shown}"), lines[..at].concat().as_bytes());
        }
        texts.add(format!("{name}, {of}: all CR LF"), text.replace('\n', "\r\n").as_bytes());
        texts.add(format!("{name}, {of}: something behind it"), format!("{text}x").as_bytes());
        texts.add(format!("{name}, {of}: something before it"), format!("\n{text}").as_bytes());
    }
}

/// A sample as text.
fn written(schema: &Schema, index: usize, measure: Measure) -> Option<String> {
    as_text(schema, &Samples::new(schema, measure, 0).message(index))
}

/// A message as text, whether it conforms or not.
fn as_text(schema: &Schema, sample: &Node) -> Option<String> {
    let draft = Draft::parse(schema, sample.to_json().as_bytes()).ok()?;
    let decoded = codec::Decoded {
        message: draft.message,
        tag: draft.tag,
        envelope: draft.envelope,
        body: draft.body.unwrap_or(codec::Value::Object(Vec::new())),
    };
    let mut out = Vec::new();
    codec::encode(schema, &decoded, &mut out);
    String::from_utf8(out).ok()
}

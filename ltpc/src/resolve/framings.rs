//! Framings: an envelope whose messages stand as text, and how.

use super::context::{Context, Owner, Scope};
use super::names::Declared;
use crate::check::bad_framing as wrong;
use crate::model::{BodyEnd, Charset, Envelope, EnvelopeId, Framing, MessageBody, Mismatch, ModuleId, Newline, StartPart, Unknown};
use crate::syntax::tree::{self, FramingPartKind as Part, ItemKind, Name};

/// Resolves framings.
pub fn resolve(context: &mut Context<'_>) {
    for (module, _, item) in context.items() {
        let ItemKind::Framing(framing) = &item.kind else { continue };
        super::annotations::read(&item.annotations, &[], &mut context.found);
        let id = EnvelopeId(u32::try_from(context.model.envelopes.len()).unwrap_or(u32::MAX));
        let earlier = context
            .model
            .framings
            .iter()
            .map(|framing| &context.model[framing.envelope].decl)
            .find(|decl| decl.module == module)
            .map(|decl| decl.span);
        if let Some(earlier) = earlier {
            context.report(wrong::second(&framing.name.text, framing.name.span, earlier));
            continue;
        }
        let Some(resolved) = parts(context, framing, id) else { continue };
        let decl = context.decl(module, item, &framing.name);
        context.model.envelopes.push(Envelope {
            decl,
            tag: String::new(),
            members: Vec::new(),
            body: None,
        });
        let scope = Scope {
            module,
            owner: &framing.name.text,
            in_session: false,
        };
        context.draft_members(Owner::Envelope(id), &framing.members, scope, 0);
        context.model.framings.push(resolved);
        context.bind(module, &framing.name, Declared::Envelope(id));
    }
}

/// Gives messages what follows from their framing: the member `body` is the body, and records are open where headers are kept.
pub fn finish(context: &mut Context<'_>) {
    let model = &mut context.model;
    for framing in &model.framings {
        for message in model.messages.iter().filter(|message| message.envelope == framing.envelope) {
            let MessageBody::Record(record) = message.body else { continue };
            let record = &mut model.records[record.0 as usize];
            record.open |= framing.unknown == Unknown::Keep;
            for member in record
                .members
                .iter_mut()
                .filter(|member| member.name == "body" && member.wire == "body")
            {
                ltp_runtime::schema::Framing::BODY.clone_into(&mut member.wire);
            }
        }
    }
}

/// The framing of the compiled file, by whose form its messages stand on the wire.
impl crate::model::Model {
    /// How the compiled file's own messages stand as text, if they do.
    #[must_use]
    pub fn framing(&self) -> Option<&Framing> {
        self.framings
            .iter()
            .find(|framing| self[framing.envelope].decl.module == ModuleId(0))
    }
}

fn parts(context: &mut Context<'_>, framing: &tree::Framing, envelope: EnvelopeId) -> Option<Framing> {
    let mut resolved = Framing {
        envelope,
        newline: Newline::LfOrCrlf,
        start: Vec::new(),
        separator: String::new(),
        insensitive: false,
        trim: false,
        unknown: Unknown::Ignore,
        head_end: String::new(),
        body_end: BodyEnd::None,
        charset: Charset::Text,
    };
    let mut seen = [None; 5];
    let mut sound = true;
    for part in &framing.parts {
        let (index, found) = match &part.kind {
            Part::Newline { written, accepted } => (0, newline(written, accepted.as_ref()).map(|newline| resolved.newline = newline)),
            Part::Start(parts) => (1, start(framing, parts, part.span).map(|start| resolved.start = start)),
            Part::Headers { separator, words } => (2, headers(&mut resolved, separator, words)),
            Part::Until(line) => {
                resolved.head_end.clone_from(&line.text);
                (3, marker(line))
            }
            Part::Body {
                charset,
                length,
                until,
                mismatch,
            } => (4, body(&mut resolved, charset, length.as_ref(), until.as_ref(), mismatch.as_ref())),
        };
        if let Err(problem) = found {
            context.report(*problem);
            sound = false;
        }
        if let Some(earlier) = seen.get_mut(index).and_then(|seen| seen.replace(part.span)) {
            context.report(wrong::again(part.span, earlier));
            sound = false;
        }
    }
    for (part, _) in ["start", "headers", "until"]
        .iter()
        .zip([seen[1], seen[2], seen[3]])
        .filter(|(_, seen)| seen.is_none())
    {
        context.report(wrong::missing(part, &framing.name.text, framing.name.span));
        sound = false;
    }
    sound.then_some(resolved)
}

/// A problem, boxed as it is rare.
type Sound = Result<(), wrong::Problem>;

fn newline(written: &Name, accepted: Option<&Name>) -> Result<Newline, wrong::Problem> {
    match (written.text.as_str(), accepted.map(|name| name.text.as_str())) {
        ("lf", None) => Ok(Newline::Lf),
        ("lf", Some("crlf")) => Ok(Newline::LfOrCrlf),
        ("crlf", None) => Ok(Newline::Crlf),
        ("crlf", Some("lf")) => Ok(Newline::CrlfOrLf),
        ("lf" | "crlf", _) => Err(wrong::word(accepted.unwrap_or(written), &["lf", "crlf"])),
        _ => Err(wrong::word(written, &["lf", "crlf"])),
    }
}

fn start(framing: &tree::Framing, parts: &[tree::StartPart], span: crate::source::Span) -> Result<Vec<StartPart>, wrong::Problem> {
    let mut start = Vec::new();
    let mut members = 0;
    for part in parts {
        let literal = matches!(part, tree::StartPart::Literal(_));
        if !literal && matches!(start.last(), Some(StartPart::Member(_) | StartPart::Tag)) {
            return Err(wrong::side_by_side(span));
        }
        start.push(match part {
            tree::StartPart::Literal(text) if text.text.is_empty() || !is_line(&text.text) => return Err(wrong::no_line(text)),
            tree::StartPart::Literal(text) => StartPart::Literal(text.text.clone().into()),
            tree::StartPart::Tag(_) => StartPart::Tag,
            tree::StartPart::Member(_) => {
                members += 1;
                StartPart::Member(members - 1)
            }
        });
    }
    if start.iter().filter(|part| **part == StartPart::Tag).count() != 1 {
        return Err(wrong::no_tag(&framing.name.text, span));
    }
    Ok(start)
}

fn headers(resolved: &mut Framing, separator: &tree::Text, words: &[Name]) -> Sound {
    if separator.text.is_empty() || !is_line(&separator.text) {
        return Err(wrong::no_line(separator));
    }
    resolved.separator.clone_from(&separator.text);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "insensitive" => resolved.insensitive = true,
            "trim" => resolved.trim = true,
            "unknown" => {
                let choice = words.next().unwrap_or(word);
                resolved.unknown = match choice.text.as_str() {
                    "keep" => Unknown::Keep,
                    "ignore" => Unknown::Ignore,
                    "refuse" => Unknown::Refuse,
                    _ => return Err(wrong::word(choice, &["keep", "ignore", "refuse"])),
                };
            }
            _ => return Err(wrong::word(word, &["insensitive", "trim", "unknown"])),
        }
    }
    Ok(())
}

fn body(resolved: &mut Framing, charset: &Name, length: Option<&tree::Text>, until: Option<&tree::Text>, mismatch: Option<&Name>) -> Sound {
    resolved.charset = match charset.text.as_str() {
        "ascii" => Charset::Ascii,
        "text" => Charset::Text,
        "utf8" => Charset::Utf8,
        _ => return Err(wrong::word(charset, &["text", "utf8", "ascii"])),
    };
    let rule = match mismatch.map(|name| (name, name.text.as_str())) {
        None | Some((_, "strict")) => Mismatch::Strict,
        Some((_, "advisory")) => Mismatch::Advisory,
        Some((name, _)) => return Err(wrong::word(name, &["strict", "advisory"])),
    };
    resolved.body_end = match (length, until) {
        (header, Some(line)) => {
            marker(line)?;
            if line.text.is_empty() {
                return Err(wrong::no_line(line));
            }
            BodyEnd::Marker {
                line: line.text.clone().into(),
                header: header.map(|header| header.text.clone().into()),
                mismatch: rule,
            }
        }
        (Some(header), None) => BodyEnd::Length {
            header: header.text.clone().into(),
        },
        (None, None) => return Err(wrong::endless(charset.span)),
    };
    Ok(())
}

fn marker(line: &tree::Text) -> Sound {
    if is_line(&line.text) { Ok(()) } else { Err(wrong::no_line(line)) }
}

/// Whether a text can stand in a line of the head.
fn is_line(text: &str) -> bool {
    text.bytes().all(|octet| matches!(octet, b'\t' | b' '..=b'~'))
}

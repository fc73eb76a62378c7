//! Framed text in the tables.

use std::borrow::Cow;

use ltp_runtime::schema;

use super::text;
use crate::model::{self, MessageBody, Model};

/// How the model's own messages stand as text.
pub fn lower(model: &Model, framing: &model::Framing) -> schema::Framing {
    let size = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let mut lists: Vec<(Cow<'static, str>, Cow<'static, str>)> = Vec::new();
    for message in model.messages.iter().filter(|message| message.envelope == framing.envelope) {
        let MessageBody::Record(record) = message.body else { continue };
        for member in &model[record].members {
            if let Some(separator) = member.separator.as_deref()
                && !lists.iter().any(|(name, _)| *name == member.wire)
            {
                lists.push((text(&member.wire), text(separator)));
            }
        }
    }
    schema::Framing {
        envelope: framing.envelope.0,
        newline: framing.newline,
        start: framing.start.clone().into(),
        headers: schema::Headers {
            separator: text(&framing.separator),
            insensitive: framing.insensitive,
            trim: framing.trim,
            unknown: framing.unknown,
            most: size(model.limits.headers),
            lists: lists.into(),
        },
        head_end: text(&framing.head_end),
        body_end: framing.body_end.clone(),
        body_charset: framing.charset,
        line: size(model.limits.line),
    }
}

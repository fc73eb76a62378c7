//! Framings.

use pest::iterators::Pair;

use super::{Builder, Parts};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Framing, FramingPart, FramingPartKind, Member, MemberItem, Members, StartPart, Text};

impl Builder<'_> {
    pub(super) fn framing(&mut self, parts: &mut Parts<'_>) -> Option<Framing> {
        let name = self.take_name(parts)?;
        let mut members = Members {
            items: Vec::new(),
            span: name.span,
        };
        let parts = self.all(parts, |builder, part| {
            let mut part = Parts::of(part);
            builder.no_docs(&mut part);
            let part = part.next()?;
            let span = builder.span(&part);
            let kind = builder.framing_part(part, &mut members)?;
            Some(FramingPart { kind, span })
        })?;
        Some(Framing { name, members, parts })
    }

    fn framing_part(&mut self, part: Pair<'_, Rule>, members: &mut Members) -> Option<FramingPartKind> {
        let rule = part.as_rule();
        let mut parts = Parts::of(part);
        let parts = &mut parts;
        Some(match rule {
            Rule::frame_newline => FramingPartKind::Newline {
                written: self.take_name(parts)?,
                accepted: self.take_name(parts),
            },
            Rule::frame_start => FramingPartKind::Start(self.all(parts, |builder, part| builder.start_part(part, members))?),
            Rule::frame_headers => FramingPartKind::Headers {
                separator: self.take_text(parts)?,
                words: self.all(parts, |builder, word| Some(builder.name(&word)))?,
            },
            Rule::frame_until => FramingPartKind::Until(self.take_text(parts)?),
            _ => FramingPartKind::Body {
                charset: self.take_name(parts)?,
                length: self.text_of(parts, Rule::frame_length),
                until: self.text_of(parts, Rule::frame_end),
                mismatch: self.take_name(parts),
            },
        })
    }

    fn text_of(&mut self, parts: &mut Parts<'_>, rule: Rule) -> Option<Text> {
        let part = parts.accept(rule)?;
        self.take_text(&mut Parts::of(part))
    }

    fn start_part(&mut self, part: Pair<'_, Rule>, members: &mut Members) -> Option<StartPart> {
        Some(match part.as_rule() {
            Rule::string => StartPart::Literal(self.text(&part)),
            Rule::frame_tag => StartPart::Tag(self.span(&part)),
            _ => {
                let span = self.span(&part);
                let mut parts = Parts::of(part);
                let name = self.take_name(&mut parts)?;
                members.items.push(MemberItem::Member(Member {
                    docs: String::new(),
                    name: name.clone(),
                    wire: None,
                    optional: false,
                    ty: Some(self.take_type(&mut parts)?),
                    constraints: Vec::new(),
                    separated: None,
                    encoding: None,
                    default: None,
                    annotations: Vec::new(),
                    span,
                }));
                StartPart::Member(name)
            }
        })
    }
}

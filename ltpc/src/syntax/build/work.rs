//! Groups, elements and work.

use pest::iterators::Pair;

use super::{Builder, Parts};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Dependent, Element, Group, GroupElement, Groups, Name, Type, Work, WorkPart};

impl Builder<'_> {
    pub(super) fn groups(&mut self, parts: &mut Parts<'_>) -> Option<Groups> {
        Some(Groups {
            name: self.take_name(parts)?,
            open: parts.has(Rule::open),
            refuse: self.take_path(parts)?,
            groups: self.all(parts, Self::work_group)?,
        })
    }

    fn work_group(&mut self, pair: Pair<'_, Rule>) -> Option<Group> {
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        Some(Group {
            docs: parts.docs(),
            code: self.take_name(parts)?,
            title: self.take_text(parts)?,
            route: self.take_name(parts)?,
            elements: self.all(parts, Self::group_element)?,
        })
    }

    fn group_element(&mut self, pair: Pair<'_, Rule>) -> Option<GroupElement> {
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        Some(GroupElement {
            docs: parts.docs(),
            name: self.take_name(parts)?,
            aliases: self.take_aliases(parts),
            once: parts.has(Rule::once),
            signature: match parts.peek() {
                Some(_) => Some(self.take_signature(parts)?),
                None => None,
            },
        })
    }

    pub(super) fn work_element(&mut self, parts: &mut Parts<'_>) -> Option<Element> {
        Some(Element {
            path: self.take_path(parts)?,
            aliases: self.take_aliases(parts),
            once: parts.has(Rule::once),
            signature: self.take_signature(parts)?,
        })
    }

    fn take_aliases(&self, parts: &mut Parts<'_>) -> Vec<Name> {
        let aliases = parts.accept(Rule::aliases);
        aliases.map_or_else(Vec::new, |pair| Parts::of(pair).map(|alias| self.name(&alias)).collect())
    }

    fn take_signature(&mut self, parts: &mut Parts<'_>) -> Option<(Type, Type)> {
        let mut signature = Parts::of(parts.accept(Rule::signature)?);
        Some((self.take_type(&mut signature)?, self.take_type(&mut signature)?))
    }

    /// `Groups[group].element`, `Groups[group][element].input`
    pub(super) fn dependent(&self, pair: Pair<'_, Rule>) -> Option<Dependent> {
        let mut parts = Parts::of(pair);
        let (groups, group, next) = (
            self.take_path(&mut parts)?,
            self.take_name(&mut parts)?,
            self.take_name(&mut parts)?,
        );
        Some(match self.take_name(&mut parts) {
            Some(part) => Dependent {
                groups,
                group,
                element: Some(next),
                part,
            },
            None => Dependent {
                groups,
                group,
                element: None,
                part: next,
            },
        })
    }

    pub(super) fn work(&mut self, parts: &mut Parts<'_>) -> Option<Work> {
        Some(Work {
            name: self.take_name(parts)?,
            request: self.take_path(parts)?,
            reply: self.take_path(parts)?,
            parts: self.all(parts, Self::work_part)?,
        })
    }

    fn work_part(&mut self, pair: Pair<'_, Rule>) -> Option<WorkPart> {
        let whole = self.span(&pair);
        let mut parts = Parts::of(pair);
        self.no_docs(&mut parts);
        let name: Name = self.take_name(&mut parts)?;
        let mut values = vec![self.take_path(&mut parts)?];
        for value in parts {
            values.push(self.take_path(&mut Parts::of(value))?);
        }
        let span = crate::source::Span {
            start: name.span.start,
            ..whole
        };
        Some(WorkPart { name, values, span })
    }
}

//! An object's members, sorted by the members that the schema declares.

use alloc::{borrow::Cow, format, string::String, vec, vec::Vec};

use super::{
    super::{
        Rule,
        tape::{NodeId, Shape, Tape},
    },
    Walk,
};
use crate::schema::Member;

/// The names that an object of the schema can hold, each with its place.
pub(super) struct Names<'s> {
    /// A member beside the declared ones: an envelope's tag, a union's tag. Place 0.
    pub tag: Option<&'s str>,
    /// The envelope's member for the body. Place 1.
    pub body: Option<&'s str>,
    /// Declared members, in their order. Places 2 and on.
    pub groups: [&'s [Member]; 2],
}

/// Where the tag stands in [`Sorted::places`].
pub(super) const TAG: usize = 0;
/// Where the body stands.
pub(super) const BODY: usize = 1;
/// Where the first declared member stands.
pub(super) const DECLARED: usize = 2;

/// An object's members by place.
pub(super) struct Sorted<'a> {
    /// The node of the name that stands for each place.
    pub places: Vec<Option<NodeId>>,
    /// Names that the schema does not declare, with their nodes, in the order of the text.
    pub unknown: Vec<(Cow<'a, str>, NodeId)>,
}

impl<'s> Names<'s> {
    pub fn of(members: &'s [Member]) -> Self {
        Self {
            tag: None,
            body: None,
            groups: [members, &[]],
        }
    }

    /// The place of a name. `hint` is where it would stand if the text were in canonical order.
    fn place(&self, name: &str, hint: usize) -> Option<usize> {
        if self.declared(hint).is_some_and(|member| member.name == name) {
            return Some(hint);
        }
        if self.tag == Some(name) {
            return Some(TAG);
        }
        if self.body == Some(name) {
            return Some(BODY);
        }
        let mut members = self.groups.iter().copied().flatten();
        members
            .position(|member| member.name == name || member.accepts.iter().any(|other| other == name))
            .map(|place| place + DECLARED)
    }

    /// The declared member at a place.
    fn declared(&self, place: usize) -> Option<&'s Member> {
        let index = place.checked_sub(DECLARED)?;
        let [first, second] = self.groups;
        first.get(index).or_else(|| second.get(index.checked_sub(first.len())?))
    }

    fn len(&self) -> usize {
        DECLARED + self.groups.iter().map(|group| group.len()).sum::<usize>()
    }
}

impl<'s> Walk<'s> {
    /// Sorts an object's members; notes names that stand twice or are too long, and objects with too many members.
    /// `None` if the node is no object or has too many members: nothing in it is looked at.
    pub(super) fn sort<'a>(&mut self, tape: &Tape<'a>, object: NodeId, names: &Names<'s>) -> Option<Sorted<'a>> {
        let node = tape.node(object);
        if node.shape != Shape::Object {
            self.findings.note(Rule::Type, "an object", tape.raw(object));
            return None;
        }
        if !self.few_enough(tape, object) {
            return None;
        }
        let mut sorted = Sorted {
            places: vec![None; names.len()],
            unknown: Vec::new(),
        };
        let mut hint = DECLARED;
        for name_node in tape.members(object) {
            if !self.short_enough(tape, name_node) {
                continue;
            }
            let name = tape.string(name_node);
            let Some(place) = names.place(&name, hint) else {
                sorted.unknown.push((name, name_node));
                continue;
            };
            hint = place + 1;
            match sorted.places.get_mut(place) {
                Some(empty @ None) => *empty = Some(name_node),
                _ => {
                    let expected = match names.declared(place).filter(|member| !member.accepts.is_empty()) {
                        Some(member) => format!("only one of its names ({}, {})", member.name, member.accepts.join(", ")).into(),
                        None => ONCE,
                    };
                    self.findings.note_at(&name, Rule::Duplicate, expected, tape.raw(name_node + 1));
                }
            }
        }
        self.note_same(tape, &mut sorted.unknown);
        Some(sorted)
    }

    /// Notes what breaks a rule for every value, whatever its type: names that stand twice, and the limits.
    pub(super) fn audit(&mut self, tape: &Tape<'_>, node: NodeId) {
        if self.findings.is_full() {
            return;
        }
        match tape.node(node).shape {
            Shape::String => _ = self.short_enough(tape, node),
            Shape::List if self.few_enough(tape, node) => {
                for (index, item) in tape.items(node).enumerate() {
                    let mark = self.findings.enter_item(index);
                    self.audit(tape, item);
                    self.findings.leave(mark);
                }
            }
            Shape::Object => {
                if let Some(sorted) = self.sort(tape, node, &Names::of(&[])) {
                    self.audit_unknown(tape, &sorted);
                }
            }
            _ => {}
        }
    }

    /// As [`Self::audit`], for each member that the schema does not declare.
    pub(super) fn audit_unknown(&mut self, tape: &Tape<'_>, sorted: &Sorted<'_>) {
        for (name, node) in &sorted.unknown {
            let mark = self.findings.enter(name);
            self.audit(tape, node + 1);
            self.findings.leave(mark);
        }
    }

    /// Whether a string or name has no more octets than the limit; notes it if not.
    pub(super) fn short_enough(&mut self, tape: &Tape<'_>, node: NodeId) -> bool {
        let octets = tape.node(node).count as usize;
        let limit = self.schema.limits.string;
        if octets > limit {
            self.findings.note(
                Rule::StringSize,
                super::words::string_limit(&self.schema.limits),
                &super::words::count(octets as u64, "octet"),
            );
        }
        octets <= limit
    }

    /// Whether a list or object holds no more than the limit; notes it if not.
    pub(super) fn few_enough(&mut self, tape: &Tape<'_>, node: NodeId) -> bool {
        let limits = &self.schema.limits;
        let (rule, limit, one) = match tape.node(node).shape {
            Shape::List => (Rule::ListSize, limits.list, "item"),
            _ => (Rule::Members, limits.members, "member"),
        };
        let count = u64::from(tape.node(node).count);
        if count > limit as u64 {
            self.findings
                .note(rule, super::words::length((0, limit as u64), one), &super::words::count(count, one));
        }
        count <= limit as u64
    }

    /// Notes names that stand twice, and drops all but the first. Few are compared with each other; many are sorted first, so that no
    /// choice of names is dear.
    fn note_same(&mut self, tape: &Tape<'_>, names: &mut Vec<(Cow<'_, str>, NodeId)>) {
        const FEW: usize = 8;
        let mut again = Vec::new();
        if names.len() <= FEW {
            for (index, (name, node)) in names.iter().enumerate() {
                if names.iter().take(index).any(|(other, _)| other == name) {
                    again.push(*node);
                }
            }
        } else {
            let mut sorted: Vec<&(Cow<'_, str>, NodeId)> = names.iter().collect();
            sorted.sort_unstable();
            for pair in sorted.windows(2) {
                if let [(first, _), (second, node)] = pair
                    && first == second
                {
                    again.push(*node);
                }
            }
            again.sort_unstable();
        }
        if again.is_empty() {
            return;
        }
        for node in &again {
            self.findings
                .note_at(&tape.string(*node), Rule::Duplicate, ONCE, tape.raw(node + 1));
        }
        names.retain(|(_, node)| again.binary_search(node).is_err());
    }
}

const ONCE: Cow<'static, str> = Cow::Borrowed("a name that stands once");

/// What a member of this name was read from: the name that stood there, or its own.
pub(super) fn written<'n>(tape: &Tape<'n>, member: &'n Member, found: Option<NodeId>) -> Cow<'n, str> {
    match found {
        Some(node) if !member.accepts.is_empty() => tape.string(node),
        _ => Cow::Borrowed(&*member.name),
    }
}

/// An object of unknown members, as its text.
pub(super) fn gathered(tape: &Tape<'_>, unknown: &[(Cow<'_, str>, NodeId)]) -> String {
    let mut out = Vec::from(*b"{");
    for (index, (_, node)) in unknown.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(tape.raw(*node).as_bytes());
        out.push(b':');
        out.extend_from_slice(tape.raw(node + 1).as_bytes());
    }
    out.push(b'}');
    String::from_utf8(out).unwrap_or_default()
}

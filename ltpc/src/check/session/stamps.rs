//! Which members a stamp leaves open.

use super::missing_member::must_be_given;
use crate::model::{Member, Model, Stamp, StampEntry, TypeKind};

/// The required members of an envelope, by index, that neither a default nor a stamp fills.
pub fn open_members(model: &Model, members: &[Member], stamp: Option<&Stamp>) -> Vec<usize> {
    let entries: Vec<(&[usize], &StampEntry)> = stamp
        .iter()
        .flat_map(|stamp| &stamp.entries)
        .map(|one| (&one.target[..], one))
        .collect();
    let mut open = Vec::new();
    for (index, member) in members.iter().enumerate() {
        if must_be_given(member) && !fills(model, member, index, &entries) {
            open.push(index);
        }
    }
    open
}

/// The stamped members of which a record is made without all that it needs: the entry, and what is left out.
pub fn half_made<'m>(model: &'m Model, members: &[Member], stamp: &'m Stamp) -> Option<(&'m StampEntry, &'m str)> {
    let entries: Vec<(&[usize], &StampEntry)> = stamp.entries.iter().map(|one| (&one.target[..], one)).collect();
    half_made_within(model, members, &entries)
}

fn half_made_within<'m>(model: &'m Model, members: &[Member], entries: &[(&[usize], &'m StampEntry)]) -> Option<(&'m StampEntry, &'m str)> {
    for (index, member) in members.iter().enumerate() {
        let within = within(entries, index);
        let (Some((_, first)), TypeKind::Record(record)) = (within.first(), &member.ty.kind) else {
            continue;
        };
        let inner = &model[*record].members;
        for (index, member) in inner.iter().enumerate() {
            if must_be_given(member) && !fills(model, member, index, &within) {
                return Some((first, &member.name));
            }
        }
        if let Some(half) = half_made_within(model, inner, &within) {
            return Some(half);
        }
    }
    None
}

/// Whether a member is set, whole or by all that it must have. Paths of entries are short, so this ends.
fn fills(model: &Model, member: &Member, index: usize, entries: &[(&[usize], &StampEntry)]) -> bool {
    if entries.iter().any(|(path, _)| *path == [index]) {
        return true;
    }
    let within = within(entries, index);
    let TypeKind::Record(record) = &member.ty.kind else { return false };
    !within.is_empty()
        && model[*record]
            .members
            .iter()
            .enumerate()
            .all(|(index, member)| !must_be_given(member) || fills(model, member, index, &within))
}

/// The entries that lead into a member, from there on.
fn within<'p, 'm>(entries: &[(&'p [usize], &'m StampEntry)], index: usize) -> Vec<(&'p [usize], &'m StampEntry)> {
    let into = |(path, entry): &(&'p [usize], &'m StampEntry)| match path.split_first() {
        Some((first, rest)) if *first == index && !rest.is_empty() => Some((rest, *entry)),
        _ => None,
    };
    entries.iter().filter_map(into).collect()
}

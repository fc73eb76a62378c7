//! The smallest automaton that does the same.

use std::collections::HashMap;

use super::MOST_STATES;

/// A deterministic automaton over octets. State 0 is dead, state 1 is the start.
#[derive(Debug, Default)]
pub struct Table {
    /// The next state by octet, of each state.
    pub next: Vec<[u16; 256]>,
    /// Whether each state accepts.
    pub accepting: Vec<bool>,
}

impl Table {
    /// Adds a state from which every octet leads to the dead state.
    pub fn add(&mut self, accepting: bool) -> u16 {
        let id = u16::try_from(self.next.len()).unwrap_or(u16::MAX);
        self.next.push([0; 256]);
        self.accepting.push(accepting);
        id
    }

    /// The class of each octet (those that no state tells apart are one class), and an octet of each class.
    pub fn classes(&self) -> (Vec<u8>, Vec<u8>) {
        let mut known: HashMap<Vec<u16>, u8> = HashMap::new();
        let mut columns = Vec::new();
        let classes = (0..=u8::MAX)
            .map(|octet| {
                let column: Vec<u16> = self.next.iter().map(|row| row[usize::from(octet)]).collect();
                *known.entry(column).or_insert_with(|| {
                    columns.push(octet);
                    // There are at most 256 classes, so the last has the index 255.
                    u8::try_from(columns.len() - 1).unwrap_or(u8::MAX)
                })
            })
            .collect();
        (classes, columns)
    }
}

/// Merges states that no text tells apart (Moore's algorithm), and numbers them in the order in which octets reach them.
/// `None`: too many states are left.
pub fn minimize(table: &Table) -> Option<Table> {
    // Octets that lead everywhere to the same place need to be looked at once.
    let (_, columns) = table.classes();
    let mut group: Vec<u16> = table.accepting.iter().map(|accepting| u16::from(*accepting)).collect();
    let mut count = distinct(&group);
    loop {
        let mut signatures: HashMap<Vec<u16>, u16> = HashMap::with_capacity(count * 2);
        let mut finer = Vec::with_capacity(group.len());
        for (state, row) in table.next.iter().enumerate() {
            let mut signature = Vec::with_capacity(columns.len() + 1);
            signature.push(group[state]);
            signature.extend(columns.iter().map(|&octet| group[usize::from(row[usize::from(octet)])]));
            let fresh = u16::try_from(signatures.len()).ok()?;
            finer.push(*signatures.entry(signature).or_insert(fresh));
        }
        let finer_count = signatures.len();
        group = finer;
        if finer_count == count {
            break;
        }
        count = finer_count;
    }
    if count > MOST_STATES {
        return None;
    }
    Some(rebuild(table, &group))
}

fn distinct(group: &[u16]) -> usize {
    group.iter().collect::<std::collections::HashSet<_>>().len()
}

fn rebuild(table: &Table, group: &[u16]) -> Table {
    let mut out = Table::default();
    let mut ids: HashMap<u16, u16> = HashMap::new();
    // The representative of each new state.
    let mut of: Vec<usize> = Vec::new();
    let mut visit = |state: usize, out: &mut Table, of: &mut Vec<usize>| {
        *ids.entry(group[state]).or_insert_with(|| {
            of.push(state);
            out.add(table.accepting[state])
        })
    };
    visit(0, &mut out, &mut of);
    visit(1, &mut out, &mut of);
    if out.next.len() < 2 {
        // Nothing is matched: the start is as dead as the dead state, and is still state 1.
        out.add(false);
        return out;
    }
    let mut at = 0;
    while at < of.len() {
        let state = of[at];
        for octet in 0..256 {
            let to = visit(usize::from(table.next[state][octet]), &mut out, &mut of);
            out.next[at][octet] = to;
        }
        at += 1;
    }
    out
}

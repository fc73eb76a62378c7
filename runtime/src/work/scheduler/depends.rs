//! What must be done before.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{Failure, Held, Scheduler, Stage, Unit};

impl<W> Scheduler<W> {
    /// What a unit must wait for; or why it cannot be done.
    pub(super) fn blockers(&mut self, now: u64, unit: &Unit) -> Result<BTreeSet<String>, Failure> {
        let mut blockers = BTreeSet::new();
        for id in &unit.after {
            match self.remembered.get(now, id).map(|outcome| outcome.result.is_ok()) {
                Some(true) => {}
                Some(false) => return Err(self.blocked_by(id)),
                None => _ = blockers.insert(id.clone()),
            }
        }
        if self.leads_to(&blockers, &unit.id) {
            return Err(Failure::new(
                self.table.codes.invalid.clone(),
                format!("{} depends on itself", unit.id),
            ));
        }
        Ok(blockers)
    }

    pub(super) fn blocked_by(&self, id: &str) -> Failure {
        Failure::new(self.table.codes.blocked.clone(), format!("{id}, on which it depends, was not done"))
    }

    /// Whether what these wait for leads to an id.
    fn leads_to(&self, from: &BTreeSet<String>, id: &str) -> bool {
        let mut open: Vec<&str> = from.iter().map(String::as_str).collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(next) = open.pop() {
            if next == id {
                return true;
            }
            if !seen.insert(next) {
                continue;
            }
            let held = self.by_id.get(next).and_then(|serial| self.units.get(serial));
            if let Some(Held {
                stage: Stage::Blocked(on), ..
            }) = held
            {
                open.extend(on.iter().map(String::as_str));
            }
        }
        false
    }

    pub(super) fn release(&mut self, id: &str, serial: u64) {
        if let Some(waiting) = self.dependents.get_mut(id) {
            waiting.remove(&serial);
            if waiting.is_empty() {
                self.dependents.remove(id);
            }
        }
    }
}

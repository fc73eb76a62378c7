//! The order in which diagnostics are shown.

use std::collections::HashSet;

use super::Diagnostic;

/// Sorts by file and place, the compiled file first, and drops exact repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_cached_key(|diagnostic| (diagnostic.span, diagnostic.code, diagnostic.message.clone()));
    let mut seen = HashSet::new();
    diagnostics.retain(|diagnostic| seen.insert((diagnostic.span, diagnostic.code, diagnostic.message.clone())));
}

//! The rules of the language: one file per rule, with its code, its words, its page and what finds it.
//!
//! Codes: `E01` syntax and imports, `E02` names, `E03` types and constraints, `E04` limits, messages, envelopes and endpoints,
//! `E05` examples, `E06` and `W06` sessions. A code is never given a second meaning.

pub(crate) mod import_alias;
pub(crate) mod import_cycle;
pub(crate) mod protocol_missing;
pub(crate) mod syntax_error;
pub(crate) mod syntax_escape;
pub(crate) mod syntax_nesting;
pub(crate) mod syntax_number;
pub(crate) mod syntax_repeated;
pub(crate) mod syntax_stray_doc;
pub(crate) mod syntax_unclosed;
pub(crate) mod syntax_unreadable;

use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// What a rule says about itself.
#[derive(Debug)]
pub struct Rule {
    /// The stable code, such as `E0101`.
    pub code: &'static str,
    /// In kebab-case, such as `syntax-error`.
    pub name: &'static str,
    /// What must hold, in one sentence.
    pub summary: &'static str,
    /// Markdown: what, why, an example that breaks it (a fence ` ```ltp wrong `), one that does not (` ```ltp right `), what to do.
    pub page: &'static str,
}

/// All rules, sorted by code: one line per rule.
pub static RULES: &[&Rule] = &[
    &syntax_error::RULE,
    &syntax_unclosed::RULE,
    &syntax_escape::RULE,
    &syntax_number::RULE,
    &syntax_nesting::RULE,
    &syntax_stray_doc::RULE,
    &syntax_unreadable::RULE,
    &protocol_missing::RULE,
    &syntax_repeated::RULE,
    &import_cycle::RULE,
    &import_alias::RULE,
];

/// The rule of a code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&code, |rule| rule.code).ok().map(|index| RULES[index])
}

/// Rules that are checked on a resolved model (the others are found on the way to it): one line per rule.
static PASSES: &[fn(&Model, &mut Vec<Diagnostic>)] = &[];

/// What is wrong with a resolved model.
#[must_use]
pub fn check(model: &Model) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pass in PASSES {
        pass(model, &mut found);
    }
    found
}

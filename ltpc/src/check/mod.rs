//! The rules of the language: one file per rule, with its code, its words, its page and what finds it.
//!
//! Codes: `E01` syntax and imports, `E02` names, `E03` types and constraints, `E04` limits, messages, envelopes and endpoints,
//! `E05` examples, `E06` and `W06` sessions, `E07` groups and work, `E08` and `W08` digests and mappings,
//! `E09` and `W09` bridges. A code is never given a second meaning.

pub(crate) mod ambiguous_tag;
pub(crate) mod ambiguous_union;
pub(crate) mod bad_address;
pub(crate) mod bad_default;
pub(crate) mod bad_framing;
pub(crate) mod bad_pattern;
pub(crate) mod bad_property;
pub(crate) mod bad_rate;
#[cfg(feature = "build")]
pub(crate) mod bridge;
pub(crate) mod dependent_member;
pub(crate) mod digest_form;
pub(crate) mod digest_member;
pub(crate) mod digest_order;
pub(crate) mod digest_result;
pub(crate) mod duplicate_name;
pub(crate) mod duplicate_tag;
pub(crate) mod duplicate_wire_name;
pub(crate) mod empty_set;
pub(crate) mod empty_tag;
pub(crate) mod endless_type;
pub(crate) mod error_flag;
pub(crate) mod example_refused;
pub(crate) mod flat_collision;
pub(crate) mod framed_type;
pub(crate) mod group_element;
pub(crate) mod idle_envelope;
pub(crate) mod import_alias;
pub(crate) mod import_cycle;
pub(crate) mod keyed_tier;
pub(crate) mod limits_contradict;
#[cfg(feature = "build")]
pub(crate) mod mapping;
pub(crate) mod misplaced_annotation;
pub(crate) mod misplaced_body;
pub(crate) mod misplaced_constraint;
pub(crate) mod misplaced_type;
pub(crate) mod names_collide;
pub(crate) mod payload_encoding;
pub(crate) mod payload_kind;
pub(crate) mod protocol_missing;
pub(crate) mod refusals_differ;
pub(crate) mod reserved_name;
#[cfg(feature = "build")]
pub(crate) mod session;
pub(crate) mod syntax_error;
pub(crate) mod syntax_escape;
pub(crate) mod syntax_nesting;
pub(crate) mod syntax_number;
pub(crate) mod syntax_repeated;
pub(crate) mod syntax_stray_doc;
pub(crate) mod syntax_unclosed;
pub(crate) mod syntax_unreadable;
pub(crate) mod tag_pattern;
pub(crate) mod tier_order;
pub(crate) mod undefined_name;
pub(crate) mod unknown_limit;
pub(crate) mod unspeakable_name;
pub(crate) mod unused;
pub(crate) mod work_part;
pub(crate) mod wrong_sort;

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
#[cfg(feature = "build")]
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
    &undefined_name::RULE,
    &duplicate_name::RULE,
    &reserved_name::RULE,
    &unspeakable_name::RULE,
    &names_collide::RULE,
    &wrong_sort::RULE,
    &duplicate_wire_name::RULE,
    &endless_type::RULE,
    &empty_set::RULE,
    &misplaced_constraint::RULE,
    &bad_pattern::RULE,
    &bad_default::RULE,
    &ambiguous_union::RULE,
    &payload_kind::RULE,
    &payload_encoding::RULE,
    &misplaced_type::RULE,
    &misplaced_annotation::RULE,
    &bad_rate::RULE,
    &keyed_tier::RULE,
    &duplicate_tag::RULE,
    &tag_pattern::RULE,
    &flat_collision::RULE,
    &misplaced_body::RULE,
    &unknown_limit::RULE,
    &limits_contradict::RULE,
    &bad_property::RULE,
    &bad_address::RULE,
    &error_flag::RULE,
    &ambiguous_tag::RULE,
    &bad_framing::RULE,
    &framed_type::RULE,
    &empty_tag::RULE,
    &example_refused::RULE,
    &refusals_differ::RULE,
    &session::undefined::RULE,
    &session::duplicate::RULE,
    &session::roles::RULE,
    &session::start::RULE,
    &session::mismatch::RULE,
    &session::may_be_none::RULE,
    &session::never_none::RULE,
    &session::constant::RULE,
    &session::narrower::RULE,
    &session::operator::RULE,
    &session::misplaced::RULE,
    &session::not_assignable::RULE,
    &session::no_value::RULE,
    &session::missing_member::RULE,
    &session::open_stamp::RULE,
    &session::not_sendable::RULE,
    &session::persist::RULE,
    &session::retry_numbers::RULE,
    &session::key::RULE,
    &session::not_received::RULE,
    &session::answer::RULE,
    &session::retry_due::RULE,
    &session::timer_unhandled::RULE,
    &session::never_taken::RULE,
    &session::enter_cycle::RULE,
    &session::closing_error::RULE,
    &session::zero_duration::RULE,
    &session::unknown_capability::RULE,
    &session::meter_tier::RULE,
    &session::correlation::RULE,
    &group_element::RULE,
    &dependent_member::RULE,
    &work_part::RULE,
    &digest_form::RULE,
    &digest_member::RULE,
    &digest_result::RULE,
    &mapping::sides::RULE,
    &mapping::unmapped::RULE,
    &mapping::unset::RULE,
    &mapping::set_twice::RULE,
    &mapping::variants::RULE,
    &mapping::rest::RULE,
    &mapping::never_fits::RULE,
    &mapping::contradiction::RULE,
    &bridge::serves::RULE,
    &bridge::mapping::RULE,
    &bridge::subject::RULE,
    &bridge::incomplete::RULE,
    &bridge::undelivered::RULE,
    &bridge::unsendable::RULE,
    &unused::RULE,
    &tier_order::RULE,
    &idle_envelope::RULE,
    &session::unreachable::RULE,
    &session::stuck::RULE,
    &session::guard_gap::RULE,
    &session::timer_unarmed::RULE,
    &session::due_unscheduled::RULE,
    &session::answer_unasked::RULE,
    &session::unhandled::RULE,
    &session::no_end::RULE,
    &session::impatient::RULE,
    &session::meter_uncounted::RULE,
    &session::meter_unasked::RULE,
    &session::wait_rounded::RULE,
    &session::never_used::RULE,
    &session::pending_unused::RULE,
    &digest_order::RULE,
    &bridge::unrouted::RULE,
];

/// The rule of a code.
#[cfg(feature = "build")]
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&code, |rule| rule.code).ok().map(|index| RULES[index])
}

/// Rules that are checked on a resolved model (the others are found on the way to it): one line per rule.
static PASSES: &[fn(&Model, &mut Vec<Diagnostic>)] = &[
    names_collide::check,
    duplicate_wire_name::check,
    endless_type::check,
    empty_set::check,
    keyed_tier::check,
    tier_order::check,
    ambiguous_union::check,
    payload_encoding::check,
    misplaced_annotation::check,
    duplicate_tag::check,
    tag_pattern::check,
    flat_collision::check,
    ambiguous_tag::check,
    framed_type::check,
    bad_property::check,
    idle_envelope::check,
    limits_contradict::check,
    dependent_member::check,
    digest_result::check,
    digest_order::check,
    example_refused::check,
];

/// Rules of behaviour, which is only judged where nothing is missing from it: one line per rule.
#[cfg(feature = "build")]
static BEHAVIOUR: &[fn(&Model, &mut Vec<Diagnostic>)] = &[
    session::missing_member::check,
    session::open_stamp::check,
    session::retry_numbers::check,
    session::not_received::check,
    session::answer::check,
    session::retry_due::check,
    session::timer_unhandled::check,
    session::never_taken::check,
    session::enter_cycle::check,
    session::closing_error::check,
    session::zero_duration::check,
    session::unreachable::check,
    session::stuck::check,
    session::guard_gap::check,
    session::timer_unarmed::check,
    session::due_unscheduled::check,
    session::answer_unasked::check,
    session::unhandled::check,
    session::no_end::check,
    session::impatient::check,
    session::meter_uncounted::check,
    session::meter_unasked::check,
    session::wait_rounded::check,
    session::never_used::check,
    session::pending_unused::check,
    bridge::undelivered::check,
    bridge::unsendable::check,
    bridge::unrouted::check,
];

/// What a derive declares does not behave.
#[cfg(not(feature = "build"))]
static BEHAVIOUR: &[fn(&Model, &mut Vec<Diagnostic>)] = &[];

/// What is wrong with a resolved model.
#[must_use]
pub fn check(model: &Model) -> Vec<Diagnostic> {
    let behaviour = if model.whole { BEHAVIOUR } else { &[] };
    let mut found = Vec::new();
    for pass in PASSES.iter().chain(behaviour) {
        pass(model, &mut found);
    }
    found
}

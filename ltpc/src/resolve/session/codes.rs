//! The codes of what session resolution finds; each has its page with its rule.

use crate::check::session as rules;

pub(super) const UNDEFINED: &str = rules::undefined::RULE.code;
pub(super) const DUPLICATE: &str = rules::duplicate::RULE.code;
pub(super) const ROLES: &str = rules::roles::RULE.code;
pub(super) const START: &str = rules::start::RULE.code;
pub(super) const MISMATCH: &str = rules::mismatch::RULE.code;
pub(super) const MAY_BE_NONE: &str = rules::may_be_none::RULE.code;
pub(super) const NEVER_NONE: &str = rules::never_none::RULE.code;
pub(super) const CONSTANT: &str = rules::constant::RULE.code;
pub(super) const NARROWER: &str = rules::narrower::RULE.code;
pub(super) const OPERATOR: &str = rules::operator::RULE.code;
pub(super) const MISPLACED: &str = rules::misplaced::RULE.code;
pub(super) const NOT_ASSIGNABLE: &str = rules::not_assignable::RULE.code;
pub(super) const NO_VALUE: &str = rules::no_value::RULE.code;
pub(super) const MISSING_MEMBER: &str = rules::missing_member::RULE.code;
pub(super) const NOT_SENDABLE: &str = rules::not_sendable::RULE.code;
pub(super) const PERSIST: &str = rules::persist::RULE.code;
pub(super) const RETRY: &str = rules::retry_numbers::RULE.code;
pub(super) const KEY: &str = rules::key::RULE.code;

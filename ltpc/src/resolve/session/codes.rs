//! The codes of what session resolution finds; each has its page with its rule.

use crate::check::session as rules;

pub(in crate::resolve) const UNDEFINED: &str = rules::undefined::RULE.code;
pub(in crate::resolve) const DUPLICATE: &str = rules::duplicate::RULE.code;
pub(in crate::resolve) const ROLES: &str = rules::roles::RULE.code;
pub(in crate::resolve) const START: &str = rules::start::RULE.code;
pub(in crate::resolve) const MISMATCH: &str = rules::mismatch::RULE.code;
pub(in crate::resolve) const MAY_BE_NONE: &str = rules::may_be_none::RULE.code;
pub(in crate::resolve) const NEVER_NONE: &str = rules::never_none::RULE.code;
pub(in crate::resolve) const CONSTANT: &str = rules::constant::RULE.code;
pub(in crate::resolve) const NARROWER: &str = rules::narrower::RULE.code;
pub(in crate::resolve) const OPERATOR: &str = rules::operator::RULE.code;
pub(in crate::resolve) const MISPLACED: &str = rules::misplaced::RULE.code;
pub(in crate::resolve) const NOT_ASSIGNABLE: &str = rules::not_assignable::RULE.code;
pub(in crate::resolve) const NO_VALUE: &str = rules::no_value::RULE.code;
pub(in crate::resolve) const MISSING_MEMBER: &str = rules::missing_member::RULE.code;
pub(in crate::resolve) const NOT_SENDABLE: &str = rules::not_sendable::RULE.code;
pub(in crate::resolve) const PERSIST: &str = rules::persist::RULE.code;
pub(in crate::resolve) const RETRY: &str = rules::retry_numbers::RULE.code;
pub(in crate::resolve) const KEY: &str = rules::key::RULE.code;

//! Reading, checking, explaining and writing messages.

use alloc::{borrow::Cow, string::String};

/// One thing that is wrong with a message. Sorted by pointer, then rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Where: a JSON pointer (RFC 6901), or a header's name.
    pub pointer: String,
    /// Which rule is broken, by its stable name.
    pub rule: Rule,
    /// What the schema allows, in words.
    pub expected: Cow<'static, str>,
    /// What stood there, shortened to 64 characters.
    pub actual: String,
}

/// The rules that a message can break, each with a stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The text is no JSON, or not one value.
    Syntax,
    /// The octets are no UTF-8.
    Utf8,
    /// An escape names half of a surrogate pair.
    Surrogate,
    /// A member's name stands twice in one object.
    Duplicate,
    /// Objects and lists are nested too deep.
    Depth,
    /// The message has too many octets.
    Size,
    /// A string or member name has too many octets.
    StringSize,
    /// A list has too many items.
    ListSize,
    /// An object has too many members.
    Members,
    /// A value of another type.
    Type,
    /// A number that the type cannot hold.
    Number,
    /// A number outside the declared range.
    Range,
    /// Too short or too long.
    Length,
    /// Not one of the declared values.
    OneOf,
    /// The declared pattern does not match.
    Pattern,
    /// Not of the declared format.
    Format,
    /// A required member is absent.
    Required,
    /// The tag names no message.
    UnknownTag,
    /// The document inside the string is not what its encoding says.
    Encoding,
}

impl Rule {
    /// The stable name, as printed and as written in schemas.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Utf8 => "utf8",
            Self::Surrogate => "surrogate",
            Self::Duplicate => "duplicate",
            Self::Depth => "depth",
            Self::Size => "size",
            Self::StringSize => "string_size",
            Self::ListSize => "list_size",
            Self::Members => "members",
            Self::Type => "type",
            Self::Number => "number",
            Self::Range => "range",
            Self::Length => "length",
            Self::OneOf => "one_of",
            Self::Pattern => "pattern",
            Self::Format => "format",
            Self::Required => "required",
            Self::UnknownTag => "unknown_tag",
            Self::Encoding => "encoding",
        }
    }
}

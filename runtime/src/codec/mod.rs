//! Reading, checking, explaining and writing messages.
//!
//! Two ways lead through a message. The *walk* reads it by the tables of [`crate::schema`]; it is the reference for what conforms and
//! the only one that explains: [`decode`], [`explain`], [`encode`], [`check`]. *Generated code* reads it with a [`Cursor`], or, where that gives
//! up, with a [`Reader`], writes it with the functions of [`mod@write`], and calls [`refusal`] for the explanation of what it refused. All
//! keep to what follows.
//!
//! A schema with a framing has text in the place of JSON: what [`decode`], [`explain`], [`encode`] and [`check`] do with it is written
//! down at [`crate::text`].
//!
//! # Reading
//! One walk both reads and explains: a text conforms if and only if the walk finds nothing wrong with it.
//!
//! *Unreadable texts.* In this order: more octets than `limits.message` (rule `size`), octets that are no UTF-8 (`utf8`), and, where
//! it shows first in the text, no JSON (`syntax`), half a surrogate pair (`surrogate`), or too deep a nesting (`depth`; the
//! message's own object is 1). Each is the only violation of its text, at the pointer `""`.
//!
//! *Everywhere*, whatever a value's type: a name stands once in an object (`duplicate`), strings and names have at most
//! `limits.string` octets after unescaping (`string_size`), lists at most `limits.list` items (`list_size`), objects at most
//! `limits.members` members (`members`). Of what is past its limit nothing more is looked at.
//!
//! *Members.* An absent default means its value. A member is read by its name or by one it `accepts`; two of them together are a
//! duplicate. What the schema does not declare is ignored, or, in an open record, kept: names unescaped, values octet for octet.
//! `null` is read only where the type is nullable.
//!
//! *Messages.* The tag member stands anywhere in the object. Absent it breaks `required`; naming no message, `unknown_tag`. Where
//! a body is optional, an absent one is read as an object without members, unless its record requires one. A message that
//! `accepts_flat` and has no body member is read from beside the envelope's members.
//!
//! *Payloads.* The kind's member says what the payload is, wherever in the object it stands; where it cannot be read, nothing is said
//! of the payload. A kind that an open payload does not know is carried: as JSON text, or, under an encoding, as the text of the
//! document, which no string limit bounds. Under `toon` the value is a string that holds a TOON document (otherwise `type`); it is
//! read as the JSON that it stands for, within the message's limits of size and depth, and violations in it have the pointers that
//! they would have there. A list may stand at the document's root or under any one key. No TOON breaks `encoding`.
//!
//! # Explaining
//! All violations, sorted by pointer (octets) and rule (name), at most one of a rule at a pointer. Of a text that breaks more than
//! 1,000 rules, or breaks them at pointers of more than a mebibyte together, those that the walk met first.
//!
//! # Writing
//! The tag first, then the envelope's members in declared order with the body at its position; no white space; what equals its
//! default only if it is `always` written; unknown members that are kept after the declared ones, in received order. A payload under
//! `toon` is written so only if its kind is a list that has a table (see [`toon::table`]), or if its kind is not known;
//! otherwise it is written as JSON and the member that names the encoding says so.

pub mod formats;
#[cfg(feature = "serde")]
pub mod serde;
pub mod toon;
pub mod write;

mod collect;
mod cursor;
mod decimal;
mod fit;
mod habit;
mod kinds;
mod map;
mod names;
pub(crate) mod numbers;
mod pattern;
mod payload;
mod pieces;
pub(crate) mod put;
mod raw;
mod reader;
pub(crate) mod scan;
mod shareable;
#[cfg(feature = "bytes")]
mod shared;
mod shortest;
mod skip;
mod source;
mod standard;
mod strings;
mod tape;
mod value;
mod walk;
mod wire;

#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

pub use cursor::{Cursor, Layout, Unexpected};
pub use fit::Fit;
pub use habit::Habit;
pub use kinds::{Carrier, Carries, KindOf, PayloadKind, Texts, constant};
pub use map::Map;
pub use names::{Member, Names};
pub use pattern::all_within;
pub use payload::{Carried, Document, Encoding, Late, Place, toon_table};
pub use raw::{Json, Object, owned};
pub use reader::{Kind, Open, Reader};
pub use shareable::{IntoOwned, Shareable};
#[cfg(feature = "bytes")]
pub use shared::{DecodeError, Shared};
pub use source::Source;
pub use value::{Decoded, Value};
pub use walk::{can_encode_toon, check, decode, decode_value, encode, encode_value, explain, explain_value, refusal};
pub(crate) use walk::{decode_json, find_message, shorten, tags};
pub use wire::{NotDeclared, Wire};

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
    /// Where in the text, if it is a text of lines; JSON has its pointer.
    pub position: Option<Position>,
}

/// A place in a text of lines. Both count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in it; of what is no UTF-8, the octet.
    pub column: u32,
}

/// The rules that a message can break, each with a stable name; in the order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A character that the text may not hold there.
    Charset,
    /// Objects and lists are nested too deep.
    Depth,
    /// A member's name stands twice in one object.
    Duplicate,
    /// There is no message.
    Empty,
    /// The document inside the string is not what its encoding says.
    Encoding,
    /// Not of the declared format.
    Format,
    /// A line that is no header, or none that the message may have.
    Header,
    /// The head has too many headers.
    Headers,
    /// Too short or too long.
    Length,
    /// The declared length and the end marker disagree.
    LengthMismatch,
    /// A line of the head has too many octets.
    LineSize,
    /// A list has too many items.
    ListSize,
    /// A line that must come does not.
    Marker,
    /// An object has too many members.
    Members,
    /// A number that the type cannot hold.
    Number,
    /// Not one of the declared values.
    OneOf,
    /// The declared pattern does not match.
    Pattern,
    /// A number outside the declared range.
    Range,
    /// A required member is absent.
    Required,
    /// The message has too many octets.
    Size,
    /// The start line is not of the declared form.
    Start,
    /// A string or member name has too many octets.
    StringSize,
    /// An escape names half of a surrogate pair.
    Surrogate,
    /// The text is no JSON, or not one value.
    Syntax,
    /// Text stands behind the end of the message.
    Trailing,
    /// The text ends before the body does.
    Truncated,
    /// A value of another type.
    Type,
    /// The tag names no message.
    UnknownTag,
    /// The octets are no UTF-8.
    Utf8,
}

impl Rule {
    /// Every rule, in the order of their names.
    pub const ALL: [Self; 29] = [
        Self::Charset,
        Self::Depth,
        Self::Duplicate,
        Self::Empty,
        Self::Encoding,
        Self::Format,
        Self::Header,
        Self::Headers,
        Self::Length,
        Self::LengthMismatch,
        Self::LineSize,
        Self::ListSize,
        Self::Marker,
        Self::Members,
        Self::Number,
        Self::OneOf,
        Self::Pattern,
        Self::Range,
        Self::Required,
        Self::Size,
        Self::Start,
        Self::StringSize,
        Self::Surrogate,
        Self::Syntax,
        Self::Trailing,
        Self::Truncated,
        Self::Type,
        Self::UnknownTag,
        Self::Utf8,
    ];

    /// The stable name, as printed and as written in schemas.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Charset => "charset",
            Self::Depth => "depth",
            Self::Duplicate => "duplicate",
            Self::Empty => "empty",
            Self::Encoding => "encoding",
            Self::Format => "format",
            Self::Header => "header",
            Self::Headers => "headers",
            Self::Length => "length",
            Self::LengthMismatch => "length_mismatch",
            Self::LineSize => "line_size",
            Self::ListSize => "list_size",
            Self::Marker => "marker",
            Self::Members => "members",
            Self::Number => "number",
            Self::OneOf => "one_of",
            Self::Pattern => "pattern",
            Self::Range => "range",
            Self::Required => "required",
            Self::Size => "size",
            Self::Start => "start",
            Self::StringSize => "string_size",
            Self::Surrogate => "surrogate",
            Self::Syntax => "syntax",
            Self::Trailing => "trailing",
            Self::Truncated => "truncated",
            Self::Type => "type",
            Self::UnknownTag => "unknown_tag",
            Self::Utf8 => "utf8",
        }
    }
}

impl Violation {
    /// The violation as a JSON object: `pointer`, `rule`, `expected`, `actual`, and where it is known `line` and `column`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        for (name, text) in [
            ("{\"pointer\":", &*self.pointer),
            (",\"rule\":", self.rule.name()),
            (",\"expected\":", &*self.expected),
            (",\"actual\":", &*self.actual),
        ] {
            write::raw(&mut out, name);
            write::string(&mut out, text);
        }
        if let Some(Position { line, column }) = self.position {
            for (name, number) in [(",\"line\":", line), (",\"column\":", column)] {
                write::raw(&mut out, name);
                write::u64(&mut out, u64::from(number));
            }
        }
        out.push(b'}');
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Why the fast path refused. Where a frame breaks several rules this is any of them: what is wrong, all of it, is what
/// a second walk explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The rule.
    pub rule: Rule,
    /// The octet at which it showed.
    pub at: u32,
}

impl Refused {
    /// A refusal at an octet.
    #[cold]
    #[must_use]
    pub fn new(rule: Rule, at: usize) -> Self {
        // A frame past `u32` is refused for its size before anything else is looked at.
        Self {
            rule,
            at: u32::try_from(at).unwrap_or(u32::MAX),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused at octet {} ({})", self.at, self.rule.name())
    }
}

impl core::error::Error for Refused {}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pointer,
            rule,
            expected,
            actual,
            ..
        } = self;
        let space = if pointer.is_empty() { "" } else { " " };
        write!(f, "{pointer}{space}({}): expected {expected}, got {actual}", rule.name())
    }
}

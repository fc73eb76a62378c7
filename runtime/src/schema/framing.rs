//! Messages as framed text: a start line, headers, and a body that a length or a line ends.

use alloc::borrow::Cow;

/// How the messages of an envelope stand as text.
///
/// The start line holds the tag and the envelope's members; each member of a message is a header of that name, or the
/// body if its name is [`Framing::BODY`]. What the text of a value is follows from its type: of strings and enums the text itself, of
/// numbers and `true` and `false` their JSON, of a list its items between separators.
#[derive(Debug, Clone)]
pub struct Framing {
    /// An index into [`super::Schema::envelopes`]: what it is called, and what the start line holds beside the tag.
    pub envelope: u32,
    /// How lines of the head end.
    pub newline: Newline,
    /// What stands in the start line, in order. No two members stand side by side.
    pub start: Cow<'static, [StartPart]>,
    /// How headers are read.
    pub headers: Headers,
    /// The whole line that ends the head. Empty: a blank line.
    pub head_end: Cow<'static, str>,
    /// What ends the body.
    pub body_end: BodyEnd,
    /// Which characters a body may hold.
    pub body_charset: Charset,
    /// Octets of one line of the head, its end aside.
    pub line: usize,
}

impl Framing {
    /// The wire name of a member that is the body: no header can have it. Violations that are no header's have such pointers too:
    /// `(body)`, `(tag)`, and `(name)` for what the start line holds beside the tag.
    pub const BODY: &'static str = "(body)";
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// LF is written and read.
    Lf,
    /// LF is written; CR LF is read too.
    LfOrCrlf,
    /// CR LF is written and read.
    Crlf,
    /// CR LF is written; LF is read too.
    CrlfOrLf,
}

/// A part of the start line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartPart {
    /// This text.
    Literal(Cow<'static, str>),
    /// The envelope's member of that index.
    Member(usize),
    /// What names the message.
    Tag,
}

/// How headers are read and written. A line is a name, the separator and a value. Names are tokens as RFC 9110
/// has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// What stands between name and value; what is written has a space behind it if values are trimmed.
    pub separator: Cow<'static, str>,
    /// Whether names are compared without case. They are written as declared.
    pub insensitive: bool,
    /// Whether spaces and tabs around a value, and around the items of a list, are no part of it.
    pub trim: bool,
    /// What becomes of headers that the message does not declare.
    pub unknown: Unknown,
    /// How many lines of headers.
    pub most: usize,
    /// Members that are lists: wire names, each with what stands between the items.
    pub lists: Cow<'static, [(Cow<'static, str>, Cow<'static, str>)]>,
}

/// What becomes of headers that a message does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// They are kept with the message's unknown members, and written after the declared ones. Their messages are open records.
    Keep,
    /// They are checked for their form and forgotten.
    Ignore,
    /// They are refused.
    Refuse,
}

/// What ends a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyEnd {
    /// There is none: a message ends with its head.
    None,
    /// The octets that a header counts, and nothing behind them; none if the header is absent.
    Length {
        /// The header's name.
        header: Cow<'static, str>,
    },
    /// A whole line; the line end before it is no part of the body.
    Marker {
        /// The line.
        line: Cow<'static, str>,
        /// The header, if there is one, that counts the body's octets. Where the marker stands behind so many octets, the length
        /// decides, so that a body may hold the marker; else the rule for a mismatch does. Absent, the first marker decides, if the
        /// body is empty or the reader advisory.
        header: Option<Cow<'static, str>>,
        /// The rule, where a reader is not told another.
        mismatch: Mismatch,
    },
}

/// What is done where a declared length and the end marker disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mismatch {
    /// The message is refused.
    Strict,
    /// The first marker ends the body, and the mismatch is reported.
    Advisory,
}

/// Which characters a text may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// ASCII without controls, TAB and line ends aside.
    Ascii,
    /// UTF-8 without controls (U+0000 to U+001F and U+007F), TAB, LF and CR aside.
    Text,
    /// Any UTF-8.
    Utf8,
}

impl Newline {
    /// What is written.
    #[must_use]
    pub const fn written(self) -> &'static str {
        match self {
            Self::Lf | Self::LfOrCrlf => "\n",
            Self::Crlf | Self::CrlfOrLf => "\r\n",
        }
    }

    /// Whether a line may end in LF alone.
    #[must_use]
    pub const fn reads_lf(self) -> bool {
        !matches!(self, Self::Crlf)
    }

    /// Whether a line may end in CR LF.
    #[must_use]
    pub const fn reads_crlf(self) -> bool {
        !matches!(self, Self::Lf)
    }
}

impl BodyEnd {
    /// The header that counts the body's octets.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Length { header } => Some(header),
            Self::Marker { header, .. } => header.as_deref(),
        }
    }

    /// The line that ends the body.
    #[must_use]
    pub fn marker(&self) -> Option<&str> {
        match self {
            Self::Marker { line, .. } => Some(line),
            _ => None,
        }
    }

    /// The rule for a length that disagrees with the marker.
    #[must_use]
    pub const fn mismatch(&self) -> Mismatch {
        match self {
            Self::Marker { mismatch, .. } => *mismatch,
            _ => Mismatch::Strict,
        }
    }
}

//! What generated code knows of its framing before it runs.

use alloc::borrow::Cow;

use crate::schema::{BodyEnd, Charset, Framing, Limits, Schema};

/// A protocol whose messages are framed text. Generated code has one type that implements this; what [`super::Reader`] and the writing
/// functions ask of the framing is computed from its tables when they are compiled.
pub trait Form {
    /// The tables.
    const SCHEMA: &'static Schema;

    /// What the tables say.
    #[doc(hidden)]
    const FACTS: Facts = Facts::of(Self::SCHEMA);
}

/// A framing in the words of the fast path. All of it is constant where it is used.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct Facts {
    /// The framing itself, for what is no fast path.
    pub framing: Option<&'static Framing>,
    pub limits: &'static Limits,
    /// Whether a line may end in LF alone, and in CR LF.
    pub lf: bool,
    pub crlf: bool,
    /// The line end that is written.
    pub newline: &'static str,
    pub separator: &'static str,
    pub insensitive: bool,
    pub trim: bool,
    /// Headers of a message, and octets of a line.
    pub most: usize,
    pub line: usize,
    pub head_end: &'static str,
    pub body_end: Ending,
    pub charset: Charset,
}

/// What ends a body.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub enum Ending {
    /// There is none.
    None,
    /// A declared length.
    Length,
    /// A line, and a declared length if there is such a header.
    Marker(&'static str),
}

impl Facts {
    const fn of(schema: &'static Schema) -> Self {
        let Some(framing) = &schema.framing else {
            return Self::NOTHING;
        };
        Self {
            framing: Some(framing),
            limits: &schema.limits,
            lf: framing.newline.reads_lf(),
            crlf: framing.newline.reads_crlf(),
            newline: framing.newline.written(),
            separator: literal(&framing.headers.separator),
            insensitive: framing.headers.insensitive,
            trim: framing.headers.trim,
            most: framing.headers.most,
            line: framing.line,
            head_end: literal(&framing.head_end),
            body_end: match &framing.body_end {
                BodyEnd::None => Ending::None,
                BodyEnd::Length { .. } => Ending::Length,
                BodyEnd::Marker { line, .. } => Ending::Marker(literal(line)),
            },
            charset: framing.body_charset,
        }
    }

    /// Of a schema without a framing: no text conforms.
    const NOTHING: Self = Self {
        framing: None,
        limits: &Limits {
            message: 0,
            ..Limits::NONE
        },
        lf: false,
        crlf: false,
        newline: "",
        separator: "",
        insensitive: false,
        trim: false,
        most: 0,
        line: 0,
        head_end: "",
        body_end: Ending::None,
        charset: Charset::Ascii,
    };
}

/// Tables that are compiled hold literals alone.
#[allow(clippy::ptr_arg)] // what it borrows is the question
const fn literal(text: &Cow<'static, str>) -> &'static str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(_) => "",
    }
}

//! The pull reader that generated codecs are written with.
//!
//! ```
//! # use ltp_runtime::{codec::{Reader, Refused, Rule}, schema::Limits};
//! # const LIMITS: Limits = Limits { message: 1024, depth: 10, string: 64, list: 64, members: 64 };
//! fn point(frame: &[u8]) -> Result<(f64, f64), Refused> {
//!     let mut reader = Reader::new(frame, &LIMITS)?;
//!     let (mut x, mut y) = (None, None);
//!     let mut object = reader.begin_object()?;
//!     while let Some(name) = reader.next_name(&mut object)? {
//!         match &*name {
//!             "x" if x.is_none() => x = Some(reader.f64()?),
//!             "y" if y.is_none() => y = Some(reader.f64()?),
//!             "x" | "y" => return Err(reader.refuse(Rule::Duplicate)),
//!             _ => _ = reader.unknown(name)?,
//!         }
//!     }
//!     reader.finish()?;
//!     x.zip(y).ok_or_else(|| reader.refuse(Rule::Required))
//! }
//! assert_eq!(point(br#"{"y": 2, "x": 1.5, "z": [null]}"#), Ok((1.5, 2.0)));
//! ```
//!
//! The reader enforces the limits, the grammar and UTF-8 as it goes. Names that the caller does not tell apart itself are given to
//! [`Reader::unknown`] (or [`Reader::name`], for a map) and compared when their object ends. It never recurses.

use alloc::{borrow::Cow, vec::Vec};

use uuid::Uuid;

use super::{Refused, Rule, formats, numbers, scan, strings};
use crate::schema::Limits;

/// Reads one JSON text from front to back.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) limits: Limits,
    /// The names, to be compared, of the objects that are open, outermost first.
    pub(super) names: Vec<Cow<'a, str>>,
    /// What is open of a value that is passed over.
    pub(super) passed: Vec<(Open, bool)>,
}

/// An object or list that is being read.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Open {
    /// What stands before the next part: the opening bracket, then commas.
    pub(super) lead: u8,
    pub(super) count: usize,
    /// Where its names start in the reader's.
    pub(super) names: usize,
}

/// What a value is, by its first octet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Open {
    /// What stands before the first part.
    #[inline]
    pub(super) fn new(lead: u8) -> Self {
        Self { lead, count: 0, names: 0 }
    }
}

impl<'a> Reader<'a> {
    /// Reads a whole text.
    ///
    /// # Errors
    /// As [`Self::new`], `read` and [`Self::finish`].
    #[inline]
    pub fn whole<T>(frame: &'a [u8], limits: &Limits, read: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Result<T, Refused> {
        let mut reader = Self::new(frame, limits)?;
        let value = read(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }

    /// Checks the frame's size and that it is UTF-8.
    ///
    /// # Errors
    /// Rules `size` and `utf8`.
    #[inline]
    pub fn new(frame: &'a [u8], limits: &Limits) -> Result<Self, Refused> {
        if frame.len() > limits.message || frame.len() > u32::MAX as usize {
            return Err(Refused::new(Rule::Size, limits.message));
        }
        match core::str::from_utf8(frame) {
            Ok(text) => Ok(Self::within(text, limits, 0)),
            Err(wrong) => Err(Refused::new(Rule::Utf8, wrong.valid_up_to())),
        }
    }

    /// Reads a text that stands inside `depth` objects and lists of another, whose size is already checked.
    #[inline]
    #[must_use]
    pub fn within(text: &'a str, limits: &Limits, depth: usize) -> Self {
        Self {
            text,
            at: 0,
            depth,
            limits: *limits,
            names: Vec::new(),
            passed: Vec::new(),
        }
    }

    /// The octets read so far.
    #[inline]
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// How many objects and lists are open.
    #[inline]
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// A refusal at this place.
    #[cold]
    #[must_use]
    pub fn refuse(&self, rule: Rule) -> Refused {
        Refused::new(rule, self.at)
    }

    /// What the next value is.
    ///
    /// # Errors
    /// Rule `syntax`, if no value starts here.
    #[inline]
    pub fn kind(&mut self) -> Result<Kind, Refused> {
        match self.peek() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b'"') => Ok(Kind::String),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(self.refuse(Rule::Syntax)),
        }
    }

    /// Opens an object; its members follow by [`Self::next_name`].
    ///
    /// # Errors
    /// Rules `type` and `depth`.
    #[inline]
    pub fn begin_object(&mut self) -> Result<Open, Refused> {
        self.begin(b'{')
    }

    /// The next member's name; its value must be read, skipped or taken raw next. `None` closes the object.
    ///
    /// # Errors
    /// Rules `syntax`, `surrogate`, `string_size`, `members`, and `duplicate` for the names that were given back.
    #[inline]
    pub fn next_name(&mut self, object: &mut Open) -> Result<Option<Cow<'a, str>>, Refused> {
        if !self.next(object, b'}')? {
            self.distinct(object.names)?;
            return Ok(None);
        }
        if object.count > self.limits.members {
            return Err(self.refuse(Rule::Members));
        }
        let name = self.quoted(self.limits.string, Rule::Syntax)?;
        if self.peek() != Some(b':') {
            return Err(self.refuse(Rule::Syntax));
        }
        self.at += 1;
        Ok(Some(name))
    }

    /// Opens a list; its items follow by [`Self::next_item`].
    ///
    /// # Errors
    /// Rules `type` and `depth`.
    #[inline]
    pub fn begin_list(&mut self) -> Result<Open, Refused> {
        self.begin(b'[')
    }

    /// Whether there is another item, which must be read next. `false` closes the list.
    ///
    /// # Errors
    /// Rules `syntax` and `list_size`.
    #[inline]
    pub fn next_item(&mut self, list: &mut Open) -> Result<bool, Refused> {
        let more = self.next(list, b']')?;
        if more && list.count > self.limits.list {
            return Err(self.refuse(Rule::ListSize));
        }
        Ok(more)
    }

    /// Reads a string.
    ///
    /// # Errors
    /// Rules `type`, `syntax`, `surrogate` and `string_size`.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>, Refused> {
        self.quoted(self.limits.string, Rule::Type)
    }

    /// Reads a string that holds a whole document: bounded by the message only.
    ///
    /// # Errors
    /// Rules `type`, `syntax` and `surrogate`.
    #[inline]
    pub fn document(&mut self) -> Result<Cow<'a, str>, Refused> {
        self.quoted(usize::MAX, Rule::Type)
    }

    /// Reads a UUID in either case.
    ///
    /// # Errors
    /// As [`Self::string`], and rule `format`.
    #[inline]
    pub fn uuid(&mut self) -> Result<Uuid, Refused> {
        self.space();
        if let Some([b'"', text @ .., b'"']) = self.rest().first_chunk::<38>()
            && self.limits.string >= text.len()
            && let Some(octets) = scan::uuid(text)
        {
            self.at += 38;
            return Ok(Uuid::from_bytes(octets));
        }
        self.long_uuid()
    }

    /// A UUID that is written in another way, or none.
    #[cold]
    fn long_uuid(&mut self) -> Result<Uuid, Refused> {
        let text = self.string()?;
        formats::uuid(&text).ok_or_else(|| self.refuse(Rule::Format))
    }

    /// Reads an unsigned integer.
    ///
    /// # Errors
    /// Rules `type`, `number` and `syntax`.
    #[inline]
    pub fn u64(&mut self) -> Result<u64, Refused> {
        self.space();
        let (value, end) = numbers::read_u64(self.text.as_bytes(), self.at)?;
        self.at = end;
        Ok(value)
    }

    /// Reads a signed integer.
    ///
    /// # Errors
    /// Rules `type`, `number` and `syntax`.
    #[inline]
    pub fn i64(&mut self) -> Result<i64, Refused> {
        self.space();
        let (value, end) = numbers::read_i64(self.text.as_bytes(), self.at)?;
        self.at = end;
        Ok(value)
    }

    /// Reads a finite double.
    ///
    /// # Errors
    /// Rules `type`, `number` and `syntax`.
    #[inline]
    pub fn f64(&mut self) -> Result<f64, Refused> {
        self.space();
        let (value, end) = numbers::read_f64(self.text.as_bytes(), self.at)?;
        self.at = end;
        Ok(value)
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// Rule `type`.
    #[inline]
    pub fn bool(&mut self) -> Result<bool, Refused> {
        self.space();
        if self.word("true") {
            Ok(true)
        } else if self.word("false") {
            Ok(false)
        } else {
            Err(self.refuse(Rule::Type))
        }
    }

    /// Passes `null`, if that is next.
    ///
    /// # Errors
    /// None: a text that is neither `null` nor a value is refused by whatever reads it.
    #[inline]
    pub fn null(&mut self) -> Result<bool, Refused> {
        self.space();
        Ok(self.word("null"))
    }

    /// Checks that only white space follows.
    ///
    /// # Errors
    /// Rule `syntax`.
    #[inline]
    pub fn finish(&mut self) -> Result<(), Refused> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.refuse(Rule::Syntax)),
        }
    }

    /// Stops at the opening bracket: it stands before the first part as commas stand before the others.
    #[inline]
    pub(super) fn begin(&mut self, bracket: u8) -> Result<Open, Refused> {
        if self.peek() != Some(bracket) {
            return Err(self.refuse(Rule::Type));
        }
        if self.depth >= self.limits.depth() {
            return Err(self.refuse(Rule::Depth));
        }
        self.depth += 1;
        Ok(Open {
            lead: bracket,
            count: 0,
            names: self.names.len(),
        })
    }

    /// Passes what stands before the next part, or the closing bracket; says whether something follows.
    #[inline]
    pub(super) fn next(&mut self, open: &mut Open, bracket: u8) -> Result<bool, Refused> {
        let mut next = self.peek();
        if next == Some(open.lead) {
            self.at += 1;
            if open.count > 0 || self.peek() != Some(bracket) {
                open.lead = b',';
                open.count += 1;
                return Ok(true);
            }
            next = Some(bracket);
        }
        if next != Some(bracket) {
            return Err(self.refuse(Rule::Syntax));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(false)
    }

    #[inline]
    pub(super) fn quoted(&mut self, limit: usize, otherwise: Rule) -> Result<Cow<'a, str>, Refused> {
        if self.peek() != Some(b'"') {
            return Err(self.refuse(otherwise));
        }
        let span = strings::measure(self.text.as_bytes(), self.at + 1)?;
        if span.length > limit {
            return Err(self.refuse(Rule::StringSize));
        }
        self.at = span.end + 1;
        Ok(span.text(self.text))
    }

    #[inline]
    pub(super) fn word(&mut self, word: &str) -> bool {
        let there = self
            .text
            .as_bytes()
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if there {
            self.at += word.len();
        }
        there
    }

    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.space();
        self.text.as_bytes().get(self.at).copied()
    }

    /// What is not read yet.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn space(&mut self) {
        if let Some(..=b' ') = self.text.as_bytes().get(self.at) {
            self.at = spaces(self.text.as_bytes(), self.at);
        }
    }
}

/// The first octet at or after `at` that is no white space, or the end.
#[inline(never)]
pub(super) fn spaces(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

//! Values whose reading another member decides, which may stand before or behind them.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{Json, Reader, Refused, Rule, Source, toon, write};

/// How a payload is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Json,
    /// As a string that holds a TOON document.
    Toon,
}

impl Encoding {
    /// The encoding of that name: schemas know `json` and `toon`.
    #[inline]
    #[must_use]
    pub fn named(name: &str) -> Self {
        if name == "toon" { Self::Toon } else { Self::Json }
    }
}

/// A payload of a kind that the schema does not know, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried<'a> {
    /// The value, as JSON text.
    Json(Json<'a>),
    /// The document that the string held, as the encoding has it.
    Document(Cow<'a, str>),
}

impl Carried<'_> {
    /// Appends what came as JSON: a value as it is, a document as a string.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Json(json) => write::raw(out, json.as_str()),
            Self::Document(text) => write::string(out, text),
        }
    }

    /// The same, on its own.
    #[must_use]
    pub fn into_owned(self) -> Carried<'static> {
        match self {
            Self::Json(json) => Carried::Json(json.into_owned()),
            Self::Document(text) => Carried::Document(Cow::Owned(text.into_owned())),
        }
    }
}

/// The document that a payload is written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document<'a> {
    /// Its text.
    Text(Cow<'a, str>),
    /// A table that the payload writes itself, where it is to stand.
    Rows,
}

impl Document<'_> {
    /// A text that stands for nothing.
    pub const EMPTY: Self = Self::Text(Cow::Borrowed(""));

    /// Appends its text, if that is what it is, as a string.
    pub fn write(&self, out: &mut Vec<u8>) {
        if let Self::Text(text) = self {
            write::string(out, text);
        }
    }
}

/// A place in a text to which a reader can go back.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub(super) at: usize,
    pub(super) depth: usize,
    /// How many names are to be compared.
    names: usize,
}

/// A value that may stand before the member that decides how it is read.
#[derive(Debug)]
pub enum Late<T> {
    /// It is read for certain.
    Read(T),
    /// It is read on an assumption, and may have to be read again from here.
    Assumed(T, Place),
    /// It is still to be read, from here.
    Aside(Place),
}

impl Place {
    /// A place at an octet, inside so many objects and lists.
    #[inline]
    pub(super) const fn new(at: usize, depth: usize) -> Self {
        Self { at, depth, names: 0 }
    }
}

impl<T> Late<T> {
    /// Sets a value aside.
    ///
    /// # Errors
    /// As [`Reader::set_aside`].
    #[cold]
    pub fn aside<'a, R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
        reader.set_aside().map(Self::Aside)
    }

    /// Reads a value if what decides how is known by now, and sets it aside if not.
    ///
    /// # Errors
    /// As `read`, or as [`Reader::set_aside`].
    #[inline(always)]
    pub fn when<'a, R: Source<'a>, K>(
        reader: &mut R,
        known: Option<K>,
        read: impl FnOnce(&mut R, K) -> Result<T, R::Refused>,
    ) -> Result<Self, R::Refused> {
        match known {
            Some(known) => reader.value(|reader| read(reader, known)).map(Self::Read),
            None => Self::aside(reader),
        }
    }

    /// Reads a value whose encoding is known by now, or else assumed to be JSON, as [`Self::assume`] does.
    ///
    /// # Errors
    /// As `read`, or as [`Reader::set_aside`].
    #[inline(always)]
    pub fn encoded<'a, R: Source<'a>>(
        reader: &mut R,
        known: Option<Encoding>,
        mut read: impl FnMut(&mut R, Encoding) -> Result<T, R::Refused>,
    ) -> Result<Self, R::Refused> {
        // Read in one place, so that what reads stands there.
        let start = reader.place();
        match (reader.value(|reader| read(reader, known.unwrap_or(Encoding::Json))), known) {
            (Ok(value), Some(_)) => Ok(Self::Read(value)),
            (Ok(value), None) => Ok(Self::Assumed(value, start)),
            (Err(refused), Some(_)) => Err(refused),
            (Err(_), None) => {
                reader.back(start)?;
                Self::aside(reader)
            }
        }
    }

    /// A value that was read as the encoding says, or as JSON if none was known when it was met.
    #[inline(always)]
    #[must_use]
    pub fn met(value: Option<T>, met: Option<(Option<Encoding>, Place)>) -> Option<Self> {
        Some(match (value?, met?) {
            (value, (Some(_), _)) => Self::Read(value),
            (value, (None, place)) => Self::Assumed(value, place),
        })
    }

    /// Reads a value on the assumption that most messages fulfil. If that fails, the value is set aside: it may be of another kind.
    ///
    /// Assumptions must not nest: each reads a value that breaks a rule twice.
    ///
    /// # Errors
    /// As [`Reader::set_aside`].
    #[inline(always)]
    pub fn assume<'a, R: Source<'a>>(reader: &mut R, read: impl FnOnce(&mut R) -> Result<T, R::Refused>) -> Result<Self, R::Refused> {
        let start = reader.place();
        if let Ok(value) = reader.value(read) {
            return Ok(Self::Assumed(value, start));
        }
        reader.back(start)?;
        Self::aside(reader)
    }

    /// The value, once it is known how it is read; `held` says whether the assumption does. `reader` is the one that it was met by.
    ///
    /// # Errors
    /// What `read` refuses, if the value is yet to be read.
    #[inline(always)]
    pub fn settle<'a, R: Source<'a>>(
        self,
        reader: &R,
        held: bool,
        read: impl FnOnce(&mut R) -> Result<T, R::Refused>,
    ) -> Result<T, R::Refused> {
        match self {
            Self::Read(value) => Ok(value),
            Self::Assumed(value, _) if held => Ok(value),
            Self::Assumed(_, place) | Self::Aside(place) => read(&mut reader.again(place)?),
        }
    }
}

impl<'a> Reader<'a> {
    /// Passes over a value that is to be read later; gives its place. Strings in it are not measured yet: they may hold documents.
    ///
    /// # Errors
    /// As [`Reader::raw`], but for rule `string_size`.
    pub fn set_aside(&mut self) -> Result<Place, Refused> {
        let place = self.place();
        let limit = core::mem::replace(&mut self.limits.string, usize::MAX);
        let passed = self.skip();
        self.limits.string = limit;
        passed.map(|()| place)
    }

    /// Reads a string that holds a TOON document, as the JSON that it stands for. What `read` gives borrows from neither.
    ///
    /// # Errors
    /// As [`Reader::document`] and `read`; rule `encoding`, and `size` and `depth` for what it stands for.
    #[cold]
    pub fn toon<T>(&mut self, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Result<T, Refused> {
        self.decoded(toon::to_json, read)
    }

    /// As [`Self::toon`], for a list: it may stand at the document's root or under one key.
    ///
    /// # Errors
    /// As [`Self::toon`].
    pub fn toon_list<T>(&mut self, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Result<T, Refused> {
        self.decoded(toon::list_to_json, read)
    }

    fn decoded<T>(
        &mut self,
        decode: impl FnOnce(&str, usize, usize) -> Result<String, toon::Wrong>,
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let start = self.position();
        let document = self.document()?;
        let deepest = self.limits.depth().saturating_sub(self.depth);
        let rule = |wrong| match wrong {
            toon::Wrong::Text { .. } => Rule::Encoding,
            toon::Wrong::Size => Rule::Size,
            toon::Wrong::Depth => Rule::Depth,
        };
        let json = decode(&document, deepest, self.limits.message).map_err(|wrong| Refused::new(rule(wrong), start))?;
        let mut reader = Reader::within(&json, &self.limits, self.depth);
        let value = read(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }

    #[inline]
    pub(super) fn place(&self) -> Place {
        Place {
            at: self.at,
            depth: self.depth,
            names: self.names.len(),
        }
    }

    /// Comes back after a value was refused.
    #[inline]
    pub(super) fn back(&mut self, place: Place) {
        (self.at, self.depth) = (place.at, place.depth);
        self.names.truncate(place.names);
        self.passed.clear();
    }

    /// Another that reads what stands at a place.
    #[inline]
    pub(super) fn again(&self, place: Place) -> Self {
        let mut again = Reader::within(self.text, &self.limits, place.depth);
        again.at = place.at;
        again
    }
}

/// The document of a list that `write` writes as JSON, if TOON has a table for it; `key` is the list's name in the document.
#[must_use]
pub fn toon_table<'d>(key: Option<&str>, write: impl FnOnce(&mut Vec<u8>)) -> Option<Cow<'d, str>> {
    let mut json = Vec::new();
    write(&mut json);
    toon::table(key, core::str::from_utf8(&json).ok()?).map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Limits;

    const LIMITS: Limits = Limits {
        message: 1024,
        depth: 4,
        string: 4,
        list: 8,
        members: 8,
    };

    #[test]
    fn what_is_set_aside_is_read_in_its_place() {
        let mut reader = Reader::new(br#"{"x":1,"a":["12345"],"b":2}"#, &LIMITS).unwrap();
        let mut object = reader.begin_object().unwrap();
        let name = reader.next_name(&mut object).unwrap().unwrap();
        reader.unknown(name).unwrap();
        reader.next_name(&mut object).unwrap();
        let late = Late::assume(&mut reader, |reader| reader.list(Reader::string)).unwrap();
        assert!(matches!(late, Late::Aside(_)));
        assert_eq!(reader.next_name(&mut object).unwrap().as_deref(), Some("b"));
        assert_eq!(reader.u64(), Ok(2));
        assert_eq!(reader.next_name(&mut object).unwrap(), None);
        let mut depth = 0;
        let read = late.settle(&reader, true, |reader| {
            depth = reader.depth();
            reader.list(Reader::document)
        });
        assert_eq!((read.unwrap(), depth), (alloc::vec![Cow::Borrowed("12345")], 1));
    }

    #[test]
    fn an_assumption_that_does_not_hold_is_dropped() {
        let mut reader = Reader::new(b"\"12\"", &LIMITS).unwrap();
        let late = Late::assume(&mut reader, |reader| reader.string().map(|text| text.len())).unwrap();
        reader.finish().unwrap();
        assert_eq!(
            late.settle(&reader, false, |reader| Err(reader.refuse(Rule::Type)))
                .map_err(|refused| refused.rule),
            Err(Rule::Type)
        );
    }
}

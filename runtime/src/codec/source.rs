//! What values are read from: one text of generated code serves both ways of reading.

use alloc::{borrow::Cow, vec::Vec};

use super::{Json, Map, Member, Names, Object, Open, Place, Reader, Refused, Rule, toon::Cells};
use crate::Uuid;

/// What generated code reads from: a [`super::Cursor`], which knows texts as senders write them and gives up on all others, and
/// the [`Reader`], which knows every text. What a cursor reads, the reader reads too, and both give the same.
///
/// All functions are those of the [`Reader`], where they are described.
#[expect(clippy::missing_errors_doc, reason = "what is refused is said where the functions are described")]
pub trait Source<'a>: Clone {
    /// Why nothing is read.
    type Refused: From<Refused>;

    /// A refusal at this place.
    #[must_use]
    fn refuse(&self, rule: Rule) -> Self::Refused;

    /// Opens an object.
    fn begin_object(&mut self) -> Result<Open, Self::Refused>;

    /// Passes the name of a member if it is exactly this one, which is written `,"name":`; `false` also from who does not expect names.
    fn name_is(&mut self, object: &mut Open, name: &'static str) -> bool;

    /// Closes the object, if no member follows; `false` also from who does not expect names.
    fn ends(&mut self, object: &mut Open) -> bool;

    /// The next member, by its name.
    fn member(&mut self, object: &mut Open, names: &'static Names) -> Result<Member<'a>, Self::Refused>;

    /// Reads in code that stands apart: what members need that come in any order.
    fn elsewhere<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Self::Refused>) -> Result<T, Self::Refused>;

    /// Reads a string.
    fn string(&mut self) -> Result<Cow<'a, str>, Self::Refused>;

    /// Reads a string that holds a whole document.
    fn document(&mut self) -> Result<Cow<'a, str>, Self::Refused>;

    /// Reads a UUID.
    fn uuid(&mut self) -> Result<Uuid, Self::Refused>;

    /// Reads an unsigned integer.
    fn u64(&mut self) -> Result<u64, Self::Refused>;

    /// Reads a signed integer.
    fn i64(&mut self) -> Result<i64, Self::Refused>;

    /// Reads a finite double.
    fn f64(&mut self) -> Result<f64, Self::Refused>;

    /// Reads `true` or `false`.
    fn bool(&mut self) -> Result<bool, Self::Refused>;

    /// Passes `null`, if that is next.
    fn null(&mut self) -> Result<bool, Self::Refused>;

    /// Reads any value, as its text.
    fn json(&mut self) -> Result<Json<'a>, Self::Refused>;

    /// Reads any object, as its text.
    fn object(&mut self) -> Result<Object<'a>, Self::Refused>;

    /// Passes over a value.
    fn skip(&mut self) -> Result<(), Self::Refused>;

    /// Reads a list.
    fn list<T>(&mut self, item: impl FnMut(&mut Self) -> Result<T, Self::Refused>) -> Result<Vec<T>, Self::Refused>;

    /// Reads an object of any names.
    fn map<T>(&mut self, value: impl FnMut(&mut Self) -> Result<T, Self::Refused>) -> Result<Map<'a, T>, Self::Refused>;

    /// Reads a value by itself: what reads it may take its own way to it.
    fn value<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Self::Refused>) -> Result<T, Self::Refused>;

    /// Passes over an unknown member's value, and gives its text.
    fn unknown(&mut self, name: Cow<'a, str>) -> Result<&'a str, Self::Refused>;

    /// Keeps an unknown member.
    fn keep(&mut self, name: Cow<'a, str>, rest: &mut Map<'a, Json<'a>>) -> Result<(), Self::Refused>;

    /// Looks ahead for a member that is a string.
    fn find_string(&mut self, wanted: &str) -> Result<Option<Cow<'a, str>>, Self::Refused>;

    /// Reads a string that holds a TOON document.
    fn toon<T>(&mut self, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Result<T, Self::Refused>;

    /// As [`Self::toon`], for a list.
    fn toon_list<T>(&mut self, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Result<T, Self::Refused>;

    /// Reads a string that holds a table, row by row; `None`, and nothing is read: it looks otherwise.
    #[doc(hidden)]
    fn toon_rows<T>(&mut self, header: [&'static str; 2], size: [usize; 2], row: impl FnMut(&mut Cells<'a>) -> Option<T>)
    -> Option<Vec<T>>;

    /// Passes over a value that is to be read later; gives its place.
    fn set_aside(&mut self) -> Result<Place, Self::Refused>;

    /// This place, to come back to.
    fn place(&self) -> Place;

    /// Comes back after a value was refused.
    fn back(&mut self, place: Place) -> Result<(), Self::Refused>;

    /// Another that reads what stands at a place.
    fn again(&self, place: Place) -> Result<Self, Self::Refused>;

    /// Reads `null`, or what `value` reads.
    #[inline]
    fn nullable<T>(&mut self, value: impl FnOnce(&mut Self) -> Result<T, Self::Refused>) -> Result<Option<T>, Self::Refused> {
        if self.null()? { Ok(None) } else { value(self).map(Some) }
    }
}

/// What is seldom done, apart from what is done always: it has its own registers, and its code does not stand in between.
#[inline(never)]
pub(super) fn elsewhere<R, T>(reader: &mut R, read: impl FnOnce(&mut R) -> T) -> T {
    read(reader)
}

/// Each is the reader's own.
macro_rules! own {
    ($($name:ident: $result:ty),*) => {$(
        #[inline]
        fn $name(&mut self) -> Result<$result, Refused> {
            Reader::$name(self)
        }
    )*};
}

impl<'a> Source<'a> for Reader<'a> {
    type Refused = Refused;

    own! {
        begin_object: Open, string: Cow<'a, str>, document: Cow<'a, str>, uuid: Uuid, u64: u64, i64: i64, f64: f64, bool: bool, null: bool,
        json: Json<'a>, object: Object<'a>, skip: (), set_aside: Place
    }

    #[inline]
    fn refuse(&self, rule: Rule) -> Refused {
        Reader::refuse(self, rule)
    }

    #[inline(always)]
    fn name_is(&mut self, _: &mut Open, _: &'static str) -> bool {
        false
    }

    #[inline(always)]
    fn ends(&mut self, _: &mut Open) -> bool {
        false
    }

    #[inline]
    fn member(&mut self, object: &mut Open, names: &'static Names) -> Result<Member<'a>, Refused> {
        Ok(match Reader::next_name(self, object)? {
            None => Member::End,
            Some(name) => match names.find(&name) {
                Some(place) => Member::Known(place),
                None => Member::Unknown(name),
            },
        })
    }

    #[inline]
    fn elsewhere<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Result<T, Refused> {
        read(self)
    }

    #[inline]
    fn list<T>(&mut self, item: impl FnMut(&mut Self) -> Result<T, Refused>) -> Result<Vec<T>, Refused> {
        Reader::list(self, item)
    }

    #[inline]
    fn map<T>(&mut self, value: impl FnMut(&mut Self) -> Result<T, Refused>) -> Result<Map<'a, T>, Refused> {
        Reader::map(self, value)
    }

    #[inline]
    fn value<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Result<T, Refused> {
        read(self)
    }

    #[inline]
    fn unknown(&mut self, name: Cow<'a, str>) -> Result<&'a str, Refused> {
        Reader::unknown(self, name)
    }

    #[inline]
    fn keep(&mut self, name: Cow<'a, str>, rest: &mut Map<'a, Json<'a>>) -> Result<(), Refused> {
        Reader::keep(self, name, rest)
    }

    #[inline]
    fn find_string(&mut self, wanted: &str) -> Result<Option<Cow<'a, str>>, Refused> {
        Reader::find_string(self, wanted)
    }

    #[inline]
    fn toon<T>(&mut self, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Result<T, Refused> {
        Reader::toon(self, read)
    }

    #[inline]
    fn toon_list<T>(&mut self, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Result<T, Refused> {
        Reader::toon_list(self, read)
    }

    #[inline]
    fn toon_rows<T>(
        &mut self,
        header: [&'static str; 2],
        size: [usize; 2],
        row: impl FnMut(&mut Cells<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        Reader::toon_rows(self, header, size, row)
    }

    #[inline]
    fn place(&self) -> Place {
        Reader::place(self)
    }

    #[inline]
    fn back(&mut self, place: Place) -> Result<(), Refused> {
        Reader::back(self, place);
        Ok(())
    }

    #[inline]
    fn again(&self, place: Place) -> Result<Self, Refused> {
        Ok(Reader::again(self, place))
    }
}

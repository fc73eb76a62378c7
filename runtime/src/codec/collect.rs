//! Reading what is made of several values, and names where they are expected.

use alloc::{borrow::Cow, vec::Vec};

use super::{Json, Map, Object, Reader, Refused};

impl<'a> Reader<'a> {
    /// Reads a value by itself.
    ///
    /// # Errors
    /// As `read`.
    #[inline]
    pub fn value<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Result<T, Refused> {
        read(self)
    }

    /// Reads a list whose items `item` reads.
    ///
    /// # Errors
    /// As [`Self::begin_list`], [`Self::next_item`] and `item`.
    #[inline]
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, Refused>) -> Result<Vec<T>, Refused> {
        let mut list = self.begin_list()?;
        let mut items = Vec::new();
        while self.next_item(&mut list)? {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Reads an object of any names whose values `value` reads.
    ///
    /// # Errors
    /// As [`Self::begin_object`], [`Self::next_name`] and `value`.
    #[inline]
    pub fn map<T>(&mut self, mut value: impl FnMut(&mut Self) -> Result<T, Refused>) -> Result<Map<'a, T>, Refused> {
        let mut object = self.begin_object()?;
        let mut members = Map::new();
        while let Some(name) = self.next_name(&mut object)? {
            self.name(name.clone());
            members.push(name, value(self)?);
        }
        Ok(members)
    }

    /// Reads `null`, or what `value` reads.
    ///
    /// # Errors
    /// As `value`.
    #[inline]
    pub fn nullable<T>(&mut self, value: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Result<Option<T>, Refused> {
        if self.null()? { Ok(None) } else { value(self).map(Some) }
    }

    /// Reads any value, as its text.
    ///
    /// # Errors
    /// As [`Self::raw`].
    #[inline]
    pub fn json(&mut self) -> Result<Json<'a>, Refused> {
        self.raw().map(|text| Json::trusted(Cow::Borrowed(text)))
    }

    /// Reads any object, as its text.
    ///
    /// # Errors
    /// As [`Self::raw_object`].
    #[inline]
    pub fn object(&mut self) -> Result<Object<'a>, Refused> {
        self.raw_object().map(|text| Object::trusted(Cow::Borrowed(text)))
    }

    /// Keeps an unknown member.
    ///
    /// # Errors
    /// As [`Self::unknown`].
    #[inline]
    pub fn keep(&mut self, name: Cow<'a, str>, rest: &mut Map<'a, Json<'a>>) -> Result<(), Refused> {
        let value = self.unknown(name.clone())?;
        rest.push(name, Json::trusted(Cow::Borrowed(value)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::{codec::Rule, schema::Limits};

    const LIMITS: Limits = Limits {
        message: 1024,
        depth: 4,
        string: 16,
        list: 2,
        members: 2,
    };

    #[test]
    fn lists_and_maps_keep_to_their_limits() {
        let mut reader = Reader::new(br#"{"b":[null,"x"],"a":[]}"#, &LIMITS).unwrap();
        let map = reader.map(|reader| reader.list(|reader| reader.nullable(Reader::string))).unwrap();
        assert_eq!(
            map.iter().collect::<Vec<_>>(),
            vec![("b", &vec![None, Some("x".into())]), ("a", &vec![])]
        );
        let mut reader = Reader::new(b"[1,2,3]", &LIMITS).unwrap();
        assert_eq!(reader.list(Reader::u64).map_err(|refused| refused.rule), Err(Rule::ListSize));
        let mut reader = Reader::new(br#"{"a":1,"\u0061":2}"#, &LIMITS).unwrap();
        assert_eq!(reader.map(Reader::u64).map_err(|refused| refused.rule), Err(Rule::Duplicate));
    }
}

//! Reading what is made of several values, and names where they are expected.

use alloc::{borrow::Cow, vec::Vec};

use super::{Json, Map, Object, Open, Reader, Refused, reader::spaces};

impl<'a> Reader<'a> {
    /// Passes the member's name if it is exactly this one, `,"name":` with what stands before it: what a sender that keeps to the declared
    /// order writes. Where it is not, nothing is passed, and [`Self::next_name`] says what stands there.
    #[inline]
    pub fn name_is(&mut self, object: &mut Open, name: &'static str) -> bool {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&object.lead) {
            return false;
        }
        let mut at = self.at + 1;
        if let Some(..=b' ') = bytes.get(at) {
            at = spaces(bytes, at);
        }
        let there = match (bytes.get(at..), name.as_bytes()) {
            (Some(rest), [_, quoted @ ..]) => rest.starts_with(quoted),
            _ => false,
        };
        if !there || object.count >= self.limits.members || name.len() - 4 > self.limits.string {
            return false;
        }
        object.lead = b',';
        object.count += 1;
        self.at = at + name.len() - 1;
        true
    }

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
    fn a_name_in_its_place_is_passed_and_counted() {
        let mut reader = Reader::new(br#"{ "a":1, "b":2,"c":3}"#, &LIMITS).unwrap();
        let mut object = reader.begin_object().unwrap();
        assert!(!reader.name_is(&mut object, r#","b":"#));
        assert!(reader.name_is(&mut object, r#","a":"#));
        assert_eq!(reader.u64(), Ok(1));
        assert!(!reader.name_is(&mut object, r#","bc":"#));
        assert!(reader.name_is(&mut object, r#","b":"#));
        assert_eq!(reader.u64(), Ok(2));
        assert!(!reader.name_is(&mut object, r#","c":"#));
        assert_eq!(reader.next_name(&mut object).map_err(|refused| refused.rule), Err(Rule::Members));
    }

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

//! JSON that is carried as its text: any value, and any object.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use super::{Kind, Reader, Refused, Rule, write};
use crate::schema::Limits;

/// Any JSON value, as the text of exactly one value. Two are equal if their texts are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Json<'a>(Cow<'a, str>);

/// Any JSON object, as its text. Two are equal if their texts are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Object<'a>(Cow<'a, str>);

impl<'a> Json<'a> {
    /// `null`.
    pub const NULL: Json<'static> = Json(Cow::Borrowed("null"));

    /// Takes one JSON text; white space around it is dropped.
    ///
    /// # Errors
    /// If it is no JSON, an object in it has a name twice, or it is nested deeper than [`Limits::DEEPEST`].
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Result<Self, Refused> {
        let text = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(WHITE)),
            Cow::Owned(text) if text.trim_matches(WHITE).len() < text.len() => Cow::Owned(String::from(text.trim_matches(WHITE))),
            text => text,
        };
        let mut reader = Reader::new(text.as_bytes(), &Limits::NONE)?;
        reader.skip()?;
        reader.finish()?;
        Ok(Self(text))
    }

    /// Takes text that the compiler has checked.
    #[doc(hidden)]
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Takes text that a reader has already checked.
    #[inline]
    pub(crate) const fn trusted(text: Cow<'a, str>) -> Self {
        Self(text)
    }

    /// The text.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, on its own.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0.into_owned()
    }

    /// What kind of value it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    /// A list of values.
    #[must_use]
    pub fn list<'j>(items: impl IntoIterator<Item = Json<'j>>) -> Json<'static> {
        let mut out = Vec::new();
        out.push(b'[');
        for item in items {
            if out.len() > 1 {
                out.push(b',');
            }
            write::raw(&mut out, item.as_str());
        }
        out.push(b']');
        Json(Cow::Owned(text(out)))
    }

    /// The same, on its own.
    #[must_use]
    pub fn into_owned(self) -> Json<'static> {
        Json(Cow::Owned(self.0.into_owned()))
    }

    /// A reader of the text.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader::within(&self.0, &Limits::NONE, 0)
    }
}

impl<'a> Object<'a> {
    /// `{}`.
    pub const EMPTY: Object<'static> = Object(Cow::Borrowed("{}"));

    /// Takes the text of one JSON object; white space around it is dropped.
    ///
    /// # Errors
    /// As [`Json::parse`], and if it is another value.
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Result<Self, Refused> {
        Self::try_from(Json::parse(text)?)
    }

    /// Takes text that the compiler has checked.
    #[doc(hidden)]
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Takes text that a reader has already checked.
    #[inline]
    pub(crate) const fn trusted(text: Cow<'a, str>) -> Self {
        Self(text)
    }

    /// The text.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The members, in order.
    pub fn members(&self) -> impl Iterator<Item = (Cow<'_, str>, Json<'_>)> {
        let mut reader = Reader::within(&self.0, &Limits::NONE, 0);
        let mut object = reader.begin_object().ok();
        core::iter::from_fn(move || {
            let name = reader.next_name(object.as_mut()?).ok()??;
            let value = reader.raw().ok()?;
            Some((name, Json(Cow::Borrowed(value))))
        })
    }

    /// The member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Json<'_>> {
        self.members().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The same, on its own.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        Object(Cow::Owned(self.0.into_owned()))
    }
}

impl Default for Object<'_> {
    fn default() -> Self {
        Self::EMPTY
    }
}

/// Text of its own.
#[inline]
#[must_use]
pub fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// Members in the order given. A name that stands twice is found when what holds the object is validated.
impl<'j, N: AsRef<str>> FromIterator<(N, Json<'j>)> for Object<'static> {
    fn from_iter<I: IntoIterator<Item = (N, Json<'j>)>>(members: I) -> Self {
        let mut out = Vec::new();
        out.push(b'{');
        for (name, value) in members {
            if out.len() > 1 {
                out.push(b',');
            }
            write::string(&mut out, name.as_ref());
            out.push(b':');
            write::raw(&mut out, value.as_str());
        }
        out.push(b'}');
        Self(Cow::Owned(text(out)))
    }
}

impl<N: AsRef<str>, const LENGTH: usize> From<[(N, Json<'_>); LENGTH]> for Object<'static> {
    fn from(members: [(N, Json<'_>); LENGTH]) -> Self {
        members.into_iter().collect()
    }
}

impl<'a> TryFrom<Json<'a>> for Object<'a> {
    type Error = Refused;

    fn try_from(json: Json<'a>) -> Result<Self, Refused> {
        match json.kind() {
            Kind::Object => Ok(Self(json.0)),
            _ => Err(Refused::new(Rule::Type, 0)),
        }
    }
}

impl<'a> From<Object<'a>> for Json<'a> {
    fn from(object: Object<'a>) -> Self {
        Self(object.0)
    }
}

macro_rules! json_from {
    ($($type:ty => $write:expr;)*) => {$(
        impl From<$type> for Json<'static> {
            fn from(value: $type) -> Self {
                let mut out = Vec::new();
                $write(&mut out, value);
                Self(Cow::Owned(text(out)))
            }
        }
    )*};
}

json_from! {
    bool => write::bool;
    i64 => write::i64;
    u64 => write::u64;
    &str => write::string;
}

/// NaN and the infinities have no JSON form: they become `null`.
impl From<f64> for Json<'static> {
    fn from(value: f64) -> Self {
        let mut out = Vec::new();
        write::f64(&mut out, value);
        Self(Cow::Owned(text(out)))
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const WHITE: [char; 4] = [' ', '\n', '\r', '\t'];

/// What the writer wrote is UTF-8: it writes whole strings and ASCII.
fn text(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn only_one_json_text_is_taken() {
        assert_eq!(Json::parse(" [1, 2]\n").unwrap().as_str(), "[1, 2]");
        assert_eq!(Json::parse(" [1, 2]\n".to_string()).unwrap().as_str(), "[1, 2]");
        assert_eq!(Json::parse("1 2").map_err(|refused| refused.rule), Err(Rule::Syntax));
        assert_eq!(
            Json::parse("{\"a\":1,\"a\":2}").map_err(|refused| refused.rule),
            Err(Rule::Duplicate)
        );
        assert_eq!(Json::parse("[".repeat(300)).map_err(|refused| refused.rule), Err(Rule::Depth));
        assert_eq!(Object::parse("[]").map_err(|refused| refused.rule), Err(Rule::Type));
    }

    #[test]
    fn objects_are_made_of_members_and_taken_apart() {
        let made: Object<'_> = [
            ("a", Json::from("x\"y")),
            ("b", Json::list([Json::from(1u64), Json::from(-0.0), Json::NULL])),
        ]
        .into_iter()
        .collect();
        assert_eq!(made.as_str(), r#"{"a":"x\"y","b":[1,-0,null]}"#);
        assert_eq!(made.get("b").unwrap().as_str(), "[1,-0,null]");
        assert_eq!(made.get("c"), None);
        assert_eq!(Object::parse(made.to_string()), Ok(made));
        assert_eq!(Object::default().members().count(), 0);
    }
}

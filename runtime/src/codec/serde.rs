//! serde for declared types: the same JSON shapes and the same checks, in any format that describes itself.
//!
//! A value is written as JSON text and that text handed to the serializer; what a deserializer gives is made JSON text and read. So
//! nothing is declared twice, and serde accepts exactly what the codec accepts.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
    ser::{self, SerializeMap, SerializeSeq},
};

use super::{Json, Kind, Object, Reader, Refused, Violation, Wire, write};
use crate::schema::Limits;

/// Serializes a declared type.
///
/// # Errors
/// What the serializer refuses.
pub fn serialize<'a, T: Wire<'a>, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    text(&value.to_json(), serializer)
}

/// Deserializes a declared type, by what `decode` reads of its JSON text.
///
/// # Errors
/// What the deserializer refuses, and everything that is wrong with the value.
pub fn deserialize<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    decode: impl FnOnce(&[u8]) -> Result<T, Vec<Violation>>,
) -> Result<T, D::Error> {
    let mut out = Vec::new();
    deserializer.deserialize_any(Writer(&mut out))?;
    decode(&out).map_err(|violations| de::Error::custom(Explained(&violations)))
}

/// Hands JSON text to a serializer. Integers that 64 bits do not hold become doubles.
fn text<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut reader = Reader::within(json, &Limits::NONE, 0);
    match reader.kind().map_err(refused)? {
        Kind::Null => serializer.serialize_unit(),
        Kind::Bool => serializer.serialize_bool(reader.bool().map_err(refused)?),
        Kind::String => serializer.serialize_str(&reader.string().map_err(refused)?),
        Kind::Number => {
            if let Ok(value) = reader.clone().u64() {
                serializer.serialize_u64(value)
            } else if let Ok(value) = reader.clone().i64().and_then(|value| {
                if value == 0 {
                    Err(reader.refuse(super::Rule::Type))
                } else {
                    Ok(value)
                }
            }) {
                serializer.serialize_i64(value)
            } else {
                serializer.serialize_f64(reader.f64().map_err(refused)?)
            }
        }
        Kind::List => {
            let mut sequence = serializer.serialize_seq(None)?;
            let mut list = reader.begin_list().map_err(refused)?;
            while reader.next_item(&mut list).map_err(refused)? {
                sequence.serialize_element(&Text(reader.raw().map_err(refused)?))?;
            }
            sequence.end()
        }
        Kind::Object => {
            let mut map = serializer.serialize_map(None)?;
            let mut object = reader.begin_object().map_err(refused)?;
            while let Some(name) = reader.next_name(&mut object).map_err(refused)? {
                map.serialize_entry(&*name, &Text(reader.raw().map_err(refused)?))?;
            }
            map.end()
        }
    }
}

fn refused<E: ser::Error>(refused: Refused) -> E {
    E::custom(format_args!("no JSON at octet {}: {}", refused.at, refused.rule.name()))
}

struct Text<'t>(&'t str);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        text(self.0, serializer)
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        text(self.as_str(), serializer)
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        text(self.as_str(), serializer)
    }
}

impl<'de> Deserialize<'de> for Json<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut out = Vec::new();
        deserializer.deserialize_any(Writer(&mut out))?;
        let text = String::from_utf8(out).map_err(de::Error::custom)?;
        Json::parse(Cow::Owned(text)).map_err(|refused| de::Error::custom(refused.rule.name()))
    }
}

impl<'de> Deserialize<'de> for Object<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer)?
            .try_into()
            .map_err(|_| de::Error::custom("an object is expected"))
    }
}

/// Writes what a deserializer gives as JSON text.
struct Writer<'o>(&'o mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        write::bool(self.0, value);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        write::i64(self.0, value);
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        write::u64(self.0, value);
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        if !value.is_finite() {
            return Err(E::custom("JSON holds finite numbers only"));
        }
        write::f64(self.0, value);
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        write::string(self.0, value);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        write::null(self.0);
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        write::null(self.0);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.push(b'[');
        let start = self.0.len();
        loop {
            let end = self.0.len();
            if end > start {
                self.0.push(b',');
            }
            if items.next_element_seed(Writer(self.0))?.is_none() {
                self.0.truncate(end);
                break;
            }
        }
        self.0.push(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.0.push(b'{');
        let mut first = true;
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            if !core::mem::take(&mut first) {
                self.0.push(b',');
            }
            write::string(self.0, &name);
            self.0.push(b':');
            members.next_value_seed(Writer(self.0))?;
        }
        self.0.push(b'}');
        Ok(())
    }
}

struct Explained<'v>(&'v [Violation]);

impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            let Violation {
                pointer,
                rule,
                expected,
                actual,
                ..
            } = violation;
            write!(f, "{separator}{pointer} ({}): expected {expected}, got {actual}", rule.name())?;
        }
        Ok(())
    }
}

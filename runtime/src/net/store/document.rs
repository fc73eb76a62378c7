//! The form in which a value stands in a file: the same in every language, so that programs can go on with each other's values.

use super::StoreError;
use crate::{
    codec::{Kind, Reader, Refused, write},
    schema::Limits,
};

/// The version of the form.
const VERSION: u64 = 1;

/// Octets of a file's name before `.json`; file systems take 255 with it, and a temporary name's additions.
const NAME: usize = 200;

/// The name of a key's file without `.json`.
///
/// Letters, digits, `-`, `_` and, but for the first octet, `.` of ASCII stand for themselves, every other octet of the key's UTF-8
/// as `%` and two upper-case hexadecimal digits; the empty key is `%`. A name of more than 200 octets is cut after the last whole
/// octet of the key within its first 180, and `~` and the key's FNV-1a hash follow, 64 bits as 16 lower-case hexadecimal digits.
pub(super) fn file_name(key: &str) -> String {
    let mut name = String::with_capacity(key.len());
    let mut cut = 0;
    for (at, octet) in key.bytes().enumerate() {
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(octet)),
            b'.' if at > 0 => name.push('.'),
            _ => name.extend(['%', hex(octet >> 4), hex(octet)]),
        }
        if name.len() <= NAME - 20 {
            cut = name.len();
        }
    }
    if name.len() > NAME {
        name.truncate(cut);
        name += &format!("~{:016x}", fnv_1a(key.as_bytes()));
    }
    if name.is_empty() {
        name.push('%');
    }
    name
}

fn hex(octet: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(octet & 15)])
}

/// FNV-1a, 64 bits: offset basis 0xcbf29ce484222325, prime 0x100000001b3.
fn fnv_1a(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A value and what belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) key: String,
    /// A JSON object's text.
    pub(super) value: String,
    /// Milliseconds since the Unix epoch.
    pub(super) expires: Option<u64>,
}

impl Document {
    /// `{"version":1,"key":"..","value":{..},"expires":null}` and a line feed.
    pub(super) fn write(key: &str, value: &str, expires: Option<u64>) -> Vec<u8> {
        let mut out = Vec::with_capacity(value.len() + key.len() + 64);
        write::raw(&mut out, "{\"version\":");
        write::u64(&mut out, VERSION);
        write::raw(&mut out, ",\"key\":");
        write::string(&mut out, key);
        write::raw(&mut out, ",\"value\":");
        write::raw(&mut out, value);
        write::raw(&mut out, ",\"expires\":");
        match expires {
            Some(expires) => write::u64(&mut out, expires),
            None => write::null(&mut out),
        }
        write::raw(&mut out, "}\n");
        out
    }

    /// Reads that, in any order and with any white space; members that are not known are ignored.
    pub(super) fn read(octets: &[u8]) -> Result<Self, StoreError> {
        let damaged = |refused: Refused| StoreError::new(format!("damaged at octet {} ({})", refused.at, refused.rule.name()));
        let parts = Parts::read(octets).map_err(damaged)?;
        match parts.version {
            Some(VERSION) => {}
            Some(other) => return Err(StoreError::new(format!("of version {other}, and only {VERSION} can be read"))),
            None => return Err(StoreError::new("damaged: it has no version")),
        }
        let (Some(key), Some(value)) = (parts.key, parts.value) else {
            return Err(StoreError::new("damaged: it has no key or no value"));
        };
        Ok(Self {
            key,
            value,
            expires: parts.expires,
        })
    }
}

#[derive(Default)]
struct Parts {
    version: Option<u64>,
    key: Option<String>,
    value: Option<String>,
    expires: Option<u64>,
}

impl Parts {
    fn read(octets: &[u8]) -> Result<Self, Refused> {
        let mut reader = Reader::new(octets, &Limits::NONE)?;
        let mut object = reader.begin_object()?;
        let mut parts = Self::default();
        while let Some(name) = reader.next_name(&mut object)? {
            match &*name {
                "version" => parts.version = Some(reader.u64()?),
                "key" => parts.key = Some(reader.string()?.into_owned()),
                "value" => parts.value = Some(reader.raw_object()?.into()),
                "expires" if reader.kind()? == Kind::Null => reader.skip()?,
                "expires" => parts.expires = Some(reader.u64()?),
                _ => reader.skip()?,
            }
        }
        reader.finish()?;
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (key, name) in [
            ("client-1_A.b", "client-1_A.b"),
            ("", "%"),
            (".", "%2E"),
            ("../../etc", "%2E.%2F..%2Fetc"),
            ("a b/ä~%", "a%20b%2F%C3%A4%7E%25"),
        ] {
            assert_eq!(file_name(key), name);
        }
        assert_eq!(file_name(&"x".repeat(200)), "x".repeat(200));
        assert_eq!(
            file_name(&"x".repeat(201)),
            format!("{}~{:016x}", "x".repeat(180), fnv_1a(&[b'x'; 201]))
        );
        assert_eq!(file_name(&"ä".repeat(256)).len(), 180 + 17);
        assert_eq!(fnv_1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn a_document_is_read_as_it_was_written() {
        let text = Document::write("a \"key\"", "{\"thread\":1.50}", Some(5));
        assert_eq!(
            text,
            b"{\"version\":1,\"key\":\"a \\\"key\\\"\",\"value\":{\"thread\":1.50},\"expires\":5}\n"
        );
        let document = Document::read(&text).unwrap();
        assert_eq!(
            (&*document.key, &*document.value, document.expires),
            ("a \"key\"", "{\"thread\":1.50}", Some(5))
        );
        let other = Document::read(b" { \"more\": [], \"value\": {}, \"key\": \"\", \"version\": 1 } ").unwrap();
        assert_eq!((&*other.key, &*other.value, other.expires), ("", "{}", None));
    }

    #[test]
    fn what_is_no_document_says_why() {
        for (text, problem) in [
            ("", "damaged at octet 0 (type)"),
            ("{\"version\":1,\"key\":\"a\",\"val", "damaged at octet 27 (syntax)"),
            ("{\"version\":2,\"key\":\"a\",\"value\":{}}", "of version 2, and only 1 can be read"),
            ("{\"key\":\"a\",\"value\":{}}", "damaged: it has no version"),
            ("{\"version\":1,\"key\":\"a\"}", "damaged: it has no key or no value"),
            ("{\"version\":1,\"key\":\"a\",\"value\":3}", "damaged at octet 31 (type)"),
        ] {
            assert_eq!(Document::read(text.as_bytes()).unwrap_err().problem, problem, "{text}");
        }
    }
}

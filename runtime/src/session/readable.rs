use alloc::{borrow::ToOwned as _, format, string::String, vec::Vec};

use crate::{codec::Value, schema::Limits};

/// What could be read of something malformed: short texts and unsigned integers, of the outermost two objects, by JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readable(Vec<(String, String, bool)>);

impl Readable {
    /// Members that are kept at most.
    pub const MOST: usize = 64;

    /// Octets of a text that is kept at most.
    pub const LONGEST: usize = 256;

    /// What can be read of a frame. Nothing, unless it is a JSON object within limits.
    #[must_use]
    pub fn of_json(frame: &[u8], limits: &Limits) -> Self {
        let mut said = Self::default();
        let text = core::str::from_utf8(frame).ok();
        if let Some(whole) = text.and_then(|text| Value::parse(text, limits)) {
            said.gather("", &whole, true);
        }
        said
    }

    fn gather(&mut self, above: &str, value: &Value, deeper: bool) {
        let Value::Object(members) = value else { return };
        for (name, value) in members {
            if self.0.len() >= Self::MOST || name.len() > Self::LONGEST {
                return;
            }
            let pointer = format!("{above}/{}", name.replace('~', "~0").replace('/', "~1"));
            match value {
                Value::String(text) if text.len() <= Self::LONGEST => self.0.push((pointer, text.clone(), true)),
                Value::Number(digits) if digits.parse::<u64>().is_ok() => self.0.push((pointer, digits.to_owned(), false)),
                value if deeper => self.gather(&pointer, value, false),
                _ => {}
            }
        }
    }

    /// The text at a pointer.
    #[must_use]
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(at, _, is_text)| *is_text && at == pointer)
            .map(|(_, text, _)| text.as_str())
    }

    /// The unsigned integer at a pointer.
    #[must_use]
    pub fn integer(&self, pointer: &str) -> Option<u64> {
        let (_, digits, _) = self.0.iter().find(|(at, _, is_text)| !*is_text && at == pointer)?;
        digits.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_integers_of_two_levels_are_read_and_nothing_else() {
        let limits = Limits::NONE;
        let frame = br#"{"seq":7,"type":"submit","payload":{"id":"p1","deep":{"x":1},"half":1.5,"a/b":"c"}}"#;
        let readable = Readable::of_json(frame, &limits);
        assert_eq!(readable.integer("/seq"), Some(7));
        assert_eq!(readable.text("/payload/id"), Some("p1"));
        assert_eq!(readable.text("/payload/a~1b"), Some("c"));
        assert_eq!((readable.text("/seq"), readable.integer("/payload/half")), (None, None));
        assert_eq!(readable.integer("/payload/deep/x"), None);
        assert_eq!(Readable::of_json(b"{\"seq\":7", &limits), Readable::default());
    }
}

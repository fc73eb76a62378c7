use alloc::{string::String, vec::Vec};

use crate::{
    codec::{Reader, Refused, Value, Violation, explain_value, write},
    schema::{Schema, TypeId},
};

/// An object that was stored, to be read value by value: what does not conform is as if it were not there.
#[derive(Debug)]
pub struct Stored<'s> {
    schema: &'s Schema,
    object: Option<Value>,
}

impl<'s> Stored<'s> {
    /// Takes the object's text, if there is one.
    #[must_use]
    pub fn parse(text: Option<&str>, schema: &'s Schema) -> Self {
        Self {
            schema,
            object: text.and_then(|text| Value::parse(text, &schema.limits)),
        }
    }

    /// The value of that name, if it is there, is not `null`, and is one of the type.
    pub fn value<T>(&self, name: &str, ty: TypeId, read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Option<T> {
        let value = self.object.as_ref()?.get(name).filter(|value| **value != Value::Null)?;
        let mut text = Vec::new();
        value.write(&mut text);
        if !explain_value(self.schema, ty, &text).is_empty() {
            return None;
        }
        read(&mut Reader::new(&text, &self.schema.limits).ok()?).ok()
    }
}

/// The text of an object, member by member.
#[derive(Debug, Default)]
pub struct Members {
    text: Vec<u8>,
}

impl Members {
    /// No members.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: Vec::new() }
    }

    /// Adds a member, whose value `value` writes.
    pub fn member(&mut self, name: &str, value: impl FnOnce(&mut Vec<u8>)) {
        self.text.push(if self.text.is_empty() { b'{' } else { b',' });
        write::string(&mut self.text, name);
        self.text.push(b':');
        value(&mut self.text);
    }

    /// The object's text; `None` if it has no members.
    #[must_use]
    pub fn finish(mut self) -> Option<String> {
        if self.text.is_empty() {
            return None;
        }
        self.text.push(b'}');
        String::from_utf8(self.text).ok()
    }
}

/// What is wrong with the options of a role.
#[derive(Debug)]
pub struct OptionCheck<'s> {
    schema: &'s Schema,
    violations: Vec<Violation>,
}

impl<'s> OptionCheck<'s> {
    /// Nothing is wrong so far.
    #[must_use]
    pub const fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            violations: Vec::new(),
        }
    }

    /// Checks an option, which `value` writes as JSON. Pointers begin with its name.
    pub fn check(&mut self, name: &str, ty: TypeId, value: impl FnOnce(&mut Vec<u8>)) {
        let mut text = Vec::new();
        value(&mut text);
        self.violations
            .extend(explain_value(self.schema, ty, &text).into_iter().map(|mut violation| {
                violation.pointer.insert_str(0, name);
                violation.pointer.insert(0, '/');
                violation
            }));
    }

    /// Everything that is wrong, sorted.
    ///
    /// # Errors
    /// If anything is.
    pub fn finish(mut self) -> Result<(), Vec<Violation>> {
        self.violations.sort();
        if self.violations.is_empty() { Ok(()) } else { Err(self.violations) }
    }
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;

    use super::*;
    use crate::schema::{Limits, StringSet, Type};

    static SCHEMA: Schema = Schema {
        limits: Limits {
            message: 1024,
            depth: 8,
            string: 64,
            list: 8,
            members: 8,
        },
        types: Cow::Borrowed(&[Type::String(StringSet {
            length: Some((1, 3)),
            one_of: Cow::Borrowed(&[]),
            pattern: None,
            format: None,
        })]),
        envelopes: Cow::Borrowed(&[]),
        messages: Cow::Borrowed(&[]),
        framing: None,
    };

    #[test]
    fn what_does_not_conform_is_not_there() {
        let stored = Stored::parse(Some(r#"{"a":"x","b":"long","c":null,"d":1}"#), &SCHEMA);
        let value = |name| stored.value(name, 0, |reader| reader.string().map(Cow::into_owned));
        assert_eq!(value("a").as_deref(), Some("x"));
        for absent in ["b", "c", "d", "e"] {
            assert_eq!(value(absent), None, "{absent}");
        }
        let broken = Stored::parse(Some("{"), &SCHEMA);
        assert_eq!(broken.value("a", 0, |reader| reader.string().map(Cow::into_owned)), None);
    }

    #[test]
    fn members_are_an_object() {
        let mut members = Members::new();
        members.member("a", |out| write::string(out, "x"));
        members.member("b", |out| write::u64(out, 1));
        assert_eq!(members.finish().as_deref(), Some(r#"{"a":"x","b":1}"#));
        assert_eq!(Members::new().finish(), None);
    }

    #[test]
    fn an_option_is_pointed_at_by_its_name() {
        let mut options = OptionCheck::new(&SCHEMA);
        options.check("client_id", 0, |out| write::string(out, ""));
        assert_eq!(options.finish().unwrap_err()[0].pointer, "/client_id");
    }
}

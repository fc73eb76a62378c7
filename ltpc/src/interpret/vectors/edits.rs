//! What is changed of a sample: each constraint at its boundary, on both sides, and each way to miss a shape by little.

use ltp_runtime::schema::{FloatRange, Format, List, Member, Pattern, Presence, Record, Schema, StringSet, Type, TypeId};

use super::{
    node::{Node, Path},
    samples::{Measure, Samples, shortest},
};
use crate::interpret::constant;

/// One change.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    /// What it is about.
    pub name: String,
    path: Path,
    change: Change,
}

#[derive(Debug, Clone)]
enum Change {
    /// Another value.
    Replace(Node),
    /// Without the member of this index.
    Remove(usize),
    /// One more member, before the one of this index.
    Insert(usize, String, Node),
    /// The member of this index has another name.
    Rename(usize, String),
}

impl Edit {
    /// The sample with the change.
    pub fn apply(&self, sample: &Node) -> Node {
        let mut edited = sample.clone();
        let Some(node) = edited.at(&self.path) else { return edited };
        match (&self.change, node) {
            (Change::Replace(value), node) => *node = value.clone(),
            (Change::Remove(index), Node::Object(members)) => drop(members.remove(*index)),
            (Change::Insert(index, name, value), Node::Object(members)) => {
                members.insert((*index).min(members.len()), (name.clone(), value.clone()))
            }
            (Change::Rename(index, name), Node::Object(members)) => members[*index].0.clone_from(name),
            _ => {}
        }
        edited
    }
}

/// Collects the changes of a sample.
pub(super) struct Edits<'s> {
    schema: &'s Schema,
    found: Vec<Edit>,
    path: Path,
    names: Vec<String>,
    /// Types whose changes are collected already: each is looked at once a message.
    seen: Vec<TypeId>,
}

impl<'s> Edits<'s> {
    pub fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            found: Vec::new(),
            path: Path::new(),
            names: Vec::new(),
            seen: Vec::new(),
        }
    }

    pub fn finish(self) -> Vec<Edit> {
        self.found
    }

    /// Goes to a member of the sample while `what` is done.
    pub fn within(&mut self, index: usize, name: &str, what: impl FnOnce(&mut Self)) {
        self.path.push(index);
        self.names.push(name.to_owned());
        what(self);
        self.path.pop();
        self.names.pop();
    }

    fn push(&mut self, name: &str, change: Change) {
        let place = if self.names.is_empty() {
            "message".to_owned()
        } else {
            self.names.join(".")
        };
        self.found.push(Edit {
            name: format!("{place}: {name}"),
            path: self.path.clone(),
            change,
        });
    }

    fn replace(&mut self, name: &str, value: Node) {
        self.push(name, Change::Replace(value));
    }

    fn raw(&mut self, text: &str) {
        self.replace(&format!("the value {text}"), Node::raw(text));
    }

    /// Changes of members that stand in the sample's object at this place: those that are declared, and of unknown ones.
    pub fn members(&mut self, declared: &'s [Member], object: &Node) {
        let Node::Object(members) = object else { return };
        for member in declared {
            let Some(index) = members.iter().position(|(name, _)| *name == member.name) else {
                continue;
            };
            let value = members[index].1.clone();
            self.push(&format!("without {}", member.name), Change::Remove(index));
            self.push(
                &format!("{} twice", member.name),
                Change::Insert(members.len(), member.name.to_string(), value.clone()),
            );
            for other in member.accepts.iter() {
                self.push(&format!("{} as {other}", member.name), Change::Rename(index, other.to_string()));
                self.push(
                    &format!("{} as {other} too", member.name),
                    Change::Insert(index, other.to_string(), value.clone()),
                );
            }
            if let Presence::Default { value: default, .. } = &member.presence {
                self.within(index, &member.name, |this| this.replace("its default", Node::raw(&**default)));
            }
            self.within(index, &member.name, |this| this.value(member.ty, &value));
        }
        self.push(
            "an unknown member",
            Change::Insert(1, "x-unknown".to_owned(), Node::raw(r#"{"n":[1.50,-0,"é\u0041"]}"#)),
        );
        self.push(
            "an unknown member that repeats a name within",
            Change::Insert(1, "x-unknown".to_owned(), Node::raw(r#"{"a":1,"\u0061":2}"#)),
        );
    }

    /// Changes of a value of a type.
    pub fn value(&mut self, ty: TypeId, sample: &Node) {
        let again = self.seen.contains(&ty);
        if !again {
            self.seen.push(ty);
        }
        let known = &self.schema.types[ty as usize];
        for other in ["null", "true", "7", "\"\"", "[]", "{}"] {
            self.raw(other);
        }
        if again && !matches!(known, Type::Payload(_)) {
            return;
        }
        match known {
            Type::Bool => self.raw("false"),
            Type::Int(set) => self.integers(set, i64::MIN.into(), i64::MAX.into()),
            Type::Uint(set) => self.integers(set, 0, u64::MAX.into()),
            Type::Float(set) => self.floats(set),
            Type::String(set) => self.texts(set),
            Type::Json | Type::Object => self.carried(),
            Type::List(list) => self.list(list, sample),
            Type::Map(map) => self.map(map),
            Type::Nullable(of) => self.value(*of, sample),
            Type::Record(record) => self.record(record, sample),
            Type::Enum(set) => {
                for variant in set.variants.iter() {
                    self.replace(&format!("the variant {variant}"), Node::text(&**variant));
                }
                self.replace("an unknown variant", Node::text("no-such-variant"));
            }
            Type::Union(union) => {
                let samples = Samples::new(self.schema, Measure::Full, 0);
                for (tag, ty) in union.variants.iter() {
                    self.replace(&format!("the case {tag}"), samples.case(&union.tag, tag, *ty));
                }
                self.replace(
                    "an unknown case",
                    Node::Object(vec![(union.tag.to_string(), Node::text("no-such-case"))]),
                );
                self.replace(
                    "a case without members",
                    Node::Object(vec![(
                        union.tag.to_string(),
                        Node::text(union.variants.first().map_or("", |(tag, _)| tag)),
                    )]),
                );
                self.replace("a tag that is no text", Node::Object(vec![(union.tag.to_string(), Node::raw("1"))]));
                if let (Some((_, ty)), Node::Object(_)) = (union.variants.first(), sample)
                    && let Type::Record(record) = &self.schema.types[*ty as usize]
                {
                    self.record(record, sample);
                }
            }
            Type::Payload(_) | Type::Linked(_) => self.carried(),
        }
    }

    /// Changes of a value that a payload's kind makes of a type.
    pub fn payload(&mut self, ty: TypeId, sample: &Node) {
        self.value(ty, sample);
    }

    fn record(&mut self, record: &'s Record, sample: &Node) {
        self.members(&record.members, sample);
    }

    fn integers(&mut self, set: &[(i128, i128)], least: i128, most: i128) {
        for value in [least - 1, least, most, most + 1] {
            self.raw(&value.to_string());
        }
        for (start, end) in set.iter().take(8) {
            for value in [start - 1, *start, *end, end + 1] {
                self.raw(&value.to_string());
            }
        }
        for spelled in ["1.0", "1e2", "-0", "0.5", "9007199254740993"] {
            self.raw(spelled);
        }
    }

    fn floats(&mut self, set: &[FloatRange]) {
        for range in set.iter().take(8) {
            for value in [
                range.start.next_down(),
                range.start,
                range.end,
                range.end.next_up(),
                range.end.next_down(),
            ] {
                if value.is_finite() {
                    self.raw(&constant::float(value));
                }
            }
        }
        for spelled in [
            "-0",
            "-0.0",
            "1",
            "1.0",
            "1e0",
            "1E+2",
            "1e400",
            "-1e400",
            "1.7976931348623157e308",
            "5e-324",
            "0.1",
            "1e21",
            "1e-7",
            "01",
            "1.",
            ".5",
            "NaN",
        ] {
            self.raw(spelled);
        }
    }

    fn texts(&mut self, set: &StringSet) {
        if let Some((least, most)) = set.length {
            for characters in [least.saturating_sub(1), least, most, most.saturating_add(1)] {
                // Longer ones say nothing that the limit of strings does not.
                if let Ok(count @ 0..=5000) = usize::try_from(characters) {
                    self.replace(&format!("{count} characters"), Node::text("x".repeat(count)));
                    self.replace(&format!("{count} characters beyond the BMP"), Node::text("🦀".repeat(count)));
                }
            }
        }
        for one in set.one_of.iter() {
            self.replace(&format!("the text {one}"), Node::text(&**one));
            self.replace(&format!("nearly the text {one}"), Node::text(format!("{one} ")));
        }
        if let Some(pattern) = &set.pattern {
            self.matching(pattern);
        }
        match set.format {
            Some(Format::Uuid) => self.listed(&[
                "0F3C9E2A-8B21-4C71-9D3F-1A9B12345678",
                "0f3c9e2a8b214c719d3f1a9b12345678",
                "{0f3c9e2a-8b21-4c71-9d3f-1a9b12345678}",
                "0f3c9e2a-8b21-4c71-9d3f-1a9b1234567g",
                "0f3c9e2a-8b21-4c71-9d3f-1a9b1234567",
                "00000000-0000-0000-0000-000000000000",
            ]),
            Some(Format::Datetime) => self.listed(&[
                "1990-12-31T15:59:60-08:00",
                "1990-12-31T15:58:60-08:00",
                "2024-02-29t00:00:00z",
                "2023-02-29T00:00:00Z",
                "2024-01-01T24:00:00Z",
                "2024-01-01T00:00:00",
                "2024-01-01 00:00:00Z",
                "2024-01-01T00:00:00.Z",
            ]),
            None => {}
        }
        for spelled in [
            r#""\u00e9\ud83e\udd80\n\/""#,
            r#""\ud800""#,
            r#""\udc00x""#,
            "\"a\u{7f}\"",
            r#""\x""#,
            "\"a\tb\"",
            "\"\\u0000\"",
        ] {
            self.replace(&format!("spelled {}", spelled.escape_debug()), Node::raw(spelled));
        }
    }

    fn listed(&mut self, texts: &[&str]) {
        for text in texts {
            self.replace(&format!("the text {text}"), Node::text(*text));
        }
    }

    fn matching(&mut self, pattern: &Pattern) {
        let matching = shortest(pattern);
        for text in [
            matching.clone(),
            format!("{matching} "),
            format!("{matching}\n"),
            format!("é{matching}"),
            matching.repeat(2),
        ] {
            self.replace(&format!("the text {}", text.escape_debug()), Node::text(text));
        }
        let mut shorter = matching;
        shorter.pop();
        self.replace("one character less", Node::text(shorter));
    }

    fn carried(&mut self) {
        for raw in [
            "-12.50e+3",
            "18446744073709551616",
            r#"{"a":{"a":1},"b":[]}"#,
            r#"{"a":1,"a":2}"#,
            r#"[{"a":1,"b":{"c":2,"c":3}}]"#,
            "[1,2",
            "{\"a\":1,}",
            r#"{ "x" : [ 1 , "\u00e9" ] }"#,
        ] {
            self.raw(raw);
        }
        let depth = self.schema.limits.depth();
        for nested in [
            depth.saturating_sub(self.path.len() + 1),
            depth.saturating_sub(self.path.len()),
            depth,
        ] {
            self.replace(
                &format!("{nested} lists deep"),
                Node::raw(format!("{}{}", "[".repeat(nested), "]".repeat(nested))),
            );
        }
    }

    fn list(&mut self, list: &'s List, sample: &Node) {
        let samples = Samples::new(self.schema, Measure::Least, 0);
        if let Some((least, most)) = list.length {
            for count in [least.saturating_sub(1), least, most, most.saturating_add(1)] {
                if let Ok(count @ 0..=2000) = usize::try_from(count) {
                    self.replace(&format!("{count} items"), Node::List(vec![samples.value(list.item); count]));
                }
            }
        }
        if let Node::List(items) = sample
            && let Some(item) = items.first()
        {
            self.within(0, "item", |this| this.value(list.item, item));
        }
    }

    fn map(&mut self, map: &'s List) {
        let samples = Samples::new(self.schema, Measure::Full, 0);
        let value = samples.value(map.item);
        if let Some((least, most)) = map.length {
            for count in [least.saturating_sub(1), least, most, most.saturating_add(1)] {
                if let Ok(count @ 0..=500) = usize::try_from(count) {
                    let named = (0..count).map(|index| (format!("k{index}"), value.clone()));
                    self.replace(&format!("{count} members"), Node::Object(named.collect()));
                }
            }
        }
        let odd = ["", "a/b~c", "é"].map(|name| (name.to_owned(), value.clone()));
        self.replace("odd names", Node::Object(odd.to_vec()));
        self.replace(
            "a name twice",
            Node::Object(vec![("k".to_owned(), value.clone()), ("k".to_owned(), value)]),
        );
        self.replace(
            "a value of another type",
            Node::Object(vec![("a/b~c".to_owned(), Node::List(vec![Node::raw("nul")]))]),
        );
    }
}

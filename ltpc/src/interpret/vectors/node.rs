//! JSON as it is about to be written, with mistakes that no value could hold.

use ltp_runtime::codec::write;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Text as it stands, whether it is JSON or not.
    Raw(String),
    /// A string.
    Text(String),
    /// Items.
    List(Vec<Node>),
    /// Members; a name may stand twice.
    Object(Vec<(String, Node)>),
}

/// Where a value stands: the index of an item or member at each level.
pub(super) type Path = Vec<usize>;

impl Node {
    pub fn raw(text: impl Into<String>) -> Self {
        Self::Raw(text.into())
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Its text without white space.
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }

    /// The value at a place.
    pub fn at(&mut self, path: &[usize]) -> Option<&mut Self> {
        let Some((index, rest)) = path.split_first() else {
            return Some(self);
        };
        match self {
            Self::List(items) => items.get_mut(*index)?.at(rest),
            Self::Object(members) => members.get_mut(*index)?.1.at(rest),
            _ => None,
        }
    }

    /// The member of that name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Raw(text) => write::raw(out, text),
            Self::Text(text) => write::string(out, text),
            Self::List(items) => write::list(out, items, |out, item| item.write(out)),
            Self::Object(members) => {
                out.push(b'{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    write::string(out, name);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

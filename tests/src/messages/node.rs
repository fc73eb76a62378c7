//! JSON as it is about to be written: with its order, its spelling and its mistakes.

use ltp_runtime::codec::write;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Text as it stands.
    Raw(String),
    /// A string.
    String(String),
    /// Items.
    List(Vec<Node>),
    /// Members; a name may stand twice.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Appends it without white space.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Raw(text) => write::raw(out, text),
            Self::String(text) => write::string(out, text),
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

    /// Its text without white space.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// The value at a place, counted through the whole tree; the first is itself.
    pub fn at(&mut self, place: &mut usize) -> Option<&mut Node> {
        if *place == 0 {
            return Some(self);
        }
        *place -= 1;
        match self {
            Self::List(items) => items.iter_mut().find_map(|item| item.at(place)),
            Self::Object(members) => members.iter_mut().find_map(|(_, value)| value.at(place)),
            _ => None,
        }
    }

    /// How many values there are in it, itself counted.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + match self {
            Self::List(items) => items.iter().map(Self::count).sum(),
            Self::Object(members) => members.iter().map(|(_, value)| value.count()).sum(),
            _ => 0,
        }
    }
}

//! A JSON text as a flat list of nodes: what the walk moves over.
//!
//! Parsing does not recurse and takes memory in proportion to the text. It refuses what makes the rest unreadable: grammar, half
//! surrogate pairs and depth. What can be told of a place in a readable text (duplicates, and the limits of strings, lists and
//! objects) is left to the walk; of a list or object past its limit only as much is recorded as the limit allows.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{Refused, Rule, numbers, strings, value::Value};
use crate::schema::Limits;

/// Nodes in the order of the text: each before what it holds, each member's name before its value.
#[derive(Debug)]
pub(crate) struct Tape<'a> {
    pub text: &'a str,
    nodes: Vec<Node>,
}

/// An index into a tape.
pub(crate) type NodeId = u32;

/// One value or member name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub shape: Shape,
    start: u32,
    end: u32,
    /// The node after this one and all that it holds.
    pub after: NodeId,
    /// Items or members that stand there; of a string, its octets after unescaping.
    pub count: u32,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Null,
    Bool(bool),
    Number { integer: bool },
    String,
    List,
    Object,
}

/// A list or object that is being parsed.
struct Open {
    node: NodeId,
    object: bool,
    count: u32,
    limit: u32,
}

impl<'a> Tape<'a> {
    /// The whole text's node.
    pub const ROOT: NodeId = 0;

    /// Parses a text that stands inside `depth` objects and lists of another.
    pub fn parse(text: &'a str, limits: &Limits, depth: usize) -> Result<Self, Refused> {
        // Nodes hold octets as `u32`.
        if text.len() > u32::MAX as usize {
            return Err(Refused::new(Rule::Size, text.len()));
        }
        let mut parser = Parser {
            bytes: text.as_bytes(),
            at: 0,
            nodes: Vec::new(),
            open: Vec::new(),
            muted: usize::MAX,
        };
        parser.run(limits, depth)?;
        Ok(Self { text, nodes: parser.nodes })
    }

    pub fn node(&self, id: NodeId) -> Node {
        self.nodes.get(id as usize).copied().unwrap_or(Node {
            shape: Shape::Null,
            start: 0,
            end: 0,
            after: id + 1,
            count: 0,
        })
    }

    /// The node's text as it stands.
    pub fn raw(&self, id: NodeId) -> &'a str {
        let node = self.node(id);
        &self.text[node.start as usize..node.end as usize]
    }

    /// A string's or name's text, unescaped.
    pub fn string(&self, id: NodeId) -> Cow<'a, str> {
        let node = self.node(id);
        strings::Span {
            start: node.start as usize + 1,
            end: node.end as usize - 1,
            length: node.count as usize,
        }
        .text(self.text)
    }

    /// A string's text, or nothing if the node is something else.
    pub fn as_string(&self, id: NodeId) -> Option<Cow<'a, str>> {
        (self.node(id).shape == Shape::String).then(|| self.string(id))
    }

    /// A list's items.
    pub fn items(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'_, 'a> {
        let end = self.node(id).after;
        let mut next = id + 1;
        core::iter::from_fn(move || {
            let item = next;
            (item < end).then(|| {
                next = self.node(item).after;
                item
            })
        })
    }

    /// An object's members: the nodes of their names; a value's node follows its name's.
    pub fn members(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'_, 'a> {
        let end = self.node(id).after;
        let mut next = id + 1;
        core::iter::from_fn(move || {
            let name = next;
            (name < end).then(|| {
                next = self.node(name + 1).after;
                name
            })
        })
    }

    /// The node as a value without raw parts.
    pub fn value(&self, id: NodeId) -> Value {
        match self.node(id).shape {
            Shape::Null => Value::Null,
            Shape::Bool(value) => Value::Bool(value),
            Shape::Number { .. } => Value::Number(String::from(self.raw(id))),
            Shape::String => Value::String(self.string(id).into_owned()),
            Shape::List => Value::List(self.items(id).map(|item| self.value(item)).collect()),
            Shape::Object => Value::Object(
                self.members(id)
                    .map(|name| (self.string(name).into_owned(), self.value(name + 1)))
                    .collect(),
            ),
        }
    }
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    open: Vec<Open>,
    /// How many lists and objects are open outside the one that is past its limit, if one is: nothing of it is recorded any more.
    muted: usize,
}

impl Parser<'_> {
    fn run(&mut self, limits: &Limits, depth: usize) -> Result<(), Refused> {
        loop {
            self.space();
            let start = self.at;
            match self.bytes.get(self.at) {
                Some(bracket @ (b'{' | b'[')) => {
                    if depth + self.open.len() >= limits.depth() {
                        return Err(Refused::new(Rule::Depth, self.at));
                    }
                    let object = *bracket == b'{';
                    let (shape, limit) = if object {
                        (Shape::Object, limits.members)
                    } else {
                        (Shape::List, limits.list)
                    };
                    let node = self.push(shape, start, start, 0);
                    self.open.push(Open {
                        node,
                        object,
                        count: 0,
                        limit: u32::try_from(limit).unwrap_or(u32::MAX),
                    });
                    self.at += 1;
                }
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'-' | b'0'..=b'9') => {
                    let extent = numbers::scan(self.bytes, self.at)?;
                    self.at = extent.end;
                    self.push(Shape::Number { integer: extent.integer }, start, extent.end, 0);
                }
                _ => self.word()?,
            }
            if !self.next()? {
                break;
            }
        }
        self.space();
        if self.at < self.bytes.len() {
            Err(Refused::new(Rule::Syntax, self.at))
        } else {
            Ok(())
        }
    }

    /// Passes what stands between two values; says whether another value follows.
    fn next(&mut self) -> Result<bool, Refused> {
        while let Some(open) = self.open.last_mut() {
            let (object, first) = (open.object, open.count == 0);
            while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
                self.at += 1;
            }
            match self.bytes.get(self.at) {
                Some(b'}') if object => self.close(),
                Some(b']') if !object => self.close(),
                Some(byte) if first || *byte == b',' => {
                    self.at += usize::from(!first);
                    open.count += 1;
                    if open.count > open.limit && self.muted == usize::MAX {
                        self.muted = self.open.len() - 1;
                    }
                    if object {
                        self.name()?;
                    }
                    return Ok(true);
                }
                _ => return Err(Refused::new(Rule::Syntax, self.at)),
            }
        }
        Ok(false)
    }

    fn close(&mut self) {
        self.at += 1;
        if let Some(open) = self.open.pop()
            // Either nothing is muted, or this is the outermost that is past its limit.
            && self.muted >= self.open.len()
        {
            let after = self.nodes.len() as u32;
            if let Some(node) = self.nodes.get_mut(open.node as usize) {
                (node.end, node.after, node.count) = (self.at as u32, after, open.count);
            }
            self.muted = usize::MAX;
        }
    }

    fn name(&mut self) -> Result<(), Refused> {
        self.space();
        if self.bytes.get(self.at) != Some(&b'"') {
            return Err(Refused::new(Rule::Syntax, self.at));
        }
        self.string()?;
        self.space();
        if self.bytes.get(self.at) != Some(&b':') {
            return Err(Refused::new(Rule::Syntax, self.at));
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<(), Refused> {
        let span = strings::measure(self.bytes, self.at + 1)?;
        self.at = span.end + 1;
        self.push(Shape::String, span.start - 1, self.at, span.length);
        Ok(())
    }

    fn word(&mut self) -> Result<(), Refused> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for (word, shape) in [("true", Shape::Bool(true)), ("false", Shape::Bool(false)), ("null", Shape::Null)] {
            if rest.starts_with(word.as_bytes()) {
                let start = self.at;
                self.at += word.len();
                self.push(shape, start, self.at, 0);
                return Ok(());
            }
        }
        Err(Refused::new(Rule::Syntax, self.at))
    }

    /// Records a node, unless what holds it is past its limit.
    fn push(&mut self, shape: Shape, start: usize, end: usize, count: usize) -> NodeId {
        let id = self.nodes.len() as u32;
        if self.muted == usize::MAX {
            self.nodes.push(Node {
                shape,
                start: start as u32,
                end: end as u32,
                after: id + 1,
                count: count as u32,
            });
        }
        id
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }
}

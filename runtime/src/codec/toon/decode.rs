//! A document's structure, from its lines to JSON text.

use alloc::{string::String, vec::Vec};

use super::{
    super::write,
    Wrong, cells,
    header::{self, Field, Header},
    lines::{Line, Lines},
};

pub(super) fn document(document: &str, deepest: usize, most: usize, list: bool) -> Result<String, Wrong> {
    let mut decoder = Decoder {
        lines: Lines::new(document),
        out: Vec::new(),
        most,
        deepest,
        depth: 0,
        spans: 0,
    };
    let only = decoder.root(list)?;
    let mut out = decoder.out;
    if let Some(start) = only.filter(|_| list) {
        // The one member's value, without the object around it.
        out.pop();
        out.drain(..start);
    }
    // Every part of it was a `str`.
    String::from_utf8(out).map_err(|_| Wrong::Text { line: 1 })
}

struct Decoder<'d> {
    lines: Lines<'d>,
    out: Vec<u8>,
    /// Octets that the JSON may have.
    most: usize,
    /// Objects and lists that may be nested.
    deepest: usize,
    /// Objects and lists that are open.
    depth: usize,
    /// Headers' scopes that have begun: no blank line may stand in them.
    spans: usize,
}

impl<'d> Decoder<'d> {
    /// Writes the whole document; if its root is an object with one member, gives where that member's value starts.
    fn root(&mut self, list: bool) -> Result<Option<usize>, Wrong> {
        let Some(line) = self.lines.peek()? else {
            self.open(b'{')?;
            self.close(b'}')?;
            return Ok(None);
        };
        if line.depth != 0 {
            return Err(self.wrong());
        }
        let header = self.header(line.content)?;
        match header {
            Some(header) if header.key.is_none() => {
                self.lines.pass();
                self.table_or_list(&header, 0)?;
            }
            None if line.content == "[]" => {
                self.lines.pass();
                self.push(b"[]")?;
            }
            None if cells::find(line.content, &[':']).is_none() => {
                self.lines.pass();
                self.primitive(line.content)?;
            }
            _ => {
                // Of a list the object around it is no part.
                self.deepest = self.deepest.saturating_add(usize::from(list));
                self.open(b'{')?;
                let (members, start) = self.fields(0, 0)?;
                self.close(b'}')?;
                return Ok((members == 1).then_some(start));
            }
        }
        match self.lines.peek()? {
            None => Ok(None),
            Some(_) => Err(self.wrong()),
        }
    }

    /// Writes the members that stand at a depth, after `members` others; gives their count, and where the first one's value starts.
    fn fields(&mut self, depth: usize, mut members: usize) -> Result<(usize, usize), Wrong> {
        let mut first = 0;
        while let Some(line) = self.at(depth)? {
            self.pass(line)?;
            if members > 0 {
                self.push(b",")?;
            }
            members += 1;
            let start = self.field(line.content, depth)?;
            if members == 1 {
                first = start;
            }
        }
        Ok((members, first))
    }

    /// Writes the member that a line holds or begins; gives where its value starts. `depth` is the depth at which the member stands.
    fn field(&mut self, content: &'d str, depth: usize) -> Result<usize, Wrong> {
        if let Some(header) = self.header(content)? {
            let Some(key) = &header.key else { return Err(self.wrong()) };
            let start = self.key(key)?;
            self.table_or_list(&header, depth)?;
            return Ok(start);
        }
        let colon = self.some(cells::find(content, &[':']))?;
        let key = self.some(cells::key(&content[..colon]))?;
        let start = self.key(&key)?;
        match content[colon + 1..].trim_matches(' ') {
            "" => {
                self.open(b'{')?;
                self.fields(depth + 1, 0)?;
                self.close(b'}')?;
            }
            "[]" => self.push(b"[]")?,
            token => self.primitive(token)?,
        }
        Ok(start)
    }

    /// Writes what a header that stands at a depth begins.
    fn table_or_list(&mut self, header: &Header<'d>, depth: usize) -> Result<(), Wrong> {
        let (opening, closing) = if header.keyed { (b'{', b'}') } else { (b'[', b']') };
        self.open(opening)?;
        let count = if header.inline.is_empty() {
            let outside = self.spans;
            let count = self.scope(header, depth + 1, outside)?;
            self.spans = outside;
            count
        } else {
            self.cells(header)?
        };
        if count != header.count {
            return Err(self.wrong());
        }
        self.close(closing)
    }

    /// Writes the rows, entries or items of a header's scope; gives their count.
    fn scope(&mut self, header: &Header<'d>, depth: usize, outside: usize) -> Result<u64, Wrong> {
        let mut count = 0;
        while let Some(line) = self.at(depth)? {
            self.pass(line)?;
            self.spans = outside + 1;
            if count > 0 {
                self.push(b",")?;
            }
            count += 1;
            if header.keyed {
                let colon = self.some(cells::find(line.content, &[':']))?;
                let key = self.some(cells::key(&line.content[..colon]))?;
                self.key(&key)?;
                self.row(header, &line.content[colon + 1..])?;
            } else if header.fields.is_empty() {
                self.item(line, depth)?;
            } else {
                // A colon before the first delimiter would make the line a member, which has no place here.
                if cells::find(line.content, &[header.delimiter, ':']).is_some_and(|at| line.content[at..].starts_with(':')) {
                    return Err(self.wrong());
                }
                self.row(header, line.content)?;
            }
        }
        Ok(count)
    }

    /// Writes the values that stand on the header's own line; gives their count.
    fn cells(&mut self, header: &Header<'d>) -> Result<u64, Wrong> {
        let mut count = 0;
        for token in cells::split(header.inline, header.delimiter) {
            if count > 0 {
                self.push(b",")?;
            }
            count += 1;
            self.primitive(token)?;
        }
        Ok(count)
    }

    /// Writes a row as the object that the header's fields make of it.
    fn row(&mut self, header: &Header<'d>, row: &'d str) -> Result<(), Wrong> {
        if self.depth + header.nesting > self.deepest {
            return Err(Wrong::Depth);
        }
        let mut tokens = cells::split(row, header.delimiter);
        self.push(b"{")?;
        for field in &header.fields {
            if !matches!(field, Field::Close) && self.out.last() != Some(&b'{') {
                self.push(b",")?;
            }
            match field {
                Field::Leaf(name) => {
                    let token = self.some(tokens.next())?;
                    self.push(name)?;
                    self.primitive(token)?;
                }
                Field::Open(name) => {
                    self.push(name)?;
                    self.push(b"{")?;
                }
                Field::Close => self.push(b"}")?,
            }
        }
        if tokens.next().is_some() {
            return Err(self.wrong());
        }
        self.push(b"}")
    }

    /// Writes the item that a line of a list, which stands at a depth, holds or begins.
    fn item(&mut self, line: Line<'d>, depth: usize) -> Result<(), Wrong> {
        let content = match line.content {
            "-" => "",
            content => self.some(content.strip_prefix("- "))?.trim_matches(' '),
        };
        match content {
            "" => {
                self.open(b'{')?;
                self.close(b'}')
            }
            "[]" => self.push(b"[]"),
            _ => match self.header(content)? {
                Some(header) if header.key.is_none() && header.fields.is_empty() => self.table_or_list(&header, depth),
                Some(header) if header.key.is_none() => Err(self.wrong()),
                None if cells::find(content, &[':']).is_none() => self.primitive(content),
                _ => {
                    // The first member stands one deeper than the hyphen that it is carried by.
                    self.open(b'{')?;
                    self.field(content, depth + 1)?;
                    self.fields(depth + 1, 1)?;
                    self.close(b'}')
                }
            },
        }
    }

    /// The next line if it stands at this depth; `None` if the scope ends. A line that stands deeper belongs to nothing.
    fn at(&mut self, depth: usize) -> Result<Option<Line<'d>>, Wrong> {
        match self.lines.peek()? {
            Some(line) if line.depth > depth => Err(self.wrong()),
            line => Ok(line.filter(|line| line.depth == depth)),
        }
    }

    fn pass(&mut self, line: Line<'d>) -> Result<(), Wrong> {
        if line.after_blank && self.spans > 0 {
            return Err(Wrong::Text { line: line.number });
        }
        self.lines.pass();
        Ok(())
    }

    fn header(&self, content: &'d str) -> Result<Option<Header<'d>>, Wrong> {
        header::parse(content).map_err(|_| self.wrong())
    }

    /// Writes a name and its colon; gives where the value starts.
    fn key(&mut self, key: &str) -> Result<usize, Wrong> {
        write::string(&mut self.out, key);
        self.push(b":")?;
        Ok(self.out.len())
    }

    fn primitive(&mut self, token: &str) -> Result<(), Wrong> {
        let written = cells::primitive(token, &mut self.out);
        self.some(written)?;
        self.push(b"")
    }

    fn open(&mut self, bracket: u8) -> Result<(), Wrong> {
        self.depth += 1;
        if self.depth > self.deepest {
            return Err(Wrong::Depth);
        }
        self.push(&[bracket])
    }

    fn close(&mut self, bracket: u8) -> Result<(), Wrong> {
        self.depth -= 1;
        self.push(&[bracket])
    }

    /// Appends JSON. A token of the document may overshoot the bound by its own length, so the check follows each.
    fn push(&mut self, json: &[u8]) -> Result<(), Wrong> {
        self.out.extend_from_slice(json);
        if self.out.len() > self.most { Err(Wrong::Size) } else { Ok(()) }
    }

    fn some<T>(&self, read: Option<T>) -> Result<T, Wrong> {
        read.ok_or_else(|| self.wrong())
    }

    fn wrong(&self) -> Wrong {
        Wrong::Text { line: self.lines.number() }
    }
}

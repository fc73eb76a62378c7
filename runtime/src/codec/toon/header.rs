//! Headers: `key[2]{a,b}:`, `[3|]:`, `users[2:]{age,name{first,last}}:`.

use alloc::{string::String, vec::Vec};

use super::{super::write, cells};

/// What a header line declares.
pub(super) struct Header<'d> {
    /// The key, if there is one.
    pub key: Option<String>,
    /// How many items, rows or entries there are.
    pub count: u64,
    pub delimiter: char,
    /// Whether each row has a key of its own.
    pub keyed: bool,
    /// Empty if the header has no field list.
    pub fields: Vec<Field>,
    /// How deep field groups are nested; without groups 1.
    pub nesting: usize,
    /// What stands after the colon, trimmed.
    pub inline: &'d str,
}

/// One step of writing a row as an object.
pub(super) enum Field {
    /// The next cell, under a name, which is JSON text with its colon.
    Leaf(Vec<u8>),
    /// An object opens, under a name.
    Open(Vec<u8>),
    /// The object closes.
    Close,
}

/// A line that looks like a header and is none.
pub(super) struct Malformed;

/// Reads a line as a header. `None` if it is of another kind.
pub(super) fn parse(content: &str) -> Result<Option<Header<'_>>, Malformed> {
    let Some(bracket) = bracket(content) else { return Ok(None) };
    let (key, rest) = content.split_at(bracket);
    if key.ends_with([' ', '\t']) {
        return Err(Malformed);
    }
    let key = if key.is_empty() {
        None
    } else {
        Some(cells::key(key).ok_or(Malformed)?)
    };

    let rest = rest.strip_prefix('[').ok_or(Malformed)?;
    let digits = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    let (length, rest) = rest.split_at(digits);
    if length.is_empty() || length.len() > 1 && length.starts_with('0') {
        return Err(Malformed);
    }
    let count = length.parse().map_err(|_| Malformed)?;
    let (keyed, rest) = rest.strip_prefix(':').map_or((false, rest), |rest| (true, rest));
    let (delimiter, rest) = match rest.chars().next() {
        Some(delimiter @ ('|' | '\t')) => (delimiter, &rest[1..]),
        _ => (',', rest),
    };
    let rest = rest.strip_prefix(']').ok_or(Malformed)?;

    let mut list = FieldList {
        delimiter,
        fields: Vec::new(),
        nesting: 0,
    };
    let rest = match rest.strip_prefix('{') {
        Some(rest) => list.parse(rest)?,
        None => rest,
    };
    let inline = rest.strip_prefix(':').ok_or(Malformed)?.trim_matches(' ');
    if list.fields.is_empty() && keyed || !list.fields.is_empty() && !inline.is_empty() {
        return Err(Malformed);
    }
    Ok(Some(Header {
        key,
        count,
        delimiter,
        keyed,
        fields: list.fields,
        nesting: list.nesting,
        inline,
    }))
}

/// Where the bracket stands that makes a line look like a header: after a quoted key, or before the first unquoted colon.
fn bracket(content: &str) -> Option<usize> {
    if content.starts_with('"') {
        let after = cells::closing(content)? + 1;
        return content[after..].starts_with('[').then_some(after);
    }
    let bracket = cells::find(content, &['[', ':'])?;
    // Without any colon the line is a scalar.
    (content[bracket..].starts_with('[') && cells::find(&content[bracket..], &[':']).is_some()).then_some(bracket)
}

struct FieldList {
    delimiter: char,
    fields: Vec<Field>,
    nesting: usize,
}

impl FieldList {
    /// Reads the list after its opening brace; gives what stands after the closing one. Groups are kept on a stack of their own.
    fn parse<'d>(&mut self, mut rest: &'d str) -> Result<&'d str, Malformed> {
        let mut groups: Vec<Vec<String>> = Vec::from([Vec::new()]);
        self.nesting = 1;
        loop {
            let (name, after) = name(rest)?;
            rest = after;
            if name.is_empty() {
                return Err(Malformed);
            }
            let unquoted = cells::key(name).ok_or(Malformed)?;
            let mut json = Vec::new();
            write::string(&mut json, &unquoted);
            json.push(b':');
            groups.last_mut().ok_or(Malformed)?.push(unquoted);
            if let Some(after) = rest.strip_prefix('{') {
                rest = after;
                self.fields.push(Field::Open(json));
                groups.push(Vec::new());
                self.nesting = self.nesting.max(groups.len());
                continue;
            }
            self.fields.push(Field::Leaf(json));
            while let Some(after) = rest.strip_prefix('}') {
                rest = after;
                if repeated(groups.pop().unwrap_or_default()) {
                    return Err(Malformed);
                }
                if groups.is_empty() {
                    return Ok(rest);
                }
                self.fields.push(Field::Close);
            }
            rest = rest.strip_prefix(self.delimiter).ok_or(Malformed)?;
        }
    }
}

/// The field name at the start of the text, and what stands after it.
fn name(rest: &str) -> Result<(&str, &str), Malformed> {
    let start = rest.trim_start_matches(' ');
    let end = if start.starts_with('"') {
        cells::closing(start).ok_or(Malformed)? + 1
    } else {
        // A delimiter that the brackets do not declare has no place in the list.
        start.find([',', '|', '\t', '{', '}']).ok_or(Malformed)?
    };
    let (name, after) = start.split_at(end);
    Ok((name.trim_end_matches(' '), after.trim_start_matches(' ')))
}

fn repeated(mut names: Vec<String>) -> bool {
    names.sort_unstable();
    names.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

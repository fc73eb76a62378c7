//! Tables of records whose members a schema declares: read and written where they stand in the JSON string that carries them, with neither
//! a document nor JSON between.
//!
//! This is a fast way for tables as they are mostly written, nothing more: a line for each row, nothing quoted, the fields in declared
//! order. What looks otherwise is left to the long way, which is the only one that refuses.

use alloc::vec::Vec;

use uuid::Uuid;

use super::super::{Cursor, Layout, Reader, Source as _, Unexpected, scan, write};
use crate::schema::Limits;

/// What a line of the table begins with, as a JSON string has it.
const LINE: &str = "\\n  ";

/// Whether a text stands for itself in a cell: it begins with a letter and has none of the characters that mean something.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    plain(text.as_bytes()) == text.len() && stands_for_itself(text)
}

/// Octets at the start that may be in a plain text.
fn plain(octets: &[u8]) -> usize {
    octets.iter().position(|octet| !PLAIN[usize::from(*octet)]).unwrap_or(octets.len())
}

/// Of a text of plain octets, whether it is no keyword, no number and not trimmed.
fn stands_for_itself(text: &str) -> bool {
    let octets = text.as_bytes();
    let first = octets.first().is_some_and(|octet| octet.is_ascii_alphabetic() || *octet >= 0x80);
    first && octets.last() != Some(&b' ') && !matches!(text, "true" | "false" | "null")
}

const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut octet = 0;
    while octet < 256 {
        let character = octet as u8;
        table[octet] =
            character >= 0x80 || character.is_ascii_alphanumeric() || matches!(character, b' ' | b'_' | b'-' | b'.' | b'/' | b'@');
        octet += 1;
    }
    table
};

/// Whether a double has a cell that stands for it: there is no negative zero, nor what is not finite.
#[inline]
#[must_use]
pub fn is_cell(value: f64) -> bool {
    const NEGATIVE_ZERO: u64 = 1 << 63;
    let bits = value.to_bits();
    // Without the sign, what is not finite is the greatest.
    bits << 1 < f64::INFINITY.to_bits() << 1 && bits != NEGATIVE_ZERO
}

/// Appends a table as a JSON string. `start` is what stands before the number of rows, with the quote, `fields` what stands behind it; a
/// row's cells are plain.
#[inline]
pub fn write_rows<'t, T, P: write::Piece>(out: &mut Vec<u8>, start: &str, rows: &'t [T], fields: &str, cells: impl Fn(&'t T) -> P) {
    write::all(out, (start, rows.len() as u64, fields));
    for row in rows {
        write::all(out, (LINE, cells(row)));
    }
    out.push(b'"');
}

/// What is not read yet of a table's rows. Cells have no white space around them, which numbers have to be read as senders write them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Cells<'a> {
    cursor: Cursor<'a>,
    /// The text that the table stands in.
    text: &'a str,
    /// How many octets a text may have.
    string: usize,
}

/// What reads cells: numbers, which have no limits but their types', and no white space between.
#[inline(always)]
fn bare(rest: &[u8]) -> Cursor<'_> {
    static UNLIMITED: Limits = Limits::NONE;
    Cursor::inside(rest, &UNLIMITED, Layout::default())
}

impl<'a> Reader<'a> {
    /// Reads a string that holds a table with this header, `start` before the number of rows and `fields` behind it. `octets` is how
    /// many octets of JSON stand around the `columns` values of a row. `None`, and nothing is read: it looks otherwise.
    #[doc(hidden)]
    #[inline]
    pub fn toon_rows<T>(
        &mut self,
        header: [&'static str; 2],
        [columns, octets]: [usize; 2],
        mut row: impl FnMut(&mut Cells<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let (mut cells, count) = self.table(header, columns)?;
        // A header may declare what it likes: a row has its line's begin and a cell of an octet at least for each column.
        let mut rows = Vec::with_capacity(count.min(cells.cursor.rest().len() / (LINE.len() + columns)));
        for _ in 0..count {
            if !cells.cursor.passes_if(LINE) {
                return None;
            }
            rows.push(row(&mut cells)?);
        }
        self.table_ends(&cells, count, octets)?;
        Some(rows)
    }

    /// Reads a table's header; gives its rows, and how many there are.
    fn table(&mut self, [start, fields]: [&'static str; 2], columns: usize) -> Option<(Cells<'a>, usize)> {
        let stands = |more: bool| more.then_some(());
        let mut cells = Cells {
            cursor: bare(scan::spaces(self.rest())),
            text: self.text,
            string: self.limits.string,
        };
        stands(cells.cursor.passes_if(start))?;
        let zero = cells.cursor.rest().first() == Some(&b'0');
        let count = usize::try_from(cells.cursor.u64().ok()?).ok()?;
        stands(cells.cursor.passes_if(fields) && !zero && count <= self.limits.list && columns <= self.limits.members)?;
        stands(self.depth.checked_add(2)? <= self.limits.depth())?;
        Some((cells, count))
    }

    /// Passes over a table whose rows were read.
    fn table_ends(&mut self, cells: &Cells<'a>, count: usize, octets: usize) -> Option<()> {
        let [b'"', rest @ ..] = cells.cursor.rest() else { return None };
        let at = self.text.len() - rest.len();
        // The JSON that it stands for is bounded as a message is.
        let most = count.checked_mul(octets)?.checked_add(at - self.at)?;
        (most <= self.limits.message).then(|| self.at = at)
    }
}

impl<'a> Cells<'a> {
    /// Passes over what stands between two cells.
    #[inline(always)]
    pub fn comma(&mut self) -> Option<&mut Self> {
        if self.cursor.passes_if(",") { Some(self) } else { None }
    }

    /// A cell that is no string.
    #[inline(always)]
    pub fn cell<T>(&mut self, read: impl FnOnce(&mut Cursor<'a>) -> Result<T, Unexpected>) -> Option<T> {
        read(&mut self.cursor).ok()
    }

    /// A cell that is a text which stands for itself.
    pub fn text(&mut self) -> Option<&'a str> {
        let rest = self.cursor.rest();
        let at = self.text.len() - rest.len();
        let text = self.text.get(at..at + plain(rest))?;
        (stands_for_itself(text) && text.len() <= self.string).then_some(())?;
        self.cursor = bare(rest.get(text.len()..)?);
        Some(text)
    }

    /// A cell that is a UUID.
    pub fn uuid(&mut self) -> Option<Uuid> {
        let (text, rest) = self.cursor.rest().split_first_chunk::<36>()?;
        let uuid = scan::uuid(text).filter(|_| self.string >= text.len())?;
        self.cursor = bare(rest);
        Some(Uuid::from_bytes(uuid))
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec};

    use super::*;
    use crate::codec::Rule;

    const LIMITS: Limits = Limits {
        message: 200,
        depth: 3,
        string: 8,
        list: 3,
        members: 3,
    };

    type Row = (u64, f64, String);

    /// What the short way reads, and how far it went.
    fn short(reader: &mut Reader<'_>) -> Option<Vec<Row>> {
        reader.toon_rows(["\"log[", "]{t,x,name}:"], [3, 25], |cells| {
            Some((
                cells.cell(Cursor::u64)?,
                cells.comma()?.cell(Cursor::f64)?,
                String::from(cells.comma()?.text()?),
            ))
        })
    }

    /// What the long way reads.
    fn long(text: &str, limits: &Limits, depth: usize) -> Option<Vec<Row>> {
        let mut reader = Reader::within(text, limits, depth);
        let rows = reader.toon_list(|reader| {
            reader.list(|reader| {
                let (mut t, mut x, mut name) = (None, None, None);
                let mut object = reader.begin_object()?;
                while let Some(key) = reader.next_name(&mut object)? {
                    match &*key {
                        "t" if t.is_none() => t = Some(reader.u64()?),
                        "x" if x.is_none() => x = Some(reader.f64()?),
                        "name" if name.is_none() => name = Some(reader.string()?.into_owned()),
                        _ => return Err(reader.refuse(Rule::Duplicate)),
                    }
                }
                let row = (|| Some((t?, x?, name?)))();
                row.ok_or_else(|| reader.refuse(Rule::Required))
            })
        });
        rows.ok()
    }

    #[test]
    fn what_the_short_way_reads_the_long_way_reads_too() {
        let row = "\\n  1,0.5,ab";
        for (text, is_short) in [
            ("\"log[2]{t,x,name}:R\\n  20,-1e3,c d\"", true),
            ("  \"log[1]{t,x,name}:\\n  7,-0,é\"", true),
            ("\"log[0]{t,x,name}:\"", false),
            ("\"log[01]{t,x,name}:R\"", false),
            ("\"log[ 1]{t,x,name}:R\"", false),
            ("\"log[2]{t,x,name}:R\"", false),
            ("\"log[1]{t,x,name}:RR\"", false),
            ("\"log[1]{t,x,name}:R\\n\"", false),
            ("\"log[4]{t,x,name}:RRRR\"", false),
            ("\"log[1]{x,t,name}:\\n  0.5,1,ab\"", false),
            ("\"table[1]{t,x,name}:R\"", false),
            ("\"log[1]{t,x,name}:\\n  1, 0.5,ab\"", false),
            ("\"log[1]{t,x,name}:\\n  1,\t0.5,ab\"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5,\\\"ab\\\"\"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5,true\"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5,ab \"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5,a:b\"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5,12\"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5,a\\tb\"", false),
            ("\"log[1]{t,x,name}:\\n  01,0.5,ab\"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5,ab,c\"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5\"", false),
            ("\"log[1]{t,x,name}:\\n  1,0.5,abcdefghi\"", false),
        ] {
            let text = text.replace('R', row);
            let mut reader = Reader::within(&text, &LIMITS, 0);
            let rows = short(&mut reader);
            assert_eq!(rows.is_some(), is_short, "{text}");
            assert_eq!(reader.position(), if is_short { text.len() } else { 0 }, "{text}");
            if is_short {
                assert_eq!(rows, long(&text, &LIMITS, 0), "{text}");
            }
        }
    }

    #[test]
    fn limits_hold() {
        let text = "\"log[1]{t,x,name}:\\n  1,0.5,ab\"";
        let read = |limits: Limits, depth| {
            let rows = short(&mut Reader::within(text, &limits, depth));
            assert!(rows.is_none() || rows == long(text, &limits, depth));
            rows.is_some()
        };
        assert!(read(LIMITS, 1));
        assert!(!read(LIMITS, 2));
        for limits in [
            Limits { members: 2, ..LIMITS },
            Limits { list: 0, ..LIMITS },
            Limits { string: 1, ..LIMITS },
            Limits { message: 40, ..LIMITS },
        ] {
            assert!(!read(limits, 0), "{limits:?}");
        }
    }

    #[test]
    fn what_is_plain_is_read_as_it_was_written() {
        let texts = [
            "a",
            "ab c",
            "é",
            "a-b.c/d@e_f",
            "",
            " a",
            "a ",
            "-a",
            "true",
            "null",
            "1a",
            "a,b",
            "a\"b",
            "a\nb",
            "a:b",
            "#a",
        ];
        for text in texts {
            let is_short = is_plain(text);
            let rows = vec![(7_u64, text)];
            let mut out = Vec::new();
            write_rows(&mut out, "\"log[", &rows, "]{t,name}:", |row| (row.0, ",", write::Text(row.1)));
            if is_short {
                let written = String::from_utf8(out).unwrap();
                assert_eq!(written, format!("\"log[1]{{t,name}}:\\n  7,{text}\""));
                let json = super::super::list_to_json(&written.replace("\\n", "\n")[1..written.len() - 2], 9, 99);
                assert_eq!(json, Ok(format!("[{{\"t\":7,\"name\":\"{text}\"}}]")));
            }
            assert_eq!(is_short, texts[..4].contains(&text), "{text:?}");
        }
    }
}

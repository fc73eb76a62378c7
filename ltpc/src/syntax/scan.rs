//! A first look at a text, in one pass: where declarations may begin, what nests too deep, what is never closed.

use super::DECLARATIONS;

/// How deep brackets may nest.
pub const MAX_DEPTH: usize = 64;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters, digits and `_`, not beginning with a digit.
    Word,
    /// The same, beginning with a digit.
    Number,
    /// A quoted text.
    Text,
    /// A quoted text that its line ends before it is closed.
    UnclosedText,
    /// A text block, with its fences.
    Block,
    /// A `///` line.
    Doc,
    /// A sign of one character.
    Sign(u8),
    /// A sign of more, such as `=>`, or any other character.
    Other,
    /// What the rest of the file belongs to, for want of an end.
    Unclosed(Unclosed),
}

/// Signs of more than one character.
const LONG_SIGNS: &[&str] = &["->", "=>", "==", "!=", "<=", ">=", "?=", "??", "...", "..=", ".."];

/// What is never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclosed {
    /// `/*`
    Comment,
    /// A fence.
    Block,
}

impl Unclosed {
    /// What it begins with.
    pub fn opening(self) -> &'static str {
        match self {
            Self::Comment => "/*",
            Self::Block => "```",
        }
    }
}

/// A piece of text that means something: no white space, no comment.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first octet.
    pub start: usize,
    /// Behind its last octet.
    pub end: usize,
}

/// The tokens of a text, coarser than the grammar's.
#[derive(Clone)]
pub struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    /// The tokens from an octet on, which is not within one.
    pub fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// Passes white space and comments. Stops before a comment that is never closed.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            match rest {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => self.at += 1,
                [b'/', b'/', b'/', ..] if rest.get(3) != Some(&b'/') => return,
                [b'/', b'/', ..] => self.at += line_length(rest),
                [b'/', b'*', ..] => match self.text[self.at + 2..].find("*/") {
                    Some(length) => self.at += length + 4,
                    None => return,
                },
                _ => return,
            }
        }
    }

    /// The kind and the length of what begins here.
    fn token(&self) -> Option<(Kind, usize)> {
        let rest = self.rest();
        let first = *rest.first()?;
        Some(match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => (Kind::Word, word_length(rest)),
            b'0'..=b'9' => (Kind::Number, word_length(rest)),
            b'"' => quoted(rest),
            b'/' if rest.starts_with(b"///") => (Kind::Doc, line_length(rest)),
            b'/' if rest.starts_with(b"/*") => (Kind::Unclosed(Unclosed::Comment), rest.len()),
            b'`' if rest.starts_with(b"```") => block(&self.text[self.at..]),
            b'-' | b'=' | b'!' | b'<' | b'>' | b'?' | b'.' => match LONG_SIGNS.iter().find(|sign| rest.starts_with(sign.as_bytes())) {
                Some(sign) => (Kind::Other, sign.len()),
                None => (Kind::Sign(first), 1),
            },
            0x21..=0x7e => (Kind::Sign(first), 1),
            _ => (Kind::Other, self.text[self.at..].chars().next().map_or(1, char::len_utf8)),
        })
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let (kind, length) = self.token()?;
        let start = self.at;
        self.at += length;
        Some(Token { kind, start, end: self.at })
    }
}

fn line_length(rest: &[u8]) -> usize {
    rest.iter().position(|octet| *octet == b'\n').unwrap_or(rest.len())
}

fn word_length(rest: &[u8]) -> usize {
    rest.iter()
        .position(|octet| !(octet.is_ascii_alphanumeric() || *octet == b'_'))
        .unwrap_or(rest.len())
}

fn quoted(rest: &[u8]) -> (Kind, usize) {
    let mut length = 1;
    loop {
        match rest.get(length) {
            Some(b'"') => return (Kind::Text, length + 1),
            Some(b'\\') if rest.get(length + 1).is_some_and(|next| *next != b'\n') => length += 2,
            None | Some(b'\n') => return (Kind::UnclosedText, length.min(rest.len())),
            Some(_) => length += 1,
        }
    }
}

/// A block's closing fence begins a line. If its opening fence does not end one, the block is not well formed, and ends at any fence.
fn block(rest: &str) -> (Kind, usize) {
    let unclosed = (Kind::Unclosed(Unclosed::Block), rest.len());
    let behind = rest[3..].trim_start_matches([' ', '\t', '\r']);
    if !behind.is_empty() && !behind.starts_with('\n') {
        return rest[3..].find("```").map_or(unclosed, |length| (Kind::Block, length + 6));
    }
    let mut at = rest.len() - behind.len() + 1;
    while let Some(line) = rest.get(at..).filter(|line| !line.is_empty()) {
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        if line[blank..].starts_with("```") {
            return (Kind::Block, at + blank + 3);
        }
        at += line_length(line.as_bytes()) + 1;
    }
    unclosed
}

/// What the first look finds.
#[derive(Debug, Default)]
pub struct Scan {
    /// Where what can be read ends: at what is never closed, else at the end of the text.
    pub end: usize,
    /// What is never closed, and where it begins.
    pub unclosed: Option<(Unclosed, usize)>,
    /// Where declarations may begin: at a word of theirs at the beginning of a line, or outside brackets behind another declaration.
    starts: Vec<usize>,
    /// Brackets that open one level too many.
    deep: Vec<usize>,
}

impl Scan {
    /// Looks at a text.
    pub fn of(text: &str) -> Self {
        let mut scan = Self {
            end: text.len(),
            ..Self::default()
        };
        let mut lexer = Lexer::new(text, 0);
        let mut open: Vec<u8> = Vec::new();
        let mut before = None;
        let mut before_end = 0;
        while let Some(token) = lexer.next() {
            match token.kind {
                Kind::Word => {
                    let begins_line = token.start == 0 || text.as_bytes()[token.start - 1] == b'\n';
                    let outside = open.is_empty()
                        && (matches!(before, None | Some(Kind::Sign(b';' | b'}') | Kind::Block | Kind::Doc))
                            || text[before_end..token.start].contains('\n'));
                    let word = &text[token.start..token.end];
                    if (begins_line || outside) && DECLARATIONS.contains(&word) {
                        let next = lexer.clone().next().map(|next| next.kind);
                        let seems = outside && matches!(next, Some(Kind::Word | Kind::Text | Kind::UnclosedText | Kind::Sign(b'{')));
                        if seems || begins_line && next.is_some_and(|next| declares(word, next)) {
                            open.clear();
                            scan.starts.push(token.start);
                        }
                    }
                }
                Kind::Sign(b'}') => close(&mut open, b'{'),
                Kind::Sign(b')') => close(&mut open, b'('),
                Kind::Sign(b']') => close(&mut open, b'['),
                Kind::Sign(b'>') => drop(open.pop_if(|opening| *opening == b'<')),
                Kind::Sign(b';') => while open.pop_if(|opening| *opening != b'{').is_some() {},
                Kind::Sign(opening @ (b'{' | b'(' | b'[' | b'<')) if opening != b'<' || opens_type(&text[..before_end]) => {
                    if open.len() == MAX_DEPTH {
                        scan.deep.push(token.start);
                    }
                    open.push(opening);
                }
                Kind::Unclosed(what) => {
                    scan.unclosed = Some((what, token.start));
                    scan.end = token.start;
                    break;
                }
                _ => {}
            }
            before = Some(token.kind);
            before_end = token.end;
        }
        scan
    }

    /// The first place at or behind an octet where a declaration may begin.
    pub fn start_from(&self, at: usize) -> Option<usize> {
        self.starts.get(self.starts.partition_point(|start| *start < at)).copied()
    }

    /// The first place behind an octet where a declaration may begin.
    pub fn start_after(&self, at: usize) -> Option<usize> {
        self.start_from(at + 1)
    }

    /// A bracket between two octets that opens one level too many.
    pub fn too_deep_between(&self, start: usize, end: usize) -> Option<usize> {
        self.deep
            .get(self.deep.partition_point(|deep| *deep < start))
            .copied()
            .filter(|deep| *deep < end)
    }
}

/// Closes a bracket, with all inside it that were left open; braces are closed by braces only.
fn close(open: &mut Vec<u8>, bracket: u8) {
    while let Some(opening) = open.pop_if(|opening| bracket == b'{' || *opening != b'{') {
        if opening == bracket {
            break;
        }
    }
}

/// Whether a word and what follows it begin a declaration, even within what seems to be another's braces.
fn declares(word: &str, next: Kind) -> bool {
    match word {
        "limits" => next == Kind::Sign(b'{'),
        "import" | "example" => matches!(next, Kind::Text | Kind::UnclosedText),
        _ => next == Kind::Word,
    }
}

/// Whether `<` behind a text opens a type; elsewhere it compares.
fn opens_type(before: &str) -> bool {
    let word = before.strip_suffix("list").or_else(|| before.strip_suffix("map"));
    word.is_some_and(|rest| !rest.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '_'))
}

/// Behind the white space and the comments that begin at an octet.
pub fn skip_blanks(text: &str, at: usize) -> usize {
    let mut lexer = Lexer::new(text, at);
    lexer.skip_blanks();
    lexer.at
}

/// Where the line of an octet begins.
pub fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at]
        .iter()
        .rposition(|octet| *octet == b'\n')
        .map_or(0, |end| end + 1)
}

/// Where the first word of a declaration stands, behind its documentation and its annotations.
pub fn keyword_of_item(text: &str, start: usize) -> usize {
    let mut lexer = Lexer::new(text, start).peekable();
    let mut end = start;
    while let Some(token) = lexer.next() {
        match token.kind {
            Kind::Doc => {}
            Kind::Sign(b'@') => {
                let mut depth = 0_usize;
                let _name = lexer.next_if(|next| next.kind == Kind::Word);
                while let Some(token) = lexer.next_if(|next| depth > 0 || next.kind == Kind::Sign(b'(')) {
                    match token.kind {
                        Kind::Sign(b'(') => depth += 1,
                        Kind::Sign(b')') if depth == 1 => break,
                        Kind::Sign(b')') => depth -= 1,
                        // Whatever this is, it is no argument any more.
                        Kind::Sign(b';') => return token.start,
                        _ => {}
                    }
                }
            }
            _ => return token.start,
        }
        end = token.end;
    }
    end
}

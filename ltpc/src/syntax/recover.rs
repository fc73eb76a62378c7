//! Finding further mistakes in a session: the part that one is in is taken out, and the rest is read again.

use super::scan::{Kind, Lexer, Token};

/// What stands before braces that hold parts.
const BLOCKS: [&str; 7] = ["session", "role", "state", "start", "end", "any", "stamp"];

/// What parts begin with.
const PARTS: [&str; 19] = [
    "role", "state", "start", "end", "any", "stamp", "option", "var", "persist", "retry", "table", "unique", "meter", "timer", "on", "app",
    "enter", "every", "after",
];

/// The part of a session that an octet is in, from the first octet to behind the last: the innermost that can be read past. `None`: it is in
/// no part, as in the session's own head, or nobody can say where the part ends. `text` is the session, from its documentation on.
pub fn part_at(text: &str, at: usize) -> Option<(usize, usize)> {
    let mut parts = Parts {
        text,
        open: Vec::new(),
        begin: None,
        word: None,
        brackets: Vec::new(),
    };
    // A block whose head is at fault goes as a whole.
    let mut wanted = None;
    let mut tokens = Lexer::new(text, 0).peekable();
    while let Some(token) = tokens.next() {
        let next = tokens.peek().copied();
        match parts.take(token, next) {
            Step::Within => {}
            Step::Opens(begin) => {
                if at < token.end && wanted.is_none() {
                    // The session's own head: nothing would be left.
                    parts.open.get(1)?;
                    wanted = Some(begin);
                }
            }
            Step::Ends(begin, end) => {
                let is_wanted = wanted.is_none_or(|wanted| wanted == begin);
                if at < end && is_wanted {
                    return Some((begin, end));
                }
            }
            Step::Breaks { begin, block, brace } => match (wanted, block) {
                (None, _) if at <= brace => return Some((begin, brace)),
                (Some(wanted), Some(block)) if wanted == block => return Some((block, brace + 1)),
                _ => {}
            },
            Step::Over => return None,
        }
    }
    None
}

/// Where a walk over the tokens of a session is.
struct Parts<'t> {
    text: &'t str,
    /// Where the blocks that are open begin.
    open: Vec<usize>,
    /// Where the part begins that the walk is in.
    begin: Option<usize>,
    /// Its first word.
    word: Option<&'t str>,
    /// Brackets that are open within it.
    brackets: Vec<u8>,
}

/// What a token does.
enum Step {
    /// It is within a part.
    Within,
    /// It opens a block of parts, which begins there.
    Opens(usize),
    /// A part ends: where it begins, and behind its last octet.
    Ends(usize, usize),
    /// A block ends, and with it a part in it that begins there and has no end of its own.
    Breaks { begin: usize, block: Option<usize>, brace: usize },
    /// The session ends.
    Over,
}

impl<'t> Parts<'t> {
    fn take(&mut self, token: Token, next: Option<Token>) -> Step {
        let begin = *self.begin.get_or_insert(token.start);
        if token.kind == Kind::Word && self.word.is_none() {
            self.word = Some(self.word_of(token));
        }
        match token.kind {
            Kind::Sign(b'{') if self.brackets.is_empty() && self.word.is_some_and(|word| BLOCKS.contains(&word)) => {
                self.open.push(begin);
                self.next_part();
                Step::Opens(begin)
            }
            Kind::Sign(bracket @ (b'{' | b'(' | b'[')) => {
                self.brackets.push(bracket);
                Step::Within
            }
            Kind::Sign(b'}') => match self.brackets.iter().rposition(|bracket| *bracket == b'{') {
                Some(brace) => {
                    self.brackets.truncate(brace);
                    if brace == 0 && next.is_none_or(|next| self.begins_part(next)) {
                        self.end(begin, token.end)
                    } else {
                        Step::Within
                    }
                }
                None if begin < token.start => Step::Breaks {
                    begin,
                    block: self.close(),
                    brace: token.start,
                },
                None => match self.close() {
                    Some(block) if !self.open.is_empty() => Step::Ends(block, token.end),
                    _ => Step::Over,
                },
            },
            Kind::Sign(b')' | b']') => {
                self.brackets.pop_if(|bracket| *bracket != b'{');
                Step::Within
            }
            Kind::Sign(b';') if !self.brackets.contains(&b'{') => self.end(begin, token.end),
            _ => Step::Within,
        }
    }

    fn end(&mut self, begin: usize, end: usize) -> Step {
        self.next_part();
        Step::Ends(begin, end)
    }

    fn close(&mut self) -> Option<usize> {
        self.next_part();
        self.open.pop()
    }

    fn next_part(&mut self) {
        self.begin = None;
        self.word = None;
        self.brackets.clear();
    }

    fn begins_part(&self, token: Token) -> bool {
        match token.kind {
            Kind::Word => PARTS.contains(&self.word_of(token)),
            Kind::Doc | Kind::Sign(b'}') => true,
            _ => false,
        }
    }

    fn word_of(&self, token: Token) -> &'t str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }
}

/// The text with blanks where a part was; everything else stands where it stood.
pub fn without(text: &str, (begin, end): (usize, usize)) -> String {
    let mut out = String::with_capacity(text.len());
    out.push_str(text.get(..begin).unwrap_or_default());
    let part = text.get(begin..end).unwrap_or_default();
    out.extend(part.bytes().map(|octet| if octet == b'\n' { '\n' } else { ' ' }));
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_by_any_octet_in_it() {
        let text = "session S between a, b { role a { var x: int = 1; start I { on open => send M { a = 1 } -> I; app close => } end 5; state J { } } }";
        let part = |octets: &str| {
            let at = text.find(octets).unwrap();
            part_at(text, at).map(|(begin, end)| &text[begin..end])
        };
        assert_eq!(part("between"), None);
        assert_eq!(part("int"), Some("var x: int = 1;"));
        assert_eq!(part("= 1 } ->"), Some("on open => send M { a = 1 } -> I;"));
        assert_eq!(part("close"), Some("app close => "));
        assert_eq!(part("} end 5"), Some("app close => "));
        assert_eq!(part("5;"), Some("end 5;"));
        assert_eq!(part("J {"), Some("state J { }"));
        assert_eq!(part("a { var").map(|part| part.len() > 90), Some(true));
    }
}

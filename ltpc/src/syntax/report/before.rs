//! What stands before the place where a declaration goes wrong.

use crate::syntax::scan::{Kind, Lexer, Token};

/// What stands before the place of a failure.
#[derive(Default)]
pub struct Before<'t> {
    /// The last token.
    pub last: Option<Token>,
    /// The outermost bracket that is open.
    pub open: Option<usize>,
    /// A brace that is closed by one which is not indented like it: likely the one whose own brace is missing.
    pub suspect: Option<usize>,
    /// The words that begin what the place is within, outermost first: those of the declaration, and of the parts in its braces.
    pub within: Vec<&'t str>,
}

struct Bracket {
    sign: u8,
    at: usize,
    /// How far its line is indented.
    indent: usize,
}

impl<'t> Before<'t> {
    /// Looks at a text from the beginning of a declaration, at `start`, up to the place `at`. `begins` are the words that begin parts.
    pub fn of(text: &'t str, start: usize, at: usize, begins: impl Fn(&str) -> bool) -> Self {
        let mut before = Self::default();
        let mut open: Vec<Bracket> = Vec::new();
        // For each open brace, and outside of all, the word that began what is going on there.
        let mut parts: Vec<Option<&str>> = vec![None];
        let mut indent = 0;
        for token in Lexer::new(text, start).take_while(|token| token.start < at) {
            let passed = &text[before.last.map_or(start, |last| last.end)..token.start];
            let begins_line = passed.contains('\n');
            if let Some(line) = passed.rfind('\n') {
                indent = passed.len() - line - 1;
            }
            match token.kind {
                Kind::Sign(sign @ (b'{' | b'(' | b'[')) => {
                    open.push(Bracket {
                        sign,
                        at: token.start,
                        indent,
                    });
                    if sign == b'{' {
                        parts.push(None);
                    }
                }
                Kind::Sign(sign @ (b'}' | b')' | b']')) => {
                    let closed = open.pop().filter(|closed| closed.sign == b'{' && sign == b'}');
                    let differs = closed.filter(|closed| begins_line && closed.indent != indent);
                    before.suspect = before.suspect.or(differs.map(|closed| closed.at));
                    if sign == b'}' && parts.len() > 1 {
                        parts.pop();
                    }
                }
                Kind::Sign(b';') => set_last(&mut parts, None),
                Kind::Word if begins(&text[token.start..token.end]) => {
                    let ended = matches!(
                        before.last.map(|last| last.kind),
                        None | Some(Kind::Sign(b';' | b'{' | b'}') | Kind::Doc)
                    );
                    if ended || parts.last() == Some(&None) {
                        set_last(&mut parts, Some(&text[token.start..token.end]));
                    }
                }
                _ => {}
            }
            before.last = Some(token);
        }
        before.open = open.first().map(|bracket| bracket.at);
        before.within = parts.into_iter().flatten().collect();
        before
    }
}

fn set_last<'t>(parts: &mut [Option<&'t str>], part: Option<&'t str>) {
    if let Some(last) = parts.last_mut() {
        *last = part;
    }
}

//! Patterns: a portable subset of regular expressions, and the automaton that decides one.
//!
//! The subset: literals, `.` (any character but a line feed), classes (`[a-z]`, `[^a-z]`, `\d \w \s` and their opposites, ASCII),
//! groups, alternation, `* + ?`, `{m}`, `{m,}`, `{m,n}`. A pattern is always for the whole text; there are no anchors, no look-around,
//! no back references, no flags, no laziness: nothing that two languages would read in two ways.

mod minimal;
pub mod shape;
mod subset;

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{primitives::StateID, start};

use minimal::Table;

/// The most states that a pattern's table may have.
pub const MOST_STATES: usize = 4096;

/// A pattern of the subset.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    hir: regex_syntax::hir::Hir,
    length: Option<(u64, u64)>,
}

/// Why a pattern is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a clause.
    pub message: String,
    /// Where in the pattern, in octets.
    pub at: std::ops::Range<usize>,
}

/// Reads a pattern.
///
/// # Errors
/// If it is no regular expression, or outside the subset.
pub fn parse(source: &str) -> Result<Pattern, Fault> {
    let (hir, length) = subset::translate(source)?;
    Ok(Pattern {
        source: source.to_owned(),
        hir,
        length,
    })
}

impl Pattern {
    /// The least and most characters of a text that it matches; `None`: it matches nothing.
    #[must_use]
    pub const fn length(&self) -> Option<(u64, u64)> {
        self.length
    }

    /// How it is matched without an automaton, if it can be.
    #[must_use]
    pub fn shape(&self) -> Option<shape::Shape> {
        shape::of(&self.hir)
    }

    /// Its automaton: minimal, with as few classes of octets as can be.
    ///
    /// # Errors
    /// If it needs more than [`MOST_STATES`] states.
    pub fn table(&self) -> Result<ltp_runtime::schema::Pattern, Fault> {
        let table = self
            .determinize()
            .and_then(|table| minimal::minimize(&table))
            .ok_or_else(|| Fault {
                message: format!("it takes an automaton of more than {MOST_STATES} states"),
                at: 0..self.source.len(),
            })?;
        let (classes, columns) = table.classes();
        let mut next = Vec::with_capacity(table.next.len() * columns.len());
        for row in &table.next {
            next.extend(columns.iter().map(|&octet| row[usize::from(octet)]));
        }
        Ok(ltp_runtime::schema::Pattern {
            source: self.source.clone().into(),
            classes: classes.into(),
            next: next.into(),
            stride: u16::try_from(columns.len()).unwrap_or(u16::MAX),
            accepting: table.accepting.into(),
        })
    }

    fn determinize(&self) -> Option<Table> {
        let config = thompson::Config::new()
            .utf8(true)
            .nfa_size_limit(Some(4 << 20))
            .which_captures(thompson::WhichCaptures::None);
        let nfa = thompson::Compiler::new().configure(config).build_from_hir(&self.hir).ok()?;
        // The unminimized automaton tells more states apart than are left in the end. Its memory bounds the time that a hopeless
        // pattern takes: the rows of the table, and the sets of states that its rows stand for.
        let rows = (4 * MOST_STATES) << nfa.byte_classes().stride2();
        // All matches, not the leftmost first: `a|ab` has to go on after `a`.
        let config = dense::Config::new()
            .start_kind(regex_automata::dfa::StartKind::Anchored)
            .match_kind(regex_automata::MatchKind::All)
            .dfa_size_limit(Some(rows * size_of::<StateID>()))
            .determinize_size_limit(Some(8 << 20));
        let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
        let first = dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;

        let mut table = Table::default();
        let mut ids = std::collections::HashMap::new();
        let dead = table.add(false);
        let mut queue = vec![first];
        ids.insert(first, table.add(accepts(&dfa, first)));
        while let Some(state) = queue.pop() {
            let from = ids.get(&state).copied()?;
            for octet in 0..=u8::MAX {
                let to = dfa.next_state(state, octet);
                let to = if dfa.is_dead_state(to) || dfa.is_quit_state(to) {
                    dead
                } else if let Some(&known) = ids.get(&to) {
                    known
                } else {
                    let new = table.add(accepts(&dfa, to));
                    ids.insert(to, new);
                    queue.push(to);
                    new
                };
                table.next[usize::from(from)][usize::from(octet)] = to;
            }
        }
        Some(table)
    }
}

fn accepts(dfa: &dense::DFA<Vec<u32>>, state: StateID) -> bool {
    dfa.is_match_state(dfa.next_eoi_state(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(source: &str) -> ltp_runtime::schema::Pattern {
        parse(source).unwrap().table().unwrap()
    }

    fn check(source: &str, yes: &[&str], no: &[&str]) {
        let table = table(source);
        for text in yes {
            assert!(table.matches(text), "{source} should match {text:?}");
        }
        for text in no {
            assert!(!table.matches(text), "{source} should not match {text:?}");
        }
    }

    #[test]
    fn the_whole_text_is_matched() {
        check("a|ab", &["a", "ab"], &["", "b", "abc", "aa"]);
        check("ab|a", &["a", "ab"], &["", "b", "abc"]);
        check("", &[""], &["a"]);
        check("(a|b)*c?", &["", "c", "ab", "bac"], &["cc", "ca"]);
        check("x{2}y{1,}z{0,2}", &["xxy", "xxyyzz"], &["xy", "xxyzzz", "xx"]);
        check("[A-Za-z0-9_.-]{1,3}:[a-z]+", &["a:b", "A.-:zz"], &["abcd:b", ":b", "a:"]);
    }

    #[test]
    fn classes_are_ascii_and_their_opposites_all_else() {
        check(r"\d+", &["0", "42"], &["٣", "a"]);
        check(r"\w+", &["a_0"], &["é", "-"]);
        check(r"\s", &[" ", "\t", "\n"], &["\u{a0}", ""]);
        check(r"\D", &["é", "a", "\u{1f600}"], &["1", "ab"]);
        check("[^a-y]", &["z", "é", "\n"], &["a", "m"]);
        check(".", &["é", "\r"], &["\n", ""]);
        check(r"[\d\-\]x]+\.", &["1-]x."], &["y.", "1"]);
        check(r"é\u00e9\x41", &["ééA"], &["eeA"]);
    }

    #[test]
    fn what_languages_disagree_about_is_refused() {
        for (source, at) in [
            ("^a", 0..1),
            ("a$", 1..2),
            (r"\bx", 0..2),
            ("(?i)a", 0..4),
            ("(?i:a)", 0..6),
            ("(?P<n>a)", 0..8),
            ("a*?", 0..3),
            (r"\p{L}", 0..5),
            ("[[:alpha:]]", 1..10),
            ("[a&&b]", 1..5),
            ("[a[b]]", 2..5),
            (r"(a)\1", 3..5),
            ("(?=a)", 0..3),
            ("(a", 0..1),
            ("[z-a]", 1..4),
            ("a{3,1}", 1..6),
            ("a{2000}", 0..7),
        ] {
            let fault = parse(source).unwrap_err();
            assert_eq!(fault.at, at, "{source}: {}", fault.message);
        }
    }

    #[test]
    fn lengths_are_of_characters() {
        for (source, length) in [
            ("", Some((0, 0))),
            ("é{2,3}", Some((2, 3))),
            ("(a|bc)+", Some((1, u64::MAX))),
            ("a*b", Some((1, u64::MAX))),
            ("[^\\x00-\\U0010FFFF]", None),
            ("a|[^\\x00-\\U0010FFFF]", Some((1, 1))),
        ] {
            assert_eq!(parse(source).map(|pattern| pattern.length()), Ok(length), "{source}");
        }
    }

    #[test]
    fn tables_are_minimal() {
        let table = table("[a-z]+:[a-z]+");
        assert_eq!((table.accepting.len(), table.stride), (5, 3));
        assert_eq!(table.next.len(), 15);
        let long = parse("[A-Za-z0-9_.-]{1,64}:[A-Za-z0-9_.:-]{1,128}").unwrap().table().unwrap();
        assert_eq!(long.accepting.len(), 195);
    }

    #[test]
    fn too_many_states_are_an_error() {
        for source in ["[ab]*a[ab]{16}", "[A-Za-z0-=_.-]{1,64}:[A-Za-z0-9_.:-]{1,128}"] {
            let fault = parse(source).unwrap().table().unwrap_err();
            assert!(fault.message.contains("4096"), "{}", fault.message);
        }
    }

    #[test]
    fn agrees_with_a_known_engine() {
        // Every text up to four characters over a small alphabet, both ways.
        let alphabet = ['a', 'b', 'é', '1', '\n'];
        let mut texts = vec![String::new()];
        for _ in 0..4 {
            let longer: Vec<String> = texts.iter().flat_map(|text| alphabet.map(|c| format!("{text}{c}"))).collect();
            texts.extend(longer);
        }
        for source in ["(a|ab)(b|é)*", "[^a]{2,3}", r"(\d?a)+|.", "a?b?é?1?", "((a*b)*é)?", r"\W|\w{3}"] {
            let table = table(source);
            let whole = format!(
                "^(?:{})$",
                source
                    .replace(r"\d", "[0-9]")
                    .replace(r"\W", "[^0-9A-Za-z_]")
                    .replace(r"\w", "[0-9A-Za-z_]")
            );
            let known = regex_automata::nfa::thompson::pikevm::PikeVM::builder()
                .syntax(regex_automata::util::syntax::Config::new())
                .build(&whole)
                .unwrap();
            let mut cache = known.create_cache();
            for text in &texts {
                assert_eq!(
                    table.matches(text),
                    known.is_match(&mut cache, text.as_str()),
                    "{source} on {text:?}"
                );
            }
        }
    }
}

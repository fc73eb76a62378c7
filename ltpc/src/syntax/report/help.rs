//! What to do about a declaration that cannot be read.

use std::borrow::Cow;

use super::before::Before;
use super::{Failure, words};
use crate::diagnostic::did_you_mean;
use crate::syntax::DECLARATIONS;
use crate::syntax::scan::{Kind, Token};

impl Failure<'_> {
    /// From what could have stood there, what stands there, and what stands before it.
    pub(super) fn help(&self, expected: &[Cow<'static, str>], found: Option<Token>, before: &Before<'_>) -> String {
        let text = |token: Token| &self.text[token.start..token.end];
        let expects = |word: &str| expected.iter().any(|expected| expected == word);
        let declaration = expects("a declaration");
        if let Some(found) = found.filter(|found| found.kind == Kind::Word) {
            if let Some(word) = did_you_mean(text(found), words::keywords(expected)) {
                return format!("did you mean `{word}`?");
            }
            if expects("a part of a state") && words::ROLE_PARTS.contains(&text(found)) {
                return "this is a part of a role: close the state above it with `}`".to_owned();
            }
            if expects("a part of a role") && text(found) == "role" {
                return "close the role above it with `}`".to_owned();
            }
            if before.last.is_some_and(|last| last.kind == Kind::Number) {
                return UNITS.to_owned();
            }
        }
        match found.map(|found| found.kind) {
            Some(Kind::Number) if ends_with_letter(found.map_or("", text)) => UNITS.to_owned(),
            Some(Kind::Sign(b';')) if declaration => "no `;` stands behind `}`".to_owned(),
            Some(Kind::Sign(b'}')) if declaration => "this `}` closes nothing: remove it".to_owned(),
            Some(Kind::Sign(b'\'')) => "texts stand in double quotes".to_owned(),
            Some(Kind::Sign(b'#')) => "remarks begin with `//`".to_owned(),
            Some(Kind::Sign(b',')) if expects("`;`") => "what stands on lines of its own ends with `;`".to_owned(),
            Some(Kind::Sign(b';')) if expects("`,`") => "these are separated by `,`".to_owned(),
            Some(Kind::Sign(b'=')) if expects("`:`") => "the type stands first: `name: type = value;`".to_owned(),
            Some(Kind::Sign(b':')) if expects("`=`") => "a value is given with `=`".to_owned(),
            _ if expects("a part of a role") => begins_with("parts of roles", words::ROLE_PARTS),
            _ if expects("a part of a tier") => begins_with("parts of tiers", words::TIER_PARTS),
            _ if expects("a part of a state") && found.is_some_and(|found| continues_outcome(text(found))) => {
                "the actions of a transition are separated by `,`: `;` ends it".to_owned()
            }
            _ if expects("a part of a state") => begins_with("parts of states", words::STATE_PARTS),
            _ if expects("an action") || expects("an action or `->`") => begins_with("actions", words::ACTIONS),
            _ if declaration => begins_with("declarations", DECLARATIONS),
            _ => form(before),
        }
    }
}

/// How the innermost part is written that the place is within.
fn form(before: &Before<'_>) -> String {
    let form = before
        .within
        .iter()
        .rev()
        .find_map(|word| FORMS.iter().find(|(words, _)| words.contains(word)));
    match form {
        Some((_, form)) => format!("it is written: {form}"),
        None => begins_with("declarations", DECLARATIONS),
    }
}

/// Whether a word begins something whose form is known.
pub(super) fn begins_form(word: &str) -> bool {
    FORMS.iter().any(|(words, _)| words.contains(&word))
}

fn begins_with(what: &str, words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`").into()).collect();
    format!("{what} begin with {}", words::list(&words))
}

const UNITS: &str = "lengths of time have `ms`, `s`, `min`, `h` or `d` behind their number, sizes `B`, `KiB`, `MiB` or `GiB`";

fn continues_outcome(text: &str) -> bool {
    text == "->" || words::ACTIONS.contains(&text)
}

fn ends_with_letter(text: &str) -> bool {
    text.ends_with(|last: char| last.is_ascii_alphabetic())
}

/// How each declaration and each part of a session is written, by the words that it begins with.
const FORMS: &[(&[&str], &str)] = &[
    (&["protocol"], "protocol name \"version\";"),
    (&["import"], "import \"file.ltp\" as name;"),
    (&["limits"], "limits { message 1 MiB; depth 10; }"),
    (&["scalar"], "scalar Name = type where constraint;"),
    (&["record"], "record Name { member: type; member?: type; }"),
    (&["enum"], "enum Name { variant; variant \"on the wire\"; }"),
    (&["union"], "union Name tag \"member\" { case: Record; }"),
    (&["payloads"], "payloads Name { kind: type; }"),
    (&["errors"], "errors Name { CODE \"meaning\" retry closes; }"),
    (
        &["tiers"],
        "tiers Name { HIGH { may read, write; claimed by key; } LOW { may read; at most 10 per 60 s; } }",
    ),
    (&["envelope"], "envelope Name tag \"member\" { member: type; payload: body; }"),
    (
        &["framing"],
        "framing Name { newline lf; start tag; headers \":\"; until \"\"; body utf8 length \"Content-Length\"; }",
    ),
    (&["message"], "message Name \"tag\" in Envelope { member: type; }"),
    (&["endpoint"], "endpoint Name { property value; }"),
    (
        &["groups"],
        "groups Name open refuse Errors.CODE { code \"title\" route hint { element alias short (Input) -> Output; } }",
    ),
    (&["element"], "element group.name (Input) -> Output;"),
    (&["work"], "work Name of Request -> Reply { part member; }"),
    (
        &["pending"],
        "pending name: Request r -> Reply by member == member within 30 s most 1024 else Reply { member = value };",
    ),
    (
        &["digest"],
        "digest name of list<Record> -> Scalar { sort member; join member; sha256 hex 64; }",
    ),
    (
        &["mapping"],
        "mapping Source -> Target { member = value; drop member because \"reason\"; }",
    ),
    (&["session"], "session Name between role, role over Endpoint { role name { ... } }"),
    (
        &["bridge"],
        "bridge Name serves Session.role { publish Message -> Other to \"subject\"; }",
    ),
    (
        &["publish", "request"],
        "request Message m when condition -> Other to \"subject\" within 10 s reply Other -> Message else Message { member = value };",
    ),
    (&["push"], "push Other -> Message from \"subject\", \"subject.*\";"),
    (&["example"], "example \"title\" as Message ``` ... ```"),
    (&["role"], "role name { ... }"),
    (&["option", "var"], "var name: type = value;"),
    (&["persist"], "persist name: type by option;"),
    (&["retry"], "retry name = 1 s ..= 30 s factor 2 jitter 20% tries 5;"),
    (&["table"], "table name by type { member: type; } expires 30 min;"),
    (&["unique"], "unique Envelope.member last 1024 => action;"),
    (&["meter"], "meter name = 30 per 60 s last 65536;"),
    (&["stamp"], "stamp Envelope { member = value; member ?= value; }"),
    (&["start", "state", "end"], "state Name { ... }"),
    (&["any"], "any { ... }"),
    (&["timer"], "timer name queue 16 = 45 s;"),
    (
        &["enter", "every", "after", "on", "app"],
        "trigger when condition => action, action -> State { var = value };",
    ),
];

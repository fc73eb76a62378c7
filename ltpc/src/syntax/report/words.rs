//! What the grammar's rules are called in the words of the language.

use std::borrow::Cow;

use crate::syntax::DECLARATIONS;
use crate::syntax::grammar::Rule;

/// The highest rank of what ends a form.
const END: u8 = 1;

/// The rank of what may follow in many places, and from here on is worth a word only where no end of a form is due.
const ADDITION: u8 = 5;

/// What could have stood where a text goes wrong, most telling first, without repeats.
pub fn expected(rules: &[Rule]) -> Vec<Cow<'static, str>> {
    let has = |rule| rules.contains(&rule);
    let declaration = has(Rule::kw_message) && has(Rule::kw_scalar);
    let expression = has(Rule::not) && has(Rule::kw_has) || has(Rule::not) && has(Rule::has);
    let mut words: Vec<(u8, Cow<'static, str>)> = Vec::new();
    if declaration {
        words.push((2, "a declaration".into()));
    }
    if expression {
        words.push((2, "an expression".into()));
    }
    for rule in rules {
        let begins = declaration && format!("{rule:?}").starts_with("kw_") || expression && begins_operand(*rule);
        let word = word(*rule);
        if !begins && !words.contains(&word) {
            words.push(word);
        }
    }
    words.sort_by_key(|(rank, _)| *rank);
    // What may always be added is worth a word only where nothing else is due.
    let least = words.first().map_or(0, |(rank, _)| *rank);
    let most = if least <= END { ADDITION } else { ADDITION.max(least) + 1 };
    words.retain(|(rank, _)| *rank < most);
    words.into_iter().map(|(_, word)| word).collect()
}

/// What an operand can begin with.
fn begins_operand(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::not
            | Rule::has
            | Rule::kw_has
            | Rule::grant
            | Rule::kw_grant
            | Rule::wait
            | Rule::kw_wait
            | Rule::string
            | Rule::duration
            | Rule::amount
            | Rule::number
            | Rule::fields
            | Rule::lbrace
            | Rule::list
            | Rule::lbracket
            | Rule::group
            | Rule::call
            | Rule::lparen
            | Rule::fresh_hex
            | Rule::kw_fresh
            | Rule::peek
            | Rule::kw_peek
            | Rule::path
            | Rule::name
    )
}

/// `a`, `a or b`, `a, b or c`
pub fn list(words: &[Cow<'static, str>]) -> String {
    match words {
        [] => "something else".to_owned(),
        [only] => only.to_string(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// What ends a form, if that is what is most likely missing.
pub fn missing_end<'w>(words: &'w [Cow<'static, str>]) -> Option<&'w str> {
    words
        .first()
        .map(|word| &**word)
        .filter(|word| matches!(*word, "`;`" | "`)`" | "`]`" | "`>`" | "`{`" | "`:`" | "`=>`" | "`,`"))
}

/// The words of the language that are among what is expected.
pub fn keywords<'w>(words: &'w [Cow<'static, str>]) -> Vec<&'w str> {
    let mut keywords = Vec::new();
    for word in words {
        match &**word {
            "a declaration" => keywords.extend(DECLARATIONS),
            "a part of a role" => keywords.extend(ROLE_PARTS),
            "a part of a tier" => keywords.extend(TIER_PARTS),
            "a part of a state" => keywords.extend(STATE_PARTS),
            "an action" | "an action or `->`" => keywords.extend(ACTIONS),
            word => keywords.extend(
                word.strip_prefix('`')
                    .and_then(|word| word.strip_suffix('`'))
                    .filter(|word| is_word(word)),
            ),
        }
    }
    keywords
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_')
}

/// What parts of roles begin with.
pub const ROLE_PARTS: &[&str] = &[
    "option", "persist", "var", "retry", "table", "unique", "meter", "pending", "stamp", "start", "state", "end", "any",
];

/// What parts of tiers begin with.
pub const TIER_PARTS: &[&str] = &["may", "at", "claimed"];

/// What parts of states begin with.
pub const STATE_PARTS: &[&str] = &["var", "timer", "stamp", "enter", "every", "after", "on", "app"];

/// What actions begin with.
pub const ACTIONS: &[&str] = &[
    "send", "deliver", "set", "clear", "arm", "disarm", "reset", "close", "drop", "connect", "report", "ignore", "lookup", "store",
    "forget", "count", "track", "resolve", "resend", "fail", "retry",
];

/// A rank (what ends a form, then what it needs, then what it may have) and the words.
fn word(rule: Rule) -> (u8, Cow<'static, str>) {
    let (rank, word) = match rule {
        Rule::semi => (0, "`;`"),
        Rule::rbrace => (3, "`}`"),
        Rule::rparen => (1, "`)`"),
        Rule::rbracket => (1, "`]`"),
        Rule::rangle => (1, "`>`"),
        Rule::lbrace | Rule::members => (0, "`{`"),
        Rule::lparen => (5, "`(`"),
        Rule::lbracket => (5, "`[`"),
        Rule::langle => (0, "`<`"),
        Rule::colon => (0, "`:`"),
        Rule::comma => (4, "`,`"),
        Rule::assign | Rule::default | Rule::message_as => (4, "`=`"),
        Rule::fat => (0, "`=>`"),
        Rule::arrow | Rule::goto => (4, "`->`"),
        Rule::bar => (5, "`|`"),
        Rule::at | Rule::annotation => (6, "`@`"),
        Rule::dots | Rule::spread => (4, "`...`"),
        Rule::percent => (0, "`%`"),
        Rule::optional | Rule::nullable => (5, "`?`"),
        Rule::upto => (0, "`..=`"),
        Rule::range_op => (4, "`..=`"),
        Rule::stamp_op => (0, "`=` or `?=`"),
        Rule::r#where => (4, "`where`"),
        Rule::encoding => (4, "`as`"),
        Rule::infix => (4, "an operator"),
        Rule::time_unit | Rule::of_unit => (5, "a unit of time"),
        Rule::size_unit => (1, "a unit of size"),
        Rule::item => (2, "a declaration"),
        Rule::name | Rule::flag => (2, "a name"),
        Rule::binding => (4, "a name"),
        Rule::path | Rule::messages | Rule::named_type => (2, "a name"),
        Rule::string | Rule::literal_type | Rule::texts => (2, "a quoted text"),
        Rule::amount | Rule::number => (2, "a number"),
        Rule::percentage => (2, "a percentage"),
        Rule::duration => (2, "a length of time"),
        Rule::size => (2, "a size"),
        Rule::text_block | Rule::fence => (2, "a text block"),
        Rule::close_fence => (2, "a closing fence"),
        Rule::value | Rule::annotation_arg => (2, "a value"),
        Rule::expr | Rule::group => (2, "an expression"),
        Rule::r#type => (2, "a type"),
        Rule::constraint => (2, "a constraint"),
        Rule::range | Rule::ranges => (2, "a range"),
        Rule::member => (2, "a member"),
        Rule::limit => (2, "a limit"),
        Rule::variant => (2, "a variant"),
        Rule::tier => (2, "a tier"),
        Rule::tier_part => (2, "a part of a tier"),
        Rule::rate => (2, "how often"),
        Rule::bare => (2, "a name, a text or `(`"),
        Rule::round_up => (5, "`up`"),
        Rule::may_of | Rule::kw_may => (5, "`may`"),
        Rule::case => (2, "a case"),
        Rule::error => (2, "an error code"),
        Rule::property => (2, "a property"),
        Rule::property_value => (2, "a text, a size or a name"),
        Rule::tag => (2, "the message's tag"),
        Rule::refusal => (2, "a pointer and a rule"),
        Rule::field | Rule::object_entry => (2, "`name = value`"),
        Rule::fields | Rule::object_value => (4, "`{`"),
        Rule::call => (2, "an expression"),
        Rule::digest_part => (2, "a part of a digest"),
        Rule::digest_hash => (2, "`sha256`"),
        Rule::map_rule => (2, "a rule"),
        Rule::map_set => (2, "`member = value`"),
        Rule::map_drop => (2, "`drop`"),
        Rule::map_refuse => (2, "`refuse`"),
        Rule::variants | Rule::lvariants => (4, "`{`"),
        Rule::variant_pair => (2, "`variant -> variant`"),
        Rule::variant_else => (2, "`else`"),
        Rule::list | Rule::list_value => (4, "`[`"),
        Rule::role => (2, "`role`"),
        Rule::role_item => (2, "a part of a role"),
        Rule::state_item => (2, "a part of a state"),
        Rule::stamp_entry => (2, "`member = value`"),
        Rule::trigger => (2, "a trigger"),
        Rule::transition => (2, "a transition"),
        Rule::outcome => (2, "an action or `->`"),
        Rule::action => (2, "an action"),
        Rule::retry_goto => (4, "`retry`"),
        Rule::bridge_rule => (2, "a rule of a bridge"),
        Rule::bridge_publish => (2, "`publish`"),
        Rule::bridge_request => (2, "`request`"),
        Rule::bridge_push => (2, "`push`"),
        Rule::bridge_from => (2, "a name"),
        Rule::bridge_within => (4, "`within`"),
        Rule::bridge_reply => (4, "`reply`"),
        Rule::bridge_else => (4, "`else`"),
        Rule::dot => (1, "`.`"),
        Rule::same => (0, "`==`"),
        Rule::correlation => (2, "`member == member`"),
        Rule::answer => (2, "a message"),
        Rule::work_group => (2, "a group"),
        Rule::group_element => (2, "an element"),
        Rule::work_part => (2, "a part of work"),
        Rule::work_value | Rule::dependent => (2, "a name"),
        Rule::aliases => (4, "`alias`"),
        Rule::once => (4, "`once`"),
        Rule::signature => (5, "`(`"),
        Rule::json_as => (2, "a type"),
        Rule::doc => (7, "a `///` line"),
        _ => return by_name(rule),
    };
    (rank, word.into())
}

/// The other rules are words of the language, and are called like them.
fn by_name(rule: Rule) -> (u8, Cow<'static, str>) {
    let name = format!("{rule:?}");
    let word = match name.split_once('_') {
        Some(("kw" | "on" | "app" | "example" | "digest", word)) => word,
        _ => &name,
    };
    (4, format!("`{word}`").into())
}

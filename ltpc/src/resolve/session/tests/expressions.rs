use super::{resolved, shown};
use crate::model::ActionKind;

/// A schema in which a variable `out` of a type is set when a message came.
fn schema(ty: &str, guard: &str, value: &str) -> String {
    format!(
        r#"protocol demo "1.0";

scalar Small = uint where 1 ..= 5;
scalar Nine = uint where 1 ..= 9;
scalar Word = string where pattern "[a-z]+";
scalar Short = string where len 1 ..= 3;
enum Mood open {{ calm; wild "very wild"; }}
tiers Trust {{ HIGH {{ may read, write; }} LOW {{ may write, talk; at most 5 per 1 s; }} }}
record Inner {{ text?: string; level: uint = 7; }}
envelope Full tag "type" {{ thread: uuid; payload?: body; }}
message Hello "hello" in Full {{
    age:    uint;
    offset: int;
    small:  Small;
    name?:  string;
    mood:   Mood;
    pause?: uint;
    inner?: Inner;
    any:    json;
    trust:  Trust;
    claim?: Trust;
}}

session Talk between client, server {{
    role client {{
        option wait: duration = 5 s;
        option text: string? = "x";
        persist kept: uuid? by key;
        option key: string;
        meter calls = 5 per 1 s last 8;
        meter tiered = Trust last 8;
        var out: {ty};
        start Begin {{
            var mine: uint = 3;
            on Hello h {guard} => set out = {value};
        }}
    }}
    role server {{ start Begin {{ on Hello => deliver; }} }}
}}
"#
    )
}

/// What is assigned to a nullable variable of a type. The `Wrap` around it is left out.
fn assigned(ty: &str, guard: &str, value: &str) -> String {
    let model = match resolved(&schema(&format!("{ty}?"), guard, value)) {
        Ok(model) => model,
        Err(error) => return error,
    };
    let action = &model.sessions[0].roles[0].states[0].transitions[0].actions[0];
    let ActionKind::Set { value, .. } = &action.kind else {
        panic!("no set")
    };
    let text = shown(value);
    text.strip_prefix("Wrap(")
        .and_then(|inner| inner.strip_suffix(')'))
        .map_or_else(|| format!("nullable {text}"), str::to_owned)
}

/// What a guard is.
fn guard(guard: &str) -> String {
    match resolved(&schema("uint?", &format!("when {guard}"), "1")) {
        Ok(model) => shown(model.sessions[0].roles[0].states[0].transitions[0].guard.as_ref().unwrap()),
        Err(error) => error,
    }
}

#[test]
fn literals_take_the_type_that_is_expected() {
    assert_eq!(assigned("uint", "", "1"), "1");
    assert_eq!(assigned("float", "", "1"), "1.0");
    assert_eq!(assigned("Mood", "", "wild"), "variant 1");
    assert_eq!(assigned("Mood", "", "Mood.wild"), "variant 1");
    assert_eq!(assigned("Mood", "", "\"very wild\""), "variant 1");
    assert_eq!(
        assigned("uuid", "", "\"4F3C9E2A-8B21-4C71-9D3F-1A9B12345678\""),
        "\"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678\""
    );
    assert_eq!(assigned("list<Mood>", "", "[calm, wild]"), "[variant 0, variant 1]");
    assert_eq!(assigned("uuid", "", "fresh"), "fresh");
    assert_eq!(assigned("string", "", "fresh"), "fresh");
    assert_eq!(assigned("string", "", "fresh hex 12 prefix \"s_\""), "fresh hex 12 prefix \"s_\"");
    assert_eq!(
        assigned("string", "", "fresh hex 65"),
        "E0608: a fresh text has 1 to 64 hexadecimal digits"
    );
    assert_eq!(assigned("string", "", "none"), "nullable none");
}

#[test]
fn literals_outside_their_type_are_refused() {
    assert_eq!(assigned("Small", "", "6"), "E0608: 6 is none of the numbers that `Small` allows");
    assert_eq!(assigned("uint", "", "-1"), "E0608: -1 is none of the numbers that `uint` allows");
    assert_eq!(assigned("uint", "", "1.5"), "E0605: `uint?` is wanted here, and this is `float`");
    assert_eq!(
        assigned("float", "", "1e999"),
        "E0608: 1e999 is none of the numbers that `float` allows"
    );
    assert_eq!(assigned("uuid", "", "\"4f3c\""), "E0608: \"4f3c\" is no UUID");
    assert_eq!(
        assigned("datetime", "", "\"today\""),
        "E0608: \"today\" is no date and time as RFC 3339 writes it"
    );
    assert_eq!(assigned("Word", "", "\"A\""), "E0608: \"A\" does not match the pattern \"[a-z]+\"");
    assert_eq!(
        assigned("Short", "", "\"four\""),
        "E0608: \"four\" has 4 characters, and 1 to 3 are allowed"
    );
    assert_eq!(
        assigned("Short", "", "fresh"),
        "E0608: `fresh` is the text of a UUID here, which the type does not allow"
    );
    assert_eq!(guard("h.small == 9"), "E0608: 9 is none of the numbers that `Small` allows");
    assert_eq!(guard("h.small < 9"), "Less(body2, 9)");
}

#[test]
fn what_may_be_none_is_unwrapped_where_a_guard_makes_sure_of_it() {
    assert_eq!(assigned("string", "", "h.name"), "nullable body3");
    assert_eq!(assigned("string", "when has h.name", "h.name"), "Unwrap(body3)");
    assert_eq!(assigned("string", "when h.age == 1 and has h.name", "h.name"), "Unwrap(body3)");
    assert_eq!(assigned("string", "when not not has h.name", "h.name"), "Unwrap(body3)");
    assert_eq!(
        assigned("string", "when not (not has h.name or h.age == 1)", "h.name"),
        "Unwrap(body3)"
    );
    assert_eq!(assigned("string", "when has h.name or has text", "h.name"), "nullable body3");
    assert_eq!(
        guard("has h.name and h.name == \"a\""),
        "And(has body3, Equal(Unwrap(body3), \"a\"))"
    );
    assert_eq!(
        guard("not has h.name or h.name == \"a\""),
        "Or(Not(has body3), Equal(Unwrap(body3), \"a\"))"
    );
    assert_eq!(guard("h.name == \"a\""), "Equal(body3, Wrap(\"a\"))");
    assert_eq!(guard("h.pause < 1"), "E0606: `h.pause` may be none here");
    assert_eq!(guard("has h.age"), "E0607: `h.age` is always there here");
    assert_eq!(guard("h.name == none"), "E0610: `none` is not compared with");
}

#[test]
fn a_way_through_records_is_made_sure_of_step_by_step() {
    assert_eq!(guard("has h.inner.text"), "And(has body6, has body6.0)");
    assert_eq!(guard("has h.inner and has h.inner.text"), "And(has body6, has body6.0)");
    assert_eq!(guard("has h.inner and h.inner.level == 1"), "And(has body6, Equal(body6.1, 1))");
    assert_eq!(assigned("string", "when has h.inner.text", "h.inner.text"), "Unwrap(body6.0)");
    assert_eq!(assigned("string", "", "h.inner.text"), "E0606: `h.inner` may be none here");
}

#[test]
fn something_stands_in_for_none() {
    assert_eq!(assigned("string", "", "h.name ?? \"nobody\""), "Coalesce(body3, \"nobody\")");
    assert_eq!(assigned("string", "", "h.name ?? text"), "nullable Coalesce(body3, option1)");
    assert_eq!(
        assigned("string", "", "h.name ?? text ?? \"nobody\""),
        "Coalesce(Coalesce(body3, option1), \"nobody\")"
    );
    assert_eq!(
        assigned("duration", "", "h.pause ms ?? wait"),
        "Coalesce(OfUnit(body5, 1), option0)"
    );
    assert_eq!(
        assigned("uint", "", "h.age ?? 1"),
        "E0607: this is never none here, so what stands behind `??` is never used"
    );
}

#[test]
fn time_has_its_own_types() {
    assert_eq!(assigned("uint", "", "now as s"), "InUnit(now, 1000)");
    assert_eq!(assigned("string", "", "now as rfc3339"), "AsText(now)");
    assert_eq!(assigned("datetime", "", "now as rfc3339"), "AsText(now)");
    assert_eq!(assigned("uint", "", "wait as ms"), "InUnit(option0, 1)");
    assert_eq!(assigned("duration", "", "h.age s"), "OfUnit(body0, 1000)");
    assert_eq!(assigned("duration", "", "h.pause s"), "nullable OfUnit(body5, 1000)");
    assert_eq!(assigned("duration", "", "wait * 2 + 1 s"), "Add(Multiply(option0, 2), 1000ms)");
    assert_eq!(assigned("duration", "", "2 * wait"), "Multiply(option0, 2)");
    assert_eq!(assigned("duration", "", "wait - 1 s"), "Subtract(option0, 1000ms)");
    assert_eq!(
        assigned("uint", "", "wait"),
        "E0605: `uint?` is wanted here, and this is `duration`"
    );
    assert_eq!(
        assigned("duration", "", "h.offset s"),
        "E0610: a duration is made of a `uint`, and this is `int`"
    );
    assert_eq!(
        assigned("duration", "", "wait * wait"),
        "E0610: `duration` and `duration` cannot be multiplied"
    );
}

#[test]
fn operators_join_what_they_are_made_for() {
    assert_eq!(guard("h.age + 1 < h.age * 2"), "Less(Add(body0, 1), Multiply(body0, 2))");
    assert_eq!(guard("1 + h.age == mine"), "Equal(Add(1, body0), state0)");
    assert_eq!(guard("h.offset - 1 > -3"), "Greater(Subtract(body1, 1), -3)");
    assert_eq!(guard("h.mood == wild"), "Equal(body4, variant 1)");
    assert_eq!(guard("calm != h.mood"), "NotEqual(variant 0, body4)");
    assert_eq!(guard("h.thread == kept"), "Equal(Wrap(envelope0), persist0)");
    assert_eq!(guard("h.age == h.offset"), "E0605: `uint` and `int` do not go together");
    assert_eq!(
        guard("h.mood < wild"),
        "E0610: values of `Mood` cannot be compared as less or greater"
    );
    assert_eq!(guard("h.any == h.any"), "E0610: values of `json` cannot be compared as equal");
    assert_eq!(guard("h.age"), "E0605: `bool` is wanted here, and this is `uint`");
}

#[test]
fn objects_are_records_or_json() {
    assert_eq!(assigned("Inner", "", "{ text = \"a\" }"), "{text: Wrap(\"a\"), level: 7}");
    assert_eq!(assigned("Inner", "", "{ level = 1 }"), "{level: 1, text: none}");
    assert_eq!(
        assigned("object", "", "{ a = h.name, b = [1, { c = true }] }"),
        "{a: body3, b: [1, {c: true}]}"
    );
    assert_eq!(assigned("json", "", "[h.age, \"a\"]"), "[body0, \"a\"]");
    assert_eq!(assigned("json", "", "h.any"), "body7");
    assert_eq!(assigned("json", "", "\"a\""), "E0605: `json?` is wanted here, and this is `string`");
    assert_eq!(assigned("object", "", "{ a = now }"), "E0605: JSON has no `moment`");
    assert_eq!(assigned("json", "", "[h.name]"), "E0606: an item of a list may be none here");
}

#[test]
fn what_is_kept_is_what_its_type_allows() {
    assert_eq!(assigned("Small", "", "h.small"), "body2");
    assert_eq!(
        assigned("Small", "", "h.age"),
        "E0609: this may be a value that `Small?` does not allow"
    );
    assert_eq!(assigned("Nine", "", "h.small"), "body2");
    assert_eq!(assigned("uint", "", "h.small"), "body2");
}

#[test]
fn what_a_policy_is_asked() {
    for (ty, guard, value, expected) in [
        ("string", "", "peer", "peer"),
        ("uint", "", "wait calls[key] as s up", "InUnit(Wait(0, option2), 1000 up)"),
        ("duration", "", "wait calls[h.thread]", "Wait(0, envelope0)"),
        ("duration", "", "wait tiered[peer] at LOW", "Wait(1, peer, variant 1)"),
        (
            "duration",
            "",
            "wait tiered[\"a\"] at (h.claim ?? h.trust)",
            "Wait(1, \"a\", Coalesce(body9, body8))",
        ),
        ("bool", "", "h.trust may talk", "May(body8, 2)"),
        ("bool", "", "Trust.LOW may read", "May(variant 1, 0)"),
        ("bool", "", "h.trust >= LOW", "GreaterEqual(body8, variant 1)"),
        ("bool", "when has h.claim", "h.claim < h.trust", "Less(Unwrap(body9), body8)"),
        ("Trust", "", "grant Trust[key] claim HIGH", "Grant(option2, variant 0)"),
        (
            "Trust",
            "",
            "grant Trust[key] claim h.claim with text",
            "Grant(option2, body9, option1)",
        ),
        (
            "Trust",
            "when has h.claim",
            "grant Trust[key] claim h.claim with \"k\"",
            "Grant(option2, Unwrap(body9), \"k\")",
        ),
        (
            "bool",
            "",
            "grant Trust[key] claim HIGH may read",
            "May(Grant(option2, variant 0), 0)",
        ),
    ] {
        assert_eq!(assigned(ty, guard, value), expected, "{value}");
    }
}

//! How diagnostics are shown.

use ltpc::diagnostic::{Diagnostic, did_you_mean, json, sort, text};
use ltpc::source::{FileId, Sources, Span};

const ERROR: &str = "E0101";

fn span(start: u32, end: u32) -> Span {
    Span {
        file: FileId(0),
        start,
        end,
    }
}

#[test]
fn programs_get_one_object_a_line() {
    let mut sources = Sources::default();
    sources.add("dir/a.ltp", "// 大😀\n\tname = \"é\";\n");
    let diagnostics = [
        Diagnostic::error(ERROR, span(11, 23), "wrong \"here\"")
            .label("this")
            .related(span(3, 10), "see")
            .help("do that"),
        Diagnostic::error(ERROR, span(24, 24), "at the end").warning(),
    ];
    let expected = concat!(
        r#"{"code":"E0101","severity":"error","message":"wrong \"here\"","file":"dir/a.ltp","start":{"line":2,"column":1,"offset":11},"#,
        r#""end":{"line":2,"column":12,"offset":23},"label":"this","related":[{"message":"see","file":"dir/a.ltp","#,
        r#""start":{"line":1,"column":4,"offset":3},"end":{"line":1,"column":6,"offset":10}}],"help":"do that"}"#,
        "\n",
        r#"{"code":"E0101","severity":"warning","message":"at the end","file":"dir/a.ltp","start":{"line":2,"column":13,"offset":24},"#,
        r#""end":{"line":2,"column":13,"offset":24},"label":"","related":[],"help":null}"#,
        "\n",
    );
    assert_eq!(json(&diagnostics, &sources), expected);
}

#[test]
fn people_get_colour_only_if_they_can_see_it() {
    let mut sources = Sources::default();
    sources.add("a.ltp", "record A {}");
    let diagnostics = [Diagnostic::error(ERROR, span(7, 8), "wrong").help("do that")];
    assert!(!text(&diagnostics, &sources, false).contains('\u{1b}'));
    assert!(text(&diagnostics, &sources, true).contains('\u{1b}'));
}

#[test]
fn diagnostics_are_sorted_and_said_once() {
    let other = Span {
        file: FileId(1),
        start: 0,
        end: 1,
    };
    let error = |span, message: &str| Diagnostic::error(ERROR, span, message);
    let mut diagnostics = vec![
        error(other, "d"),
        error(span(5, 6), "b"),
        error(span(1, 2), "a"),
        error(span(5, 6), "b"),
        error(span(5, 6), "c"),
    ];
    sort(&mut diagnostics);
    assert_eq!(
        diagnostics.iter().map(|diagnostic| &*diagnostic.message).collect::<Vec<_>>(),
        ["a", "b", "c", "d"]
    );
}

#[test]
fn the_nearest_name_was_meant() {
    for (name, candidates, meant) in [
        ("Afect", &["Effect", "Affect", "Meta"][..], Some("Affect")),
        ("mesage", &["message", "messages"], Some("message")),
        ("affect", &["AFFECT", "affects"], Some("AFFECT")),
        ("ab", &["xy"], None),
        ("a", &["b"], None),
        ("Meta", &["Meta"], None),
        ("Meta", &[], None),
    ] {
        assert_eq!(did_you_mean(name, candidates.iter().copied()), meant, "{name}");
    }
}

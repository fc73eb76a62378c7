//! `check`, `explain`, and what all subcommands have in common.

use super::process::{directory, run, schema};

#[test]
fn every_subcommand_shows_examples() {
    let help = run(&["--help"], b"");
    let commands = help
        .out
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "));
    let names: Vec<_> = commands
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        let help = run(&[name, "--help"], b"");
        assert!(help.code == 0 && help.out.contains("Examples:"), "{name}: {}", help.out);
    }
}

#[test]
fn a_fine_schema_is_said_to_be_fine() {
    let run = run(&["check", &schema()], b"");
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert!(run.err.ends_with("fine: 10 messages, 1 session, 4 examples\n"), "{}", run.err);
}

#[test]
fn what_is_wrong_is_found_with_its_place() {
    let path = directory("check").join("wrong.ltp");
    std::fs::write(&path, "protocol wrong \"1\";\nrecord A { b: Nothing; }\n").unwrap();
    let path = path.to_str().unwrap();
    let text = run(&["check", path], b"");
    assert_eq!((text.code, text.out.as_str()), (1, ""));
    assert!(text.err.contains("wrong.ltp:2:15"), "{}", text.err);

    let json = run(&["check", "--format", "json", path], b"");
    assert_eq!((json.code, json.err.as_str()), (1, ""));
    let first: serde_json::Value = serde_json::from_str(json.out.lines().next().unwrap()).unwrap();
    assert_eq!(
        (first["severity"].as_str(), first["start"]["line"].as_u64()),
        (Some("error"), Some(2))
    );

    let coloured = run(&["check", "--color", "always", path], b"");
    assert!(coloured.err.contains("\u{1b}["));
    assert!(!text.err.contains("\u{1b}["));
}

#[test]
fn what_cannot_be_run_is_exit_code_2() {
    for args in [
        &["check", "no such file"][..],
        &["explain", "E9999"],
        &["decode", "no such file"],
        &["check"],
        &["nonsense"],
    ] {
        let run = run(args, b"");
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains("error"), "{args:?}: {}", run.err);
    }
    assert!(run(&["check", "no such file"], b"").err.contains("no such file"));
}

#[test]
fn rules_are_explained_by_code_or_name() {
    let all = run(&["explain"], b"");
    let first = all.out.lines().next().unwrap().to_owned();
    let mut words = first.split_whitespace();
    let (code, name) = (words.next().unwrap(), words.next().unwrap());
    let page = run(&["explain", &code.to_lowercase()], b"");
    assert_eq!(page.code, 0);
    assert!(page.out.starts_with(&format!("{code} {name}: ")), "{}", page.out);
    assert_eq!(run(&["explain", name], b"").out, page.out);
}

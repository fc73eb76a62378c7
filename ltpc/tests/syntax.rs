//! Text to tree.
#![allow(clippy::panic, clippy::unwrap_used)]

use ltpc::source::FileId;
use ltpc::syntax::tree::{
    ActionKind, BinaryOp, ConstraintKind, Expr, ExprKind, File, Item, ItemKind, Member, MemberItem, MessageBody, Next, PropertyValue,
    RoleItem, StateItem, StateKind, Tag, Transition, TriggerKind, Type, TypeKind, Value,
};
use ltpc::syntax::{MAX_ERRORS, parse};

fn parse_clean(text: &str) -> File {
    let (tree, diagnostics) = parse(FileId(0), text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    assert!(tree.broken.is_empty() && !tree.incomplete);
    tree
}

fn only_item(text: &str) -> Item {
    let mut items = parse_clean(text).items;
    assert_eq!(items.len(), 1);
    items.remove(0)
}

fn members(text: &str) -> Vec<Member> {
    let ItemKind::Record { members, .. } = only_item(&format!("record A {{ {text} }}")).kind else {
        panic!()
    };
    let member = |item| match item {
        MemberItem::Member(member) => member,
        MemberItem::Spread(_) => panic!(),
    };
    members.items.into_iter().map(member).collect()
}

/// A type as it is written, with every part that the tree holds.
fn shown_type(ty: &Type) -> String {
    let kind = match &ty.kind {
        TypeKind::Path(path) => path.parts.iter().map(|part| &*part.text).collect::<Vec<_>>().join("."),
        TypeKind::List { item, constraints } => format!("list<{} where {}>", shown_type(item), constraints.len()),
        TypeKind::Map { value, constraints } => format!("map<{} where {}>", shown_type(value), constraints.len()),
        TypeKind::Record { name, open, members } => {
            format!("record {:?} {open} {}", name.as_ref().map(|name| &name.text), members.items.len())
        }
        TypeKind::Literals(texts) => texts.iter().map(|text| format!("{:?}", text.text)).collect::<Vec<_>>().join("|"),
        TypeKind::Dependent(dependent) => format!(
            "{}[{}].{}",
            dependent.groups.parts[0].text, dependent.group.text, dependent.part.text
        ),
        TypeKind::Payload { set, kind } => format!("{}[{}]", set.parts[0].text, kind.text),
    };
    format!("{kind}{}", if ty.nullable { "?" } else { "" })
}

/// An expression with all its brackets.
fn shown_expr(expr: &Expr) -> String {
    let fields = |fields: &[(_, Expr)]| {
        fields
            .iter()
            .map(|(name, value): &(ltpc::syntax::tree::Name, _)| format!("{}={}", name.text, shown_expr(value)))
            .collect::<Vec<_>>()
            .join(",")
    };
    match &expr.kind {
        ExprKind::Peek { pointer, ty } => format!("peek {} {}", pointer.text, ty.text),
        ExprKind::FreshHex(text) => format!("fresh hex {} {}", text.0.text, text.1.as_ref().map_or("", |prefix| &prefix.text)),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Number(number) => number.clone(),
        ExprKind::Duration(millis) => format!("{millis}ms"),
        ExprKind::Path(path) => path.parts.iter().map(|part| &*part.text).collect::<Vec<_>>().join("."),
        ExprKind::Has(path) => format!("has {}", path.parts[0].text),
        ExprKind::Not(value) => format!("(not {})", shown_expr(value)),
        ExprKind::Binary { op, left, right } => {
            let op = match op {
                BinaryOp::Or => "or",
                BinaryOp::And => "and",
                BinaryOp::Equal => "==",
                BinaryOp::NotEqual => "!=",
                BinaryOp::Less => "<",
                BinaryOp::LessEqual => "<=",
                BinaryOp::Greater => ">",
                BinaryOp::GreaterEqual => ">=",
                BinaryOp::Coalesce => "??",
                BinaryOp::Add => "+",
                BinaryOp::Subtract => "-",
                BinaryOp::Multiply => "*",
            };
            format!("({} {op} {})", shown_expr(left), shown_expr(right))
        }
        ExprKind::OfUnit { value, unit } => format!("({} of {unit})", shown_expr(value)),
        ExprKind::InUnit { value, unit, up } => format!("({} in {unit}{})", shown_expr(value), if *up { " up" } else { "" }),
        ExprKind::Grant { tiers, agent, claim, key } => {
            let key = key.as_ref().map_or_else(String::new, |key| format!(" with {}", shown_expr(key)));
            format!(
                "(grant {} {} claim {}{key})",
                tiers.parts[0].text,
                shown_expr(agent),
                shown_expr(claim)
            )
        }
        ExprKind::May { tier, capability } => format!("({} may {})", shown_expr(tier), capability.text),
        ExprKind::Wait { meter, key, tier } => {
            let tier = tier.as_ref().map_or_else(String::new, |tier| format!(" at {}", shown_expr(tier)));
            format!("(wait {} {}{tier})", meter.text, shown_expr(key))
        }
        ExprKind::AsText(value) => format!("({} as text)", shown_expr(value)),
        ExprKind::Object(members) => format!("{{{}}}", fields(members)),
        ExprKind::List(items) => format!("[{}]", items.iter().map(shown_expr).collect::<Vec<_>>().join(",")),
        ExprKind::Call { function, argument } => {
            let name = function.parts.iter().map(|part| &*part.text).collect::<Vec<_>>().join(".");
            format!("{name}({})", shown_expr(argument))
        }
    }
}

fn role_items(text: &str) -> Vec<RoleItem> {
    let item = only_item(&format!("session S between a, b {{ role a {{ {text} }} role b {{}} }}"));
    let ItemKind::Session(mut session) = item.kind else { panic!() };
    assert_eq!(session.roles.len(), 2);
    session.roles.remove(0).items
}

fn expr(text: &str) -> String {
    let items = role_items(&format!("var a: int = {text};"));
    let [RoleItem::Var(var)] = &items[..] else { panic!() };
    shown_expr(var.init.as_ref().unwrap())
}

fn transition(text: &str) -> Transition {
    let mut items = role_items(&format!("state S {{ {text} }}"));
    let Some(RoleItem::State(mut state)) = items.pop() else { panic!() };
    let Some(StateItem::Transition(transition)) = state.items.pop() else {
        panic!()
    };
    transition
}

#[test]
fn the_shipped_schema_parses() {
    let tree = parse_clean(include_str!("../../schema/ltp.ltp"));
    assert_eq!(tree.items.len(), 36);
}

#[test]
fn operators_bind_as_they_read() {
    for (text, grouped) in [
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("(1 + 2) * 3", "((1 + 2) * 3)"),
        ("grant T[a.b] claim c with d >= HIGH", "((grant T a.b claim c with d) >= HIGH)"),
        (
            "grant T[a] claim (b ?? c) may read and d",
            "(((grant T a claim (b ?? c)) may read) and d)",
        ),
        ("wait m[a] at b as s up + 1", "(((wait m a at b) in 1000 up) + 1)"),
        (
            "wait m[a + b] > 0 s or not c may read",
            "(((wait m (a + b)) > 0ms) or (not (c may read)))",
        ),
        ("wait + grant - may * wait.up", "((wait + grant) - (may * wait.up))"),
        ("a or b and c or d", "((a or (b and c)) or d)"),
        ("not a == b and not c", "((not (a == b)) and (not c))"),
        ("not not a", "(not (not a))"),
        ("a.b ms ?? c", "((a.b of 1) ?? c)"),
        ("a ?? b + 1 s", "(a ?? (b + 1000ms))"),
        ("a + b as s", "(a + (b in 1000))"),
        ("now as rfc3339", "(now as text)"),
        ("(a + b) as min", "((a + b) in 60000)"),
        ("a + 1 < b ?? 2", "((a + 1) < (b ?? 2))"),
        ("a-1", "(a - 1)"),
        ("a - -1", "(a - -1)"),
        ("has a.b and x", "(has a and x)"),
        ("[1, \"b\", { c = [], d = 1.5 s, }]", "[1,\"b\",{c=[],d=1500ms}]"),
        ("notable and hash", "(notable and hash)"),
        ("1_000", "1000"),
    ] {
        assert_eq!(expr(text), grouped, "{text}");
    }
}

#[test]
fn types_keep_their_parts() {
    for (text, shown) in [
        ("int", "int"),
        ("listing", "listing"),
        ("other.Name?", "other.Name?"),
        ("list<map<string where len 1>?>", "list<map<string where 1>? where 0>"),
        ("list<int where len 1 ..= 2 and 1 | 2>", "list<int where 2>"),
        ("\"a\" | \"b\\n\"", "\"a\"|\"b\\n\""),
        ("Set[kind]", "Set[kind]"),
        ("record { a: int; }", "record None false 1"),
        ("record open { ...Base; a: int; }", "record None true 2"),
        ("record Inner open {}", "record Some(\"Inner\") true 0"),
    ] {
        let members = members(&format!("m: {text};"));
        assert_eq!(shown_type(members[0].ty.as_ref().unwrap()), shown, "{text}");
    }
}

#[test]
fn members_keep_their_parts() {
    let members = members(
        "/// First\n/// line.\n ///   Indented.\n type? \"ty pe\": float where 0.0 .. 1.0 | ..= -5 as enc = -1.5 @a(1, k = [\"b\", { c = x }], 5 s) @b; body: body;",
    );
    let [first, second] = &members[..] else { panic!() };
    assert_eq!(first.docs, "First\nline.\n  Indented.");
    assert_eq!((&*first.name.text, first.optional), ("type", true));
    assert_eq!(first.wire.as_ref().unwrap().text, "ty pe");
    assert_eq!(first.encoding.as_ref().unwrap().text, "enc");
    let [constraint] = &first.constraints[..] else { panic!() };
    let ConstraintKind::Ranges(ranges) = &constraint.kind else {
        panic!()
    };
    let bounds = |range: &ltpc::syntax::tree::Range| {
        let text = |number: &Option<ltpc::syntax::tree::Number>| number.as_ref().map(|number| number.text.clone());
        (text(&range.start), text(&range.end), range.end_included)
    };
    assert_eq!(bounds(&ranges[0]), (Some("0.0".to_owned()), Some("1.0".to_owned()), false));
    assert_eq!(bounds(&ranges[1]), (None, Some("-5".to_owned()), true));
    assert!(matches!(&first.default, Some(Value::Number(number)) if number.text == "-1.5"));
    let [a, b] = &first.annotations[..] else { panic!() };
    assert_eq!((&*a.name.text, a.args.len(), &*b.name.text, b.args.len()), ("a", 3, "b", 0));
    assert!(matches!(&a.args[2].1, Value::Duration { millis: 5000, .. }));
    assert!(second.ty.is_none());
}

#[test]
fn declarations_keep_their_parts() {
    let tree = parse_clean(
        "import \"a/b.ltp\" as c;\nlimits { message 1_000 KiB; depth 10; }\nmessage M S as name in c.E = object;\n\
         endpoint E { subprotocols \"a\", \"b\" or none; buffer 2 MiB; plaintext loopback; }\n\
         errors C open { A \"meaning\" retry closes @x; }\nunion U tag \"t\" { a \"b\": R @x; }\n@flat message N \"n\" in E {}",
    );
    let kinds: Vec<_> = tree.items.iter().map(|item| &item.kind).collect();
    assert!(matches!(kinds[0], ItemKind::Import { file, alias: Some(alias) } if file.text == "a/b.ltp" && alias.text == "c"));
    let ItemKind::Limits(limits) = kinds[1] else { panic!() };
    assert_eq!(
        (&*limits[0].1.number.text, limits[0].1.factor, limits[1].1.factor),
        ("1000", 1024, 1)
    );
    let ItemKind::Message {
        tag: Tag::Scalar { member, .. },
        envelope,
        body: MessageBody::Named(body),
        ..
    } = kinds[2]
    else {
        panic!()
    };
    assert_eq!((&*member.text, envelope.parts.len(), &*body.parts[0].text), ("name", 2, "object"));
    let ItemKind::Endpoint { properties, .. } = kinds[3] else {
        panic!()
    };
    assert!(properties[0].or_none && properties[0].values.len() == 2);
    assert!(matches!(&properties[1].values[0], PropertyValue::Size(size) if size.factor == 1 << 20));
    let ItemKind::Errors { open: true, codes, .. } = kinds[4] else {
        panic!()
    };
    assert_eq!((codes[0].flags.len(), codes[0].annotations.len()), (2, 1));
    assert!(matches!(kinds[5], ItemKind::Union { cases, .. } if cases[0].wire.as_ref().is_some_and(|wire| wire.text == "b")));
    assert_eq!(tree.items[6].annotations[0].name.text, "flat");
}

#[test]
fn an_example_keeps_its_lines_octet_by_octet() {
    let text = "example \"a\" refused \"/x\" type, \"\" required ```\n  {\"x\": \"\\n``\"}\n\n  ```\nexample \"b\" as m.R ```\n```\n";
    let tree = parse_clean(text);
    let ItemKind::Example(example) = &tree.items[0].kind else {
        panic!()
    };
    assert_eq!(
        example
            .refusals
            .iter()
            .map(|(pointer, rule)| (&*pointer.text, &*rule.text))
            .collect::<Vec<_>>(),
        [("/x", "type"), ("", "required")]
    );
    assert_eq!(example.body.text, "  {\"x\": \"\\n``\"}\n\n");
    assert_eq!(
        &text[example.body.span.start as usize..example.body.span.end as usize],
        example.body.text
    );
    let ItemKind::Example(empty) = &tree.items[1].kind else { panic!() };
    assert_eq!(empty.body.text, "");
    assert_eq!(empty.of.as_ref().unwrap().parts.len(), 2);
}

#[test]
fn escapes_stand_for_characters() {
    let item = only_item(r#"protocol a "\"\\\n\r\t\u{e9}\u{1F600}";"#);
    assert!(matches!(item.kind, ItemKind::Protocol { version, .. } if version.text == "\"\\\n\r\té😀"));
}

#[test]
fn roles_keep_their_parts() {
    let items = role_items(
        "/// Kept.\n persist p: uuid? by key; option o: int where 1 .. = 2; retry r = 0.5 s ..= 1 min factor 1.5 jitter 20% tries 5;\
         table t by uuid { a: int; } expires 1 d; unique m.E.nonce last 10 => ignore; stamp E { a.b ?= 1; c = 2; }\
         start A { var v: int; timer q queue 3 = 5 s; } state B; end C; any { on open => ignore; }",
    );
    assert_eq!(items.len(), 10);
    assert!(matches!(&items[0], RoleItem::Persist { var, key } if var.docs == "Kept." && key.text == "key" && var.ty.nullable));
    assert!(matches!(&items[2], RoleItem::Retry(retry) if retry.first.0 == 500 && retry.cap.0 == 60_000 && retry.jitter.is_some()));
    assert!(matches!(&items[3], RoleItem::Table(table) if matches!(table.expires.kind, ExprKind::Duration(86_400_000))));
    assert!(matches!(&items[4], RoleItem::Unique { envelope, member, .. } if envelope.parts.len() == 2 && member.text == "nonce"));
    assert!(matches!(&items[5], RoleItem::Stamp(stamp) if stamp.entries[0].only_if_absent && !stamp.entries[1].only_if_absent));
    assert!(matches!(&items[6], RoleItem::State(state) if state.kind == StateKind::Start && state.items.len() == 2));
    assert!(matches!(&items[7], RoleItem::State(state) if state.kind == StateKind::Plain && state.items.is_empty()));
    assert!(matches!(&items[8], RoleItem::State(state) if state.kind == StateKind::End));
    assert!(matches!(&items[9], RoleItem::Any(items, _) if items.len() == 1));
}

#[test]
fn triggers_are_told_apart() {
    type Is = fn(&TriggerKind) -> bool;
    let triggers: &[(&str, Is)] = &[
        ("enter", |kind| matches!(kind, TriggerKind::Enter)),
        ("every a + 1 s", |kind| matches!(kind, TriggerKind::Every(_))),
        ("after 5 s", |kind| matches!(kind, TriggerKind::After(_))),
        ("on open", |kind| matches!(kind, TriggerKind::Open)),
        ("on opened", |kind| matches!(kind, TriggerKind::Messages { .. })),
        ("on closed", |kind| matches!(kind, TriggerKind::Closed)),
        ("on malformed m", |kind| matches!(kind, TriggerKind::Malformed(Some(_)))),
        ("on malformed", |kind| matches!(kind, TriggerKind::Malformed(None))),
        ("on timeout t", |kind| matches!(kind, TriggerKind::Timeout(_))),
        ("on due r", |kind| matches!(kind, TriggerKind::Due(_))),
        ("on found f", |kind| matches!(kind, TriggerKind::Found(Some(_)))),
        ("on missing", |kind| matches!(kind, TriggerKind::Missing)),
        ("on message", |kind| matches!(kind, TriggerKind::AnyMessage(None))),
        (
            "on A | b.C m",
            |kind| matches!(kind, TriggerKind::Messages { names, binding: Some(_) } if names.len() == 2),
        ),
        (
            "app A | B",
            |kind| matches!(kind, TriggerKind::App { names, binding: None } if names.len() == 2),
        ),
        ("app close", |kind| matches!(kind, TriggerKind::AppClose)),
    ];
    for (text, is) in triggers {
        let bare = transition(&format!("{text} => ignore;"));
        assert!(is(&bare.trigger.kind) && bare.guard.is_none(), "{text}: {:?}", bare.trigger);
        let guarded = transition(&format!("{text} when a == 1 => ignore;"));
        assert!(
            is(&guarded.trigger.kind) && guarded.guard.is_some(),
            "{text}: {:?}",
            guarded.trigger
        );
    }
}

#[test]
fn outcomes_keep_their_order() {
    let transition = transition(
        "on A => ignore, deliver, report, connect, close \"a\", drop \"b\", send, send M, send N { a = 1 }, set v = 1 + 2, clear v, \
         arm t, disarm t, reset r, store t[k] { a = 1 }, forget t[k], lookup t[k], retry r -> Again else -> Failed { why = \"x\" };",
    );
    let actions: Vec<_> = transition.outcome.actions.iter().map(|action| &action.kind).collect();
    assert_eq!(actions.len(), 17);
    assert!(matches!(actions[6], ActionKind::SendGiven));
    assert!(matches!(actions[7], ActionKind::Send { fields, .. } if fields.is_empty()));
    assert!(matches!(actions[8], ActionKind::Send { fields, .. } if fields.len() == 1));
    assert!(matches!(actions[16], ActionKind::Lookup { .. }));
    let Next::Retry { again, spent, .. } = &transition.outcome.next else {
        panic!()
    };
    assert_eq!((&*again.state.text, spent.fields.len()), ("Again", 1));
}

#[test]
fn spans_are_of_what_they_say() {
    let text = "// A remark.\n/// Documentation.\n@a(1) record Point {\n    /// The first.\n    x: list<int>; // no more\n}\n";
    let tree = parse_clean(text);
    let at = |span: ltpc::source::Span| &text[span.start as usize..span.end as usize];
    let item = &tree.items[0];
    assert!(at(item.span).starts_with("@a(1) record Point {") && at(item.span).ends_with('}'));
    let ItemKind::Record { name, members, .. } = &item.kind else {
        panic!()
    };
    assert_eq!(at(name.span), "Point");
    let MemberItem::Member(member) = &members.items[0] else { panic!() };
    assert_eq!(at(member.span), "x: list<int>;");
    assert_eq!(at(member.ty.as_ref().unwrap().span), "list<int>");
}

#[test]
fn a_mistake_costs_one_declaration() {
    let text = "record A { a: int }\nrecord B { b: int; }\nrecrod C {}\nrecord D { d: int; } record E { e }\nimport 5;\nrecord F { f: int;\n\nrecord G {}\n";
    let (tree, diagnostics) = parse(FileId(0), text);
    let names = tree.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Record { name, .. } => Some(&*name.text),
        _ => None,
    });
    assert_eq!(names.collect::<Vec<_>>(), ["B", "D", "G"]);
    let broken: Vec<_> = tree
        .broken
        .iter()
        .map(|broken| (&*broken.keyword, broken.name.as_ref().map(|name| &*name.text)))
        .collect();
    assert_eq!(
        broken,
        [
            ("record", Some("A")),
            ("recrod", Some("C")),
            ("record", Some("E")),
            ("record", Some("F"))
        ]
    );
    assert_eq!(diagnostics.len(), 4);
}

#[test]
fn a_file_of_mistakes_is_left_unread_at_some_point() {
    let (tree, diagnostics) = parse(FileId(0), &"record A { a }\n".repeat(150));
    assert_eq!((tree.broken.len(), diagnostics.len()), (MAX_ERRORS, MAX_ERRORS + 1));
    assert!(tree.incomplete);
}

#[test]
fn a_byte_order_mark_and_any_line_ends_are_no_mistake() {
    let tree = parse_clean("\u{feff}/// Documentation.\r\nrecord A {\r\n    a: int;\r\n}\r\nexample \"e\" as A ```\r\n{}\r\n```\r\n");
    assert_eq!(tree.items[0].docs, "Documentation.");
    assert!(matches!(&tree.items[1].kind, ItemKind::Example(example) if example.body.text == "{}\r\n"));
}

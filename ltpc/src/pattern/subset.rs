//! From the text of a pattern to its meaning, with everything refused that two languages would read in two ways.

use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, Repetition};

use super::Fault;

/// Least and most characters; `None`: nothing is matched.
type Length = Option<(u64, u64)>;

/// How often at most something may be repeated by a number: an automaton has states for each.
const MOST_REPEATS: u32 = 1024;

/// What a pattern means, and how long its texts are.
pub fn translate(source: &str) -> Result<(Hir, Length), Fault> {
    let tree = ast::parse::ParserBuilder::new()
        .nest_limit(64)
        .build()
        .parse(source)
        .map_err(|error| Fault {
            message: error.kind().to_string(),
            at: range(error.span()),
        })?;
    node(&tree)
}

fn range(span: &ast::Span) -> std::ops::Range<usize> {
    span.start.offset..span.end.offset
}

fn refuse<T>(span: &ast::Span, message: &str) -> Result<T, Fault> {
    Err(Fault {
        message: message.to_owned(),
        at: range(span),
    })
}

fn node(tree: &Ast) -> Result<(Hir, Length), Fault> {
    match tree {
        Ast::Empty(_) => Ok((Hir::empty(), Some((0, 0)))),
        Ast::Literal(found) => Ok((Hir::literal(literal(found)?.to_string().into_bytes()), Some((1, 1)))),
        Ast::Dot(_) => Ok(class(opposite(&ClassUnicode::new([ClassUnicodeRange::new('\n', '\n')])))),
        Ast::ClassPerl(perl) => Ok(class(perl_class(perl))),
        Ast::ClassBracketed(bracketed) => Ok(class(bracketed_class(bracketed)?)),
        Ast::Repetition(found) => repetition(found),
        Ast::Group(group) => match &group.kind {
            ast::GroupKind::CaptureIndex(_) => node(&group.ast),
            ast::GroupKind::NonCapturing(flags) if flags.items.is_empty() => node(&group.ast),
            ast::GroupKind::NonCapturing(_) => refuse(&group.span, "flags are not part of the portable subset"),
            ast::GroupKind::CaptureName { .. } => refuse(&group.span, "named groups are not part of the portable subset"),
        },
        Ast::Concat(found) => {
            let mut whole = Vec::with_capacity(found.asts.len());
            let mut length = Some((0u64, 0u64));
            for part in &found.asts {
                let (hir, of) = node(part)?;
                whole.push(hir);
                length = length
                    .zip(of)
                    .map(|((least, most), (a, b))| (least.saturating_add(a), most.saturating_add(b)));
            }
            Ok((Hir::concat(whole), length))
        }
        Ast::Alternation(found) => {
            let mut ways = Vec::with_capacity(found.asts.len());
            let mut length: Length = None;
            for way in &found.asts {
                let (hir, of) = node(way)?;
                ways.push(hir);
                length = match (length, of) {
                    (Some((least, most)), Some((a, b))) => Some((least.min(a), most.max(b))),
                    (known, of) => known.or(of),
                };
            }
            Ok((Hir::alternation(ways), length))
        }
        Ast::Flags(found) => refuse(&found.span, "flags are not part of the portable subset"),
        Ast::Assertion(found) => match found.kind {
            ast::AssertionKind::StartLine | ast::AssertionKind::EndLine => {
                refuse(&found.span, "anchors are not written: a pattern is always for the whole text")
            }
            _ => refuse(&found.span, "assertions are not part of the portable subset"),
        },
        Ast::ClassUnicode(found) => refuse(&found.span, "Unicode classes are not part of the portable subset"),
    }
}

fn repetition(found: &ast::Repetition) -> Result<(Hir, Length), Fault> {
    if !found.greedy {
        return refuse(&found.span, "laziness means nothing where the whole text is matched");
    }
    let (min, max) = match found.op.kind {
        ast::RepetitionKind::ZeroOrOne => (0, Some(1)),
        ast::RepetitionKind::ZeroOrMore => (0, None),
        ast::RepetitionKind::OneOrMore => (1, None),
        ast::RepetitionKind::Range(ast::RepetitionRange::Exactly(n)) => (n, Some(n)),
        ast::RepetitionKind::Range(ast::RepetitionRange::AtLeast(n)) => (n, None),
        ast::RepetitionKind::Range(ast::RepetitionRange::Bounded(m, n)) => (m, Some(n)),
    };
    if max.unwrap_or(min) > MOST_REPEATS {
        return refuse(
            &found.span,
            &format!("nothing is repeated more than {MOST_REPEATS} times; `where len` is cheaper"),
        );
    }
    let (hir, of) = node(&found.ast)?;
    let length = match of {
        Some((least, most)) => {
            let most = match max {
                Some(max) => most.saturating_mul(u64::from(max)),
                None if most == 0 => 0,
                None => u64::MAX,
            };
            Some((least.saturating_mul(u64::from(min)), most))
        }
        None => (min == 0).then_some((0, 0)),
    };
    Ok((
        Hir::repetition(Repetition {
            min,
            max,
            greedy: true,
            sub: Box::new(hir),
        }),
        length,
    ))
}

fn class(set: ClassUnicode) -> (Hir, Length) {
    let length = (!set.ranges().is_empty()).then_some((1, 1));
    (Hir::class(Class::Unicode(set)), length)
}

fn opposite(set: &ClassUnicode) -> ClassUnicode {
    let mut set = set.clone();
    set.negate();
    set
}

fn perl_class(perl: &ast::ClassPerl) -> ClassUnicode {
    let ranges: &[(char, char)] = match perl.kind {
        ast::ClassPerlKind::Digit => &[('0', '9')],
        ast::ClassPerlKind::Word => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        ast::ClassPerlKind::Space => &[('\t', '\r'), (' ', ' ')],
    };
    let set = ClassUnicode::new(ranges.iter().map(|(start, end)| ClassUnicodeRange::new(*start, *end)));
    if perl.negated { opposite(&set) } else { set }
}

fn bracketed_class(bracketed: &ast::ClassBracketed) -> Result<ClassUnicode, Fault> {
    let mut set = ClassUnicode::empty();
    match &bracketed.kind {
        ast::ClassSet::Item(found) => item(found, &mut set)?,
        ast::ClassSet::BinaryOp(found) => return refuse(&found.span, "operations on classes are not part of the portable subset"),
    }
    Ok(if bracketed.negated { opposite(&set) } else { set })
}

fn item(found: &ast::ClassSetItem, set: &mut ClassUnicode) -> Result<(), Fault> {
    match found {
        ast::ClassSetItem::Empty(_) => {}
        ast::ClassSetItem::Literal(found) => {
            let c = literal(found)?;
            set.push(ClassUnicodeRange::new(c, c));
        }
        ast::ClassSetItem::Range(found) => set.push(ClassUnicodeRange::new(literal(&found.start)?, literal(&found.end)?)),
        ast::ClassSetItem::Perl(perl) => set.union(&perl_class(perl)),
        ast::ClassSetItem::Union(union) => {
            for each in &union.items {
                item(each, set)?;
            }
        }
        ast::ClassSetItem::Ascii(found) => return refuse(&found.span, "POSIX classes are not part of the portable subset"),
        ast::ClassSetItem::Unicode(found) => return refuse(&found.span, "Unicode classes are not part of the portable subset"),
        ast::ClassSetItem::Bracketed(found) => return refuse(&found.span, "classes in classes are not part of the portable subset"),
    }
    Ok(())
}

fn literal(found: &ast::Literal) -> Result<char, Fault> {
    match found.kind {
        ast::LiteralKind::Verbatim | ast::LiteralKind::Meta | ast::LiteralKind::Superfluous | ast::LiteralKind::HexFixed(_) => Ok(found.c),
        ast::LiteralKind::Special(
            ast::SpecialLiteralKind::Tab
            | ast::SpecialLiteralKind::LineFeed
            | ast::SpecialLiteralKind::CarriageReturn
            | ast::SpecialLiteralKind::FormFeed
            | ast::SpecialLiteralKind::VerticalTab,
        ) => Ok(found.c),
        _ => refuse(
            &found.span,
            "this escape is not part of the portable subset; `\\xHH` and `\\uHHHH` are",
        ),
    }
}

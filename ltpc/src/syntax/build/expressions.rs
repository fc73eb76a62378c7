//! Expressions: a Pratt parser over the flat list of operands and operators that the grammar matches.

use pest::iterators::Pair;

use super::literals::unit_millis;
use super::{Builder, Parts};
use crate::check::syntax_nesting;
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{BinaryOp, Expr, ExprKind, Name};

/// How many operators one expression may have, with all that stands inside it. With the bound on brackets it bounds the depth of the
/// tree, and so the stack of everything that walks one.
pub(super) const MAX_OPERATORS: u32 = 256;

/// What is left of [`MAX_OPERATORS`] in the outermost expression that is being built.
#[derive(Default)]
pub(super) struct Budget {
    depth: u32,
    operators: u32,
}

/// How tightly `not` binds: looser than comparisons, tighter than `and`.
const NOT: u8 = 5;

/// How tightly an operator binds what is left and right of it. The right is tighter: all of them group to the left.
fn binding(operator: &str) -> Option<(BinaryOp, u8, u8)> {
    Some(match operator {
        "or" => (BinaryOp::Or, 1, 2),
        "and" => (BinaryOp::And, 3, 4),
        "==" => (BinaryOp::Equal, 6, 7),
        "!=" => (BinaryOp::NotEqual, 6, 7),
        "<" => (BinaryOp::Less, 6, 7),
        "<=" => (BinaryOp::LessEqual, 6, 7),
        ">" => (BinaryOp::Greater, 6, 7),
        ">=" => (BinaryOp::GreaterEqual, 6, 7),
        "??" => (BinaryOp::Coalesce, 8, 9),
        "+" => (BinaryOp::Add, 10, 11),
        "-" => (BinaryOp::Subtract, 10, 11),
        "*" => (BinaryOp::Multiply, 12, 13),
        _ => return None,
    })
}

impl Builder<'_> {
    pub(super) fn take_expr(&mut self, parts: &mut Parts<'_>) -> Option<Expr> {
        let pair = parts.accept(Rule::expr)?;
        self.expr(pair)
    }

    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        if self.expressions.depth == 0 {
            self.expressions.operators = MAX_OPERATORS;
        }
        self.expressions.depth += 1;
        let expr = self.binary(&mut Parts::of(pair), 0);
        self.expressions.depth -= 1;
        expr
    }

    /// An operand, and every operator after it that binds at least as tightly as `least`.
    fn binary(&mut self, parts: &mut Parts<'_>, least: u8) -> Option<Expr> {
        let mut left = self.unary(parts)?;
        while let Some(operator) = parts.next.as_ref().filter(|pair| pair.as_rule() == Rule::infix) {
            let (op, before, after) = binding(operator.as_str())?;
            if before < least {
                break;
            }
            let operator = parts.next()?;
            self.spend(&operator)?;
            let right = self.binary(parts, after)?;
            let span = Span {
                end: right.span.end,
                ..left.span
            };
            left = Expr {
                kind: ExprKind::Binary {
                    op,
                    left: Box::new(left),
                    right: Box::new(right),
                },
                span,
            };
        }
        Some(left)
    }

    fn unary(&mut self, parts: &mut Parts<'_>) -> Option<Expr> {
        let Some(not) = parts.accept(Rule::not) else {
            return self.postfix(parts);
        };
        self.spend(&not)?;
        let value = self.binary(parts, NOT)?;
        let span = Span {
            end: value.span.end,
            ..self.span(&not)
        };
        Some(Expr {
            kind: ExprKind::Not(Box::new(value)),
            span,
        })
    }

    fn postfix(&mut self, parts: &mut Parts<'_>) -> Option<Expr> {
        let operand = parts.next()?;
        let mut expr = self.operand(operand)?;
        while let Some(Rule::in_unit | Rule::of_unit | Rule::may_of) = parts.peek() {
            let postfix = parts.next()?;
            self.spend(&postfix)?;
            let span = Span {
                end: self.span(&postfix).end,
                ..expr.span
            };
            let of_unit = postfix.as_rule() == Rule::of_unit;
            let mut behind = Parts::of(postfix);
            let unit = behind.next()?;
            let value = Box::new(expr);
            let kind = match unit.as_rule() {
                Rule::time_unit if of_unit => ExprKind::OfUnit {
                    value,
                    unit: unit_millis(unit.as_str()),
                },
                Rule::time_unit => ExprKind::InUnit {
                    value,
                    unit: unit_millis(unit.as_str()),
                    up: behind.has(Rule::round_up),
                },
                Rule::name => ExprKind::May {
                    tier: value,
                    capability: self.name(&unit),
                },
                _ => ExprKind::AsText(value),
            };
            expr = Expr { kind, span };
        }
        Some(expr)
    }

    fn operand(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::string => ExprKind::Text(self.text(&pair).text),
            Rule::number => ExprKind::Number(self.number(&pair).text),
            Rule::duration => ExprKind::Duration(self.duration(pair)?.0),
            Rule::path => ExprKind::Path(self.path(pair)),
            Rule::fresh_hex => {
                let mut parts = Parts::of(pair);
                let digits = self.take_number(&mut parts)?;
                let prefix = self.take_text(&mut parts);
                ExprKind::FreshHex(Box::new((digits, prefix)))
            }
            Rule::has => ExprKind::Has(self.take_path(&mut Parts::of(pair))?),
            Rule::peek => {
                let mut parts = Parts::of(pair);
                ExprKind::Peek {
                    pointer: self.take_text(&mut parts)?,
                    ty: self.take_name(&mut parts)?,
                }
            }
            Rule::grant => self.grant(pair)?,
            Rule::wait => self.wait(pair)?,
            Rule::fields => ExprKind::Object(self.fields(pair)?),
            Rule::list => ExprKind::List(Parts::of(pair).map(|item| self.expr(item)).collect::<Option<_>>()?),
            Rule::call => {
                let mut parts = Parts::of(pair);
                ExprKind::Call {
                    function: self.take_path(&mut parts)?,
                    argument: Box::new(self.take_expr(&mut parts)?),
                }
            }
            Rule::group => self.expr(Parts::of(pair).next()?)?.kind,
            _ => return None,
        };
        Some(Expr { kind, span })
    }

    /// An operand that stands without operators.
    pub(super) fn take_bare(&mut self, parts: &mut Parts<'_>) -> Option<Expr> {
        let operand = Parts::of(parts.accept(Rule::bare)?).next()?;
        self.operand(operand)
    }

    /// `{ name = expr, ... }`
    pub(super) fn fields(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<(Name, Expr)>> {
        Parts::of(pair)
            .map(|field| {
                let mut field = Parts::of(field);
                Some((self.take_name(&mut field)?, self.take_expr(&mut field)?))
            })
            .collect()
    }

    /// The same, where they may be left out.
    pub(super) fn take_fields(&mut self, parts: &mut Parts<'_>) -> Option<Vec<(Name, Expr)>> {
        match parts.accept(Rule::fields) {
            Some(fields) => self.fields(fields),
            None => Some(Vec::new()),
        }
    }

    fn spend(&mut self, operator: &Pair<'_, Rule>) -> Option<()> {
        let left = self.expressions.operators.checked_sub(1);
        if left.is_none() {
            self.diagnostics
                .push(syntax_nesting::too_many_operators(self.span(operator), MAX_OPERATORS));
        }
        self.expressions.operators = left?;
        Some(())
    }
}

//! Objects and lists.

use std::collections::HashSet;

use super::codes;
use super::expr::Use;
use super::literal::constant;
use super::place::member_type;
use super::scope::Scope;
use super::shape::{nullable, plain};
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, ExprKind, Presence, RecordId, Type, TypeKind};
use crate::source::Span;
use crate::syntax::tree;

impl Scope<'_> {
    pub(super) fn object(&mut self, fields: &[(tree::Name, tree::Expr)], span: Span, expected: Option<&Type>) -> Option<Expr> {
        let ty = match expected.map(|ty| &ty.kind) {
            Some(kind @ (TypeKind::Object | TypeKind::Json)) => kind.clone(),
            Some(TypeKind::Record(id)) => return self.record(*id, fields, span),
            _ => {
                self.not_expected("an object", span);
                return None;
            }
        };
        self.unique_fields(fields);
        let mut members = Vec::new();
        let mut failed = false;
        for (name, value) in fields {
            match self.free(value) {
                Some(value) => members.push((name.text.clone(), value)),
                None => failed = true,
            }
        }
        (!failed).then(|| Expr {
            kind: ExprKind::Object(members),
            ty: plain(ty),
            span,
        })
    }

    fn record(&mut self, id: RecordId, fields: &[(tree::Name, tree::Expr)], span: Span) -> Option<Expr> {
        let model = self.model;
        let members = self.complete(id, fields, span, Use::Sent)?;
        let members = members
            .into_iter()
            .map(|(index, value)| (model[id].members[index].wire.clone(), value))
            .collect();
        Some(Expr {
            kind: ExprKind::Object(members),
            ty: plain(TypeKind::Record(id)),
            span,
        })
    }

    /// All members of a record: what is given, in the order in which it is given, then what is left out.
    pub(super) fn complete(
        &mut self,
        id: RecordId,
        fields: &[(tree::Name, tree::Expr)],
        span: Span,
        usage: Use,
    ) -> Option<Vec<(usize, Expr)>> {
        let model = self.model;
        let record = &model[id];
        let mut members = self.fields_of(id, fields, usage);
        let failed = members.len() != fields.len();
        let given: HashSet<&str> = fields.iter().map(|(name, _)| name.text.as_str()).collect();
        let mut open = Vec::new();
        for (index, member) in record
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| !given.contains(member.name.as_str()))
        {
            let ty = member_type(member);
            let value = match &member.presence {
                Presence::Required { default: Some(value) } | Presence::Default { value, .. } => constant(value, &ty, member),
                Presence::Optional => Some(Expr {
                    kind: ExprKind::None,
                    ty,
                    span,
                }),
                Presence::Required { default: None } => None,
            };
            match value {
                Some(value) => members.push((index, value)),
                None => open.push(member.name.as_str()),
            }
        }
        if !open.is_empty() {
            self.missing(&record.decl.name, &open, span);
            return None;
        }
        (!failed).then_some(members)
    }

    /// Members of a record by index, each of its member's type, without those that something is wrong with.
    fn fields_of(&mut self, id: RecordId, fields: &[(tree::Name, tree::Expr)], usage: Use) -> Vec<(usize, Expr)> {
        self.unique_fields(fields);
        let mut typed = Vec::new();
        for (name, value) in fields {
            let Some((index, ty)) = self.member_of_record(id, name) else {
                continue;
            };
            if let Some(value) = self.member_value(value, &ty, usage) {
                typed.push((index, value));
            }
        }
        typed
    }

    /// A value for a member of a message, a record or a row.
    pub(in crate::resolve) fn member_value(&mut self, value: &tree::Expr, ty: &Type, usage: Use) -> Option<Expr> {
        if let TypeKind::Payload { .. } = ty.kind {
            self.found.push(
                Diagnostic::error(codes::NOT_SENDABLE, value.span, "a payload cannot be made in a schema")
                    .help("let the application send the message: `app Message => send`"),
            );
            return None;
        }
        self.assigned_to(value, ty, usage)
    }

    /// Says that members are left out which must be there.
    fn missing(&mut self, of: &str, open: &[&str], span: Span) {
        let (word, names) = (if open.len() == 1 { "member" } else { "members" }, open.join("`, `"));
        self.found.push(
            Diagnostic::error(
                codes::MISSING_MEMBER,
                span,
                format!("`{of}` is made without its required {word} `{names}`"),
            )
            .help(format!("give it a value: `{} = ...`", open[0])),
        );
    }

    /// Says of each field whose name stands before it already.
    pub(in crate::resolve) fn unique_fields(&mut self, fields: &[(tree::Name, tree::Expr)]) {
        let mut first = std::collections::HashMap::new();
        for (name, _) in fields {
            if let Some(earlier) = first.insert(name.text.as_str(), name.span) {
                self.found.push(
                    Diagnostic::error(codes::DUPLICATE, name.span, format!("`{}` is given twice", name.text))
                        .related(earlier, "first here"),
                );
            }
        }
    }

    pub(super) fn list(&mut self, items: &[tree::Expr], span: Span, expected: Option<&Type>) -> Option<Expr> {
        let Some(expected) = expected else {
            self.not_expected("a list", span);
            return None;
        };
        let values: Vec<Option<Expr>> = match &expected.kind {
            TypeKind::List { item, length, .. } => {
                if let Some((least, most)) = length
                    && !(*least..=*most).contains(&(items.len() as u64))
                {
                    self.error(
                        codes::CONSTANT,
                        span,
                        format!("the list has {} items, and {least} to {most} are allowed", items.len()),
                    );
                    return None;
                }
                items.iter().map(|value| self.assigned_to(value, item, Use::Sent)).collect()
            }
            TypeKind::Json => items.iter().map(|value| self.free_item(value)).collect(),
            _ => {
                self.not_expected("a list", span);
                return None;
            }
        };
        let values = values.into_iter().collect::<Option<Vec<Expr>>>()?;
        Some(Expr {
            kind: ExprKind::List(values),
            ty: nullable(expected, false),
            span,
        })
    }

    fn free_item(&mut self, value: &tree::Expr) -> Option<Expr> {
        let expr = self.free(value)?;
        if expr.ty.nullable {
            self.found.push(
                Diagnostic::error(codes::MAY_BE_NONE, value.span, "an item of a list may be none here")
                    .help("guard the transition with `has`, or give a value to stand in: `... ?? ...`"),
            );
            return None;
        }
        Some(expr)
    }

    /// A value of whatever type it has, as JSON can hold it.
    fn free(&mut self, value: &tree::Expr) -> Option<Expr> {
        let json = plain(TypeKind::Json);
        let expected = matches!(value.kind, tree::ExprKind::Object(_) | tree::ExprKind::List(_)).then_some(&json);
        let expr = self.typed(value, expected)?.expr;
        let help = match expr.ty.kind {
            TypeKind::Duration => "say in which unit: `... as ms`, `... as s`",
            TypeKind::Instant => "say how it is written: `now as s`, `now as ms`, `now as rfc3339`",
            TypeKind::Payload { .. } => "a payload is only carried by its own message",
            _ => return Some(expr),
        };
        let what = super::shape::describe(self.model, &expr.ty);
        self.found
            .push(Diagnostic::error(codes::MISMATCH, value.span, format!("JSON has no `{what}`")).help(help));
        None
    }

    fn not_expected(&mut self, what: &str, span: Span) {
        self.error(codes::MISMATCH, span, format!("{what} cannot stand here"));
    }
}

//! Paths to values: variables, and members of what came.

use super::codes;
use super::scope::{Scope, written};
use super::shape::{describe, nullable, plain};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::did_you_mean;
use crate::model::{
    Binding, BindingKind, EnvelopeId, Expr, ExprKind, Member, MessageBody, MessageId, Place, PlaceBase, Presence, RecordId, StringSet, Tag,
    Type, TypeKind,
};
use crate::syntax::tree;
use ltp_runtime::codec::Rule;

/// A place, before it is known whether it holds something.
pub(in crate::resolve) struct Found {
    pub place: Place,
    /// Nullable where the place may be none.
    pub ty: Type,
    /// Nullable places on the way, outermost first, of which nothing is known.
    pub open: Vec<(Place, Type)>,
}

impl Scope<'_> {
    /// The value at a path, unwrapped where it is known to be there.
    pub(in crate::resolve) fn value_at(&mut self, path: &tree::Path) -> Option<Expr> {
        let found = self.place(path)?;
        if self.source.is_some() && !found.open.is_empty() {
            // Where a record on the way is absent, so is what it would hold.
            return Some(Expr {
                kind: ExprKind::Place(found.place),
                ty: nullable(&found.ty, true),
                span: path.span,
            });
        }
        if let Some((place, _)) = found.open.first() {
            let parts = path.parts.len() - (found.place.path.len() - place.path.len());
            self.found.push(
                Diagnostic::error(
                    codes::MAY_BE_NONE,
                    path.span,
                    format!("`{}` may be none here", written_to(path, parts)),
                )
                .help(format!("guard the transition with `when has {}`", written(path))),
            );
            return None;
        }
        let known = found.ty.nullable && self.present.contains(&found.place);
        let expr = Expr {
            kind: ExprKind::Place(found.place),
            ty: found.ty,
            span: path.span,
        };
        Some(if known { unwrap(expr) } else { expr })
    }

    /// Says that a value may be none where it must not.
    pub(in crate::resolve) fn may_be_none(&mut self, tree: &tree::Expr) {
        let diagnostic = if let tree::ExprKind::Path(path) = &tree.kind {
            let what = written(path);
            Diagnostic::error(codes::MAY_BE_NONE, tree.span, format!("`{what}` may be none here")).help(if self.source.is_some() {
                format!("give a value to stand in: `{what} ?? ...`")
            } else {
                format!("guard the transition with `when has {what}`, or give a value to stand in: `{what} ?? ...`")
            })
        } else {
            Diagnostic::error(codes::MAY_BE_NONE, tree.span, "this may be none here").help(if self.source.is_some() {
                "give a value to stand in: `... ?? ...`"
            } else {
                "give a value to stand in: `... ?? ...`, or guard the transition with `when has ...`"
            })
        };
        self.found.push(diagnostic);
    }

    /// Walks a path from a variable, or from what came, through records.
    pub(in crate::resolve) fn place(&mut self, path: &tree::Path) -> Option<Found> {
        let first = path.parts.first()?;
        let (base, ty, used) = if let Some((base, member)) = self.source.and_then(|source| source.member(&first.text)) {
            (base, member_type(member), 1)
        } else if let Some(binding) = self.binding.clone().filter(|binding| binding.name == first.text) {
            let Some(member) = path.parts.get(1) else {
                self.found.push(
                    Diagnostic::error(codes::MISMATCH, path.span, format!("`{}` is all of what came", first.text))
                        .help(format!("name one of its members: `{}.member`", first.text)),
                );
                return None;
            };
            let (base, ty) = self.member_of_binding(&binding, member)?;
            (base, ty, 2)
        } else if let Some(known) = self.var(&first.text) {
            (PlaceBase::Var(known.var), known.ty.clone(), 1)
        } else {
            self.undefined(first, "variable", &[]);
            return None;
        };

        let mut found = Found {
            place: Place { base, path: Vec::new() },
            ty,
            open: Vec::new(),
        };
        for (index, part) in path.parts.iter().enumerate().skip(used) {
            if found.ty.nullable && !self.present.contains(&found.place) {
                found.open.push((found.place.clone(), found.ty.clone()));
            }
            let TypeKind::Record(record) = found.ty.kind else {
                let what = describe(self.model, &nullable(&found.ty, false));
                self.error(
                    codes::UNDEFINED,
                    part.span,
                    format!("`{}` is `{what}`, which has no members to name", written_to(path, index)),
                );
                return None;
            };
            let (at, ty) = self.member_of_record(record, part)?;
            found.place.path.push(at);
            found.ty = ty;
        }
        Some(found)
    }

    fn member_of_binding(&mut self, binding: &Binding, member: &tree::Name) -> Option<(PlaceBase, Type)> {
        match binding.kind {
            BindingKind::Message(id) => self.member_of_message(id, member),
            BindingKind::Envelope(id) => self.member_of_envelope(id, member),
            BindingKind::AnyMessage => self.fixed(member, "message", &[("tag", PlaceBase::Tag, text())]),
            BindingKind::Malformed => self.fixed(
                member,
                "malformed message",
                &[
                    ("rule", PlaceBase::RefusedRule, rules()),
                    ("pointer", PlaceBase::RefusedPointer, text()),
                    ("text", PlaceBase::RefusedText, text()),
                    ("tag", PlaceBase::RefusedTag, nullable(&text(), true)),
                    ("size", PlaceBase::RefusedSize, plain(TypeKind::Uint(Vec::new()))),
                    ("limit", PlaceBase::MessageLimit, plain(TypeKind::Uint(Vec::new()))),
                ],
            ),
            BindingKind::Row(_) => {
                let record = self.row?;
                let (at, ty) = self.member_of_record(record, member)?;
                Some((PlaceBase::Row(at), ty))
            }
        }
    }

    fn member_of_message(&mut self, id: MessageId, member: &tree::Name) -> Option<(PlaceBase, Type)> {
        let model = self.model;
        let message = &model[id];
        if let Tag::Scalar { scalar, member: tag } = &message.tag
            && *tag == member.text
        {
            return Some((PlaceBase::Tag, model[*scalar].ty.clone()));
        }
        let body: &[Member] = match message.body {
            MessageBody::Record(record) => &model[record].members,
            MessageBody::Object => &[],
        };
        if let Some((at, member)) = find(body, &member.text) {
            return Some((PlaceBase::Body(at), member_type(member)));
        }
        let envelope = &model[message.envelope].members;
        if let Some((at, found)) = find(envelope, &member.text) {
            if self.draft {
                self.found.push(
                    Diagnostic::error(
                        codes::UNDEFINED,
                        member.span,
                        format!(
                            "`{}` belongs to the envelope, which what the application sends does not have yet",
                            member.text
                        ),
                    )
                    .help("a guard of an `app` transition can only name members of the message itself"),
                );
                return None;
            }
            return Some((PlaceBase::Envelope(at), member_type(found)));
        }
        let mut names: Vec<&str> = body.iter().chain(envelope).map(|member| member.name.as_str()).collect();
        if let Tag::Scalar { member, .. } = &message.tag {
            names.push(member);
        }
        self.no_member(member, &message.decl.name, &names);
        None
    }

    fn member_of_envelope(&mut self, id: EnvelopeId, member: &tree::Name) -> Option<(PlaceBase, Type)> {
        let model = self.model;
        let envelope = &model[id];
        if let Some((at, member)) = find(&envelope.members, &member.text) {
            return Some((PlaceBase::Envelope(at), member_type(member)));
        }
        if member.text == "tag" {
            return Some((PlaceBase::Tag, text()));
        }
        let mut names: Vec<&str> = envelope.members.iter().map(|member| member.name.as_str()).collect();
        names.push("tag");
        self.no_member(member, &envelope.decl.name, &names);
        None
    }

    pub(in crate::resolve) fn member_of_record(&mut self, id: RecordId, member: &tree::Name) -> Option<(usize, Type)> {
        let model = self.model;
        let record = &model[id];
        if let Some((at, member)) = find(&record.members, &member.text) {
            return Some((at, member_type(member)));
        }
        let names: Vec<&str> = record.members.iter().map(|member| member.name.as_str()).collect();
        self.no_member(member, &record.decl.name, &names);
        None
    }

    fn fixed(&mut self, member: &tree::Name, what: &str, members: &[(&str, PlaceBase, Type)]) -> Option<(PlaceBase, Type)> {
        if let Some((_, base, ty)) = members.iter().find(|(name, ..)| *name == member.text) {
            return Some((base.clone(), ty.clone()));
        }
        let names: Vec<&str> = members.iter().map(|(name, ..)| *name).collect();
        self.no_member(member, what, &names);
        None
    }

    /// Says that something has no such member.
    pub(in crate::resolve) fn no_member(&mut self, member: &tree::Name, of: &str, names: &[&str]) {
        if self.host.is_broken() {
            return;
        }
        let mut diagnostic = Diagnostic::error(codes::UNDEFINED, member.span, format!("`{of}` has no member `{}`", member.text));
        if let Some(near) = did_you_mean(&member.text, names.iter().copied()) {
            diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
        } else if !names.is_empty() && names.len() <= 12 {
            diagnostic = diagnostic.help(format!("it has `{}`", names.join("`, `")));
        }
        self.found.push(diagnostic);
    }
}

/// What a nullable place holds.
pub(in crate::resolve) fn unwrap(expr: Expr) -> Expr {
    let (ty, span) = (nullable(&expr.ty, false), expr.span);
    Expr {
        kind: ExprKind::Unwrap(Box::new(expr)),
        ty,
        span,
    }
}

/// A member by its name in the schema, with its index.
pub(in crate::resolve) fn find<'m>(members: &'m [Member], name: &str) -> Option<(usize, &'m Member)> {
    members.iter().enumerate().find(|(_, member)| member.name == name)
}

/// The type of a member's place: nullable where the member may be absent without a default.
pub(in crate::resolve) fn member_type(member: &Member) -> Type {
    nullable(&member.ty, member.ty.nullable || member.presence == Presence::Optional)
}

/// The first parts of a path.
fn written_to(path: &tree::Path, parts: usize) -> String {
    let mut path = path.clone();
    path.parts.truncate(parts);
    written(&path)
}

fn text() -> Type {
    plain(TypeKind::String(StringSet::default()))
}

/// The names of the rules that a message can break: so that a mistyped one is found.
fn rules() -> Type {
    let one_of = Rule::ALL.iter().map(|rule| rule.name().to_owned()).collect();
    plain(TypeKind::String(StringSet {
        one_of,
        ..StringSet::default()
    }))
}

//! Types: what is written, with its constraints as sets.

use super::collect::add_record;
use super::constraints;
use super::context::{Context, Owner, Scope};
use super::names::{Declared, Sort};
use crate::check;
use crate::model::{Decl, RecordId, StringSet, Type, TypeKind};
use crate::naming::pascal_case;
use crate::source::Span;
use crate::syntax::tree;

/// The types that need no declaration.
pub const BUILT_IN: &[&str] = &[
    "bool", "int", "uint", "float", "string", "uuid", "datetime", "duration", "json", "object",
];

/// How deep types may be nested in one declaration.
pub const DEEPEST: usize = 32;

impl<'a> Context<'a> {
    /// What a type with its constraints is. `None`: something about it is wrong, and has been reported.
    pub fn resolve_type(&mut self, ty: &'a tree::Type, constraints: &'a [tree::Constraint], scope: Scope<'_>) -> Option<Type> {
        self.nested_type(ty, constraints, scope, 0)
    }

    fn nested_type(&mut self, ty: &'a tree::Type, limits: &'a [tree::Constraint], scope: Scope<'_>, depth: usize) -> Option<Type> {
        if depth > DEEPEST {
            self.report(check::misplaced_type::too_deep(ty.span, DEEPEST));
            return None;
        }
        let mut resolved = match &ty.kind {
            tree::TypeKind::Path(path) => self.named_type(path, scope)?,
            tree::TypeKind::List { item, constraints } => {
                let item = Box::new(self.nested_type(item, constraints, scope, depth + 1)?);
                plain(TypeKind::List {
                    item,
                    length: None,
                    toon_key: None,
                })
            }
            tree::TypeKind::Map { value, constraints } => {
                let value = Box::new(self.nested_type(value, constraints, scope, depth + 1)?);
                plain(TypeKind::Map { value, length: None })
            }
            tree::TypeKind::Record { name, open, members } => {
                let record = self.record_in_place(name.as_ref(), *open, members, scope, ty.span, depth);
                plain(TypeKind::Record(record))
            }
            tree::TypeKind::Literals(texts) => {
                let one_of = constraints::texts(self, texts);
                plain(TypeKind::String(StringSet {
                    one_of,
                    ..StringSet::default()
                }))
            }
            tree::TypeKind::Dependent(dependent) => {
                self.report(check::dependent_member::misplaced(dependent.groups.span));
                return None;
            }
            tree::TypeKind::Payload { set, .. } => {
                self.report(check::misplaced_type::payload(set.span));
                return None;
            }
        };
        if resolved.nullable && ty.nullable {
            self.report(check::misplaced_type::twice_nullable(ty.span));
        }
        if matches!(resolved.kind, TypeKind::Json) && ty.nullable && !scope.in_session {
            self.report(check::misplaced_type::nullable_json(ty.span));
            return None;
        }
        resolved.nullable |= ty.nullable;
        if !limits.is_empty() {
            if !constraints::apply(self, &mut resolved, limits) {
                return None;
            }
            resolved.scalar = None;
        }
        Some(resolved)
    }

    fn named_type(&mut self, path: &tree::Path, scope: Scope<'_>) -> Option<Type> {
        if let [name] = path.parts.as_slice()
            && let Some(kind) = built_in(&name.text)
        {
            if matches!(kind, TypeKind::Duration) && !scope.in_session {
                self.report(check::misplaced_type::duration(name.span));
                return None;
            }
            return Some(plain(kind));
        }
        let declared = self.look_up(path, scope.module, &[Sort::Type])?;
        self.type_named(declared)
    }

    /// The type that a declaration makes. `None`: it is wrong, which was said, or no type.
    pub(super) fn type_named(&self, declared: Declared) -> Option<Type> {
        match declared {
            Declared::Scalar(id) if self.broken_scalars.contains(&id) => None,
            Declared::Scalar(id) => Some(self.model[id].ty.clone()),
            Declared::Record(id) => Some(plain(TypeKind::Record(id))),
            Declared::Enum(id) => Some(plain(TypeKind::Enum(id))),
            Declared::Union(id) => Some(plain(TypeKind::Union(id))),
            Declared::Payloads(id) => Some(plain(TypeKind::PayloadKind(id))),
            _ => None,
        }
    }

    fn record_in_place(
        &mut self,
        name: Option<&'a tree::Name>,
        open: bool,
        members: &'a tree::Members,
        scope: Scope<'_>,
        span: Span,
        depth: usize,
    ) -> RecordId {
        let waiting = name.and_then(|name| match self.names.own(scope.module, &name.text)?.target? {
            // A second record of this name was reported; it gets an id of its own.
            Declared::Record(id) if self.in_place.remove(&id) => Some(id),
            _ => None,
        });
        let id = waiting.unwrap_or_else(|| {
            let (text, span) = name.map_or_else(|| (scope.owner.to_owned(), span), |name| (name.text.clone(), name.span));
            let decl = Decl {
                name: text,
                module: scope.module,
                docs: String::new(),
                annotations: Vec::new(),
                span,
            };
            add_record(self, decl, open)
        });
        let owner = self.model[id].decl.name.clone();
        self.draft_members(Owner::Record(id), members, Scope { owner: &owner, ..scope }, depth + 1);
        id
    }

    /// The type of a member or a case, in whose name a record is named that is written in place.
    pub(super) fn type_of(
        &mut self,
        name: &str,
        ty: &'a tree::Type,
        constraints: &'a [tree::Constraint],
        scope: Scope<'_>,
        depth: usize,
    ) -> Option<Type> {
        // The name is made only where it is needed: most members are no records.
        if is_plain(ty) {
            return self.nested_type(ty, constraints, scope, depth);
        }
        let owner = format!("{}{}", pascal_case(scope.owner), pascal_case(name));
        self.nested_type(ty, constraints, Scope { owner: &owner, ..scope }, depth)
    }
}

/// A type that is neither nullable nor a scalar's.
#[must_use]
pub const fn plain(kind: TypeKind) -> Type {
    Type {
        kind,
        nullable: false,
        scalar: None,
    }
}

fn is_plain(ty: &tree::Type) -> bool {
    matches!(
        ty.kind,
        tree::TypeKind::Path(_) | tree::TypeKind::Literals(_) | tree::TypeKind::Payload { .. } | tree::TypeKind::Dependent(_)
    )
}

fn built_in(name: &str) -> Option<TypeKind> {
    Some(match name {
        "bool" => TypeKind::Bool,
        "int" => TypeKind::Int(Vec::new()),
        "uint" => TypeKind::Uint(Vec::new()),
        "float" => TypeKind::Float(Vec::new()),
        "string" => TypeKind::String(StringSet::default()),
        "uuid" => TypeKind::Uuid,
        "datetime" => TypeKind::Datetime,
        "duration" => TypeKind::Duration,
        "json" => TypeKind::Json,
        "object" => TypeKind::Object,
        _ => return None,
    })
}

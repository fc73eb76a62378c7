//! Digests: what they sort, join and hash, and of which scalar they give a text.

use std::collections::HashMap;

use super::context::{Context, Owner, Scope};
use super::names::{Declared, Sort};
use crate::check::{digest_form, digest_member, duplicate_name};
use crate::model::{Algorithm, Digest, DigestId, Member, ModuleId, Presence, RecordId, ScalarId, TypeKind};
use crate::source::Span;
use crate::syntax::tree::{self, DigestPartKind, ItemKind, Name};

/// Resolves digests. Every record is resolved already.
pub fn resolve(context: &mut Context<'_>) {
    for (module, _, item) in context.items() {
        let ItemKind::Digest(written) = &item.kind else { continue };
        super::annotations::read(&item.annotations, &[], &mut context.found);
        let decl = context.decl(module, item, &written.name);
        let (record, output) = (input(context, module, written), output(context, module, &written.output));
        let Some(parts) = Parts::of(context, written) else { continue };
        let Some((record, output)) = record.zip(output) else { continue };
        let sort = members(context, record, parts.sort, digest_member::SORTED, sorts);
        let join = members(context, record, parts.join, digest_member::JOINED, joins);
        let (Some(sort), Some(join)) = (sort, join) else { continue };
        let id = DigestId(u32::try_from(context.model.digests.len()).unwrap_or(u32::MAX));
        context.model.digests.push(Digest {
            decl,
            record,
            sort,
            join,
            algorithm: parts.algorithm,
            digits: parts.digits,
            prefix: parts.prefix,
            empty: parts.empty,
            output,
        });
        context.bind(module, &written.name, Declared::Digest(id));
    }
}

/// The record of the list that it is computed from.
fn input<'a>(context: &mut Context<'a>, module: ModuleId, written: &'a tree::Digest) -> Option<RecordId> {
    let scope = Scope {
        module,
        owner: &written.name.text,
        in_session: false,
    };
    let ty = context.resolve_type(&written.input, &[], scope)?;
    match ty.kind {
        TypeKind::List { item, length: None, .. } if !ty.nullable && !item.nullable => match item.kind {
            TypeKind::Record(id) => return Some(id),
            _ => context.report(digest_form::no_records(written.input.span)),
        },
        _ => context.report(digest_form::no_records(written.input.span)),
    }
    None
}

fn output(context: &mut Context<'_>, module: ModuleId, path: &tree::Path) -> Option<ScalarId> {
    let built_in = path.parts.len() == 1 && path.parts.iter().all(|name| super::BUILT_IN.contains(&name.text.as_str()));
    let declared = if built_in {
        None
    } else {
        Some(context.look_up(path, module, &[Sort::Type])?)
    };
    if let Some(Declared::Scalar(id)) = declared {
        if context.broken_scalars.contains(&id) {
            return None;
        }
        if matches!(context.model[id].ty.kind, TypeKind::String(_)) {
            return Some(id);
        }
    }
    context.report(digest_form::no_scalar(path.span));
    None
}

/// What the parts say, each once.
struct Parts<'a> {
    sort: &'a [Name],
    join: &'a [Name],
    algorithm: Algorithm,
    digits: usize,
    prefix: String,
    empty: Option<String>,
}

impl<'a> Parts<'a> {
    fn of(context: &mut Context<'_>, written: &'a tree::Digest) -> Option<Self> {
        let (mut sort, mut join, mut hash, mut prefix, mut empty) = (None, None, None, None, None);
        let mut said: HashMap<&str, Span> = HashMap::new();
        let mut sound = true;
        for part in &written.parts {
            let what = match &part.kind {
                DigestPartKind::Sort(_) => "sort",
                DigestPartKind::Join(_) => "join",
                DigestPartKind::Prefix(_) => "prefix",
                DigestPartKind::Empty(_) => "empty",
                DigestPartKind::Hash { .. } => "hex",
            };
            if let Some(earlier) = said.insert(what, part.span) {
                context.report(digest_form::again(part.span, earlier));
                sound = false;
            }
            match &part.kind {
                DigestPartKind::Sort(names) => sort = Some(names.as_slice()),
                DigestPartKind::Join(names) => join = Some(names.as_slice()),
                DigestPartKind::Prefix(text) => prefix = Some(text.text.clone()),
                DigestPartKind::Empty(text) => empty = Some(text.text.clone()),
                DigestPartKind::Hash { algorithm, digits } => match hashed(algorithm, digits) {
                    Ok(said) => hash = Some(said),
                    Err(problem) => {
                        context.report(*problem);
                        sound = false;
                    }
                },
            }
        }
        for what in ["join", "hex"].into_iter().filter(|what| !said.contains_key(what)) {
            context.report(digest_form::missing(what, &written.name));
            sound = false;
        }
        let (algorithm, digits) = hash?;
        sound.then_some(Self {
            sort: sort.unwrap_or_default(),
            join: join?,
            algorithm,
            digits,
            prefix: prefix.unwrap_or_default(),
            empty,
        })
    }
}

fn hashed(algorithm: &Name, digits: &tree::Number) -> Result<(Algorithm, usize), digest_form::Problem> {
    let [known] = [Algorithm::Sha256];
    if algorithm.text != known.name() {
        return Err(digest_form::algorithm(algorithm, &[known.name()]));
    }
    match digits.text.parse() {
        Ok(count) if (1..=known.digits()).contains(&count) => Ok((known, count)),
        _ => Err(digest_form::digits(digits.span, known)),
    }
}

/// The members of these names, by index, each once and of a type that will do.
fn members(
    context: &mut Context<'_>,
    record: RecordId,
    names: &[Name],
    what: digest_member::Use,
    fits: impl Fn(&TypeKind) -> bool,
) -> Option<Vec<usize>> {
    let mut found = Vec::with_capacity(names.len());
    let mut sound = true;
    let mut known: HashMap<&str, Span> = HashMap::new();
    for name in names {
        if let Some(earlier) = known.insert(&name.text, name.span) {
            context.report(duplicate_name::report("member", &name.text, name.span, earlier));
            sound = false;
            continue;
        }
        let declared = &context.model[record];
        let problem = match declared.members.iter().position(|member| member.name == name.text) {
            Some(index) => match unfit(&declared.members[index], &fits) {
                None => {
                    found.push(index);
                    continue;
                }
                Some(why) => digest_member::unfit(name, what, why, declared.members[index].span),
            },
            None if context.is_left_out(Owner::Record(record), &name.text) => return None,
            None => {
                let near = context.nearest(&name.text, declared.members.iter().map(|member| member.name.clone()));
                digest_member::unknown(name, &declared.decl.name, near.as_deref())
            }
        };
        context.report(problem);
        sound = false;
    }
    sound.then_some(found)
}

/// Why a member does not do.
fn unfit(member: &Member, fits: impl Fn(&TypeKind) -> bool) -> Option<digest_member::Why> {
    if member.ty.nullable || member.presence == Presence::Optional {
        return Some(digest_member::Why::MayBeNone);
    }
    (!fits(&member.ty.kind)).then_some(digest_member::Why::Type)
}

/// Whether values have an order that is the same in every language. Moments have offsets: their texts are not in the order of time.
const fn sorts(kind: &TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::String(_) | TypeKind::Uuid | TypeKind::Int(_) | TypeKind::Uint(_) | TypeKind::Enum(_)
    )
}

/// Whether values have one text.
const fn joins(kind: &TypeKind) -> bool {
    sorts(kind) || matches!(kind, TypeKind::Datetime)
}

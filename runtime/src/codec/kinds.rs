//! Types that a program adds to what a schema declares: enums of texts, and kinds of open payload sets.

use alloc::{borrow::Cow, vec::Vec};

use super::{Carried, Reader, Refused, Violation, Wire, toon, toon_table};
use crate::schema::{Limits, Schema, Type, linked};

/// An enum of texts.
pub trait Texts {
    /// What it declares, in order.
    const TEXTS: &'static [&'static str];

    /// Its text on the wire.
    fn text(&self) -> &str;
}

/// A payload that a program declares itself, by `#[derive(Payload)]` with `#[ltp(kind = "...")]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of a payload set",
    label = "has no name of a kind",
    note = "say it where `Payload` is derived: `#[ltp(kind = \"name\", set = path::of::Set)]`"
)]
pub trait PayloadKind {
    /// The name of the kind on the wire.
    const KIND: &'static str;
    /// What a list of this kind is called in a TOON document.
    const TOON_KEY: Option<&'static str>;
}

/// A kind of a certain payload set, which is said as [`Carrier::Set`] is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of this payload set",
    label = "no kind of the set",
    note = "say it where `Payload` is derived: `#[ltp(kind = \"name\", set = path::of::Set)]`"
)]
pub trait KindOf<Set>: PayloadKind {}

/// A payload set that is `open`: kinds that the schema does not declare are carried, and a program may know more of them.
pub trait Carrier<'a>: Sized {
    /// The set, whatever it borrows from: a function of it, since a name without its lifetime is no type.
    type Set;

    /// A payload of a kind that the schema does not declare.
    fn carry(kind: Cow<'a, str>, data: Carried<'a>) -> Self;

    /// The kind and what came, if the schema does not declare it.
    fn carried(&self) -> Option<(&str, &Carried<'a>)>;

    /// A payload of a kind that the program declares.
    #[must_use]
    fn of<'w, K: KindOf<Self::Set> + Wire<'w>>(value: &K) -> Self {
        let mut out = Vec::new();
        value.encode(&mut out);
        Self::carry(Cow::Borrowed(K::KIND), Carried::Json(super::Json::trusted(super::write::text(out))))
    }

    /// As [`Self::of`], as the table of a TOON document; `None` if the kind is no list that has one.
    #[must_use]
    fn of_toon<'w, K: KindOf<Self::Set> + Wire<'w>>(value: &K) -> Option<Self> {
        let document = toon_table(K::TOON_KEY, |out| value.encode(out))?;
        Some(Self::carry(Cow::Borrowed(K::KIND), Carried::Document(document)))
    }

    /// What it holds, if it is of that kind: the value, or everything that is wrong with it.
    fn get<K: KindOf<Self::Set> + for<'w> Wire<'w>>(&self) -> Option<Result<K, Vec<Violation>>> {
        let (kind, data) = self.carried()?;
        (kind == K::KIND).then(|| of_carried(data))
    }
}

/// A message, some payloads of which may be of kinds that the schema does not declare.
#[diagnostic::on_unimplemented(message = "no message of this protocol carries payloads of an open set")]
pub trait Carries {
    /// The first payload whose kind the schema does not declare: its kind and what came.
    fn carried(&self) -> Option<(&str, &Carried<'_>)>;

    /// What the message carries, if it is of that kind: the value, or everything that is wrong with it.
    fn get<K: PayloadKind + for<'w> Wire<'w>>(&self) -> Option<Result<K, Vec<Violation>>> {
        let (kind, data) = self.carried()?;
        (kind == K::KIND).then(|| of_carried(data))
    }
}

/// A value of a kind from what was carried.
fn of_carried<K: for<'w> Wire<'w>>(data: &Carried<'_>) -> Result<K, Vec<Violation>> {
    match data {
        Carried::Json(json) => K::decode(json.as_str().as_bytes()),
        Carried::Document(document) => {
            let Limits { depth, message, .. } = K::SCHEMA.limits;
            let decode = if is_list::<K>() { toon::list_to_json } else { toon::to_json };
            match decode(document, depth, message) {
                Ok(json) => K::decode(json.as_bytes()),
                // As if the text of the document stood in the value's place: it says what was expected.
                Err(_) => Err(K::explain(document.as_bytes())),
            }
        }
    }
}

fn is_list<'w, K: Wire<'w>>() -> bool {
    let (schema, ty) = linked(K::SCHEMA, K::TYPE);
    let entry = |schema: &Schema| usize::try_from(ty).ok().and_then(|ty| schema.types.get(ty).cloned());
    matches!(entry(&schema), Some(Type::List(_)))
}

/// A value from its text, which a macro wrote: a default.
///
/// # Errors
/// If it is none of its type, which the macro has made sure of.
#[doc(hidden)]
#[cold]
pub fn constant<'a, T: Wire<'a>>(json: &'static str) -> Result<T, Refused> {
    T::read(&mut Reader::within(json, &Limits::NONE, 0))
}

//! What sessions ask of the rest of resolution.

use crate::model::{DigestId, EndpointId, EnumId, EnvelopeId, MessageId, Model, RecordId, Type};
use crate::source::Span;
use crate::syntax::tree;
use ltp_runtime::schema::Pattern;

/// The module in which a session is declared, with all that is resolved already.
pub(in crate::resolve) trait Host {
    /// Every type, envelope, message and endpoint.
    fn model(&self) -> &Model;

    /// What a name stands for, which counts as used then; says nothing if it stands for nothing.
    fn find(&self, path: &tree::Path) -> Option<Named>;

    /// Names of a sort that could have been meant, as they would be written here.
    fn candidates(&self, sort: Sort) -> Vec<String>;

    /// The type of a variable, by the place of its name; none if something is wrong with it, which has been reported.
    fn var(&self, name: Span) -> Option<Type>;

    /// The key and the row of a table, by the place of its name.
    fn table(&self, name: Span) -> Option<(Type, RecordId)>;

    /// The automaton of a pattern; none if something is wrong with it, which has been reported.
    fn pattern(&self, source: &str) -> Option<&Pattern>;

    /// Whether members may be missing from the model because something is wrong with them, which has been reported.
    fn is_broken(&self) -> bool;
}

/// What sort of thing is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::resolve) enum Sort {
    /// A message.
    Message,
    /// An envelope.
    Envelope,
    /// An endpoint.
    Endpoint,
    /// A digest.
    Digest,
}

/// What a name of a module stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::resolve) enum Named {
    /// A message.
    Message(MessageId),
    /// An envelope.
    Envelope(EnvelopeId),
    /// An enum or error table.
    Enum(EnumId),
    /// An endpoint.
    Endpoint(EndpointId),
    /// A digest.
    Digest(DigestId),
    /// Something else that has a name.
    Other,
    /// Something that is wrong, which has been reported: nothing more is said of it.
    Broken,
}

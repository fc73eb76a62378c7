//! A message with the buffer that it borrows from, as one value.

use alloc::{sync::Arc, vec::Vec};
use core::{fmt, slice};

use bytes::Bytes;

use super::{IntoOwned, Shareable, Violation};
use crate::session::Refusal;

/// A message, or another type that is read, together with the buffer that its texts stand in: no text is copied, and nobody is borrowed from.
///
/// It is as large as a pointer, moved into tasks and queues and cloned for the price of a count, and `Send` and `Sync` as the message is. The
/// type's own lifetime means nothing (where one must be said it is `'static`): [`Shared::get`] gives the message with that of the holder. The
/// whole buffer is kept as long as any clone: who keeps a small part of a large frame takes [`Shared::into_owned`].
///
/// ```
/// use std::borrow::Cow;
/// use ltp_runtime::codec::{self, Shared, Source, Violation, Wire};
/// # use ltp_runtime::schema::{Limits, Schema, Type, TypeId};
/// # #[derive(Debug)]
/// struct Name<'a>(Cow<'a, str>);
/// # static SCHEMA: Schema = Schema {
/// #     limits: Limits::DEFAULT,
/// #     types: Cow::Borrowed(&[Type::Json]),
/// #     envelopes: Cow::Borrowed(&[]),
/// #     messages: Cow::Borrowed(&[]),
/// #     framing: None,
/// # };
/// # impl<'a> Wire<'a> for Name<'a> {
/// #     const SCHEMA: &'static Schema = &SCHEMA;
/// #     const TYPE: TypeId = 0;
/// #     fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> { reader.string().map(Self) }
/// #     fn encode(&self, out: &mut Vec<u8>) { codec::write::string(out, &self.0) }
/// # }
/// // ... which implements `Wire`, as what is generated or derived does.
/// ltp_runtime::shareable!(Name);
///
/// let shared: Shared<Name<'static>> = Shared::decode("\"a name\"".into())?;
/// let other = shared.clone();
/// std::thread::spawn(move || assert_eq!(other.get().0, "a name"));
/// assert!(matches!(shared.get().0, Cow::Borrowed("a name")));
/// assert_eq!(shared.bytes(), "\"a name\"");
/// # Ok::<(), codec::DecodeError<Vec<Violation>>>(())
/// ```
///
/// There is no `Deref`, for it would have to say the message with the lifetime that it does not have.
pub struct Shared<M: Shareable>(Arc<Held<M>>);

/// Dropped in this order: what borrows first.
struct Held<M: Shareable> {
    /// Not seen but by [`Shareable::shorten`]: its lifetime is longer than that of what it borrows from.
    message: M::Borrowed<'static>,
    bytes: Bytes,
}

/// A buffer that was refused, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError<E> {
    /// What is wrong.
    pub refused: E,
    /// What it is wrong with.
    pub bytes: Bytes,
}

impl<M: Shareable> Shared<M> {
    /// Reads and validates what a buffer holds, as the `decode` of the type does.
    ///
    /// # Errors
    /// Everything that is wrong with it, as of `decode`, and the buffer.
    pub fn decode(bytes: Bytes) -> Result<Self, DecodeError<M::Refused>> {
        Self::decode_with(bytes, M::decode_from)
    }

    /// As [`Self::decode`], by a function: of framed text perhaps `|text| Message::decode_by(Mismatch::Advisory, text)`.
    ///
    /// # Errors
    /// The function's, and the buffer.
    pub fn decode_with<E>(
        bytes: Bytes,
        decode: impl for<'a> FnOnce(&'a [u8]) -> Result<M::Borrowed<'a>, E>,
    ) -> Result<Self, DecodeError<E>> {
        // SAFETY: what is made of the octets is dropped before `bytes`, with which it stands in `Held`, and is given to nobody for longer
        // than `Held` is borrowed: `get` shortens it. `decode` is for any lifetime, so it cannot keep the octets elsewhere, nor can `E`.
        let octets = unsafe { outliving(&bytes) };
        match decode(octets) {
            Ok(message) => Ok(Self(Arc::new(Held { message, bytes }))),
            Err(refused) => Err(DecodeError { refused, bytes }),
        }
    }

    /// The message, which borrows from the buffer.
    #[must_use]
    pub fn get(&self) -> &M::Borrowed<'_> {
        M::shorten(&self.0.message)
    }

    /// The whole buffer, as it was given.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.0.bytes
    }

    /// The message on its own, with texts that are copied; without a copy of it where this is the only holder.
    #[must_use]
    pub fn into_owned(self) -> M::Owned
    where
        M: IntoOwned,
        for<'a> M::Borrowed<'a>: Clone,
    {
        match Arc::try_unwrap(self.0) {
            Ok(Held { message, bytes }) => {
                let owned = M::into_owned(message);
                drop(bytes);
                owned
            }
            Err(held) => M::into_owned(M::shorten(&held.message).clone()),
        }
    }
}

/// The octets of a buffer, with a lifetime of the caller's choice.
///
/// # Safety
/// They are not read after `bytes` and all its clones are dropped.
unsafe fn outliving<'a>(bytes: &Bytes) -> &'a [u8] {
    // SAFETY: the octets are initialized and lie behind a pointer, so they stay where they are while `bytes` is moved. While any clone lives
    // nobody frees them, and nobody writes to them: what makes a buffer writable again takes the only one there is.
    unsafe { slice::from_raw_parts(bytes.as_ptr(), bytes.len()) }
}

impl<M: Shareable> Clone for Shared<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Shareable> fmt::Debug for Shared<M>
where
    for<'a> M::Borrowed<'a>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared").field(self.get()).finish()
    }
}

/// Messages are compared, not buffers.
impl<M: Shareable> PartialEq for Shared<M>
where
    for<'a> M::Borrowed<'a>: PartialEq,
{
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<E: fmt::Display> fmt::Display for DecodeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refused.fmt(f)
    }
}

impl<E: core::error::Error> core::error::Error for DecodeError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.refused.source()
    }
}

impl From<DecodeError<Self>> for Refusal {
    fn from(error: DecodeError<Self>) -> Self {
        error.refused
    }
}

impl From<DecodeError<Self>> for Vec<Violation> {
    fn from(error: DecodeError<Self>) -> Self {
        error.refused
    }
}

#[cfg(test)]
mod tests;

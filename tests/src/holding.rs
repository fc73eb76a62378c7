//! What is held with its buffer against what borrows from a text.

use std::fmt::Debug;

use ltp_runtime::{
    bytes::Bytes,
    codec::{DecodeError, IntoOwned, Shared},
};

/// Reads a text where it lies and as a buffer: both are refused for the same, or both are the same value, as it is held by one or by many,
/// and as it is taken out. Says what differs.
///
/// # Errors
/// In words.
pub fn compare<M>(text: &[u8], is: impl Fn(&M::Owned, &M::Borrowed<'_>) -> bool) -> Result<(), String>
where
    M: IntoOwned<Refused: PartialEq + Debug>,
    for<'a> M::Borrowed<'a>: Clone + PartialEq + Debug,
{
    compare_by(text, M::decode_from, is)
}

/// As [`compare`], as a function reads it.
///
/// # Errors
/// In words.
pub fn compare_by<M>(
    text: &[u8],
    decode: impl Fn(&[u8]) -> Result<M::Borrowed<'_>, M::Refused>,
    is: impl Fn(&M::Owned, &M::Borrowed<'_>) -> bool,
) -> Result<(), String>
where
    M: IntoOwned<Refused: PartialEq + Debug>,
    for<'a> M::Borrowed<'a>: Clone + PartialEq + Debug,
{
    let buffer = Bytes::copy_from_slice(text);
    let place = buffer.as_ptr();
    match (decode(text), Shared::<M>::decode_with(buffer, &decode)) {
        (Ok(borrowed), Ok(shared)) => {
            let holds = |shared: &Shared<M>| shared.get() == M::shorten(&borrowed);
            let many = [shared.clone(), shared.clone(), shared];
            let are_held = many.iter().all(|shared| holds(shared) && shared.bytes().as_ptr() == place);
            let [first, second, third] = many;
            drop(first);
            let of_two = second.into_owned();
            let is_held = holds(&third);
            let of_one = third.into_owned();
            match are_held && is_held && is(&of_two, &borrowed) && is(&of_one, &borrowed) {
                true => Ok(()),
                false => Err(format!("held with its buffer it is not {borrowed:?}")),
            }
        }
        (Err(refused), Err(DecodeError { refused: other, bytes })) if refused == other && bytes.as_ptr() == place => Ok(()),
        (borrowed, shared) => Err(format!(
            "borrowed {:?}, held with its buffer {:?}",
            borrowed.err(),
            shared.map(drop).err()
        )),
    }
}

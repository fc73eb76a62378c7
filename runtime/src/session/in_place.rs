use alloc::{
    borrow::{Cow, ToOwned},
    boxed::Box,
    vec::Vec,
};

use uuid::{Uuid, fmt::Hyphenated};

use super::{CallError, Context, Machine, Refusal};

/// A machine that can take a message where it was read, and write what is said to it where it goes out: nothing is made to be kept.
///
/// What most messages do to a machine is to be delivered, and what most calls do is to be stamped and sent. That is what these functions
/// do, and they say beforehand whether it is; whatever else a state does with a message or a call is left to [`Machine::handle`]. So
/// there is one meaning whichever way it goes.
///
/// ```text
/// read ─▶ admit ─▶ yes: the machine has delivered it     sends ─▶ yes: say, then its text is in `out`
///               └▶ no:  own, then Input::Message               └▶ no:  call, then Input::Call
/// ```
pub trait InPlace: Machine {
    /// Any message of the protocol, which may borrow from what it was read from.
    type Read<'f>;
    /// Any message as a sender has it: its body, and what it says of the envelope.
    type Draft<'d>;

    /// Reads and validates one message, as [`Machine::decode`] does.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn read<'f>(&mut self, frame: &'f [u8]) -> Result<Self::Read<'f>, Refusal>;

    /// The message's name in the schema.
    fn name_of<'m>(message: &'m Self::Read<'_>) -> &'m str;

    /// The same message, on its own.
    fn own(message: Self::Read<'_>) -> Box<Self::Message>;

    /// A message of its own as one that might borrow.
    fn lend<'f>(message: Self::Message) -> Self::Read<'f>;

    /// Takes a message with which the state does nothing but deliver it. `false` if it does anything else: then nothing has happened.
    fn admit(&mut self, message: &Self::Read<'_>, context: &mut Context<'_>) -> bool;

    /// Whether all that the state does with such a call is to send it.
    fn sends(&self, draft: &Self::Draft<'_>) -> bool;

    /// Stamps a message that the state only [`sends`](Self::sends), judges it and appends its canonical text; the message's name in the
    /// schema.
    ///
    /// # Errors
    /// If it does not conform, or the state does more with it, or nothing. Then nothing is appended.
    fn say(&mut self, draft: Self::Draft<'_>, context: &mut Context<'_>, out: &mut Vec<u8>) -> Result<&'static str, CallError>;

    /// A draft as a call.
    ///
    /// # Errors
    /// The message's name in the schema, if the application never sends it.
    fn call(draft: Self::Draft<'_>) -> Result<Self::Call, &'static str>;
}

/// Makes the texts of fresh identifiers, for as long as a draft needs them.
pub trait FreshText<'t> {
    /// The text of an identifier.
    fn fresh(&mut self, id: Uuid) -> Cow<'t, str>;
}

/// Texts that are kept.
#[derive(Debug, Clone, Copy)]
pub struct OwnedTexts;

impl FreshText<'_> for OwnedTexts {
    fn fresh(&mut self, id: Uuid) -> Cow<'static, str> {
        let mut text = [0; Hyphenated::LENGTH];
        Cow::Owned((*id.hyphenated().encode_lower(&mut text)).to_owned())
    }
}

/// Texts in memory that is lent, as for a message that is written at once; where that is full, texts of their own.
#[derive(Debug)]
pub struct LentTexts<'t> {
    room: &'t mut [[u8; Hyphenated::LENGTH]],
}

impl<'t> LentTexts<'t> {
    /// Room for so many texts.
    #[must_use]
    pub const fn room<const TEXTS: usize>() -> [[u8; Hyphenated::LENGTH]; TEXTS] {
        [[0; Hyphenated::LENGTH]; TEXTS]
    }

    /// Texts in room that is lent.
    #[must_use]
    pub const fn new(room: &'t mut [[u8; Hyphenated::LENGTH]]) -> Self {
        Self { room }
    }
}

impl<'t> FreshText<'t> for LentTexts<'t> {
    fn fresh(&mut self, id: Uuid) -> Cow<'t, str> {
        match core::mem::take(&mut self.room).split_first_mut() {
            Some((text, rest)) => {
                self.room = rest;
                Cow::Borrowed(&*id.hyphenated().encode_lower(text))
            }
            None => OwnedTexts.fresh(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_lent_while_there_is_room_and_the_same_when_there_is_none() {
        let ids = [1, 2, 3].map(Uuid::from_u128);
        let mut room = LentTexts::room::<2>();
        let mut lent = LentTexts::new(&mut room);
        let texts = ids.map(|id| lent.fresh(id));
        assert!(matches!(texts, [Cow::Borrowed(_), Cow::Borrowed(_), Cow::Owned(_)]));
        assert_eq!(texts, ids.map(|id| OwnedTexts.fresh(id)));
        assert_eq!(texts[1], "00000000-0000-0000-0000-000000000002");
    }
}

//! Types that borrow from a text of whatever lifetime: what can be held together with its text.

/// A type that may be held together with the text that it borrows from, by `Shared` (feature `bytes`).
///
/// Generated code implements it for its messages and all that they are made of, [`shareable!`](crate::shareable) for a derived type. It is
/// implemented for the type with any lifetime, which means nothing then: were it for `'static` alone, futures that hold one would not be
/// known to be `Send` (rust-lang/rust#102211).
///
/// No implementation can break a promise of `Shared`: its functions are for any lifetime, so none can keep a text or lengthen what it lives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be held together with its text",
    label = "not said to be `Shareable`",
    note = "for a derived type that borrows: `ltp::shareable!(Name);`"
)]
pub trait Shareable: Sized {
    /// The type, as it borrows from a text of this lifetime.
    type Borrowed<'a>;
    /// Everything that is wrong with a text that is none.
    type Refused;

    /// Reads a whole text, as the type's own `decode` does.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn decode_from(text: &[u8]) -> Result<Self::Borrowed<'_>, Self::Refused>;

    /// The same, said to borrow for no longer than it is borrowed itself: its body is `long`, and compiles because the type is covariant.
    fn shorten<'short, 'long: 'short>(long: &'short Self::Borrowed<'long>) -> &'short Self::Borrowed<'short>
    where
        Self: 'short;
}

/// A type that can be taken out of the text that it borrows from.
pub trait IntoOwned: Shareable {
    /// The type, as it borrows from nothing.
    type Owned;

    /// The same, on its own.
    fn into_owned(borrowed: Self::Borrowed<'_>) -> Self::Owned;
}

/// Implements [`Shareable`](crate::codec::Shareable) for types that implement [`Wire`](crate::codec::Wire) and have one parameter, the lifetime of what
/// they borrow: `shareable!(Sketch, shapes::Note);`.
///
/// A type whose lifetime cannot be shortened, as that of a `Cell<&'a str>`, does not compile.
#[macro_export]
macro_rules! shareable {
    // Those of generated code, which have an `into_owned`. Nothing is compiled until somebody holds such a type: `inline`.
    ($($($name:ident)::+),+; into_owned) => {
        $crate::shareable!($($($name)::+),+);
        $(
            impl $crate::codec::IntoOwned for $($name)::+<'_> {
                type Owned = $($name)::+<'static>;

                #[inline]
                fn into_owned(borrowed: $($name)::+<'_>) -> $($name)::+<'static> {
                    borrowed.into_owned()
                }
            }
        )+
    };
    ($($($name:ident)::+),+ $(,)?) => {
        $(
            impl $crate::codec::Shareable for $($name)::+<'_> {
                type Borrowed<'a> = $($name)::+<'a>;
                type Refused = $crate::derived::Vec<$crate::codec::Violation>;

                #[inline]
                fn decode_from(text: &[u8]) -> $crate::derived::Result<$($name)::+<'_>, Self::Refused> {
                    $crate::codec::Wire::decode(text)
                }

                #[inline]
                fn shorten<'short, 'long: 'short>(long: &'short $($name)::+<'long>) -> &'short $($name)::+<'short>
                where
                    Self: 'short,
                {
                    long
                }
            }
        )+
    };
}

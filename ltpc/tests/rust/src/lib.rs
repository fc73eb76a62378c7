//! What the Rust back end writes for the schemas beside it.
#![deny(warnings, missing_docs)]

#[rustfmt::skip]
pub mod imports;
#[rustfmt::skip]
pub mod keywords;
#[rustfmt::skip]
pub mod shapes;
/// A record of two hundred members, and types thirty deep: one file, as for `include!`.
#[rustfmt::skip]
pub mod wide;

/// Values that own their text, seen in this crate only.
pub mod owned {
    #![allow(dead_code, unused_imports)]
    #[rustfmt::skip]
    mod keywords;
    #[rustfmt::skip]
    mod shapes;
}

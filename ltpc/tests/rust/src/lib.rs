//! What the Rust back end writes for the schemas beside it.
#![deny(warnings, missing_docs)]

#[rustfmt::skip]
pub mod imports;
#[rustfmt::skip]
pub mod keywords;
#[rustfmt::skip]
pub mod memos;
#[rustfmt::skip]
pub mod requests;
#[rustfmt::skip]
pub mod mappings;
#[rustfmt::skip]
pub mod routing;
#[rustfmt::skip]
pub mod shapes;
#[rustfmt::skip]
pub mod tiers;
/// A record of two hundred members, and types thirty deep: one file, as for `include!`.
#[rustfmt::skip]
pub mod wide;

/// The same with values that own their text, in one file each.
pub mod owned {
    /// With a trait that the options add.
    #[rustfmt::skip]
    pub mod imports; /// Seen in this crate only, which does not use it.
    #[allow(dead_code, unused_imports)]
    #[rustfmt::skip]
    mod keywords; /// Every way to map.
    #[rustfmt::skip]
    pub mod mappings; /// Framed text.
    #[rustfmt::skip]
    pub mod requests; /// Work, and requests that wait.
    #[rustfmt::skip]
    pub mod routing; /// Public, as the other.
    #[rustfmt::skip]
    pub mod shapes; /// What is compared by level needs no text.
    #[rustfmt::skip]
    pub mod tiers;
}

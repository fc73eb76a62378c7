//! What the tests that span crates share.

pub mod fixtures;
pub mod framed;
pub mod gateways;
pub mod holding;
pub mod link;
pub mod messages;
pub mod programs;
pub mod schemas;
pub mod scripts;
pub mod simulation;

/// `schemas/derived.ltp`: the types of `tests/derived.rs`, as a schema.
pub mod derived {
    include!(concat!(env!("OUT_DIR"), "/derived.rs"));
}

/// `schemas/pending.ltp`: every way to wait for answers.
pub mod pending {
    include!(concat!(env!("OUT_DIR"), "/pending.rs"));
}

/// `schemas/policy.ltp`: every way to use tiers and meters.
pub mod policy {
    include!(concat!(env!("OUT_DIR"), "/policy.rs"));
}

/// `schemas/sessions.ltp`: every construct of the session language, compiled by the build script.
pub mod sessions {
    include!(concat!(env!("OUT_DIR"), "/sessions.rs"));
}

/// `schemas/thumbs.ltp`: an element of one's own, of an imported protocol.
pub mod thumbs {
    include!(concat!(env!("OUT_DIR"), "/thumbs.rs"));
}

/// `ltpc/docs/rust.md`: its blocks are tests of this crate's documentation.
#[cfg(doctest)]
#[doc = include_str!("../../ltpc/docs/rust.md")]
pub struct RustGuide;

/// `ltpc/docs/payloads.md`: its blocks are tests of this crate's documentation.
#[cfg(doctest)]
#[doc = include_str!("../../ltpc/docs/payloads.md")]
pub struct PayloadGuide;

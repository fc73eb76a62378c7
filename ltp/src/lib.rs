//! The runtime of generated protocols, with what makes payloads of structs.
#![no_std]

#[cfg(feature = "derive")]
pub use ltp_macros::Payload;
pub use ltp_runtime::*;

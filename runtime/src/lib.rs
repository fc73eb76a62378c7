//! What generated protocol code stands on: codec primitives, sans-IO session types, a session driver, transports and stores.
//!
//! Nothing here knows any protocol. The codec and session parts need only `alloc`; sockets, clocks and files are behind `net`.
#![cfg_attr(not(feature = "net"), no_std)]

extern crate alloc;

#[cfg(feature = "bytes")]
pub use bytes;
#[cfg(feature = "serde")]
pub use serde;
pub use uuid::Uuid;

pub mod codec;
#[doc(hidden)]
pub mod derived;
pub mod digest;
pub mod endpoint;
pub mod mapping;
#[cfg(feature = "net")]
pub mod net;
pub mod policy;
pub mod schema;
pub mod session;
pub mod subject;
pub mod text;
pub mod work;

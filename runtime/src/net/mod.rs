//! The driver, transports and stores: the half that moves octets, keeps time and obeys actions.
//!
//! A [`Driver`] runs one machine over one transport, in one task, and gives the application a [`Session`]. A client's driver opens
//! its transports by a [`Dialer`], when its machine says so; a [`Server`] accepts transports and starts a driver for each.
//! Nothing here decides anything about a protocol: that is the machine's.

mod address;
mod bell;
pub mod bus;
mod clock;
mod dial;
mod driver;
mod entropy;
mod error;
mod policy;
mod server;
mod socket;
pub mod store;
#[cfg(feature = "tls")]
mod tls;
pub mod transport;
pub mod work;

pub use address::Address;
pub use clock::{Clock, SystemClock, TokioClock};
pub use dial::{Connect, Connecting, DialOptions, Dialer};
pub use driver::{CallFailure, Caller, Driver, Event, Events, Options, Session, Turn, WeakCaller};
pub use entropy::OsEntropy;
pub use error::ConnectError;
pub use policy::SharedPolicy;
pub use server::{ListenError, Peer, Server, ServerOptions};
#[cfg(feature = "tls")]
pub use tls::{ClientTls, ServerTls, TlsError};

//! Where a protocol is served: the facts that a schema's `endpoint` declares.

use alloc::borrow::Cow;

/// A way to reach a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The name in the schema.
    pub name: Cow<'static, str>,
    /// How messages travel.
    pub transport: Transport,
    /// The address that is used when none is given, as a URL: `ws://`, `wss://`, `tcp://` or `tls://`.
    pub address: Cow<'static, str>,
    /// Another URL scheme that means the same transport.
    pub alias: Option<Cow<'static, str>>,
    /// Whether an address without TLS is only taken for loopback hosts, unless the user opts in.
    pub plaintext_loopback_only: bool,
}

/// How messages travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// One message a WebSocket text frame.
    WebSocket {
        /// Preferred first.
        subprotocols: Cow<'static, [Cow<'static, str>]>,
        /// Whether a peer that offers none of them is served all the same.
        subprotocol_optional: bool,
        /// Whether a message in a binary frame is read too.
        accept_binary: bool,
    },
    /// One message a line over TCP, ended by LF.
    Lines,
    /// Framed text over TCP, cut as the schema's framing says.
    Framed,
}

use std::{borrow::Cow, time::Duration};

/// What a driver is told. The defaults suit a client and a server alike.
#[derive(Debug, Clone)]
pub struct Options {
    /// The session's name in the schema, for the log.
    pub session: Cow<'static, str>,
    /// The role's name in the schema, for the log.
    pub role: Cow<'static, str>,
    /// Calls that may wait for the driver; further ones wait at the caller.
    pub calls: usize,
    /// Events that may wait for the application. While none has room, nothing is read from the transport.
    pub events: usize,
    /// Octets that may wait to be written while the transport is still read from.
    pub unsent: usize,
    /// How long a message of framed text may take from its first octet to its last, on transports that the driver opens.
    pub message_time: Duration,
    /// How long the opening of a transport may take.
    pub connect_timeout: Duration,
    /// How long the peer may take nothing of what waits to be written; then the transport is dropped.
    pub write_timeout: Duration,
    /// How long a good-bye may take; then the transport is dropped. Also what a machine has to end its session once the
    /// application has dropped it.
    pub close_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            session: Cow::Borrowed(""),
            role: Cow::Borrowed(""),
            calls: 32,
            events: 64,
            unsent: 256 * 1024,
            message_time: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            close_timeout: Duration::from_secs(5),
        }
    }
}

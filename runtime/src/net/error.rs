use std::{borrow::Cow, fmt, io, time::Duration};

/// Why a transport could not be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The text is no address.
    Address {
        /// What was given.
        text: String,
        /// What is wrong with it.
        problem: Cow<'static, str>,
    },
    /// The address is of another transport.
    Scheme {
        /// The scheme that was given.
        scheme: String,
        /// Those that would do.
        expected: Vec<String>,
    },
    /// A host that is not this machine would be reached without TLS.
    Plaintext {
        /// The host.
        host: String,
        /// The scheme that uses TLS.
        secure: Cow<'static, str>,
    },
    /// TLS is asked for, and this build has none.
    TlsMissing,
    /// The host could not be reached.
    Unreachable {
        /// The address.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// The host did not answer in time.
    TimedOut {
        /// The address.
        address: String,
        /// The time it had.
        after: Duration,
    },
    /// The TLS handshake failed.
    Tls {
        /// The address.
        address: String,
        /// What went wrong.
        problem: String,
    },
    /// The server answered the WebSocket request with an HTTP status instead of an upgrade.
    Status {
        /// The status.
        status: u16,
    },
    /// The server chose none of the subprotocols that were offered, or one that was not.
    Subprotocol {
        /// What it chose.
        chosen: Option<String>,
        /// What was offered.
        offered: Vec<String>,
    },
    /// The endpoint is of framed text, and the machine's messages are none.
    NotFramed,
    /// What answered is no server of this transport.
    Handshake {
        /// What went wrong.
        problem: Cow<'static, str>,
    },
}

impl ConnectError {
    /// What can be done about it.
    #[must_use]
    pub fn remedy(&self) -> Cow<'static, str> {
        match self {
            Self::Address { .. } => "write the address as scheme://host:port".into(),
            Self::Scheme { expected, .. } => format!("use {}", one_of(expected)).into(),
            Self::Plaintext { secure, .. } => format!("use {secure}://, or allow plaintext explicitly").into(),
            Self::NotFramed => "run a machine of the schema that declares the endpoint".into(),
            Self::TlsMissing => "build with the feature `tls`".into(),
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                "see whether the server runs there and whether a firewall is in the way".into()
            }
            Self::Tls { .. } => {
                "see whether the certificate is for this host and signed by a trusted authority, or name the authority's certificate".into()
            }
            Self::Status { .. } => "see whether the address is that of the protocol's endpoint".into(),
            Self::Subprotocol { .. } => "see whether the server serves this version of the protocol".into(),
            Self::Handshake { .. } => "see whether the address is that of the protocol's endpoint".into(),
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { text, problem } => write!(f, "`{text}` is no address: {problem}"),
            Self::Scheme { scheme, expected } => write!(f, "`{scheme}://` does not lead here: expected {}", one_of(expected)),
            Self::Plaintext { host, .. } => write!(f, "`{host}` is another machine, and would be reached without TLS"),
            Self::TlsMissing => f.write_str("this build has no TLS"),
            Self::NotFramed => f.write_str("the endpoint is of framed text, and the messages are none"),
            Self::Unreachable { address, source } => write!(f, "{address} cannot be reached: {source}"),
            Self::TimedOut { address, after } => write!(f, "{address} did not answer within {after:?}"),
            Self::Tls { address, problem } => write!(f, "TLS with {address} failed: {problem}"),
            Self::Status { status } => write!(f, "the server answered with HTTP status {status}"),
            Self::Subprotocol { chosen: None, offered } => write!(f, "the server took none of the subprotocols {}", offered.join(", ")),
            Self::Subprotocol { chosen: Some(chosen), .. } => {
                write!(f, "the server chose the subprotocol `{chosen}`, which was not offered")
            }
            Self::Handshake { problem } => write!(f, "the handshake failed: {problem}"),
        }
    }
}

impl std::error::Error for ConnectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreachable { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn one_of(schemes: &[String]) -> String {
    schemes.iter().map(|scheme| format!("{scheme}://")).collect::<Vec<_>>().join(" or ")
}

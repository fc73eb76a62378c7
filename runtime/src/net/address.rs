use std::{fmt, net::IpAddr};

use tungstenite::http::Uri;

use super::ConnectError;
use crate::endpoint::{Endpoint, Transport};

/// Where an endpoint is reached: a checked URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The host's name, or its IP address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether TLS is used.
    pub tls: bool,
    /// Path and query; `/` if there is none.
    pub path: String,
    scheme: &'static str,
}

/// What a transport's URLs begin with, without and with TLS, and the ports that they mean.
struct Schemes {
    plain: (&'static str, Option<u16>),
    secure: (&'static str, Option<u16>),
}

impl Address {
    /// Reads and checks a URL.
    ///
    /// The scheme is one of the endpoint's transport: `ws`, `wss`, `tcp` or `tls`. The endpoint's alias means the same as the
    /// scheme of its own address, and the alias with an `s` behind it means TLS.
    ///
    /// # Errors
    /// A text that is no such URL; a scheme of another transport; a host that is not this machine without TLS, where the endpoint
    /// takes plaintext for loopback hosts only and `allow_plaintext` is not set.
    pub fn parse(text: &str, endpoint: &Endpoint, allow_plaintext: bool) -> Result<Self, ConnectError> {
        let wrong = |problem: &'static str| ConnectError::Address {
            text: text.into(),
            problem: problem.into(),
        };
        let uri: Uri = text.parse().map_err(|_| wrong("it cannot be read as a URL"))?;
        let scheme = uri.scheme_str().ok_or_else(|| wrong("it names no scheme"))?;
        let authority = uri.authority().ok_or_else(|| wrong("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("it holds a user's name, which nothing here would use"));
        }
        let schemes = schemes(&endpoint.transport);
        let (scheme, tls) = schemes.find(scheme, endpoint).ok_or_else(|| ConnectError::Scheme {
            scheme: scheme.into(),
            expected: schemes.expected(endpoint),
        })?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(wrong("it names no host"));
        }
        let has_port = authority.as_str().len() > authority.host().len();
        let port = match authority.port_u16() {
            Some(port) => port,
            None if has_port => return Err(wrong("its port is no number up to 65535")),
            None => scheme.1.ok_or_else(|| wrong("it names no port"))?,
        };
        if !tls && endpoint.plaintext_loopback_only && !allow_plaintext && !is_loopback(host) {
            return Err(ConnectError::Plaintext {
                host: host.into(),
                secure: schemes.secure.0.into(),
            });
        }
        Ok(Self {
            host: host.into(),
            port,
            tls,
            path: uri.path_and_query().map_or("/", |path| path.as_str()).into(),
            scheme: scheme.0,
        })
    }

    /// Host and port, as they stand in a URL.
    #[must_use]
    pub fn authority(&self) -> String {
        let Self { host, port, .. } = self;
        if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path == "/" { "" } else { &self.path };
        write!(f, "{}://{}{path}", self.scheme, self.authority())
    }
}

type Scheme = (&'static str, Option<u16>);

impl Schemes {
    fn find(&self, scheme: &str, endpoint: &Endpoint) -> Option<(Scheme, bool)> {
        if scheme.eq_ignore_ascii_case(self.plain.0) {
            return Some((self.plain, false));
        }
        if scheme.eq_ignore_ascii_case(self.secure.0) {
            return Some((self.secure, true));
        }
        let alias = endpoint.alias.as_deref()?;
        if scheme.eq_ignore_ascii_case(alias) {
            let is_secure = endpoint.address.split_once("://").is_some_and(|(own, _)| own == self.secure.0);
            return Some(if is_secure { (self.secure, true) } else { (self.plain, false) });
        }
        let secure_alias = scheme.strip_suffix(['s', 'S'])?;
        secure_alias.eq_ignore_ascii_case(alias).then_some((self.secure, true))
    }

    fn expected(&self, endpoint: &Endpoint) -> Vec<String> {
        let alias = endpoint.alias.as_deref().map(String::from);
        [self.plain.0, self.secure.0].map(String::from).into_iter().chain(alias).collect()
    }
}

fn schemes(transport: &Transport) -> Schemes {
    match transport {
        Transport::WebSocket { .. } => Schemes {
            plain: ("ws", Some(80)),
            secure: ("wss", Some(443)),
        },
        Transport::Lines | Transport::Framed => Schemes {
            plain: ("tcp", None),
            secure: ("tls", None),
        },
    }
}

/// The host of an address as it is shown: without scheme, port and path, and without the brackets of IPv6. An IPv4 address that an IPv6
/// socket sees is itself.
pub(super) fn host_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
    let host = match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((inner, _)) => inner,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    };
    host.parse::<IpAddr>()
        .map_or_else(|_| host.to_owned(), |ip| ip.to_canonical().to_string())
}

/// Whether a host is this machine. Names are taken by RFC 6761: `localhost` and what is below it.
fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(transport: Transport, address: &'static str) -> Endpoint {
        Endpoint {
            name: "E".into(),
            transport,
            address: address.into(),
            alias: Some("demo".into()),
            plaintext_loopback_only: true,
        }
    }

    fn websocket() -> Endpoint {
        let transport = Transport::WebSocket {
            subprotocols: (&[]).into(),
            subprotocol_optional: true,
            accept_binary: false,
        };
        endpoint(transport, "ws://localhost:8080")
    }

    #[track_caller]
    fn check(text: &str, endpoint: &Endpoint, expected: &str) {
        let actual = match Address::parse(text, endpoint, false) {
            Ok(address) => format!("{address} tls={}", address.tls),
            Err(error) => error.to_string(),
        };
        assert_eq!(actual, expected, "{text}");
    }

    #[test]
    fn addresses_of_a_websocket_endpoint() {
        let endpoint = websocket();
        check("ws://localhost:8080", &endpoint, "ws://localhost:8080 tls=false");
        check("WS://LOCALHOST", &endpoint, "ws://LOCALHOST:80 tls=false");
        check("ws://127.8.0.1/a?b=c", &endpoint, "ws://127.8.0.1:80/a?b=c tls=false");
        check("ws://[::1]:9", &endpoint, "ws://[::1]:9 tls=false");
        check("ws://[::ffff:127.0.0.1]:9", &endpoint, "ws://[::ffff:127.0.0.1]:9 tls=false");
        check("wss://example.org", &endpoint, "wss://example.org:443 tls=true");
        check("demo://localhost:8080", &endpoint, "ws://localhost:8080 tls=false");
        check("demos://example.org", &endpoint, "wss://example.org:443 tls=true");
        check(
            "ws://example.org",
            &endpoint,
            "`example.org` is another machine, and would be reached without TLS",
        );
        check(
            "ws://localhost.example.org",
            &endpoint,
            "`localhost.example.org` is another machine, and would be reached without TLS",
        );
        check(
            "ws://0.0.0.0:1",
            &endpoint,
            "`0.0.0.0` is another machine, and would be reached without TLS",
        );
        check(
            "tcp://localhost:1",
            &endpoint,
            "`tcp://` does not lead here: expected ws:// or wss:// or demo://",
        );
        check(
            "ws://me@localhost:1",
            &endpoint,
            "`ws://me@localhost:1` is no address: it holds a user's name, which nothing here would use",
        );
        check(
            "ws://localhost:99999",
            &endpoint,
            "`ws://localhost:99999` is no address: its port is no number up to 65535",
        );
        check("localhost:80", &endpoint, "`localhost:80` is no address: it names no scheme");
        check("", &endpoint, "`` is no address: it cannot be read as a URL");
    }

    #[test]
    fn addresses_of_a_line_endpoint() {
        let endpoint = endpoint(Transport::Lines, "tls://localhost:8443");
        check("tcp://127.0.0.1:1", &endpoint, "tcp://127.0.0.1:1 tls=false");
        check("tls://example.org:1", &endpoint, "tls://example.org:1 tls=true");
        check("demo://example.org:1", &endpoint, "tls://example.org:1 tls=true");
        check("tcp://localhost", &endpoint, "`tcp://localhost` is no address: it names no port");
    }

    #[test]
    fn the_host_of_an_address() {
        for (address, host) in [
            ("127.0.0.1:80", "127.0.0.1"),
            ("[::1]:80", "::1"),
            ("[::ffff:10.0.0.1]:80", "10.0.0.1"),
            ("ws://localhost:8080/a:b", "localhost"),
            ("tls://[2001:db8::1]:1", "2001:db8::1"),
            ("somewhere", "somewhere"),
            ("", ""),
        ] {
            assert_eq!(host_of(address), host, "{address}");
        }
    }

    #[test]
    fn plaintext_to_another_machine_needs_an_opt_in() {
        let address = Address::parse("ws://example.org:1", &websocket(), true).unwrap();
        assert!(!address.tls);
        let error = Address::parse("ws://example.org:1", &websocket(), false).unwrap_err();
        assert_eq!(error.remedy(), "use wss://, or allow plaintext explicitly");
    }
}

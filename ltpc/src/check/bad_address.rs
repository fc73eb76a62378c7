//! E0409: an address that leads nowhere.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The schemes that transports have.
pub const SCHEMES: [&str; 4] = ["ws", "wss", "tcp", "tls"];

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0409",
    name: "bad-address",
    summary: "an endpoint's address is a URL of its transport",
    page: r#"`transport websocket` has addresses such as `ws://localhost:8080/path` or `wss://host`; `transport lines` and `transport framed` have `tcp://host:port`
or `tls://host:port`, always with a port. An address without TLS leads to this machine (`localhost`, `127.0.0.1`, `[::1]`), unless the endpoint says `plaintext allowed`.

```ltp wrong
protocol demo "1.0";

endpoint Main {
    transport lines;
    address "ws://localhost:8080";
}
```

```ltp right
protocol demo "1.0";

endpoint Main {
    transport lines;
    address "tcp://localhost:8080";
}
```
"#,
};

/// Checks an address against its transport.
pub fn check(address: &str, span: Span, websocket: bool, loopback_only: bool) -> Option<Diagnostic> {
    let (fits, example) = if websocket {
        (["ws", "wss"], "ws://localhost:8080")
    } else {
        (["tcp", "tls"], "tcp://localhost:8080")
    };
    let Some((scheme, rest)) = address.split_once("://") else {
        return Some(report(span, "the address is no URL", format!("such as `{example}`")));
    };
    if !fits.contains(&scheme) {
        let label = format!("`{}` or `{}` is wanted here", fits[0], fits[1]);
        return Some(report(span, format!("the transport has no addresses with `{scheme}`"), label));
    }
    let (authority, path) = rest.find(['/', '?', '#']).map_or((rest, ""), |at| rest.split_at(at));
    let Some((host, port)) = split(authority) else {
        return Some(report(span, "the address names no host", format!("such as `{example}`")));
    };
    if port.is_some_and(|port| !port.parse::<u16>().is_ok_and(|port| port != 0)) {
        return Some(report(span, "the address has no port from 1 to 65535", "after the last colon"));
    }
    if !websocket && port.is_none() {
        return Some(report(span, "the address names no port", format!("such as `{example}`")));
    }
    if !websocket && !path.is_empty() || path.contains('#') || path.contains(char::is_whitespace) {
        return Some(report(
            span,
            "the address has too much at its end",
            if websocket {
                "a path and a query at most"
            } else {
                "a port at most"
            },
        ));
    }
    if loopback_only && matches!(scheme, "ws" | "tcp") && !is_loopback(host) {
        let found = report(
            span,
            "without TLS, the address leads beyond this machine",
            "refused by `plaintext loopback`",
        );
        let secure = fits[1];
        return Some(found.help(format!("use `{secure}://`, or say `plaintext allowed`")));
    }
    None
}

/// An alias that cannot be one.
pub fn alias(span: Span) -> Diagnostic {
    report(
        span,
        "an alias is the name of another URL scheme",
        "small letters, digits, `+`, `-` and `.`, and none of the transports' own",
    )
}

fn report(span: Span, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
    Diagnostic::error(RULE.code, span, message).label(label)
}

/// Host and port.
fn split(authority: &str) -> Option<(&str, Option<&str>)> {
    let (host, port) = if let Some(inner) = authority.strip_prefix('[') {
        let (host, rest) = inner.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        match rest.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if rest.is_empty() => (host, None),
            None => return None,
        }
    } else {
        authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port)))
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_');
    (!host.is_empty() && host.chars().all(is_name)).then_some((host, port))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_fit_their_transport() {
        let check = |address, websocket| check(address, Span::default(), websocket, true).map(|found| found.message);
        for (address, websocket) in [
            ("ws://localhost:8080", true),
            ("ws://127.0.0.1/path?query", true),
            ("ws://[::1]:1", true),
            ("wss://example.com/a", true),
            ("tcp://localhost:1", false),
            ("tls://example.com:65535", false),
        ] {
            assert_eq!(check(address, websocket), None, "{address}");
        }
        for (address, websocket) in [
            ("localhost:8080", true),
            ("tcp://localhost:8080", true),
            ("http://localhost:8080", true),
            ("ws://", true),
            ("ws://:80", true),
            ("ws://localhost:0", true),
            ("ws://localhost:65536", true),
            ("ws://localhost:http", true),
            ("ws://a b", true),
            ("ws://[::1", true),
            ("ws://localhost/#f", true),
            ("ws://example.com", true),
            ("tcp://localhost", false),
            ("tcp://localhost:1/path", false),
            ("tcp://10.0.0.1:1", false),
        ] {
            assert!(check(address, websocket).is_some(), "{address}");
        }
    }
}

use std::borrow::Cow;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async_with_config,
    tungstenite::{
        Error,
        client::IntoClientRequest,
        handshake::{
            client::{Response, generate_request},
            derive_accept_key,
            machine::TryParse,
            server::{Callback, ErrorResponse, Request, Response as Accepted},
        },
        http::{HeaderMap, HeaderValue, StatusCode, header},
        protocol::Role,
    },
};

use super::{Limits, WebSocket, websocket::config};
use crate::{
    endpoint,
    net::{Address, ConnectError},
};

/// Octets that the head of a server's answer may have.
const HEAD: usize = 16 * 1024;

/// The WebSocket facts of an endpoint.
#[derive(Clone)]
struct Facts<'e> {
    subprotocols: &'e [Cow<'static, str>],
    optional: bool,
    accept_binary: bool,
}

fn facts(transport: &endpoint::Transport) -> Result<Facts<'_>, ConnectError> {
    match transport {
        endpoint::Transport::WebSocket {
            subprotocols,
            subprotocol_optional,
            accept_binary,
        } => Ok(Facts {
            subprotocols,
            optional: *subprotocol_optional,
            accept_binary: *accept_binary,
        }),
        endpoint::Transport::Lines | endpoint::Transport::Framed => Err(failed("the endpoint is no WebSocket")),
    }
}

/// The client's half of the opening handshake (RFC 6455, 4.1), over a connected stream.
///
/// All subprotocols of the endpoint are offered. Where the endpoint says that they are optional, a server may choose none, as many
/// do; so the answer is judged here, and not by the library, which would refuse that.
///
/// # Errors
/// A server that answers otherwise.
pub async fn request_websocket<S>(
    mut stream: S,
    address: &Address,
    transport: &endpoint::Transport,
    limits: Limits,
) -> Result<WebSocket<S>, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let facts = facts(transport)?;
    let scheme = if address.tls { "wss" } else { "ws" };
    let url = format!("{scheme}://{}{}", address.authority(), address.path);
    let mut request = url.into_client_request().map_err(failed)?;
    if !facts.subprotocols.is_empty() {
        let offer = HeaderValue::from_str(&facts.subprotocols.join(", ")).map_err(failed)?;
        request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, offer);
    }
    let (request, key) = generate_request(request).map_err(failed)?;
    stream.write_all(&request).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;
    let (response, rest) = read_head(&mut stream).await?;
    judge(&response, &key, &facts)?;
    let inner = WebSocketStream::from_partially_read(stream, rest, Role::Client, Some(config(&limits))).await;
    Ok(WebSocket::new(inner, limits, facts.accept_binary))
}

/// Reads up to the end of an HTTP head; yields it and what came behind it.
async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> Result<(Response, Vec<u8>), ConnectError> {
    let mut octets = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut octets).await.map_err(failed)? == 0 {
            return Err(failed("the server closed the connection"));
        }
        if let Some((end, response)) = Response::try_parse(&octets).map_err(failed)? {
            return Ok((response, octets.split_off(end)));
        }
        if octets.len() > HEAD {
            return Err(failed("the answer's head does not end"));
        }
    }
}

/// RFC 6455, 4.1, on the server's answer.
fn judge(response: &Response, key: &str, facts: &Facts<'_>) -> Result<(), ConnectError> {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let status = response.status().as_u16();
        return Err(ConnectError::Status { status });
    }
    let headers = response.headers();
    if !has_token(headers, header::UPGRADE, "websocket") || !has_token(headers, header::CONNECTION, "upgrade") {
        return Err(failed("the answer does not upgrade the connection"));
    }
    if headers
        .get(header::SEC_WEBSOCKET_ACCEPT)
        .is_none_or(|accept| *accept != derive_accept_key(key.as_bytes()))
    {
        return Err(failed("the answer is to another request"));
    }
    if headers.contains_key(header::SEC_WEBSOCKET_EXTENSIONS) {
        return Err(failed("the server uses an extension that was not offered"));
    }
    let chosen = headers
        .get(header::SEC_WEBSOCKET_PROTOCOL)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let is_fine = match &chosen {
        None => facts.optional || facts.subprotocols.is_empty(),
        Some(chosen) => facts.subprotocols.iter().any(|offered| offered == chosen),
    };
    if is_fine {
        return Ok(());
    }
    Err(ConnectError::Subprotocol {
        chosen,
        offered: facts.subprotocols.iter().map(ToString::to_string).collect(),
    })
}

/// The server's half of the opening handshake (RFC 6455, 4.2), over an accepted stream. The path of the request is not looked at.
///
/// The first subprotocol of the endpoint that the client offers is chosen. A client that offers none of them is answered with HTTP
/// status 400, unless the endpoint says that they are optional.
///
/// # Errors
/// A client that asks for something else, or that is refused.
pub async fn accept_websocket<S>(stream: S, transport: &endpoint::Transport, limits: Limits) -> Result<WebSocket<S>, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let facts = facts(transport)?;
    let choose = Choose(&facts);
    let inner = accept_hdr_async_with_config(stream, choose, Some(config(&limits)))
        .await
        .map_err(|error| match error {
            Error::Http(response) => failed(format!("the client was refused with HTTP status {}", response.status().as_u16())),
            other => failed(other),
        })?;
    Ok(WebSocket::new(inner, limits, facts.accept_binary))
}

struct Choose<'f>(&'f Facts<'f>);

impl Callback for Choose<'_> {
    fn on_request(self, request: &Request, mut response: Accepted) -> Result<Accepted, ErrorResponse> {
        let Self(facts) = self;
        let chosen = facts
            .subprotocols
            .iter()
            .find(|own| has_token(request.headers(), header::SEC_WEBSOCKET_PROTOCOL, own));
        match chosen.map(|chosen| HeaderValue::from_str(chosen)) {
            Some(Ok(chosen)) => {
                response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, chosen);
                Ok(response)
            }
            None if facts.optional || facts.subprotocols.is_empty() => Ok(response),
            _ => {
                let mut refusal = ErrorResponse::new(Some(format!("offer one of the subprotocols {}\n", facts.subprotocols.join(", "))));
                *refusal.status_mut() = StatusCode::BAD_REQUEST;
                refusal.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                Err(refusal)
            }
        }
    }
}

/// Whether one of a header's lines lists a token. Tokens of subprotocols are told apart by case (RFC 6455, 11.3.4), those of HTTP
/// are not; nobody declares two subprotocols that differ only so.
fn has_token(headers: &HeaderMap, name: header::HeaderName, token: &str) -> bool {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .any(|item| item.trim().eq_ignore_ascii_case(token))
}

fn failed(problem: impl ToString) -> ConnectError {
    ConnectError::Handshake {
        problem: problem.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(offers: &[&str], optional: bool) -> String {
        let subprotocols = ["a.v2".into(), "a.v1".into()];
        let facts = Facts {
            subprotocols: &subprotocols,
            optional,
            accept_binary: false,
        };
        let mut request = Request::new(());
        for offer in offers {
            request.headers_mut().append(header::SEC_WEBSOCKET_PROTOCOL, offer.parse().unwrap());
        }
        match Choose(&facts).on_request(&request, Accepted::new(())) {
            Ok(response) => match response.headers().get(header::SEC_WEBSOCKET_PROTOCOL) {
                Some(chosen) => chosen.to_str().unwrap().into(),
                None => "none".into(),
            },
            Err(response) => response.status().to_string(),
        }
    }

    #[test]
    fn the_server_prefers_its_own_order() {
        assert_eq!(choose(&["a.v1, a.v2"], false), "a.v2");
        assert_eq!(choose(&["b", "a.v1"], false), "a.v1");
    }

    #[test]
    fn an_offer_without_a_match_is_served_only_where_that_is_declared() {
        assert_eq!(choose(&["b"], false), "400 Bad Request");
        assert_eq!(choose(&[], false), "400 Bad Request");
        assert_eq!(choose(&["b"], true), "none");
        assert_eq!(choose(&[], true), "none");
    }
}

use std::borrow::Cow;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tungstenite::{
    client::IntoClientRequest,
    handshake::{
        client::{Response, generate_request},
        derive_accept_key,
        machine::TryParse,
        server::{ErrorResponse, Request, Response as Accepted, create_response, write_response},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
};

use super::{Limits, Role, WebSocket};
use crate::{
    endpoint,
    net::{Address, ConnectError},
};

/// Octets that the head of a request or an answer may have.
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
    let (response, rest): (Response, _) = read_head(&mut stream).await?;
    judge(&response, &key, &facts)?;
    Ok(WebSocket::new(stream, Role::Client, limits, facts.accept_binary).behind(&rest))
}

/// Reads up to the end of an HTTP head; yields it and what came behind it.
async fn read_head<S: AsyncRead + Unpin, H: TryParse>(stream: &mut S) -> Result<(H, Vec<u8>), ConnectError> {
    let mut octets = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut octets).await.map_err(failed)? == 0 {
            return Err(failed("the peer closed the connection"));
        }
        if let Some((end, head)) = H::try_parse(&octets).map_err(failed)? {
            return Ok((head, octets.split_off(end)));
        }
        if octets.len() > HEAD {
            return Err(failed("the HTTP head does not end"));
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
pub async fn accept_websocket<S>(mut stream: S, transport: &endpoint::Transport, limits: Limits) -> Result<WebSocket<S>, ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let facts = facts(transport)?;
    let (request, rest): (Request, _) = read_head(&mut stream).await?;
    let response = create_response(&request).map_err(failed)?;
    let mut octets = Vec::new();
    match choose(&facts, &request, response) {
        Ok(response) => write_response(&mut octets, &response).map_err(failed)?,
        Err(refusal) => {
            write_response(&mut octets, &refusal).map_err(failed)?;
            octets.extend_from_slice(refusal.body().as_deref().unwrap_or_default().as_bytes());
            stream.write_all(&octets).await.map_err(failed)?;
            stream.shutdown().await.map_err(failed)?;
            let status = refusal.status().as_u16();
            return Err(failed(format!("the client was refused with HTTP status {status}")));
        }
    }
    stream.write_all(&octets).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;
    Ok(WebSocket::new(stream, Role::Server, limits, facts.accept_binary).behind(&rest))
}

/// Chooses a subprotocol; a refusal where there is none that will do.
fn choose(facts: &Facts<'_>, request: &Request, mut response: Accepted) -> Result<Accepted, Box<ErrorResponse>> {
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
            Err(Box::new(refusal))
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

    fn chosen(offers: &[&str], optional: bool) -> String {
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
        match choose(&facts, &request, Accepted::new(())) {
            Ok(response) => match response.headers().get(header::SEC_WEBSOCKET_PROTOCOL) {
                Some(chosen) => chosen.to_str().unwrap().into(),
                None => "none".into(),
            },
            Err(response) => response.status().to_string(),
        }
    }

    #[test]
    fn the_server_prefers_its_own_order() {
        assert_eq!(chosen(&["a.v1, a.v2"], false), "a.v2");
        assert_eq!(chosen(&["b", "a.v1"], false), "a.v1");
    }

    #[test]
    fn an_offer_without_a_match_is_served_only_where_that_is_declared() {
        assert_eq!(chosen(&["b"], false), "400 Bad Request");
        assert_eq!(chosen(&[], false), "400 Bad Request");
        assert_eq!(chosen(&["b"], true), "none");
        assert_eq!(chosen(&[], true), "none");
    }
}

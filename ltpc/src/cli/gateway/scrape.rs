//! Metrics over HTTP: one small answer to `GET /metrics`, and no more of HTTP than that.

use std::{io, sync::Arc, time::Duration};

use ltp_runtime::net::SharedPolicy;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};

use super::hub::Gateway;

/// Octets of a request's head.
const HEAD: usize = 4096;

/// How long a request and its answer may take.
const TIME: Duration = Duration::from_secs(5);

/// Requests at once; further ones wait in the system's queue.
const AT_ONCE: usize = 8;

/// Answers for as long as the process runs.
pub async fn serve(listener: TcpListener, gateway: Arc<Gateway>, policy: Arc<SharedPolicy>) {
    let free = Arc::new(Semaphore::new(AT_ONCE));
    while let Ok(permit) = Arc::clone(&free).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (gateway, policy) = (Arc::clone(&gateway), Arc::clone(&policy));
        tokio::spawn(async move {
            let text = || gateway.metrics.text(gateway.count(), policy.limited());
            if !matches!(timeout(TIME, answer(stream, text)).await, Ok(Ok(()))) {
                tracing::debug!("a request for metrics came to nothing");
            }
            drop(permit);
        });
    }
}

async fn answer(mut stream: TcpStream, text: impl FnOnce() -> String) -> io::Result<()> {
    let mut head = Vec::new();
    let mut limited = (&mut stream).take(HEAD as u64);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if limited.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    let line = head.split(|octet| *octet == b'\r').next().unwrap_or_default();
    let (status, body) = match line.split(|octet| *octet == b' ').collect::<Vec<_>>()[..] {
        [b"GET", b"/metrics" | b"/", _] => ("200 OK", text()),
        [b"GET", _, _] => ("404 Not Found", String::new()),
        [_, _, _] => ("405 Method Not Allowed", String::new()),
        _ => ("400 Bad Request", String::new()),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

//! Echo servers as one writes them on a WebSocket library: read a message, make a value of it, write the value, send it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::{SinkExt, StreamExt};
use liminal_protocols::ltp::message::Message as Ltp;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::{TcpListener, TcpStream},
};

use crate::{Result, plain::Update};

/// What makes an answer of a message.
pub trait Codec: Copy + Send + 'static {
    fn echo(self, text: &[u8], out: &mut Vec<u8>) -> Result<()>;
}

/// A struct with derives, owned, without constraints.
#[derive(Clone, Copy)]
pub struct Serde;

impl Codec for Serde {
    fn echo(self, text: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let update: Update = serde_json::from_slice(text)?;
        serde_json::to_writer(out, &update)?;
        Ok(())
    }
}

/// The generated codec alone: borrowed, validated, without a session.
#[derive(Clone, Copy)]
pub struct Generated;

impl Codec for Generated {
    fn echo(self, text: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let message = Ltp::decode(text).map_err(|refusal| refusal.to_string())?;
        message.encode(out);
        Ok(())
    }
}

/// A stream that writes only when there is nothing to read: it makes any library answer all that it read with one write.
pub struct Batching<S> {
    stream: S,
    output: Vec<u8>,
}

impl<S> Batching<S> {
    pub const fn new(stream: S) -> Self {
        Self {
            stream,
            output: Vec::new(),
        }
    }
}

impl<S: AsyncWrite + Unpin> Batching<S> {
    fn poll_write_out(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.output.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.output))?;
            self.output.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Batching<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_pending() {
            let _ = self.poll_write_out(context)?;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Batching<S> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        self.output.extend_from_slice(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_out(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

pub trait Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Socket for S {}

pub async fn tungstenite(stream: impl Socket, codec: impl Codec, read_buffer: usize) -> Result<()> {
    use tokio_tungstenite::{
        WebSocketStream,
        tungstenite::{
            Message,
            protocol::{Role, WebSocketConfig},
        },
    };
    let config = WebSocketConfig::default().read_buffer_size(read_buffer);
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    while let Some(message) = socket.next().await {
        let mut answer = Vec::new();
        codec.echo(&message?.into_data(), &mut answer)?;
        socket.send(Message::Text(String::from_utf8(answer)?.into())).await?;
    }
    Ok(())
}

pub async fn websockets(stream: impl Socket, codec: impl Codec) -> Result<()> {
    use tokio_websockets::{Message, ServerBuilder};
    let mut socket = ServerBuilder::new().serve(stream);
    while let Some(message) = socket.next().await {
        let mut answer = Vec::new();
        codec.echo(message?.as_payload(), &mut answer)?;
        socket.send(Message::text(String::from_utf8(answer)?)).await?;
    }
    Ok(())
}

pub async fn fast(stream: impl Socket, codec: impl Codec) -> Result<()> {
    use fastwebsockets::{FragmentCollector, Frame, Payload, Role, WebSocket};
    let mut socket = FragmentCollector::new(WebSocket::after_handshake(stream, Role::Server));
    loop {
        let frame = socket.read_frame().await?;
        let mut answer = Vec::new();
        codec.echo(&frame.payload, &mut answer)?;
        socket.write_frame(Frame::text(Payload::Owned(answer))).await?;
    }
}

/// Accepts whoever connects, after a handshake that is always the same.
pub async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F + Copy + Send + 'static) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    loop {
        let (mut stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            stream.set_nodelay(true)?;
            shake_hands(&mut stream).await?;
            // Boxed, so that what the handshake needed is not held as long as the connection lasts.
            Box::pin(serve(stream)).await
        });
    }
}

const ACCEPTED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";

async fn shake_hands(stream: &mut TcpStream) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    stream.write_all(ACCEPTED).await?;
    Ok(())
}

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::BytesMut;
use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        error::{CapacityError, ProtocolError},
        protocol::{CloseFrame, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{Limits, Received, Transport, oversized, refusal, unsent_too_much};
use crate::codec::Rule;

/// The read buffer of a connection that waits.
const READ: usize = 4 * 1024;

/// Octets that a close frame's reason may have (RFC 6455, 5.5).
const REASON: usize = 123;

/// One message a text frame, fragmented or not; pings are answered, at most one answer waits.
///
/// A frame that is too large is refused by the length that it announces, before memory is taken; a fragmented message once its
/// fragments add up to too much. What follows cannot be told apart any more, so the transport is then no longer usable for
/// receiving and is closed with status 1009, as text that is no UTF-8 is with 1007, after what the machine answered was sent.
/// A binary frame where none is declared is refused, and the connection goes on.
pub struct WebSocket<S> {
    inner: WebSocketStream<S>,
    limits: Limits,
    accept_binary: bool,
    /// Where messages are copied to on their way out; one allocation serves them all as long as they are sent.
    output: BytesMut,
    closing: Closing,
    /// The status of the close frame.
    status: CloseCode,
}

/// How far the good-bye is.
enum Closing {
    No,
    /// The close frame is queued.
    Said,
    /// Everything is written.
    Written,
    /// The peer has said good-bye too, or never will; the stream is shut down on this side.
    ShutDown,
}

/// What a connection of these limits is configured with.
pub(super) fn config(limits: &Limits) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ)
        .write_buffer_size(READ)
        .max_write_buffer_size(limits.most_unsent().max(2 * READ))
        .max_message_size(Some(limits.message))
        .max_frame_size(Some(limits.message))
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> WebSocket<S> {
    /// A connection after its handshake.
    pub(super) fn new(inner: WebSocketStream<S>, limits: Limits, accept_binary: bool) -> Self {
        Self {
            inner,
            limits,
            accept_binary,
            output: BytesMut::new(),
            closing: Closing::No,
            status: CloseCode::Normal,
        }
    }

    fn unusable(&mut self, status: CloseCode, refusal: crate::session::Refusal) -> Received {
        self.status = status;
        Received::Refused { refusal, usable: false }
    }

    /// What an error means while the connection is not being closed by this side.
    fn failed(&mut self, error: Error) -> Received {
        let reason = match error {
            Error::Capacity(CapacityError::MessageTooLong { size, .. }) => {
                return self.unusable(CloseCode::Size, oversized(size as u64, self.limits.message));
            }
            // The library does not say how long the text is that it could not read.
            Error::Utf8(problem) => {
                return self.unusable(CloseCode::Invalid, refusal(0, Rule::Utf8, "UTF-8".into(), problem));
            }
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => "the peer dropped the connection".into(),
            Error::Io(error) => format!("the connection broke: {error}"),
            Error::Protocol(problem) => {
                self.say_goodbye(CloseCode::Protocol, "");
                format!("the peer broke the WebSocket protocol: {problem}")
            }
            other => format!("the connection broke: {other}"),
        };
        Received::Ended { reason }
    }

    fn say_goodbye(&mut self, status: CloseCode, reason: &str) {
        let end = (0..=reason.len().min(REASON))
            .rev()
            .find(|end| reason.is_char_boundary(*end))
            .unwrap_or(0);
        let frame = CloseFrame {
            code: status,
            reason: reason[..end].into(),
        };
        // Whether it can still be said does not change what follows.
        let _ = Pin::new(&mut self.inner).start_send(Message::Close(Some(frame)));
        self.closing = Closing::Said;
    }

    /// Reads past the library, which may have lost track of frames: all that matters is that the peer is done.
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut octets = [0; READ];
        loop {
            let mut buffer = ReadBuf::new(&mut octets);
            let read = ready!(Pin::new(self.inner.get_mut()).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Transport for WebSocket<S> {
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Received> {
        loop {
            let message = match ready!(Pin::new(&mut self.inner).poll_next(context)) {
                Some(Ok(message)) => message,
                Some(Err(error)) => {
                    let received = self.failed(error);
                    if matches!(received, Received::Ended { .. }) {
                        // The last word, if there is one, goes out if it can at once.
                        let _ = self.poll_flush(context);
                    }
                    return Poll::Ready(received);
                }
                None => {
                    let reason = "the peer closed the connection".into();
                    return Poll::Ready(Received::Ended { reason });
                }
            };
            return Poll::Ready(match message {
                Message::Text(text) => Received::Message(text.into()),
                Message::Binary(octets) if self.accept_binary => Received::Message(octets),
                Message::Binary(octets) => Received::Refused {
                    refusal: refusal(octets.len() as u64, Rule::Type, "a text frame".into(), "a binary frame".into()),
                    usable: true,
                },
                Message::Close(frame) => {
                    // The answer is queued by the library. A peer that does not take it is not waited for.
                    let _ = self.poll_flush(context);
                    Received::Ended { reason: closed(frame) }
                }
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
            });
        }
    }

    fn queue(&mut self, message: &[u8]) -> io::Result<()> {
        self.output.extend_from_slice(message);
        let message = self.output.split().freeze();
        let text = Utf8Bytes::try_from(message).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Pin::new(&mut self.inner).start_send(Message::Text(text)).map_err(broken)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context).map_err(broken)
    }

    fn poll_close(&mut self, context: &mut Context<'_>, reason: &str) -> Poll<()> {
        if matches!(self.closing, Closing::No) {
            self.say_goodbye(self.status, reason);
        }
        if matches!(self.closing, Closing::Said) {
            if ready!(self.poll_flush(context)).is_err() {
                return Poll::Ready(());
            }
            self.closing = Closing::Written;
        }
        if matches!(self.closing, Closing::Written) {
            // After an error the library reads nothing more: then there is no good-bye to wait for.
            while !matches!(
                ready!(Pin::new(&mut self.inner).poll_next(context)),
                None | Some(Ok(Message::Close(_)) | Err(_))
            ) {}
            if ready!(Pin::new(self.inner.get_mut()).poll_shutdown(context)).is_err() {
                return Poll::Ready(());
            }
            self.closing = Closing::ShutDown;
        }
        self.poll_drain(context)
    }
}

fn closed(frame: Option<CloseFrame>) -> String {
    match frame {
        None => "the peer closed the connection".into(),
        Some(CloseFrame { code, reason }) if reason.is_empty() => format!("the peer closed the connection (status {code})"),
        Some(CloseFrame { code, reason }) => format!("the peer closed the connection: {reason} (status {code})"),
    }
}

fn broken(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        Error::WriteBufferFull(_) => unsent_too_much(),
        other => io::Error::other(other),
    }
}

use std::{
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::{Limits, Received, Transport, oversized, pool, refusal, unsent_too_much};
use crate::{codec::Rule, net::OsEntropy, session::Entropy};

mod frame;
mod reader;

use frame::{MOST_CONTROL, Opcode};
use reader::{Fault, Item, Reader, close_of};

/// Which end of a connection this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It asked for the connection; what it sends is masked.
    Client,
    /// It was asked; what it gets is masked.
    Server,
}

/// Good-bye, with nothing to say.
const NORMAL: u16 = 1000;
const PROTOCOL: u16 = 1002;
/// Stands for a close frame without a status; never sent.
const NO_STATUS: u16 = 1005;
const INVALID: u16 = 1007;
const TOO_LARGE: u16 = 1009;

/// One message a text frame, fragmented or not; pings are answered, at most one answer waits.
///
/// All frames that one read gave are yielded before the next read, and what is queued meanwhile is written at once. A connection that waits
/// holds no buffers.
///
/// A frame that is too large is refused by the length that it announces, before memory is taken; a fragmented message once its
/// fragments add up to too much. What follows cannot be told apart any more, so the transport is then no longer usable for
/// receiving and is closed with status 1009, as text that is no UTF-8 is with 1007, after what the machine answered was sent.
/// A binary frame where none is declared is refused, and the connection goes on.
pub struct WebSocket<S> {
    stream: S,
    reader: Reader,
    /// Octets that may wait to be written.
    most_unsent: usize,
    accept_binary: bool,
    /// Where masks come from; a server's frames have none.
    masks: Option<OsEntropy>,
    /// Frames that are to be written, and how many octets of them are.
    output: Vec<u8>,
    written: usize,
    /// Whether a pong is among them; the answer to a further ping waits until it is gone.
    is_pong_queued: bool,
    pong: Option<Box<[u8]>>,
    closing: Closing,
    /// The status of the close frame.
    status: u16,
    /// Whether nothing that comes can be told apart any more.
    is_lost: bool,
}

/// How far the good-bye is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    No,
    /// The close frame is queued.
    Said,
    /// Everything is written.
    Written,
    /// The peer has said good-bye too, or never will; the stream is shut down on this side.
    ShutDown,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> WebSocket<S> {
    /// A connection after its handshake.
    pub fn new(stream: S, role: Role, limits: Limits, accept_binary: bool) -> Self {
        Self {
            stream,
            reader: Reader::new(role, limits.message),
            most_unsent: limits.most_unsent(),
            accept_binary,
            masks: matches!(role, Role::Client).then_some(OsEntropy),
            output: Vec::new(),
            written: 0,
            is_pong_queued: false,
            pong: None,
            closing: Closing::No,
            status: NORMAL,
            is_lost: false,
        }
    }

    /// The same, of which octets have come already.
    #[must_use]
    pub(super) fn behind(mut self, octets: &[u8]) -> Self {
        if !octets.is_empty() {
            self.reader.room().extend_from_slice(octets);
        }
        self
    }

    fn write(&mut self, opcode: Opcode, payload: &[u8]) {
        let mask = self.masks.as_mut().map(|masks| masks.next_u32().to_ne_bytes());
        if self.output.capacity() == 0 {
            self.output = pool::take();
        } else if self.written > self.output.len() / 2 {
            self.output.drain(..self.written);
            self.written = 0;
        }
        frame::write(&mut self.output, opcode, payload, mask);
    }

    fn answer_ping(&mut self) {
        let payload = self.reader.payload();
        debug_assert!(payload.len() <= MOST_CONTROL);
        let payload: Box<[u8]> = payload.into();
        if self.is_pong_queued {
            self.pong = Some(payload);
        } else {
            self.is_pong_queued = true;
            self.write(Opcode::Pong, &payload);
        }
    }

    fn unusable(&mut self, status: u16, refusal: crate::session::Refusal) -> Received<'static> {
        self.status = status;
        Received::Refused { refusal, usable: false }
    }

    /// What breaks the rules ends the reading.
    fn failed(&mut self, context: &mut Context<'_>, fault: Fault) -> Received<'static> {
        self.is_lost = true;
        match fault {
            Fault::TooLarge(size) => self.unusable(TOO_LARGE, oversized(size, self.reader.limit())),
            // How long the text would have been is not known of one in fragments.
            Fault::Utf8(problem) => self.unusable(INVALID, refusal(0, Rule::Utf8, "UTF-8".into(), problem)),
            Fault::Protocol(problem) => {
                self.say_goodbye(PROTOCOL, "");
                self.last_word(context, format!("the peer broke the WebSocket protocol: {problem}"))
            }
        }
    }

    /// What is left to be said goes out if it can at once; a peer that does not take it is not waited for.
    fn last_word(&mut self, context: &mut Context<'_>, reason: String) -> Received<'static> {
        let _ = self.poll_flush(context);
        Received::Ended { reason }
    }

    fn on_close(&mut self, context: &mut Context<'_>) -> Received<'static> {
        let (status, reason) = close_of(self.reader.payload());
        let reason = match (status, reason) {
            (NO_STATUS, _) => "the peer closed the connection".into(),
            (status, "") => format!("the peer closed the connection (status {status})"),
            (status, reason) => format!("the peer closed the connection: {reason} (status {status})"),
        };
        self.say_goodbye(status, "");
        self.last_word(context, reason)
    }

    fn say_goodbye(&mut self, status: u16, reason: &str) {
        if self.closing != Closing::No {
            return;
        }
        let mut payload = Vec::with_capacity(MOST_CONTROL);
        if status != NO_STATUS {
            payload.extend(status.to_be_bytes());
            let most = reason.len().min(MOST_CONTROL - payload.len());
            let end = (0..=most).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or(0);
            payload.extend_from_slice(&reason.as_bytes()[..end]);
        }
        self.write(Opcode::Close, &payload);
        self.closing = Closing::Said;
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        // `read_buf` keeps nothing between polls, so a future that is made anew for each is the same one.
        pin!(self.stream.read_buf(self.reader.room())).poll(context)
    }

    /// Reads frames, or past them where they cannot be told apart, until the peer says good-bye or is gone.
    fn poll_goodbye(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.is_lost {
            match self.reader.next() {
                Ok(Some(Item::Close)) | Err(_) => self.is_lost = true,
                Ok(Some(_)) => {}
                Ok(None) => match self.poll_read(context) {
                    Poll::Pending => {
                        self.reader.rest();
                        return Poll::Pending;
                    }
                    Poll::Ready(Ok(0) | Err(_)) => self.is_lost = true,
                    Poll::Ready(Ok(_)) => {}
                },
            }
        }
        Poll::Ready(())
    }

    /// All that matters is that the peer is done. A socket that is dropped while octets wait to be read is reset, and what was
    /// written last may never arrive.
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut octets = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut octets);
            let read = ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }
}

/// What the frames that came hold.
enum Found {
    Message,
    Else(Received<'static>),
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> WebSocket<S> {
    fn poll_found(&mut self, context: &mut Context<'_>) -> Poll<Found> {
        loop {
            if self.is_lost {
                let reason = "nothing more can be read".into();
                return Poll::Ready(Found::Else(Received::Ended { reason }));
            }
            let item = match self.reader.next() {
                Ok(item) => item,
                Err(fault) => return Poll::Ready(Found::Else(self.failed(context, fault))),
            };
            let reason = match item {
                Some(Item::Message { is_text }) if is_text || self.accept_binary => return Poll::Ready(Found::Message),
                Some(Item::Message { .. }) => {
                    let size = self.reader.payload().len() as u64;
                    return Poll::Ready(Found::Else(Received::Refused {
                        refusal: refusal(size, Rule::Type, "a text frame".into(), "a binary frame".into()),
                        usable: true,
                    }));
                }
                Some(Item::Close) => {
                    self.is_lost = true;
                    return Poll::Ready(Found::Else(self.on_close(context)));
                }
                Some(Item::Ping) => {
                    self.answer_ping();
                    continue;
                }
                Some(Item::Pong) => continue,
                None => match self.poll_read(context) {
                    Poll::Ready(Ok(0)) => "the peer dropped the connection".into(),
                    Poll::Ready(Ok(_)) => continue,
                    Poll::Ready(Err(error)) => format!("the connection broke: {error}"),
                    Poll::Pending => {
                        self.reader.rest();
                        // Nobody else knows that a pong waits. Should writing fail, so will the next reading.
                        if self.is_pong_queued {
                            let _ = self.poll_flush(context);
                        }
                        return Poll::Pending;
                    }
                },
            };
            self.is_lost = true;
            return Poll::Ready(Found::Else(Received::Ended { reason }));
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Transport for WebSocket<S> {
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Received<'_>> {
        Poll::Ready(match ready!(self.poll_found(context)) {
            Found::Message => Received::Message(self.reader.payload()),
            Found::Else(received) => received,
        })
    }

    fn rest(&mut self) {
        self.reader.rest();
    }

    fn queue(&mut self, message: &[u8]) -> io::Result<()> {
        if self.closing != Closing::No {
            return Err(io::ErrorKind::NotConnected.into());
        }
        if !frame::is_ascii(message) && std::str::from_utf8(message).is_err() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the message is no UTF-8"));
        }
        if self.output.len() - self.written + message.len() >= self.most_unsent {
            return Err(unsent_too_much());
        }
        self.write(Opcode::Text, message);
        Ok(())
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while self.written < self.output.len() {
                let rest = &self.output[self.written..];
                let written = ready!(Pin::new(&mut self.stream).poll_write(context, rest))?;
                if written == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                self.written += written;
            }
            self.written = 0;
            self.output.clear();
            self.is_pong_queued = false;
            match self.pong.take() {
                Some(payload) if self.closing == Closing::No => {
                    self.is_pong_queued = true;
                    self.write(Opcode::Pong, &payload);
                }
                _ => break,
            }
        }
        pool::give(std::mem::take(&mut self.output));
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_close(&mut self, context: &mut Context<'_>, reason: &str) -> Poll<()> {
        self.say_goodbye(self.status, reason);
        if self.closing == Closing::Said {
            if ready!(self.poll_flush(context)).is_err() {
                return Poll::Ready(());
            }
            self.closing = Closing::Written;
        }
        if self.closing == Closing::Written {
            // Of a peer that cannot be followed there is no good-bye to wait for.
            ready!(self.poll_goodbye(context));
            if ready!(Pin::new(&mut self.stream).poll_shutdown(context)).is_err() {
                return Poll::Ready(());
            }
            self.closing = Closing::ShutDown;
        }
        self.poll_drain(context)
    }
}

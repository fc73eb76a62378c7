use std::{
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

use super::{Limits, Received, Transport, oversized, unsent_too_much};

/// How much room there is for each read.
const READ: usize = 4 * 1024;

/// A buffer that grew past this is given back once it is empty.
const KEPT: usize = 16 * 1024;

/// One message a line: ended by LF, or by CR LF, which is never written.
///
/// A line that is too long is refused as soon as limit + 1 octets are there; the rest of it is thrown away as it comes, and the
/// next line is read as usual. Octets that are no UTF-8 are left to the codec.
#[derive(Debug)]
pub struct Lines<S> {
    stream: S,
    limits: Limits,
    input: BytesMut,
    /// How much of `input` is known to hold no LF.
    scanned: usize,
    /// Whether the line under way is refused already.
    skipping: bool,
    /// The line that was found last.
    line: Bytes,
    output: BytesMut,
    is_shut_down: bool,
}

/// What the octets that came hold.
enum Found {
    Line,
    TooLong,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Lines<S> {
    /// Lines over a connected stream.
    pub fn new(stream: S, limits: Limits) -> Self {
        Self {
            stream,
            limits,
            input: BytesMut::new(),
            scanned: 0,
            skipping: false,
            line: Bytes::new(),
            output: BytesMut::new(),
            is_shut_down: false,
        }
    }

    /// What the octets read so far hold.
    fn next_line(&mut self) -> Option<Found> {
        self.line = Bytes::new();
        loop {
            let end = memchr::memchr(b'\n', &self.input[self.scanned..]).map(|at| self.scanned + at);
            let Some(end) = end else {
                self.scanned = self.input.len();
                return self.judge_unfinished();
            };
            let mut line = self.input.split_to(end + 1);
            self.scanned = 0;
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            line.truncate(end);
            if line.ends_with(b"\r") {
                line.truncate(end - 1);
            }
            if line.len() > self.limits.message {
                return Some(Found::TooLong);
            }
            self.line = line.freeze();
            return Some(Found::Line);
        }
    }

    /// A line whose end is not there yet.
    fn judge_unfinished(&mut self) -> Option<Found> {
        if self.skipping {
            self.discard();
            return None;
        }
        let limit = self.limits.message;
        // One octet above the limit may still be the CR of its end.
        let is_too_long = match self.input.len().checked_sub(limit) {
            None | Some(0) => false,
            Some(1) => self.input[limit] != b'\r',
            Some(_) => true,
        };
        is_too_long.then(|| {
            self.skipping = true;
            self.discard();
            Found::TooLong
        })
    }

    fn refused(&self) -> Received<'static> {
        let size = self.limits.message as u64 + 1;
        Received::Refused {
            refusal: oversized(size, self.limits.message),
            usable: true,
        }
    }

    fn discard(&mut self) {
        self.input.clear();
        self.scanned = 0;
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.input.reserve(READ);
        // `read_buf` keeps nothing between polls, so a future that is made anew for each is the same one.
        pin!(self.stream.read_buf(&mut self.input)).poll(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Transport for Lines<S> {
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Received<'_>> {
        loop {
            match self.next_line() {
                Some(Found::Line) => return Poll::Ready(Received::Message(&self.line)),
                Some(Found::TooLong) => return Poll::Ready(self.refused()),
                None => {}
            }
            let read = self.poll_read(context);
            if read.is_pending() {
                self.rest();
            }
            let reason = match ready!(read) {
                Ok(0) if self.skipping || !self.input.is_empty() => "the peer closed the connection in the middle of a line".into(),
                Ok(0) => "the peer closed the connection".into(),
                Ok(_) => continue,
                Err(error) => format!("the connection broke: {error}"),
            };
            return Poll::Ready(Received::Ended { reason });
        }
    }

    fn rest(&mut self) {
        if self.input.is_empty() {
            self.input = BytesMut::new();
        }
    }

    fn queue(&mut self, message: &[u8]) -> io::Result<()> {
        if memchr::memchr(b'\n', message).is_some() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the message holds a line feed and cannot be a line",
            ));
        }
        if self.output.len() + message.len() >= self.limits.most_unsent() {
            return Err(unsent_too_much());
        }
        self.output.reserve(message.len() + 1);
        self.output.extend_from_slice(message);
        self.output.extend_from_slice(b"\n");
        Ok(())
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.output.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.output))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.output.advance(written);
        }
        if self.output.capacity() > KEPT {
            self.output = BytesMut::new();
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_close(&mut self, context: &mut Context<'_>, _reason: &str) -> Poll<()> {
        if !self.is_shut_down {
            if ready!(self.poll_flush(context)).is_err() || ready!(Pin::new(&mut self.stream).poll_shutdown(context)).is_err() {
                return Poll::Ready(());
            }
            self.is_shut_down = true;
        }
        // A socket that is dropped while octets wait to be read is reset, and what was written last may never arrive.
        loop {
            self.discard();
            if matches!(ready!(self.poll_read(context)), Ok(0) | Err(_)) {
                return Poll::Ready(());
            }
        }
    }
}

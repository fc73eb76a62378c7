use std::{
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite},
    time::{Instant, Sleep, sleep},
};

use super::{Limits, Received, Transport, unsent_too_much};
use crate::{
    schema::{Mismatch, Schema},
    session::Refusal,
    text::{self, Splitter},
};

/// How much room there is for each read.
const READ: usize = 4 * 1024;

/// A buffer that grew past this is given back once it is empty.
const KEPT: usize = 16 * 1024;

/// Framed text over a stream of octets.
///
/// A peer that pauses for [`Framed::PAUSE`] need not end its last line. What breaks the form is refused with all that the codec says
/// of it; nothing can be received behind it.
#[derive(Debug)]
pub struct Framed<S> {
    stream: S,
    limits: Limits,
    schema: Arc<Schema>,
    splitter: Splitter,
    /// Runs while octets wait for more.
    pause: Option<Pin<Box<Sleep>>>,
    is_broken: bool,
    output: BytesMut,
    is_shut_down: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Framed<S> {
    /// How long a peer may be silent within a message before an end marker without a line end counts.
    pub const PAUSE: Duration = Duration::from_millis(250);

    /// Framed text over a connected stream; `None` if the schema has no framing.
    pub fn new(stream: S, limits: Limits, schema: Arc<Schema>) -> Option<Self> {
        let splitter = Splitter::new(schema.framing.clone()?, limits.message);
        Some(Self {
            stream,
            limits,
            schema,
            splitter,
            pause: None,
            is_broken: false,
            output: BytesMut::new(),
            is_shut_down: false,
        })
    }

    /// Judges lengths that disagree with end markers by another rule from now on.
    pub fn set_mismatch(&mut self, mismatch: Mismatch) {
        self.splitter.set_mismatch(mismatch);
    }

    /// What the octets read so far hold.
    fn next_frame(&mut self, paused: bool) -> Option<Received> {
        let mode = self.splitter.mismatch();
        let found = if paused { self.splitter.pause() } else { self.splitter.next() };
        match found {
            Ok(found) => found.map(|frame| Received::Message(Bytes::copy_from_slice(frame.octets))),
            Err(broken) => {
                self.is_broken = true;
                Some(refused(text::refusal(&self.schema, mode, broken.octets)))
            }
        }
    }

    /// What is left when the peer has closed.
    fn last_frame(&mut self) -> Option<Received> {
        let mode = self.splitter.mismatch();
        match self.splitter.finish() {
            Ok(found) => found.map(|frame| Received::Message(Bytes::copy_from_slice(frame.octets))),
            Err(broken) => {
                self.is_broken = true;
                Some(refused(text::refusal(&self.schema, mode, broken.octets)))
            }
        }
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let space = self.splitter.space();
        space.reserve(READ);
        // `read_buf` keeps nothing between polls, so a future that is made anew for each is the same one.
        pin!(self.stream.read_buf(space)).poll(context)
    }

    /// Whether the peer has paused in the middle of a message.
    fn poll_pause(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.splitter.pending() == 0 {
            self.pause = None;
            return Poll::Pending;
        }
        let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(Self::PAUSE)));
        ready!(pause.as_mut().poll(context));
        // Once for each pause: the next one begins with the next octets.
        pause.as_mut().reset(Instant::now() + Duration::from_secs(86_400));
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Transport for Framed<S> {
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Received> {
        loop {
            if self.is_broken {
                return Poll::Ready(Received::Ended {
                    reason: "the peer sent what is no message".into(),
                });
            }
            if let Some(received) = self.next_frame(false) {
                return Poll::Ready(received);
            }
            let reason = match self.poll_read(context) {
                Poll::Pending => {
                    ready!(self.poll_pause(context));
                    match self.next_frame(true) {
                        Some(received) => return Poll::Ready(received),
                        None => continue,
                    }
                }
                Poll::Ready(Ok(0)) => match self.last_frame() {
                    Some(received) => return Poll::Ready(received),
                    None => "the peer closed the connection".into(),
                },
                Poll::Ready(Ok(_)) => {
                    self.pause = None;
                    continue;
                }
                Poll::Ready(Err(error)) => format!("the connection broke: {error}"),
            };
            return Poll::Ready(Received::Ended { reason });
        }
    }

    fn queue(&mut self, message: &[u8]) -> io::Result<()> {
        if self.output.len() + message.len() >= self.limits.most_unsent() {
            return Err(unsent_too_much());
        }
        self.output.extend_from_slice(message);
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
        let mut sink = [0; READ];
        loop {
            if matches!(ready!(pin!(self.stream.read(&mut sink)).poll(context)), Ok(0) | Err(_)) {
                return Poll::Ready(());
            }
        }
    }
}

fn refused(refusal: Refusal) -> Received {
    Received::Refused { refusal, usable: false }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, sync::Arc, time::Duration};

    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

    use super::*;
    use crate::text::fixtures::signals;

    const BYE: &[u8] = b"SIG/1.0 BYE\nName: a\n--BODY--\n--END--";

    fn pair() -> (DuplexStream, Framed<DuplexStream>) {
        let (peer, stream) = duplex(64);
        let limits = Limits { message: 400, unsent: 400 };
        (peer, Framed::new(stream, limits, Arc::new(signals())).unwrap())
    }

    async fn receive(framed: &mut Framed<DuplexStream>) -> Received {
        let next = poll_fn(|context| framed.poll_receive(context));
        tokio::time::timeout(Duration::from_secs(5), next).await.unwrap()
    }

    #[tokio::test]
    async fn messages_come_octet_by_octet_and_a_pause_ends_the_last_line() {
        let (mut peer, mut framed) = pair();
        let sender = tokio::spawn(async move {
            for octet in [BYE, b"\r\n", BYE].concat() {
                peer.write_all(&[octet]).await.unwrap();
            }
            peer
        });
        for _ in 0..2 {
            assert!(matches!(receive(&mut framed).await, Received::Message(message) if message.starts_with(BYE)));
        }
        drop(sender.await.unwrap());
        assert!(matches!(receive(&mut framed).await, Received::Ended { .. }));
    }

    #[tokio::test]
    async fn what_breaks_the_form_is_explained_and_ends_the_stream() {
        let (mut peer, mut framed) = pair();
        peer.write_all(b"SIG/1.0 BYE\nno header\n").await.unwrap();
        match receive(&mut framed).await {
            Received::Refused { refusal, usable: false } => {
                assert_eq!(refusal.message.as_deref(), Some("Bye"));
                assert_eq!(refusal.violations[0].rule.name(), "header");
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(receive(&mut framed).await, Received::Ended { .. }));
    }
}

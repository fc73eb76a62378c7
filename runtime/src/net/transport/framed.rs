use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::{Limits, Received, Transport, pool, refusal, unsent_too_much};
use crate::{
    codec::Rule,
    text::{Broken, Frame, Splitter},
};

/// How much is read at once.
const READ: usize = 8 * 1024;

/// Framed text over a stream of octets.
///
/// A peer that pauses for [`Framed::PAUSE`] need not end its last line. What breaks the form is handed on as it is, for the codec to
/// explain; nothing can be received behind it. A message that is not whole within [`Limits::message_time`] is refused, however
/// steadily it comes. Memory grows with the octets that came, and is given back with each message: an idle connection holds none.
#[derive(Debug)]
pub struct Framed<S> {
    stream: S,
    limits: Limits,
    splitter: Splitter,
    /// What was found last.
    found: Vec<u8>,
    /// Of a message that has begun.
    waiting: Option<Waiting>,
    is_broken: bool,
    output: BytesMut,
    is_shut_down: bool,
}

/// What a message that has begun waits for.
#[derive(Debug)]
struct Waiting {
    /// When it must be whole.
    by: Instant,
    /// Whether the splitter knows that the peer has paused.
    is_told: bool,
    sleep: Pin<Box<Sleep>>,
}

/// What the octets that came hold.
enum Found {
    Message,
    Broken,
    Else(Received<'static>),
}

enum Waited {
    /// The peer has paused.
    Paused,
    /// The message took too long.
    Late,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Framed<S> {
    /// How long a peer may be silent within a message before an end marker without a line end counts.
    pub const PAUSE: Duration = Duration::from_millis(250);

    /// Framed text over a connected stream.
    pub fn new(stream: S, limits: Limits, splitter: Splitter) -> Self {
        Self {
            stream,
            limits,
            splitter,
            found: Vec::new(),
            waiting: None,
            is_broken: false,
            output: BytesMut::new(),
            is_shut_down: false,
        }
    }

    /// What a look at the octets read so far gave.
    fn judge(&mut self, look: impl for<'f> FnOnce(&'f mut Splitter) -> Result<Option<Frame<'f>>, Broken<'f>>) -> Option<Found> {
        let found = look(&mut self.splitter);
        let octets = match &found {
            Ok(None) => return None,
            Ok(Some(frame)) => frame.octets,
            Err(broken) => broken.octets,
        };
        if self.found.capacity() == 0 {
            self.found = pool::take();
        }
        self.found.clear();
        self.found.extend_from_slice(octets);
        self.is_broken = found.is_err();
        self.waiting = None;
        Some(if self.is_broken { Found::Broken } else { Found::Message })
    }

    fn next_frame(&mut self) -> Option<Found> {
        let found = self.judge(Splitter::next);
        if found.is_none() {
            self.splitter.release();
        }
        found
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        // On the stack: thousands of connections wait here for their first octet.
        let mut room = [MaybeUninit::uninit(); READ];
        let mut read = ReadBuf::uninit(&mut room);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut read))?;
        self.splitter.push(read.filled());
        if let Some(waiting) = &mut self.waiting {
            waiting.is_told = false;
            waiting.sleep.as_mut().reset(waiting.by.min(Instant::now() + Self::PAUSE));
        }
        Poll::Ready(Ok(read.filled().len()))
    }

    /// Waits while a message has begun and nothing comes.
    fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<Waited> {
        if self.splitter.pending() == 0 {
            return Poll::Pending;
        }
        let time = self.limits.message_time;
        let waiting = self.waiting.get_or_insert_with(|| {
            let now = Instant::now();
            let by = now + time;
            Waiting {
                by,
                is_told: false,
                sleep: Box::pin(sleep_until(by.min(now + Self::PAUSE))),
            }
        });
        ready!(waiting.sleep.as_mut().poll(context));
        if waiting.is_told || waiting.sleep.deadline() >= waiting.by {
            return Poll::Ready(Waited::Late);
        }
        waiting.is_told = true;
        waiting.sleep.as_mut().reset(waiting.by);
        Poll::Ready(Waited::Paused)
    }

    fn late(&mut self) -> Received<'static> {
        self.is_broken = true;
        let (octets, time) = (self.splitter.pending() as u64, self.limits.message_time);
        Received::Refused {
            refusal: refusal(
                octets,
                Rule::Truncated,
                format!("a whole message within {time:?}").into(),
                format!("{octets} octets"),
            ),
            usable: false,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Framed<S> {
    fn poll_found(&mut self, context: &mut Context<'_>) -> Poll<Found> {
        loop {
            if self.is_broken {
                let reason = "the peer sent what is no message".into();
                return Poll::Ready(Found::Else(Received::Ended { reason }));
            }
            if let Some(found) = self.next_frame() {
                return Poll::Ready(found);
            }
            let reason = match self.poll_read(context) {
                Poll::Pending => {
                    self.rest();
                    match ready!(self.poll_wait(context)) {
                        Waited::Late => return Poll::Ready(Found::Else(self.late())),
                        Waited::Paused => match self.judge(Splitter::pause) {
                            Some(found) => return Poll::Ready(found),
                            None => continue,
                        },
                    }
                }
                Poll::Ready(Ok(0)) => match self.judge(Splitter::finish) {
                    Some(found) => return Poll::Ready(found),
                    None => "the peer closed the connection".into(),
                },
                Poll::Ready(Ok(_)) => continue,
                Poll::Ready(Err(error)) => format!("the connection broke: {error}"),
            };
            return Poll::Ready(Found::Else(Received::Ended { reason }));
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Transport for Framed<S> {
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Received<'_>> {
        Poll::Ready(match ready!(self.poll_found(context)) {
            Found::Message => Received::Message(&self.found),
            Found::Broken => Received::Broken(&self.found),
            Found::Else(received) => received,
        })
    }

    fn rest(&mut self) {
        pool::give(std::mem::take(&mut self.found));
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
        self.output = BytesMut::new();
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
            let mut room = [MaybeUninit::uninit(); READ];
            let mut sink = ReadBuf::uninit(&mut room);
            let read = ready!(Pin::new(&mut self.stream).poll_read(context, &mut sink));
            if read.is_err() || sink.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, time::Duration};

    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

    use super::*;
    use crate::{schema::Mismatch, text::fixtures::signals};

    const BYE: &[u8] = b"SIG/1.0 BYE\nName: a\n--BODY--\n--END--";

    fn pair() -> (DuplexStream, Framed<DuplexStream>) {
        let (peer, stream) = duplex(64);
        let limits = Limits {
            message: 400,
            unsent: 400,
            message_time: Duration::from_secs(30),
        };
        let splitter = Splitter::of(&signals(), Mismatch::Strict).unwrap();
        (peer, Framed::new(stream, limits, splitter))
    }

    /// What is received, in words.
    async fn receive(framed: &mut Framed<DuplexStream>) -> String {
        let next = poll_fn(|context| {
            framed.poll_receive(context).map(|received| match received {
                Received::Message(octets) => format!("message {}", String::from_utf8_lossy(octets)),
                Received::Broken(octets) => format!("broken {}", String::from_utf8_lossy(octets)),
                Received::Refused { refusal, usable } => format!("refused ({usable}): {}", refusal.text()),
                Received::Ended { .. } => "ended".into(),
            })
        });
        tokio::time::timeout(Duration::from_secs(3600), next).await.unwrap()
    }

    fn is_bye(received: &str) -> bool {
        received
            .strip_prefix("message ")
            .is_some_and(|message| message.as_bytes().starts_with(BYE))
    }

    #[tokio::test(start_paused = true)]
    async fn messages_come_octet_by_octet_and_a_pause_ends_the_last_line() {
        let (mut peer, mut framed) = pair();
        let sender = tokio::spawn(async move {
            for octet in [BYE, b"\r\n", BYE].concat() {
                peer.write_all(&[octet]).await.unwrap();
            }
            peer
        });
        for _ in 0..2 {
            assert!(is_bye(&receive(&mut framed).await));
        }
        drop(sender.await.unwrap());
        assert_eq!(receive(&mut framed).await, "ended");
    }

    #[tokio::test(start_paused = true)]
    async fn what_breaks_the_form_is_handed_on_and_ends_the_stream() {
        let (mut peer, mut framed) = pair();
        peer.write_all(b"SIG/1.0 BYE\nno header\n").await.unwrap();
        assert!(receive(&mut framed).await.starts_with("broken SIG/1.0 BYE\nno header"));
        assert_eq!(receive(&mut framed).await, "ended");
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_has_a_deadline_and_silence_between_messages_has_none() {
        let (mut peer, mut framed) = pair();
        let silence = tokio::time::timeout(Duration::from_secs(1000), poll_fn(|context| framed.poll_found(context)));
        assert!(silence.await.is_err());
        let start = Instant::now();
        let sender = tokio::spawn(async move {
            for octet in BYE {
                peer.write_all(&[*octet]).await.unwrap();
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(
            receive(&mut framed).await,
            "refused (false): expected a whole message within 30s, got 30 octets"
        );
        assert_eq!(start.elapsed(), Duration::from_secs(30));
        sender.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_held_between_messages() {
        let (mut peer, mut framed) = pair();
        peer.write_all(&[BYE, b"\n"].concat()).await.unwrap();
        assert!(is_bye(&receive(&mut framed).await));
        let silence = tokio::time::timeout(Duration::from_secs(1), poll_fn(|context| framed.poll_found(context)));
        assert!(silence.await.is_err());
        assert_eq!(
            (
                framed.splitter.space().capacity(),
                framed.found.capacity(),
                framed.waiting.is_none()
            ),
            (0, 0, true)
        );
    }
}

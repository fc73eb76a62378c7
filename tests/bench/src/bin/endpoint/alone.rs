//! The generated server without sockets: what it does for a message, the same each time.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use liminal_protocols::ltp::thread;
use ltp_runtime::{
    net::{
        Driver,
        store::MemoryStore,
        transport::{Limits, Role, WebSocket},
    },
    session::Machine,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{
    Result,
    counting::{Meter, count_here},
    frames::{HELLO, Updates, frame, member},
    servers::{attend, listen, reply},
};

/// A peer that sends some updates at once, waits for what is said to them, and sends the next.
struct Script {
    /// What it has to send.
    output: Vec<u8>,
    /// None before the session is open.
    updates: Option<Updates>,
    in_flight: usize,
    /// Updates that it will send.
    left: usize,
    reader: Option<Waker>,
}

impl AsyncRead for Script {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.output.is_empty() && self.left > 0 {
            self.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = self.output.len().min(buffer.remaining());
        buffer.put_slice(&self.output[..count]);
        self.output.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Script {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let updates = match &mut this.updates {
            Some(updates) => updates,
            none => none.insert(opened(octets, this.in_flight).map_err(io::Error::other)?),
        };
        let count = this.in_flight.min(this.left);
        this.left -= count;
        this.output.extend_from_slice(updates.next(count));
        if let Some(reader) = this.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The updates of a session that a frame opens.
fn opened(frame: &[u8], in_flight: usize) -> Result<Updates> {
    let ack = std::str::from_utf8(frame.get(4..).unwrap_or_default())?;
    Updates::new(&member(ack, "thread_id")?, &member(ack, "session_id")?, in_flight)
}

/// Has so many updates answered, and says how often memory was taken for each. `is_within`: by a handler, as they are read.
pub fn run(count: usize, in_flight: usize, is_within: bool) -> Result<()> {
    let meter: &'static Meter = Box::leak(Box::default());
    let machine = thread::Server::new(thread::ServerOptions::new());
    let limits = Limits {
        message: machine.max_size(),
        unsent: 256 * 1024,
        message_time: Duration::from_secs(30),
    };
    let script = Script {
        output: frame(HELLO),
        updates: None,
        in_flight,
        left: count,
        reader: None,
    };
    let transport = WebSocket::new(script, Role::Server, limits, false);
    let driver = Driver::server(machine, Box::new(transport), "127.0.0.1:1").store(Arc::new(MemoryStore::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    count_here(meter);
    if is_within {
        runtime.block_on(driver.on_message(reply).run(listen));
    } else {
        runtime.block_on(driver.run(attend));
    }
    let each = meter.allocations() as f64 / count as f64;
    println!("{count} messages, {in_flight} at once, {each:.2} allocations each");
    Ok(())
}

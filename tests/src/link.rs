//! A link between two programs on this machine, that can be cut, and that remembers what it carried.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// Carries connections from its own address to another.
pub struct Link {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    open: Mutex<Vec<TcpStream>>,
    /// Everything that went over it, without the masks of WebSocket frames.
    carried: Mutex<Vec<u8>>,
}

impl Link {
    /// A link to an address.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    #[allow(clippy::unwrap_used)]
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let of = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(server) else { continue };
                of.carry(&client, &server);
            }
        });
        Self { address, shared }
    }

    /// Where it begins.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts all connections that are open; new ones are carried.
    pub fn cut(&self) {
        for stream in lock(&self.shared.open).drain(..) {
            // It may be gone already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Whether a text went over it.
    #[must_use]
    pub fn carried(&self, text: &str) -> bool {
        self.count(text) > 0
    }

    /// How often a text went over it.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        lock(&self.shared.carried)
            .windows(text.len())
            .filter(|window| *window == text.as_bytes())
            .count()
    }
}

impl Shared {
    fn carry(self: &Arc<Self>, client: &TcpStream, server: &TcpStream) {
        for (from, to) in [(client, server), (server, client)] {
            let (Ok(mut from), Ok(mut to), Ok(kept)) = (from.try_clone(), to.try_clone(), from.try_clone()) else {
                return;
            };
            lock(&self.open).push(kept);
            let this = Arc::clone(self);
            thread::spawn(move || {
                let mut octets = vec![0; 64 * 1024];
                while let Ok(count @ 1..) = from.read(&mut octets) {
                    lock(&this.carried).extend(unmasked(&octets[..count]));
                    if to.write_all(&octets[..count]).is_err() {
                        break;
                    }
                }
                let _ = to.shutdown(Shutdown::Both);
            });
        }
    }
}

/// The payload of the WebSocket frames that a client sent at once; other octets as they are.
fn unmasked(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let [0x81 | 0x82, length, ..] = rest
        && length & 0x80 != 0
    {
        let (size, at) = match length & 0x7f {
            126 => (rest.get(2..4).map_or(0, |size| usize::from(size[0]) << 8 | usize::from(size[1])), 4),
            small => (usize::from(small), 2),
        };
        let (Some(mask), Some(frame)) = (rest.get(at..at + 4), rest.get(at + 4..at + 4 + size)) else {
            break;
        };
        out.extend(frame.iter().enumerate().map(|(index, octet)| octet ^ mask[index % 4]));
        rest = &rest[at + 4 + size..];
    }
    out.extend_from_slice(rest);
    out
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

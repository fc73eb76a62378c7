//! A link between two programs on this machine: it remembers what it carried, can be cut, and can say something itself.

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
    /// Whether it does not remember what it carried.
    forgets: bool,
    /// What is open now: client and server of each.
    open: Mutex<Vec<[TcpStream; 2]>>,
    /// Everything that went over it, without the masks of WebSocket frames.
    carried: Mutex<Vec<u8>>,
    /// Behind which octets of a client the connection ends.
    cut: Mutex<Option<Vec<u8>>>,
}

impl Link {
    /// A link to an address.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn to(server: SocketAddr) -> Self {
        Self::with(server, Shared::default())
    }

    /// A link that does not remember what it carried.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn forgetful(server: SocketAddr) -> Self {
        let shared = Shared {
            forgets: true,
            ..Shared::default()
        };
        Self::with(server, shared)
    }

    #[allow(clippy::unwrap_used)]
    fn with(server: SocketAddr, shared: Shared) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(shared);
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
        for stream in lock(&self.shared.open).drain(..).flatten() {
            // It may be gone already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Cuts those of the connections that are open, of each of which `is_cut` says so.
    pub fn cut_some(&self, mut is_cut: impl FnMut() -> bool) {
        lock(&self.shared.open).retain(|ends| {
            let is_cut = is_cut();
            if is_cut {
                // It may be gone already.
                ends.iter().for_each(|end| drop(end.shutdown(Shutdown::Both)));
            }
            !is_cut
        });
    }

    /// Cuts the connection on which a client says a text, right behind it: the rest never comes.
    pub fn cut_behind(&self, text: &str) {
        *lock(&self.shared.cut) = Some(text.as_bytes().to_vec());
    }

    /// Says something to the server, as if its client had.
    pub fn say_to_server(&self, text: &str) {
        self.say(text, 1);
    }

    /// Says something to the client, as if its server had.
    pub fn say_to_client(&self, text: &str) {
        self.say(text, 0);
    }

    #[allow(clippy::unwrap_used)]
    fn say(&self, text: &str, end: usize) {
        let open = lock(&self.shared.open);
        (&open.last().unwrap()[end]).write_all(text.as_bytes()).unwrap();
    }

    /// Whether a text went over it.
    #[must_use]
    pub fn carried(&self, text: &str) -> bool {
        self.place(text).is_some()
    }

    /// Behind how many octets a text first went over it.
    #[must_use]
    pub fn place(&self, text: &str) -> Option<usize> {
        let carried = lock(&self.shared.carried);
        carried.windows(text.len()).position(|window| window == text.as_bytes())
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
        let (Ok(kept), Ok(other)) = (client.try_clone(), server.try_clone()) else {
            return;
        };
        lock(&self.open).push([kept, other]);
        for (from, to, is_client) in [(client, server, true), (server, client, false)] {
            let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else {
                return;
            };
            let this = Arc::clone(self);
            thread::spawn(move || {
                let mut octets = vec![0; 64 * 1024];
                while let Ok(count @ 1..) = from.read(&mut octets) {
                    let end = if is_client { this.end(&octets[..count]) } else { None };
                    let passed = &octets[..end.unwrap_or(count)];
                    if !this.forgets {
                        lock(&this.carried).extend(unmasked(passed));
                    }
                    if to.write_all(passed).is_err() || end.is_some() {
                        break;
                    }
                }
                let _ = to.shutdown(Shutdown::Both);
                let _ = from.shutdown(Shutdown::Both);
            });
        }
    }

    /// Where the connection is to be cut, if it is in these octets.
    fn end(&self, octets: &[u8]) -> Option<usize> {
        let mut cut = lock(&self.cut);
        let text = cut.as_ref()?;
        let at = octets.windows(text.len()).position(|window| window == text)? + text.len();
        *cut = None;
        Some(at)
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

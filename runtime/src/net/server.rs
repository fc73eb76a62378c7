use std::{
    fmt,
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, timeout},
};

use super::{
    Address, ConnectError, Driver, SharedPolicy,
    bell::Bell,
    socket::Socket,
    transport::{Framed, Limits, Lines, Terms, Transport, accept_websocket},
};
use crate::{
    endpoint::{self, Endpoint},
    policy::Registry,
    session::Machine,
};

/// How long a server rests when the system gives it no connection, as when it has no file descriptors left.
const REST: Duration = Duration::from_millis(100);

/// How an endpoint is served.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The URL to serve: where to listen, and by its scheme whether with TLS; port 0 takes any that is free. The endpoint's own
    /// address if `None`.
    pub address: Option<String>,
    /// Whether another address than a loopback one may be served without TLS, as behind a proxy.
    pub allow_plaintext: bool,
    /// Who the server is; for `wss` and `tls`.
    #[cfg(feature = "tls")]
    pub tls: Option<super::ServerTls>,
    /// Connections at once. Further ones wait in the system's queue.
    pub max_connections: usize,
    /// How long a peer has for the handshakes of TLS and WebSocket together.
    pub handshake_timeout: Duration,
    /// Octets that may wait to be written to one peer while it is still read from.
    pub unsent: usize,
    /// How long a message of framed text may take from its first octet to its last.
    pub message_time: Duration,
    /// Which agents are known, and what they may be. All connections count together.
    pub registry: Registry,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            address: None,
            allow_plaintext: false,
            #[cfg(feature = "tls")]
            tls: None,
            max_connections: 10_000,
            handshake_timeout: Duration::from_secs(10),
            unsent: super::Options::default().unsent,
            message_time: super::Options::default().message_time,
            registry: Registry::default(),
        }
    }
}

/// Who connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// From where.
    pub address: SocketAddr,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

/// A listening server. Dropping it drops all its connections; [`Server::shutdown`] closes them.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    /// Set once: by when all sessions must have ended.
    shutdown: watch::Sender<Option<Instant>>,
    /// Rung then.
    bell: Arc<Bell>,
    accepting: AbortOnDrop,
    connections: Arc<AtomicUsize>,
    policy: Arc<SharedPolicy>,
}

impl Server {
    /// Listens, and from then on serves everyone who connects.
    ///
    /// For each peer `machine` makes a machine, and `serve` gets its driver to set it up and run it, in a task of the connection:
    /// usually `|driver, peer| driver.store(..).run(|session| ..)`.
    ///
    /// # Errors
    /// An address that will not do, see [`Address::parse`], or that the system refuses; TLS asked for without a certificate.
    pub async fn listen<M, F>(
        endpoint: &Endpoint,
        options: ServerOptions,
        machine: impl Fn(&Peer) -> M + Send + Sync + 'static,
        serve: impl Fn(Driver<M>, Peer) -> F + Send + Sync + 'static,
    ) -> Result<Self, ListenError>
    where
        M: Machine + Send + 'static,
        M::Message: Send + 'static,
        M::Call: Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let text = options.address.as_deref().unwrap_or(&endpoint.address);
        let address = Address::parse(text, endpoint, options.allow_plaintext).map_err(ListenError::Address)?;
        let gate = Gate::new(endpoint, &address, &options)?;
        let bind = |source| ListenError::Bind {
            address: address.to_string(),
            source,
        };
        let listener = TcpListener::bind((address.host.as_str(), address.port)).await.map_err(bind)?;
        let local = listener.local_addr().map_err(bind)?;
        tracing::info!(%address, %local, "listening");
        let (shutdown, told) = watch::channel(None);
        let seats = Seats {
            free: Arc::new(Semaphore::new(options.max_connections.clamp(1, Semaphore::MAX_PERMITS))),
            taken: Arc::default(),
        };
        let connections = Arc::clone(&seats.taken);
        let policy = Arc::new(SharedPolicy::new(options.registry));
        let bell = Arc::new(Bell::default());
        let serving = Arc::new(Serving {
            gate,
            machine,
            serve,
            policy: Arc::clone(&policy),
            bell: Arc::clone(&bell),
        });
        let accepting = accept(listener, seats, told, move |peer, stream, told, seat| {
            // Boxed: what only the handshake needs is not held for as long as the connection lasts.
            let opening = Box::pin(Arc::clone(&serving).open(peer, stream, told));
            async move {
                let _seat: Seat = seat;
                if let Some(session) = opening.await {
                    session.await;
                }
            }
        });
        Ok(Self {
            address: local,
            shutdown,
            bell,
            accepting: AbortOnDrop(tokio::spawn(accepting)),
            connections,
            policy,
        })
    }

    /// What decides on claims and counts, for all connections.
    #[must_use]
    pub const fn policy(&self) -> &Arc<SharedPolicy> {
        &self.policy
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// How many connections there are, those that are still shaking hands among them.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Accepts nobody any more, asks every machine to close, and waits until all sessions have ended; those that have not ended
    /// within `grace` are dropped.
    pub async fn shutdown(mut self, grace: Duration) {
        let by = Instant::now() + grace;
        self.shutdown.send_replace(Some(by));
        self.bell.ring(by);
        // The accepting task drops what is left by then, so its end is the end of all.
        if let Err(error) = (&mut self.accepting.0).await {
            tracing::error!(%error, "the server did not end well");
        }
    }
}

/// Why a server cannot listen.
#[derive(Debug)]
#[non_exhaustive]
pub enum ListenError {
    /// The address will not do.
    Address(ConnectError),
    /// The system refuses it.
    Bind {
        /// The address.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// The address asks for TLS and no certificate is given, or the other way round.
    Certificate {
        /// The address.
        address: String,
    },
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => write!(f, "{error}; {}", error.remedy()),
            Self::Bind { address, source } => write!(f, "{address} cannot be listened on: {source}"),
            Self::Certificate { address } => {
                write!(
                    f,
                    "{address}: a certificate and an address with TLS (wss:// or tls://) go together, and one of them is missing"
                )
            }
        }
    }
}

impl std::error::Error for ListenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Address(error) => Some(error),
            Self::Bind { source, .. } => Some(source),
            Self::Certificate { .. } => None,
        }
    }
}

/// Says by when all sessions must have ended, once the server shuts down.
type Told = watch::Receiver<Option<Instant>>;

#[derive(Debug)]
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What all connections are served with. Both functions are called in the connection's task: should they panic, it is that connection's
/// end only.
struct Serving<C, S> {
    gate: Gate,
    machine: C,
    serve: S,
    policy: Arc<SharedPolicy>,
    bell: Arc<Bell>,
}

impl<C, S> Serving<C, S> {
    /// The session with a peer, once its transport is open. Boxed, because a future that another makes and waits for is held twice.
    async fn open<M, F>(self: Arc<Self>, peer: Peer, stream: TcpStream, told: Told) -> Option<Pin<Box<F>>>
    where
        C: Fn(&Peer) -> M,
        S: Fn(Driver<M>, Peer) -> F,
        M: Machine + Send + 'static,
        M::Message: Send + 'static,
        M::Call: Send + 'static,
    {
        let machine = (self.machine)(&peer);
        let terms = Terms {
            limits: Limits {
                message: machine.max_size(),
                unsent: self.gate.unsent,
                message_time: self.gate.message_time,
            },
            splitter: machine.splitter(),
        };
        match self.gate.pass(peer, stream, terms, told).await {
            Ok(transport) => {
                let driver = Driver::server(machine, transport, peer)
                    .policy(Arc::clone(&self.policy))
                    .closed_by(Arc::clone(&self.bell).listen());
                Some(Box::pin((self.serve)(driver, peer)))
            }
            Err(error) => {
                tracing::info!(%peer, %error, "no session");
                None
            }
        }
    }
}

/// What an accepted stream goes through before it is a transport.
struct Gate {
    transport: endpoint::Transport,
    handshake_timeout: Duration,
    unsent: usize,
    message_time: Duration,
    #[cfg(feature = "tls")]
    tls: Option<super::ServerTls>,
}

impl Gate {
    fn new(endpoint: &Endpoint, address: &Address, options: &ServerOptions) -> Result<Self, ListenError> {
        #[cfg(feature = "tls")]
        let has_certificate = options.tls.is_some();
        #[cfg(not(feature = "tls"))]
        let has_certificate = false;
        if address.tls != has_certificate {
            let address = address.to_string();
            return Err(ListenError::Certificate { address });
        }
        Ok(Self {
            transport: endpoint.transport.clone(),
            handshake_timeout: options.handshake_timeout,
            unsent: options.unsent,
            message_time: options.message_time,
            #[cfg(feature = "tls")]
            tls: options.tls.clone(),
        })
    }

    async fn pass(&self, peer: Peer, stream: TcpStream, terms: Terms, mut told: Told) -> Result<Box<dyn Transport>, ConnectError> {
        let after = self.handshake_timeout;
        let late = |_| ConnectError::TimedOut {
            address: peer.to_string(),
            after,
        };
        tokio::select! {
            opened = timeout(after, self.open(stream, terms)) => opened.map_err(late)?,
            () = told_to_shut_down(&mut told) => Err(ConnectError::Handshake {
                problem: "the server shuts down".into(),
            }),
        }
    }

    async fn open(&self, stream: TcpStream, Terms { limits, splitter }: Terms) -> Result<Box<dyn Transport>, ConnectError> {
        let socket = self.secure(stream).await?;
        match &self.transport {
            endpoint::Transport::Lines => Ok(Box::new(Lines::new(socket, limits))),
            endpoint::Transport::Framed => match splitter {
                Some(splitter) => Ok(Box::new(Framed::new(socket, limits, splitter))),
                None => Err(ConnectError::NotFramed),
            },
            websocket => Ok(Box::new(accept_websocket(socket, websocket, limits).await?)),
        }
    }

    async fn secure(&self, stream: TcpStream) -> Result<Socket, ConnectError> {
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            let stream = tls.acceptor.accept(stream).await.map_err(|error| ConnectError::Handshake {
                problem: format!("TLS: {error}").into(),
            })?;
            return Ok(Socket::Tls(Box::new(stream.into())));
        }
        Ok(Socket::Plain(stream))
    }
}

/// Accepts until told to stop; then waits for the connections, and drops those that are left when the time is over.
async fn accept<F>(listener: TcpListener, seats: Seats, mut told: Told, serve: impl Fn(Peer, TcpStream, Told, Seat) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = told_to_shut_down(&mut told) => break,
            Some(ended) = connections.join_next() => report(ended),
            accepted = next(&listener, &seats) => match accepted {
                Ok((stream, address, seat)) => {
                    connections.spawn(serve(Peer { address }, stream, told.clone(), seat));
                }
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(REST).await;
                }
            },
        }
    }
    drop(listener);
    let by = told.borrow().unwrap_or_else(Instant::now);
    let all_ended = async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    };
    // A session is given up by its driver at the same time; what the application does with it has a moment more.
    if tokio::time::timeout_at(by + REST, all_ended).await.is_err() {
        tracing::warn!(connections = connections.len(), "dropped at shutdown");
    }
}

async fn next(listener: &TcpListener, seats: &Seats) -> io::Result<(TcpStream, SocketAddr, Seat)> {
    let permit = Arc::clone(&seats.free).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, address) = listener.accept().await?;
    // Messages are small and are waited for.
    stream.set_nodelay(true)?;
    seats.taken.fetch_add(1, Ordering::Relaxed);
    let taken = Arc::clone(&seats.taken);
    Ok((stream, address, Seat { taken, _permit: permit }))
}

/// How many connections there may be, and how many there are.
struct Seats {
    free: Arc<Semaphore>,
    taken: Arc<AtomicUsize>,
}

/// What a connection holds for as long as it lasts.
struct Seat {
    taken: Arc<AtomicUsize>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection's task failed");
    }
}

async fn told_to_shut_down(told: &mut Told) {
    if told.wait_for(Option::is_some).await.is_err() {
        // The server is gone, and this task with it in a moment.
        std::future::pending().await
    }
}

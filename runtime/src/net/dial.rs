use std::{future::Future, pin::Pin};

use tokio::net::TcpStream;

use super::{
    Address, ConnectError,
    socket::Socket,
    transport::{Framed, Lines, Terms, Transport, request_websocket},
};
use crate::endpoint::{self, Endpoint};

/// A transport that is being opened.
pub type Connecting<'c> = Pin<Box<dyn Future<Output = Result<Box<dyn Transport>, ConnectError>> + Send + 'c>>;

/// Opens transports: what a client's driver does when its machine says `Connect`.
pub trait Connect: Send + Sync {
    /// Opens one. The driver limits the time.
    fn connect(&self, terms: Terms) -> Connecting<'static>;

    /// Where it leads, for the log.
    fn peer(&self) -> String;
}

/// How an endpoint is reached.
#[derive(Debug, Clone, Default)]
pub struct DialOptions {
    /// Whether a host that is not this machine may be reached without TLS, though the endpoint says otherwise.
    pub allow_plaintext: bool,
    /// Whom to trust; the built-in authorities by default.
    #[cfg(feature = "tls")]
    pub tls: Option<super::ClientTls>,
}

/// Opens transports to one address of an endpoint.
#[derive(Debug, Clone)]
pub struct Dialer {
    address: Address,
    transport: endpoint::Transport,
    #[cfg(feature = "tls")]
    tls: Option<super::ClientTls>,
}

impl Dialer {
    /// A dialer to a URL, or to the endpoint's own address. Nothing is opened yet.
    ///
    /// # Errors
    /// An address that will never do: see [`Address::parse`]. TLS that cannot be set up, or that this build does not have.
    pub fn new(endpoint: &Endpoint, address: Option<&str>, options: DialOptions) -> Result<Self, ConnectError> {
        let address = Address::parse(address.unwrap_or(&endpoint.address), endpoint, options.allow_plaintext)?;
        #[cfg(not(feature = "tls"))]
        if address.tls {
            return Err(ConnectError::TlsMissing);
        }
        #[cfg(feature = "tls")]
        let tls = match options.tls {
            None if address.tls => Some(super::ClientTls::new().map_err(|error| tls_failed(&address, error))?),
            given => given,
        };
        Ok(Self {
            address,
            transport: endpoint.transport.clone(),
            #[cfg(feature = "tls")]
            tls,
        })
    }

    /// Where it leads.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    async fn open(self, Terms { limits, splitter }: Terms) -> Result<Box<dyn Transport>, ConnectError> {
        let socket = self.socket().await?;
        match &self.transport {
            endpoint::Transport::Lines => Ok(Box::new(Lines::new(socket, limits))),
            endpoint::Transport::Framed => match splitter {
                Some(splitter) => Ok(Box::new(Framed::new(socket, limits, splitter))),
                None => Err(ConnectError::NotFramed),
            },
            websocket => Ok(Box::new(request_websocket(socket, &self.address, websocket, limits).await?)),
        }
    }

    async fn socket(&self) -> Result<Socket, ConnectError> {
        let unreachable = |source| ConnectError::Unreachable {
            address: self.address.to_string(),
            source,
        };
        let stream = TcpStream::connect((self.address.host.as_str(), self.address.port))
            .await
            .map_err(unreachable)?;
        // Messages are small and are waited for.
        stream.set_nodelay(true).map_err(unreachable)?;
        self.secure(stream).await
    }

    #[cfg(feature = "tls")]
    async fn secure(&self, stream: TcpStream) -> Result<Socket, ConnectError> {
        use tokio_rustls::rustls::pki_types::ServerName;

        let Some(tls) = self.tls.as_ref().filter(|_| self.address.tls) else {
            return Ok(Socket::Plain(stream));
        };
        let name = ServerName::try_from(self.address.host.clone()).map_err(|error| tls_failed(&self.address, error))?;
        let stream = tls
            .connector
            .connect(name, stream)
            .await
            .map_err(|error| tls_failed(&self.address, error))?;
        Ok(Socket::Tls(Box::new(stream.into())))
    }

    #[cfg(not(feature = "tls"))]
    async fn secure(&self, stream: TcpStream) -> Result<Socket, ConnectError> {
        Ok(Socket::Plain(stream))
    }
}

impl Connect for Dialer {
    fn connect(&self, terms: Terms) -> Connecting<'static> {
        Box::pin(self.clone().open(terms))
    }

    fn peer(&self) -> String {
        self.address.to_string()
    }
}

#[cfg(feature = "tls")]
fn tls_failed(address: &Address, problem: impl ToString) -> ConnectError {
    ConnectError::Tls {
        address: address.to_string(),
        problem: problem.to_string(),
    }
}

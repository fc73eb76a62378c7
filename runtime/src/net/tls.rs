use std::{fmt, path::Path, sync::Arc};

use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{
        ClientConfig, Error, RootCertStore, ServerConfig,
        crypto::{CryptoProvider, ring},
        pki_types::{
            CertificateDer, PrivateKeyDer,
            pem::{self, PemObject},
        },
    },
};

/// Whom a client trusts: the authorities that browsers trust (Mozilla's list, built in), and those that are added.
#[derive(Clone)]
pub struct ClientTls {
    pub(super) connector: TlsConnector,
}

impl ClientTls {
    /// Trusts the built-in authorities only.
    ///
    /// # Errors
    /// If the cryptography library refuses its own defaults.
    pub fn new() -> Result<Self, TlsError> {
        Self::with_authorities(&[])
    }

    /// Trusts the certificates in the files too: PEM, one or more each.
    ///
    /// # Errors
    /// If a file cannot be read, or holds no certificate.
    pub fn with_authorities(files: &[&Path]) -> Result<Self, TlsError> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.into(),
        };
        for file in files {
            for certificate in certificates(file)? {
                roots.add(certificate).map_err(|error| TlsError::new(file, error))?;
            }
        }
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = Arc::new(config).into();
        Ok(Self { connector })
    }
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientTls")
    }
}

/// Who a server is.
#[derive(Clone)]
pub struct ServerTls {
    pub(super) acceptor: TlsAcceptor,
}

impl ServerTls {
    /// Reads a certificate, with those that lead to its authority behind it, and its private key: both PEM.
    ///
    /// # Errors
    /// If a file cannot be read or does not hold that, or the key is not the certificate's.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = certificates(certificate)?;
        let private = PrivateKeyDer::from_pem_file(key).map_err(|error| TlsError::new(key, pem_problem(error, "a private key")))?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(|error| TlsError::new(key, error))?;
        let acceptor = Arc::new(config).into();
        Ok(Self { acceptor })
    }
}

impl fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerTls")
    }
}

/// Why TLS could not be set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsError {
    problem: String,
}

impl TlsError {
    fn new(file: &Path, problem: impl fmt::Display) -> Self {
        Self {
            problem: format!("{}: {problem}", file.display()),
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for TlsError {}

impl From<Error> for TlsError {
    fn from(error: Error) -> Self {
        Self {
            problem: error.to_string(),
        }
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(TlsError::new(file, "the file holds no certificate in PEM")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(TlsError::new(file, pem_problem(error, "a certificate"))),
    }
}

fn pem_problem(error: pem::Error, expected: &str) -> String {
    match error {
        pem::Error::NoItemsFound => format!("the file does not hold {expected} in PEM"),
        other => other.to_string(),
    }
}

/// Chosen here, and not process-wide: an application may have chosen another for itself.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

//! TLS over both transports.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{fs, path::PathBuf, time::Duration};

use ltp_runtime::{
    endpoint::Endpoint,
    net::{ClientTls, Connect, ConnectError, DialOptions, Dialer, Driver, Server as Listening, ServerOptions, ServerTls},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use support::*;
use tempfile::TempDir;

/// An authority, and a server's certificate that it signed.
struct Files {
    _directory: TempDir,
    authority: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

fn files(name: &str) -> Files {
    let directory = TempDir::new().unwrap();
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.into()])
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    let write = |name: &str, text: String| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    Files {
        authority: write("authority.pem", authority.pem()),
        certificate: write("certificate.pem", certificate.pem()),
        key: write("key.pem", key.serialize_pem()),
        _directory: directory,
    }
}

fn secure(endpoint: Endpoint) -> Endpoint {
    let address = endpoint.address.replace("ws://", "wss://").replace("tcp://", "tls://");
    Endpoint {
        address: address.into(),
        ..endpoint
    }
}

async fn listen(endpoint: &Endpoint, files: &Files) -> Listening {
    let options = ServerOptions {
        tls: Some(ServerTls::from_files(&files.certificate, &files.key).unwrap()),
        ..ServerOptions::default()
    };
    Listening::listen(
        endpoint,
        options,
        |_| Server::new(),
        |driver, _| driver.run(|mut session| async move { while session.event().await.is_some() {} }),
    )
    .await
    .unwrap()
}

fn dial(endpoint: &Endpoint, server: &Listening, tls: Option<ClientTls>) -> Dialer {
    let scheme = endpoint.address.split_once("://").unwrap().0;
    let address = format!("{scheme}://localhost:{}", server.local_addr().port());
    let options = DialOptions {
        tls,
        ..DialOptions::default()
    };
    Dialer::new(endpoint, Some(&address), options).unwrap()
}

#[tokio::test]
async fn a_session_over_tls() {
    let files = files("localhost");
    for endpoint in [secure(websocket()), secure(lines())] {
        let server = listen(&endpoint, &files).await;
        let tls = ClientTls::with_authorities(&[&files.authority]).unwrap();
        let mut client = Driver::client(Client::new(), dial(&endpoint, &server, Some(tls))).spawn();
        assert_eq!(next(&mut client).await, "echo hello");
        client.call("many 20 1000".into()).await.unwrap();
        for _ in 0..20 {
            assert_eq!(next(&mut client).await.len(), 1_000);
        }
        client.close().await.unwrap();
        assert_eq!(next(&mut client).await, "ended: done");
        server.shutdown(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let files = files("localhost");
    let endpoint = secure(websocket());
    let server = listen(&endpoint, &files).await;
    let error = dial(&endpoint, &server, None).connect(TERMS).await.err().unwrap();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let files = files("example.org");
    let endpoint = secure(lines());
    let server = listen(&endpoint, &files).await;
    let tls = ClientTls::with_authorities(&[&files.authority]).unwrap();
    let error = dial(&endpoint, &server, Some(tls)).connect(TERMS).await.err().unwrap();
    assert!(matches!(error, ConnectError::Tls { .. }), "{error}");
    assert!(error.to_string().contains("not valid for name"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_no_tls_server() {
    let plain = lines();
    let serve = |driver: Driver<Server>, _| driver.run(async |_| {});
    let server = Listening::listen(&plain, ServerOptions::default(), |_| Server::new(), serve)
        .await
        .unwrap();
    let error = dial(&secure(lines()), &server, None).connect(TERMS).await.err().unwrap();
    assert!(matches!(error, ConnectError::Tls { .. }), "{error}");
}

#[test]
fn files_that_hold_something_else_are_named() {
    let files = files("localhost");
    let error = ServerTls::from_files(&files.key, &files.key).unwrap_err();
    assert!(
        error.to_string().ends_with("key.pem: the file holds no certificate in PEM"),
        "{error}"
    );
    let error = ServerTls::from_files(&files.certificate, &files.certificate).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("certificate.pem: the file does not hold a private key in PEM"),
        "{error}"
    );
    let missing = files.key.with_file_name("missing.pem");
    let error = ClientTls::with_authorities(&[&missing]).unwrap_err();
    assert!(error.to_string().contains("missing.pem: "), "{error}");
    let other = self::files("localhost");
    assert!(ServerTls::from_files(&files.certificate, &other.key).is_err());
}

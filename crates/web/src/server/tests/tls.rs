//! TLS on a real socket. Certificate and key in `tls/` are for this test alone; nobody trusts them.

use std::path::Path;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;

use super::house::House;
use crate::server::{Listener, serve, tls};

fn file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/tests/tls").join(name)
}

fn connector(protocol: &[u8]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(file("certificate.pem")).expect("a certificate");
    roots.add(certificate).expect("trusted here");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Arc::new(config).into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_versions_of_http_over_tls() {
    let house = House::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("an address");
    let (_stop, stopped) = watch::channel(false);
    let config = tls::load(&file("certificate.pem"), &file("key.pem")).expect("a pair");
    tokio::spawn(serve(listener, house.app.clone(), Listener::Main, stopped, Some(config)));
    let name = ServerName::try_from("localhost").expect("a name");

    let socket = TcpStream::connect(at).await.expect("connected");
    let mut stream = connector(b"http/1.1").connect(name.clone(), socket).await.expect("a handshake");
    let request = b"GET /-/healthy HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    let socket = TcpStream::connect(at).await.expect("connected");
    let mut stream = connector(b"h2").connect(name, socket).await.expect("a handshake");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    // The preface and empty settings; the server answers with settings of its own (frame type 4).
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("sent");
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.expect("a frame");
    assert_eq!(head[3], 4);
}

#[test]
fn a_pair_that_does_not_fit_is_named() {
    let error = tls::load(&file("certificate.pem"), &file("certificate.pem")).expect_err("no key in it");
    assert!(error.to_string().contains("certificate.pem"), "{error}");
}

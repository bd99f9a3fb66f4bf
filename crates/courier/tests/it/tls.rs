//! Webhooks over TLS: who is trusted, and how a refusal reads.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use courier::{Courier, Outcome, Settings};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use crate::help::{Receiver, hasty, hook, read_request, run, settings};

/// A certificate signed by itself, and its key.
pub(crate) fn certificate(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let (cert, key) = (folder.join(format!("{name}.crt")), folder.join(format!("{name}.key")));
    let (subject, alt) = (format!("/CN={name}"), format!("subjectAltName=DNS:{name}"));
    let args = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        &subject,
        "-addext",
        &alt,
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-keyout",
        key.to_str().unwrap(),
        "-out",
        cert.to_str().unwrap(),
    ];
    run("openssl", &args, b"", "openssl");
    (cert, key)
}

async fn tls_receiver(cert: &Path, key: &Path) -> Receiver {
    let certs: Vec<_> = CertificateDer::pem_file_iter(cert).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certs, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Receiver::start(move |stream, receiver| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            while let Some(request) = read_request(&mut stream).await {
                receiver.got.lock().unwrap().push(request);
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            }
        }
    })
    .await
}

fn courier(ca_file: Option<PathBuf>) -> Courier {
    let here: IpAddr = "127.0.0.1".parse().unwrap();
    Courier::new(Settings { ca_file, lookup: Arc::new(move |_| Ok(vec![here])), ..settings() }).unwrap()
}

#[tokio::test]
async fn a_receiver_is_who_its_certificate_says_or_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = certificate(folder.path(), "hooks.test");
    let receiver = tls_receiver(&cert, &key).await;
    let url = |name: &str| format!("https://{name}:{}/", receiver.at.port());
    let known = courier(Some(cert.clone())).send(hook(url("hooks.test"))).await;
    assert!(matches!(known, Outcome::Delivered { .. }), "{known:?}");
    let stranger = courier(None).send(hook(url("hooks.test"))).await;
    assert!(matches!(&stranger, Outcome::Retry { answer, .. } if answer.contains("certificate")), "{stranger:?}");
    let misnamed = courier(Some(cert)).send(hook(url("other.test"))).await;
    assert!(matches!(&misnamed, Outcome::Retry { answer, .. } if answer.contains("another name")), "{misnamed:?}");
    assert_eq!(receiver.got.lock().unwrap().len(), 1);
}

/// For a receiver that waits for more of what it does not understand.
fn hasty_courier() -> Courier {
    let here: IpAddr = "127.0.0.1".parse().unwrap();
    Courier::new(Settings { lookup: Arc::new(move |_| Ok(vec![here])), ..hasty() }).unwrap()
}

#[tokio::test]
async fn plain_text_on_a_tls_port_is_named() {
    let plain = Receiver::answering("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let outcome = hasty_courier().send(hook(format!("https://hooks.test:{}/", plain.at.port()))).await;
    assert!(matches!(&outcome, Outcome::Retry { answer, .. } if answer.starts_with("not sent")), "{outcome:?}");
}

#[test]
fn a_file_without_certificates_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "nothing").unwrap();
    let refused = Courier::new(Settings { ca_file: Some(file), ..settings() });
    assert!(refused.is_err());
}

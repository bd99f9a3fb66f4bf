//! TLS of our own, when certificate and key are given: rustls on ring, TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem};

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("the certificate in {0} cannot be read: it must be PEM, the server's own certificate first")]
    Certificate(String, #[source] pem::Error),
    #[error("the key in {0} cannot be read: it must be PEM and not encrypted")]
    Key(String, #[source] pem::Error),
    #[error("certificate and key do not fit together")]
    Pair(#[source] rustls::Error),
}

/// Reads certificate and key for [`super::serve`].
pub fn load(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let shown = |path: &Path| path.display().to_string();
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| TlsError::Certificate(shown(certificate), e))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| TlsError::Key(shown(key), e))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Pair)?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

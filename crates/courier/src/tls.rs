//! The certificates we trust and the TLS settings made from them, once for all channels.
//!
//! The system's own store is used, so that a company's authority that the machine already trusts needs no second setting; a
//! file can add to it. A machine without a store must still start and page over plain loopback, so an empty store is a fault
//! that `check` tells about, not an error.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::CourierError;

/// Where distributions keep their bundle: Debian and Alpine, Fedora, openSUSE, the BSDs and macOS.
const BUNDLES: [&str; 4] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];

/// The trusted authorities: the system's, and those of `extra`.
pub(crate) fn roots(extra: Option<&Path>) -> Result<RootCertStore, CourierError> {
    let mut store = RootCertStore::empty();
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let system = named.into_iter().chain(BUNDLES.iter().map(PathBuf::from)).find(|p| p.is_file());
    if let Some(certs) = system.and_then(|path| CertificateDer::pem_file_iter(path).ok()) {
        // A system's bundle may hold certificates no parser of today accepts; those cannot have signed what we want to reach.
        store.add_parsable_certificates(certs.filter_map(Result::ok));
    }
    if let Some(path) = extra {
        let wrong = |reason: String| CourierError::Certificates { path: path.to_owned(), reason };
        let before = store.len();
        for cert in CertificateDer::pem_file_iter(path).map_err(|e| wrong(e.to_string()))? {
            let cert = cert.map_err(|e| wrong(e.to_string()))?;
            store.add(cert).map_err(|e| wrong(e.to_string()))?;
        }
        if store.len() == before {
            return Err(wrong("it holds no certificate".to_owned()));
        }
    }
    Ok(store)
}

/// Client settings over `roots`, TLS 1.2 and up, with the provider named so that nothing depends on a global one.
pub(crate) fn config(roots: &Arc<RootCertStore>) -> Result<ClientConfig, CourierError> {
    Ok(ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(CourierError::Tls)?
        .with_root_certificates(Arc::clone(roots))
        .with_no_client_auth())
}

/// Why a handshake failed, in words of our own: the library's may repeat names from the certificate.
pub(crate) fn reason(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidCertificate(c) => match c {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet (check this machine's clock)"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name"
            }
            CertificateError::UnknownIssuer => "its certificate is signed by nobody this machine trusts",
            CertificateError::Revoked => "its certificate was revoked",
            _ => "its certificate is not acceptable",
        },
        rustls::Error::AlertReceived(_) => "it refused our TLS handshake",
        rustls::Error::PeerIncompatible(_) => "it speaks no TLS version or cipher that is still safe",
        rustls::Error::InvalidMessage(_) => "it does not speak TLS on this port",
        _ => "the TLS handshake failed",
    }
}

/// The first error of type `T` in `error`'s chain of sources. Looks into `io::Error` as well, which keeps what it wraps out of
/// its own chain.
pub(crate) fn find<'a, T: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    // A chain is short; the bound is for one that names itself as its source.
    for _ in 0..32 {
        let error = next?;
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

//! The certificate: whether it belongs to its key, and until when it is valid.

use std::path::Path;

use model::{Span, Time};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::Report;
use crate::clock;
use crate::commands::show::stamp;
use crate::settings::{Settings, Tls};

/// Less than this, and somebody should see to it.
const SOON: Span = Span::hours(21 * 24);

pub(super) fn look(settings: &Settings, report: &mut Report) {
    let Some(tls) = &settings.tls else { return };
    if let Err(text) = pair(tls) {
        report.fault("TLS", text, "give a certificate chain and its key, both PEM, the key not encrypted");
        return;
    }
    let Some((from, until)) = validity(&tls.cert) else {
        report.look("TLS", "the certificate's dates cannot be read", "look with openssl x509 -dates");
        return;
    };
    let now = clock::now();
    if now < from {
        report.fault(
            "TLS",
            format!("the certificate is valid from {} only", stamp(from)),
            "check the clock, or get another certificate",
        );
    } else if until <= now {
        report.fault("TLS", format!("the certificate ended {}", stamp(until)), "renew it and restart candor");
    } else if until.since(now) < SOON {
        report.look(
            "TLS",
            format!("the certificate ends {}, in {}", stamp(until), until.since(now).words()),
            "renew it and restart candor",
        );
    } else {
        report.fine("TLS", format!("the certificate fits its key and is valid until {}", stamp(until)));
    }
}

fn pair(tls: &Tls) -> Result<(), String> {
    let unread = |path: &Path, error: &dyn std::fmt::Display| format!("{} cannot be read: {error}", path.display());
    let chain = CertificateDer::pem_file_iter(&tls.cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| unread(&tls.cert, &error))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| unread(&tls.key, &error))?;
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
    config.map(drop).map_err(|error| format!("certificate and key do not fit together: {error}"))
}

/// From when and until when the first certificate of a file is valid.
fn validity(path: &Path) -> Option<(Time, Time)> {
    let certificate = CertificateDer::from_pem_file(path).ok()?;
    dates(&certificate)
}

/// Certificate → TBSCertificate → Validity, by RFC 5280, section 4.1. Only what stands before it is walked over.
fn dates(der: &[u8]) -> Option<(Time, Time)> {
    const SEQUENCE: u8 = 0x30;
    const VERSION: u8 = 0xa0;
    let (_, certificate, _) = element(der)?;
    let (_, mut rest, _) = element(certificate)?;
    if *rest.first()? == VERSION {
        rest = element(rest)?.2;
    }
    // Serial number, signature algorithm, issuer.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (tag, validity, _) = element(rest)?;
    let (kind, from, rest) = element(validity).filter(|_| tag == SEQUENCE)?;
    let (last_kind, until, _) = element(rest)?;
    Some((moment(kind, from)?, moment(last_kind, until)?))
}

/// Tag, content and what follows of one DER element.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, short], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(short), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
            (bytes.iter().fold(0, |n, byte| n << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `260105090000Z` (UTCTime, years 1950 to 2049) or `20260105090000Z` (GeneralizedTime).
fn moment(kind: u8, text: &[u8]) -> Option<Time> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let full = match kind {
        0x17 => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        0x18 => text.to_owned(),
        _ => return None,
    };
    let part = |from: usize, to: usize| full.get(from..to);
    let (date, time) = (
        format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?),
        format!("{}:{}:{}", part(8, 10)?, part(10, 12)?, part(12, 14)?),
    );
    Time::parse(&format!("{date}T{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_a_moment_are_read() {
        assert_eq!(moment(0x17, b"260105090000Z").expect("read").rfc3339(), "2026-01-05T09:00:00Z");
        assert_eq!(moment(0x17, b"990105090000Z").expect("read").rfc3339(), "1999-01-05T09:00:00Z");
        assert_eq!(moment(0x18, b"20500105090000Z").expect("read").rfc3339(), "2050-01-05T09:00:00Z");
        assert!(moment(0x17, b"2601").is_none());
        assert!(moment(0x17, "26é105090000Z".as_bytes()).is_none());
    }

    #[test]
    fn dates_are_found_behind_what_stands_before_them() {
        let times = b"\x17\x0d260105090000Z\x17\x0d270105090000Z";
        let sequence = |parts: &[&[u8]]| {
            let body = parts.concat();
            let mut der = vec![0x30, body.len() as u8];
            der.extend(body);
            der
        };
        let to_be_signed = sequence(&[b"\xa0\x03\x02\x01\x02", b"\x02\x01\x07", b"\x30\x00", b"\x30\x00", &sequence(&[times])]);
        let (from, until) = dates(&sequence(&[&to_be_signed])).expect("dates");
        assert_eq!((from.rfc3339().as_str(), until.rfc3339().as_str()), ("2026-01-05T09:00:00Z", "2027-01-05T09:00:00Z"));
        assert!(dates(&to_be_signed[..9]).is_none());
        assert!(dates(b"").is_none());
    }
}

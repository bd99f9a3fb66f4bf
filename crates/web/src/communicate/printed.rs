//! A document as bytes, ready to be sent as it is: compressed both ways, tagged, with all of its headers. Everything that a
//! request does not change is done here, once.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, header};
use model::timeline::hex;
use sha2::{Digest as _, Sha256};

/// Above it brotli's tables take tens of megabytes, for a few percent of a page that may change every minute.
const BROTLI_QUALITY: u32 = 5;
const BROTLI_WINDOW: u32 = 18;

/// Readers behind caches may see a page ten seconds old, or a day old while we are away: better than none.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=10, stale-if-error=86400");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding");
/// Status widgets on other sites read the documents from the browser.
const ANYONE: HeaderValue = HeaderValue::from_static("*");

/// One representation and its headers.
#[derive(Clone, Debug)]
pub struct Variant {
    pub body: Bytes,
    pub headers: HeaderMap,
}

/// All representations of one document.
#[derive(Clone, Debug)]
pub struct Printed {
    pub plain: Variant,
    /// The plain one where compressing gains nothing.
    pub gzip: Variant,
    pub brotli: Variant,
    /// Weak, since it is the same for every encoding.
    pub etag: HeaderValue,
    /// Of the answer 304.
    pub unchanged: HeaderMap,
}

impl Printed {
    pub(crate) fn new(body: Vec<u8>, content_type: &'static str) -> Self {
        let etag = format!("W/\"{}\"", hex(&Sha256::digest(&body)[..16]));
        let etag = HeaderValue::from_maybe_shared(Bytes::from(etag)).unwrap_or(HeaderValue::from_static("W/\"0\""));
        let mut unchanged = HeaderMap::with_capacity(4);
        unchanged.insert(header::CACHE_CONTROL, CACHE);
        unchanged.insert(header::ETAG, etag.clone());
        unchanged.insert(header::VARY, VARY);
        unchanged.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANYONE);
        let mut headers = unchanged.clone();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        let body = Bytes::from(body);
        let plain = variant(body.clone(), &headers, None);
        let smaller = |packed: std::io::Result<Vec<u8>>, encoding: &'static str| {
            packed
                .ok()
                .filter(|packed| packed.len() < body.len())
                .map_or_else(|| plain.clone(), |packed| variant(packed.into(), &headers, Some(encoding)))
        };
        Self { gzip: smaller(gzip(&body), "gzip"), brotli: smaller(brotli(&body), "br"), plain, etag, unchanged }
    }

    /// Brotli where the reader takes it, else gzip, else plain.
    pub(crate) fn fit(&self, accepted: Option<&HeaderValue>) -> &Variant {
        let (mut gzip, mut brotli) = (false, false);
        let accepted = accepted.map(HeaderValue::as_bytes).unwrap_or_default();
        for part in accepted.split(|b| *b == b',') {
            let mut fields = part.split(|b| *b == b';');
            let name = fields.next().unwrap_or_default().trim_ascii();
            let wanted = !fields.any(is_refusal);
            if name.eq_ignore_ascii_case(b"br") {
                brotli = wanted;
            } else if name.eq_ignore_ascii_case(b"gzip") {
                gzip = wanted;
            }
        }
        match (brotli, gzip) {
            (true, _) => &self.brotli,
            (_, true) => &self.gzip,
            _ => &self.plain,
        }
    }
}

/// `q=0`, with any number of zeros behind it.
fn is_refusal(field: &[u8]) -> bool {
    let field = field.trim_ascii();
    let value = field.strip_prefix(b"q=0").or_else(|| field.strip_prefix(b"Q=0"));
    value.is_some_and(|rest| rest.iter().all(|b| matches!(b, b'.' | b'0')))
}

fn variant(body: Bytes, common: &HeaderMap, encoding: Option<&'static str>) -> Variant {
    let mut headers = common.clone();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Variant { body, headers }
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::best());
    encoder.write_all(body)?;
    encoder.finish()
}

fn brotli(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let out = Vec::with_capacity(body.len() / 3);
    let mut encoder = brotli::CompressorWriter::new(out, 64 << 10, BROTLI_QUALITY, BROTLI_WINDOW);
    encoder.write_all(body)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn every_representation_is_the_same_document() {
        let body = "All Systems Operational. ".repeat(200).into_bytes();
        let printed = Printed::new(body.clone(), "text/html; charset=utf-8");
        let mut gunzipped = Vec::new();
        flate2::read::GzDecoder::new(&printed.gzip.body[..]).read_to_end(&mut gunzipped).expect("gzip");
        assert_eq!(gunzipped, body);
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(&printed.brotli.body[..], 4_096).read_to_end(&mut unpacked).expect("brotli");
        assert_eq!(unpacked, body);
        assert_eq!(printed.gzip.headers[header::CONTENT_ENCODING], "gzip");
        assert_eq!(printed.brotli.headers[header::CONTENT_ENCODING], "br");
        assert!(!printed.plain.headers.contains_key(header::CONTENT_ENCODING));
        for variant in [&printed.plain, &printed.gzip, &printed.brotli] {
            let length = variant.headers[header::CONTENT_LENGTH].to_str().expect("digits");
            assert_eq!(length, variant.body.len().to_string());
            assert_eq!(variant.headers[header::ETAG], printed.etag);
        }
    }

    #[test]
    fn what_does_not_shrink_stays_plain_and_tags_follow_content() {
        let tiny = Printed::new(b"x".to_vec(), "text/plain");
        assert_eq!(tiny.gzip.body, tiny.plain.body);
        assert!(!tiny.gzip.headers.contains_key(header::CONTENT_ENCODING));
        assert_eq!(tiny.etag, Printed::new(b"x".to_vec(), "text/plain").etag);
        assert_ne!(tiny.etag, Printed::new(b"y".to_vec(), "text/plain").etag);
    }
}

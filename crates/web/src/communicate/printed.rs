//! A document as bytes, ready to be sent as it is: compressed both ways, tagged, with all of its headers. Everything that a
//! request does not change is done here, once.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest as _, Sha256};

/// Above 9 brotli takes tens of milliseconds for a page that may change every minute.
const BROTLI: brotli::enc::BrotliEncoderParams = brotli::enc::BrotliEncoderParams {
    quality: 9,
    lgwin: 20,
    ..default_brotli()
};

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
    pub etag: HeaderValue,
    /// Of the answer 304.
    pub unchanged: HeaderMap,
}

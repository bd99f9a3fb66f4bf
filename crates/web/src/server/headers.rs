//! Headers that tell browsers what our pages never do.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// No inline script or style, nothing from elsewhere, in nobody's frame.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                   base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; \
                   require-trusted-types-for 'script'; trusted-types candor";

/// Adds what is not there yet: a page may say something stricter itself.
pub(super) fn harden(headers: &mut HeaderMap, https: bool) {
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if https {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !is_html(headers) {
        return;
    }
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, CSP);
    put(header::REFERRER_POLICY, "no-referrer");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(header::X_FRAME_OPTIONS, "DENY");
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_locked_down_and_what_they_say_themselves_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        harden(&mut headers, true);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(!CSP.contains("unsafe"));
    }
}

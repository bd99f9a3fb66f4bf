//! Whether a request that changes something was sent by our own pages. Browsers say so themselves, in headers that a page
//! cannot forge; that is all the protection against forged requests there is, together with `SameSite` cookies.

use http::{HeaderMap, header};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Sent by our own page.
    Same,
    /// Sent by somebody else's page.
    Foreign,
    /// The client says nothing about it, so it is not a browser of the last years.
    Unsaid,
}

/// `base_url` is where we are supposed to be reached; `host` where this request says it reached us.
pub(crate) fn of(headers: &HeaderMap, base_url: &str, host: Option<&str>) -> Origin {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return Origin::Same,
        Some(_) => return Origin::Foreign,
        None => {}
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return Origin::Unsaid;
    };
    if origin.eq_ignore_ascii_case(base_url) {
        return Origin::Same;
    }
    // Reached under another name than the configured one, e.g. by address: then origin and host agree with each other.
    let authority = origin.split_once("://").map(|(_, rest)| rest);
    match (authority, host) {
        (Some(a), Some(h)) if a.eq_ignore_ascii_case(h) => Origin::Same,
        _ => Origin::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(pairs: &[(&'static str, &'static str)], host: &str) -> Origin {
        let headers = pairs.iter().map(|(n, v)| (n.parse().expect("name"), v.parse().expect("value"))).collect();
        of(&headers, "https://candor.example", Some(host))
    }

    #[test]
    fn only_our_own_pages_count() {
        let host = "candor.example";
        assert_eq!(judge(&[("sec-fetch-site", "same-origin")], host), Origin::Same);
        assert_eq!(judge(&[("sec-fetch-site", "none")], host), Origin::Same);
        assert_eq!(judge(&[("sec-fetch-site", "same-site")], host), Origin::Foreign);
        assert_eq!(judge(&[("sec-fetch-site", "cross-site")], host), Origin::Foreign);
        assert_eq!(judge(&[("origin", "https://candor.example")], host), Origin::Same);
        assert_eq!(judge(&[("origin", "https://evil.example")], host), Origin::Foreign);
        assert_eq!(judge(&[("origin", "null")], host), Origin::Foreign);
        assert_eq!(judge(&[("origin", "http://127.0.0.1:4180")], "127.0.0.1:4180"), Origin::Same);
        assert_eq!(judge(&[], host), Origin::Unsaid);
        let both = [("sec-fetch-site", "cross-site"), ("origin", "https://candor.example")];
        assert_eq!(judge(&both, host), Origin::Foreign);
    }
}

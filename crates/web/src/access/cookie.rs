//! The session's cookie. Under https it is bound to this very host by its name's prefix.

use http::{HeaderMap, HeaderValue, header};

pub(crate) fn name(https: bool) -> &'static str {
    if https { "__Host-candor" } else { "candor" }
}

/// The session's secret, when the request brings one that can be one.
pub(crate) fn read(headers: &HeaderMap, https: bool) -> Option<&str> {
    let wanted = name(https);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
        .filter(|value| value.len() == 43)
}

/// Sets the cookie; the browser forgets it after 90 days, the server sooner.
pub(crate) fn set(secret: &str, https: bool) -> Option<HeaderValue> {
    build(secret, 7_776_000, https)
}

pub(crate) fn clear(https: bool) -> Option<HeaderValue> {
    build("", 0, https)
}

fn build(value: &str, max_age: u32, https: bool) -> Option<HeaderValue> {
    let name = name(https);
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_its_own() {
        let secret = "x".repeat(43);
        let mut headers = HeaderMap::new();
        let line = format!("a=b; candor={secret}; __Host-candor=short");
        headers.insert(header::COOKIE, line.parse().expect("value"));
        assert_eq!(read(&headers, false), Some(secret.as_str()));
        assert_eq!(read(&headers, true), None);
    }

    #[test]
    fn under_https_it_is_secure() {
        let text = set("s", true).expect("value");
        assert_eq!(text.to_str().expect("text"), "__Host-candor=s; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax; Secure");
    }
}

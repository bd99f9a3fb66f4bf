//! What a form sent: names and values, in the order of the form. Browsers send text only, so a field that is not there is the
//! same as an empty one.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;

use crate::problem::Problem;
use crate::server::body;

/// A review is the longest text anybody sends.
const MOST_FIELDS: usize = 1_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(bytes).take(MOST_FIELDS);
        Self(pairs.map(|(n, v)| (n.into_owned(), v.into_owned())).collect())
    }

    /// The first value, without white space around it; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value as it was typed, line ends made plain. Passwords come this way.
    pub(crate) fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    /// The value when it is not empty.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.trim())
    }

    /// Fields whose name begins with `prefix`, which is cut off.
    pub(crate) fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(n, value)| Some((n.strip_prefix(prefix)?, value.trim())))
    }

    /// A text of several lines: browsers end them with CR LF, files do not.
    pub(crate) fn lines(&self, name: &str) -> String {
        self.raw(name).replace("\r\n", "\n")
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes: Bytes = body::read(request.into_body(), body::LIMIT).await?;
        Ok(Self::read(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_browsers_send() {
        let form = Form::read(b"a=+x%20&services=one&services=two&component.c=major_outage&t=1%0D%0A2");
        assert_eq!(form.text("a"), "x");
        assert_eq!(form.given("missing"), None);
        assert_eq!(form.all("services").collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(form.under("component.").collect::<Vec<_>>(), [("c", "major_outage")]);
        assert_eq!(form.lines("t"), "1\n2");
    }
}

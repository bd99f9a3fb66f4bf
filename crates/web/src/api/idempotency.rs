//! `Idempotency-Key`: whoever is not sure that a write arrived sends it again with the same key and gets the first answer.

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::problem::Problem;

const LONGEST: usize = 128;

/// The key, bound to this very method and path: the same key elsewhere is another wish.
#[derive(Debug)]
pub(crate) struct Once(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = value.to_str().ok().map(str::trim);
        let key = key.filter(|k| (1..=LONGEST).contains(&k.len())).ok_or_else(|| {
            Problem::bad_request("invalid_idempotency_key", "`Idempotency-Key` takes 1 to 128 visible characters.")
        })?;
        Ok(Self(Some(format!("{} {} {key}", parts.method, parts.uri.path()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn once(path: &str, key: &str) -> Result<Option<String>, Problem> {
        let request = http::Request::post(path).header("idempotency-key", key).body(());
        let mut parts = request.expect("request").into_parts().0;
        Once::from_request_parts(&mut parts, &()).await.map(|o| o.0)
    }

    #[tokio::test]
    async fn a_key_counts_for_one_path_only() {
        let first = once("/v1/incidents", "k").await.expect("fine");
        assert_ne!(first, once("/v1/incidents/INC-1/notes", "k").await.expect("fine"));
        assert_eq!(first, once("/v1/incidents?x=1", "k").await.expect("fine"));
        assert!(once("/", "").await.is_err());
        assert!(once("/", &"x".repeat(129)).await.is_err());
    }
}

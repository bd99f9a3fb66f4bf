//! The shop's four people, each signed in with an account of their own: the timeline shall say who did what.

use anyhow::Result;
use serde_json::json;

use super::secret;
use crate::client::Client;

pub(crate) struct People {
    pub(crate) ana: Client,
    pub(crate) ben: Client,
    pub(crate) cleo: Client,
    pub(crate) dana: Client,
    /// Ana's, shown once.
    pub(crate) password: String,
}

impl People {
    /// Makes the accounts and signs in, all at once: hashing a password is slow on purpose.
    pub(super) async fn hire(administrator: &Client) -> Result<Self> {
        let password = readable(&secret()?);
        let (ana, ben, cleo, dana) = tokio::try_join!(
            hire(administrator, "ana", "administrator", &password),
            hire_somehow(administrator, "ben"),
            hire_somehow(administrator, "cleo"),
            hire_somehow(administrator, "dana"),
        )?;
        Ok(Self { ana, ben, cleo, dana, password })
    }
}

async fn hire_somehow(administrator: &Client, id: &str) -> Result<Client> {
    hire(administrator, id, "responder", &readable(&secret()?)).await
}

async fn hire(administrator: &Client, id: &str, role: &str, password: &str) -> Result<Client> {
    let account = json!({ "id": id, "person": id, "role": role, "password": password });
    administrator.post("/v1/accounts", &account).await?;
    administrator.signed_in(id, password).await
}

/// Four groups of five, to be typed from a terminal.
fn readable(secret: &str) -> String {
    let groups: Vec<&str> = (0..4).filter_map(|n| secret.get(n * 5..n * 5 + 5)).collect();
    groups.join("-")
}

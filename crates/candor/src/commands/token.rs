//! `candor token`: through the running server, or on the data folder while none runs.

use anyhow::Result;
use model::{Access, Actor, Name, Span, Time};
use serde_json::{Value, json};

use super::show;
use crate::cli::{Token, TokenAction, TokenCommon};
use crate::client::segment;
use crate::fault::{End, used_wrongly};
use crate::folder::{self, Workshop};
use crate::settings::{Environment, Settings};
use crate::{clock, out};

pub(crate) async fn run(args: &Token, environment: &Environment) -> Result<End> {
    match &args.action {
        TokenAction::Create { name, role, expires, common } => {
            let new = New::read(name, role, expires.as_deref())?;
            create(&new, common, environment).await
        }
        TokenAction::List { common } => list(common, environment).await,
        TokenAction::Revoke { name, common } => revoke(name, common, environment).await,
    }
}

struct New {
    name: Name,
    role: Access,
    expires_at: Option<Time>,
}

impl New {
    fn read(name: &str, role: &str, expires: Option<&str>) -> Result<Self> {
        let fits = (1..=64).contains(&name.len())
            && !name.starts_with('-')
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !fits {
            return Err(used_wrongly(format!("--name: \"{name}\" cannot be one; use lower-case letters, digits and -")));
        }
        let wrong = || used_wrongly(format!("--role: \"{role}\" is none; write viewer, responder or administrator"));
        let role = Access::parse(role).ok_or_else(wrong)?;
        let wrong = |text| used_wrongly(format!("--expires: \"{text}\" is no span; write 90d or 52w"));
        let span = expires.map(|text| Span::parse(text).filter(|s| *s > Span(0)).ok_or_else(|| wrong(text))).transpose()?;
        Ok(Self { name: name.into(), role, expires_at: span.map(clock::after) })
    }
}

async fn create(new: &New, common: &TokenCommon, environment: &Environment) -> Result<End> {
    let made = match folder::server(&common.store, &common.server, environment)? {
        Some(client) => {
            let expires_at = new.expires_at.map(Time::rfc3339);
            let body = json!({ "name": new.name, "role": new.role, "expires_at": expires_at });
            client.post("/v1/tokens", &body).await?
        }
        None => create_here(new, common, environment).await?,
    };
    if common.output.json {
        out::json(&made);
    } else {
        out::say(&format!("token {} with role {}; it is shown this once:", new.name, new.role.name()));
        out::line(show::text(&made, "token"));
    }
    Ok(End::Done)
}

async fn create_here(new: &New, common: &TokenCommon, environment: &Environment) -> Result<Value> {
    let settings = Settings::read(&common.store.flags(), environment)?;
    let shop = Workshop::open(&settings).await?;
    let made = web::access::tokens::create(&shop.app, &new.name, new.role, new.expires_at, Actor::System).await;
    shop.close().await;
    let token = made.map_err(|problem| folder::refused(&problem))?;
    Ok(json!({ "name": new.name, "role": new.role, "token": token }))
}

async fn list(common: &TokenCommon, environment: &Environment) -> Result<End> {
    let list = match folder::server(&common.store, &common.server, environment)? {
        Some(client) => client.get("/v1/tokens").await?,
        None => list_here(common, environment).await?,
    };
    if common.output.json {
        out::json(&list);
        return Ok(End::Done);
    }
    let rows: Vec<Vec<String>> = show::items(&list).iter().map(row).collect();
    if rows.is_empty() {
        out::line("There are no tokens.");
    } else {
        out::line(&out::table(&["NAME", "ROLE", "CREATED", "LAST USED", "EXPIRES"], &rows));
    }
    Ok(End::Done)
}

fn row(token: &Value) -> Vec<String> {
    let or =
        |field: &str, none: &str| Some(show::time(&token[field])).filter(|t| !t.is_empty()).unwrap_or_else(|| none.to_owned());
    let (name, role) = (show::text(token, "name").to_owned(), show::text(token, "role").to_owned());
    vec![name, role, show::time(&token["created_at"]), or("last_used", "never"), or("expires_at", "never")]
}

async fn list_here(common: &TokenCommon, environment: &Environment) -> Result<Value> {
    let settings = Settings::read(&common.store.flags(), environment)?;
    let db = folder::open_existing(&settings).await?;
    let vault = store::Vault::new(db, settings.secret_key.open(&settings.data)?);
    let tokens = vault.tokens().await?;
    let item = |token: store::vault::Token| {
        json!({
            "name": token.name,
            "role": token.access,
            "created_at": token.created_at.rfc3339(),
            "last_used": token.last_used.map(Time::rfc3339),
            "expires_at": token.expires_at.map(Time::rfc3339),
        })
    };
    Ok(json!({ "items": tokens.into_iter().map(item).collect::<Vec<_>>(), "next": null }))
}

async fn revoke(name: &str, common: &TokenCommon, environment: &Environment) -> Result<End> {
    if let Some(client) = folder::server(&common.store, &common.server, environment)? {
        client.delete(&format!("/v1/tokens/{}", segment(name))).await?;
    } else {
        let settings = Settings::read(&common.store.flags(), environment)?;
        let shop = Workshop::open(&settings).await?;
        let done = web::access::tokens::revoke(&shop.app, name, Actor::System).await;
        shop.close().await;
        done.map_err(|problem| folder::refused(&problem))?;
    }
    if common.output.json {
        out::json(&json!({ "name": name, "revoked": true }));
    } else {
        out::line(&format!("token {name} revoked"));
    }
    Ok(End::Done)
}

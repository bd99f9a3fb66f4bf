//! Who is asking: found out once a request, by the guard.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use model::{Access, Actor, Answer, Command, Input, Name};

use super::{cookie, random, session, tokens};
use crate::app::App;
use crate::problem::Problem;

/// Somebody who proved who they are.
#[derive(Clone, Debug)]
pub struct Caller {
    pub who: Who,
    pub access: Access,
}

#[derive(Clone, Debug)]
pub enum Who {
    Session { account: Name, person: Option<Name>, hash: [u8; 32] },
    Token { name: Name },
}

impl Caller {
    /// As the journal and timelines name them.
    pub fn actor(&self) -> Actor {
        match &self.who {
            Who::Session { person: Some(person), .. } => Actor::Person(person.clone()),
            Who::Session { account, .. } => Actor::Account(account.clone()),
            Who::Token { name } => Actor::Token(name.clone()),
        }
    }

    /// The person of the playbook, if they are one.
    pub fn person(&self) -> Option<&Name> {
        match &self.who {
            Who::Session { person, .. } => person.as_ref(),
            Who::Token { .. } => None,
        }
    }

    /// Hands an input to the desk in this caller's name. A refusal comes back as a problem.
    pub async fn submit(&self, app: &App, input: Input, idempotency: Option<String>) -> Result<Answer, Problem> {
        let shown = matches!(input, Input::Command(Command::Publish { .. } | Command::Resolve { .. } | Command::Merge { .. }));
        let ask = desk::Ask { actor: self.actor(), input, idempotency };
        let answer = match app.desk.submit(ask).await? {
            Answer::Refused(refusal) => return Err(refusal.into()),
            answer => answer,
        };
        if shown {
            app.pages.catch_up().await;
        }
        Ok(answer)
    }
}

/// Handlers behind the guard take the caller as an argument.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(Problem::internal)
    }
}

/// `None` = nobody in particular. A token that is not known is an error even beside a good cookie: whoever sends one means it.
pub(crate) async fn identify(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(token_in);
        let token = token.ok_or_else(|| Problem::unauthorized("Send an API token as `Authorization: Bearer cdr_…`."))?;
        return tokens::find(app, &random::hash(token)).await.map(Some);
    }
    let Some(secret) = cookie::read(headers, app.settings.https) else {
        return Ok(None);
    };
    session::find(app, random::hash(secret)).await
}

/// The token or key in `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    token_in(headers.get(header::AUTHORIZATION)?.to_str().ok()?)
}

fn token_in(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_acts_as_the_person_and_an_account_as_itself() {
        let session = |person: Option<&str>| Caller {
            who: Who::Session { account: "ana-admin".into(), person: person.map(Into::into), hash: [0; 32] },
            access: Access::Responder,
        };
        assert_eq!(session(Some("ana")).actor(), Actor::Person("ana".into()));
        assert_eq!(session(None).actor(), Actor::Account("ana-admin".into()));
    }

    #[test]
    fn only_bearer_counts() {
        assert_eq!(token_in("Bearer abc"), Some("abc"));
        assert_eq!(token_in("bearer  abc"), Some("abc"));
        assert_eq!(token_in("Basic abc"), None);
        assert_eq!(token_in("Bearer "), None);
    }
}

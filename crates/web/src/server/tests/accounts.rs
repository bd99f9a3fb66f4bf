//! Who may sign in: made, lowered, signed out, removed; and that somebody is always left who can.

use std::time::Duration;

use http::{Method, StatusCode};
use http_body_util::BodyExt as _;
use model::Access;
use serde_json::{Value, json};

use super::house::{Answer, House};

const NONE: Value = Value::Null;
const PASSWORD: &str = "fünf esel essen hafer";

/// Ana, the first administrator, and the cookie of somebody she let in.
async fn house_with(name: &str, level: &str) -> (House, String, String) {
    let house = House::with_playbook().await;
    let ana = house.set_up().await;
    let fields = [("name", name), ("access", level), ("password", PASSWORD)];
    let made = house.form(&ana, "/settings/accounts", &fields).await;
    assert_eq!(made.location(), "/settings/accounts?done=account", "{}", made.text);
    let other = sign_in(&house, name).await.cookie();
    (house, ana, other)
}

async fn sign_in(house: &House, name: &str) -> Answer {
    house.form("", "/sign-in", &[("name", name), ("password", PASSWORD)]).await
}

async fn level_of(house: &House, name: &str) -> Option<Access> {
    house.app.vault.account(name).await.expect("read").map(|account| account.access)
}

/// Whether the journal says this about the vault.
async fn is_noted(house: &House, what: &str) -> bool {
    let rows = house.app.records.journal_after(0, 1_000).await.expect("read");
    rows.iter().any(|row| String::from_utf8_lossy(row).contains(what))
}

#[tokio::test]
async fn a_level_counts_at_once_where_somebody_is_signed_in() {
    let (house, ana, ben) = house_with("ben", "responder").await;
    assert_eq!(house.get(&ben, "/declare").await.status, StatusCode::OK);
    let shown = house.get(&ana, "/settings/accounts").await.text;
    assert!(shown.contains("/settings/accounts/ben") && shown.contains("1 open session"), "{shown}");
    let lowered = house.form(&ana, "/settings/accounts/ben/level", &[("access", "viewer")]).await;
    assert_eq!(lowered.location(), "/settings/accounts/ben?done=level", "{}", lowered.text);
    let refused = house.form(&ben, "/incidents", &[("title", "x"), ("severity", "SEV2")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(house.get(&ben, "/").await.status, StatusCode::OK, "the session itself stays");
    assert!(is_noted(&house, "account ben now has role viewer").await);
    let odd = house.form(&ana, "/settings/accounts/ben/level", &[("access", "emperor")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_taken_name_changes_nothing() {
    let (house, ana, ben) = house_with("ben", "responder").await;
    let fields = [("name", "ben"), ("access", "administrator"), ("password", "another long password")];
    let again = house.form(&ana, "/settings/accounts", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("there is an account of this name already"), "{}", again.text);
    assert_eq!(level_of(&house, "ben").await, Some(Access::Responder));
    assert_eq!(house.get(&ben, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_password_is_for_others() {
    let (house, ana, ben) = house_with("ben", "responder").await;
    let short = house.form(&ana, "/settings/accounts/ben/password", &[("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text.contains("new-fault"), "{}", short.text);
    assert_eq!(house.get(&ben, "/").await.status, StatusCode::OK);
    let set = house.form(&ana, "/settings/accounts/ben/password", &[("password", "sechs gänse singen laut")]).await;
    assert_eq!(set.location(), "/settings/accounts/ben?done=new-password", "{}", set.text);
    assert_eq!(house.get(&ben, "/").await.location(), "/sign-in");
    assert_eq!(sign_in(&house, "ben").await.status, StatusCode::UNAUTHORIZED);
    // A screen left open must not be enough to take an administrator's account.
    let own = house.form(&ana, "/settings/accounts/ana/password", &[("password", "sechs gänse singen laut")]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.get(&ana, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signed_out_everywhere_is_not_removed() {
    let (house, ana, ben) = house_with("ben", "responder").await;
    let out = house.form(&ana, "/settings/accounts/ben/sign-out", &[]).await;
    assert_eq!(out.location(), "/settings/accounts/ben?done=signed-out", "{}", out.text);
    assert_eq!(house.get(&ben, "/").await.location(), "/sign-in");
    assert_eq!(sign_in(&house, "ben").await.status, StatusCode::SEE_OTHER);
    assert!(is_noted(&house, "account ben signed out everywhere").await);
    let own = house.form(&ana, "/settings/accounts/ana/sign-out", &[]).await;
    assert!(own.location().starts_with("/sign-in"), "{}", own.text);
    assert!(own.cookie().ends_with('='), "the cookie is cleared");
    assert_eq!(house.get(&ana, "/").await.location(), "/sign-in");
}

#[tokio::test]
async fn removing_asks_first_and_says_what_happens() {
    let (house, ana, ben) = house_with("ben", "responder").await;
    let asked = house.get(&ana, "/settings/accounts/ben/remove").await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.text.contains("1 open session ends"), "{}", asked.text);
    assert!(!asked.text.contains("stays in the playbook"), "nobody of the playbook: {}", asked.text);
    assert!(level_of(&house, "ben").await.is_some(), "asking removes nobody");
    let removed = house.form(&ana, "/settings/accounts/ben/remove", &[]).await;
    assert_eq!(removed.location(), "/settings/accounts?done=removed", "{}", removed.text);
    assert!(house.get(&ana, removed.location()).await.text.contains("The account is removed"));
    assert_eq!(house.get(&ben, "/").await.location(), "/sign-in");
    assert_eq!(sign_in(&house, "ben").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.get(&ana, "/settings/accounts/ben").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.form(&ana, "/settings/accounts/ben/remove", &[]).await.status, StatusCode::NOT_FOUND);
    assert!(is_noted(&house, "account ben deleted").await);

    house.form(&ana, "/settings/accounts", &[("name", "cleo"), ("access", "administrator"), ("password", PASSWORD)]).await;
    let own = house.get(&ana, "/settings/accounts/ana/remove").await.text;
    assert!(own.contains("Ana Lima stays in the playbook and on call until"), "{own}");
    assert!(own.contains("href=\"/settings/playbook\"") && own.contains("This is your own account"), "{own}");
}

#[tokio::test]
async fn tokens_outlive_the_account_that_made_them() {
    let (house, ana, ben) = house_with("ben", "administrator").await;
    let made = house.form(&ben, "/settings/tokens", &[("name", "deploys"), ("role", "viewer")]).await;
    let token = made.text.split("cdr_").nth(1).and_then(|rest| rest.split('<').next()).expect("a token");
    house.form(&ana, "/settings/accounts/ben/remove", &[]).await;
    let status = house.api(&format!("cdr_{token}"), Method::GET, "/v1/status", NONE).await;
    assert_eq!(status.json()["role"], "viewer", "{}", status.text);
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let (house, ana, _) = house_with("ben", "responder").await;
    let sentence = "`ana` is the last administrator. Make somebody else an administrator first.";
    for (path, fields) in [("level", &[("access", "viewer")][..]), ("remove", &[][..])] {
        let refused = house.form(&ana, &format!("/settings/accounts/ana/{path}"), fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
        assert!(refused.text.contains(sentence), "{path}: {}", refused.text);
    }
    for path in ["/settings/accounts/ana", "/settings/accounts/ana/remove"] {
        let shown = house.get(&ana, path).await;
        assert!(shown.text.contains("This is the last administrator"), "{}", shown.text);
        assert!(!shown.text.contains("action=\"/settings/accounts/ana/remove\""), "{}", shown.text);
    }
    let same = house.form(&ana, "/settings/accounts/ana/level", &[("access", "administrator")]).await;
    assert_eq!(same.status, StatusCode::SEE_OTHER, "what changes nothing is not refused");
    assert_eq!(level_of(&house, "ana").await, Some(Access::Administrator));
}

#[tokio::test]
async fn who_removes_themselves_is_signed_out() {
    let (house, ana, ben) = house_with("ben", "administrator").await;
    let gone = house.form(&ben, "/settings/accounts/ben/remove", &[]).await;
    assert_eq!(gone.location(), "/sign-in?done=removed", "{}", gone.text);
    assert!(gone.cookie().ends_with('='), "the cookie is cleared");
    assert_eq!(house.get(&ben, "/").await.location(), "/sign-in");
    let landed = house.get("", gone.location()).await;
    assert!(landed.status == StatusCode::OK && landed.text.contains("Your account is removed"), "{}", landed.text);
    assert_eq!(house.form(&ana, "/settings/accounts/ana/remove", &[]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn who_lowers_themselves_lands_where_they_still_may_be() {
    let (house, _, ben) = house_with("ben", "administrator").await;
    let lowered = house.form(&ben, "/settings/accounts/ben/level", &[("access", "viewer")]).await;
    assert_eq!(lowered.location(), "/settings/accounts?done=level", "{}", lowered.text);
    let shown = house.get(&ben, lowered.location()).await;
    assert!(shown.status == StatusCode::OK && shown.text.contains("Only administrators see this"), "{}", shown.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_remove_each_other_one_stays() {
    let (house, ana, ben) = house_with("ben", "administrator").await;
    let (first, second) = tokio::join!(
        house.form(&ana, "/settings/accounts/ben/remove", &[]),
        house.form(&ben, "/settings/accounts/ana/remove", &[]),
    );
    let left = house.app.vault.accounts().await.expect("read");
    assert_eq!(left.len(), 1, "{} {}", first.status, second.status);
    assert_eq!(left[0].access, Access::Administrator);
}

#[tokio::test]
async fn others_neither_see_nor_change_accounts() {
    for level in ["viewer", "responder"] {
        let (house, _, ben) = house_with("ben", level).await;
        let list = house.get(&ben, "/settings/accounts").await;
        assert!(list.text.contains("Only administrators see this") && !list.text.contains("/settings/accounts/ana"));
        for path in ["/settings/accounts/ana", "/settings/accounts/ana/remove", "/settings/accounts/ben"] {
            assert_eq!(house.get(&ben, path).await.status, StatusCode::FORBIDDEN, "{level} {path}");
        }
        let fields = [("access", "administrator"), ("password", PASSWORD), ("name", "eve")];
        for path in ["", "/ben/level", "/ana/password", "/ana/sign-out", "/ana/remove", "/ben/remove"] {
            let refused = house.form(&ben, &format!("/settings/accounts{path}"), &fields).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{level} {path}");
        }
        assert_eq!(house.app.vault.accounts().await.expect("read").len(), 2);
        assert_eq!(level_of(&house, "ben").await, Access::parse(level));
    }
}

#[tokio::test]
async fn the_stream_of_a_removed_account_ends() {
    let (house, ana, ben) = house_with("ben", "responder").await;
    let ask = http::Request::get("/events?at=%2F").header("cookie", &ben).body(axum::body::Body::empty());
    let stream = house.begin(ask.expect("a request")).await;
    assert_eq!(stream.status(), StatusCode::OK);
    house.form(&ana, "/settings/accounts/ben/remove", &[]).await;
    house.form(&ana, "/incidents", &[("title", "not for ben"), ("severity", "SEV2")]).await;
    // At once: sooner than any heartbeat.
    let heard = tokio::time::timeout(Duration::from_secs(5), stream.into_body().collect()).await.expect("it ends");
    assert!(heard.expect("it ends well").to_bytes().is_empty());
}

#[tokio::test]
async fn an_open_screen_follows_its_level() {
    let (house, ana, ben) = house_with("ben", "responder").await;
    let ask = http::Request::get("/events?at=%2F").header("cookie", &ben).body(axum::body::Body::empty());
    let mut stream = house.begin(ask.expect("a request")).await.into_body();
    house.form(&ana, "/settings/accounts/ben/level", &[("access", "viewer")]).await;
    let heard = tokio::time::timeout(Duration::from_secs(5), stream.frame()).await.expect("at once");
    let heard = heard.expect("open").expect("well").into_data().expect("an event");
    assert!(heard.starts_with(b"event: reload"), "{}", String::from_utf8_lossy(&heard));
}

#[tokio::test]
async fn a_revoked_token_hears_no_more_at_once() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Viewer).await;
    let ask = http::Request::get("/v1/events").header("authorization", format!("Bearer {token}"));
    let stream = house.begin(ask.body(axum::body::Body::empty()).expect("a request")).await;
    crate::access::tokens::revoke(&house.app, "viewer", model::Actor::System).await.expect("revoked");
    let heard = tokio::time::timeout(Duration::from_secs(5), stream.into_body().collect()).await;
    assert!(heard.expect("it ends").expect("it ends well").to_bytes().is_empty());
}

#[tokio::test]
async fn accounts_over_the_api() {
    let (house, _, ben) = house_with("ben", "responder").await;
    let token = house.token(Access::Administrator).await;
    let call = async |method: Method, path: &str, body: Value| house.api(&token, method, path, body).await;
    let list = call(Method::GET, "/v1/accounts", NONE).await.json();
    let (first, second) = (&list["items"][0], &list["items"][1]);
    assert_eq!((&first["id"], &first["person"], &first["sessions"]), (&json!("ana"), &json!("ana"), &json!(1)));
    assert_eq!((&second["role"], &second["person"], &second["sessions"]), (&json!("responder"), &NONE, &json!(1)));
    assert!(second["last_seen"].is_string() && second["created_at"].is_string());
    assert!(!list.to_string().contains("argon2"), "{list}");

    let changed = call(Method::PATCH, "/v1/accounts/ben", json!({ "role": "viewer" })).await;
    assert_eq!((changed.status, changed.json()["role"].clone()), (StatusCode::OK, json!("viewer")), "{}", changed.text);
    assert_eq!(call(Method::PATCH, "/v1/accounts/ben", json!({ "role": "emperor" })).await.json()["field"], "role");
    assert_eq!(call(Method::PATCH, "/v1/accounts/ben", json!({})).await.json()["field"], "role");
    let lowered = call(Method::PATCH, "/v1/accounts/ana", json!({ "role": "viewer" })).await;
    assert_eq!((lowered.status, lowered.json()["code"].clone()), (StatusCode::CONFLICT, json!("last_administrator")));
    let removed = call(Method::DELETE, "/v1/accounts/ana", NONE).await;
    assert_eq!((removed.status, removed.json()["code"].clone()), (StatusCode::CONFLICT, json!("last_administrator")));

    assert_eq!(call(Method::DELETE, "/v1/accounts/ben/sessions", NONE).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.get(&ben, "/").await.location(), "/sign-in");
    assert_eq!(call(Method::DELETE, "/v1/accounts/ben", NONE).await.status, StatusCode::NO_CONTENT);
    for (method, path) in [(Method::DELETE, ""), (Method::PATCH, ""), (Method::DELETE, "/sessions")] {
        let body = if method == Method::PATCH { json!({ "role": "viewer" }) } else { NONE };
        let lost = call(method, &format!("/v1/accounts/ben{path}"), body).await;
        assert_eq!((lost.status, lost.json()["code"].clone()), (StatusCode::NOT_FOUND, json!("not_found")), "{path}");
    }
    let document = call(Method::GET, "/v1/openapi.json", NONE).await.json();
    let described = &document["paths"]["/v1/accounts/{id}"]["patch"];
    assert_eq!(described["requestBody"]["content"]["application/json"]["schema"]["required"], json!(["role"]));
    assert_eq!(described["description"], "Needs the role administrator.");
}

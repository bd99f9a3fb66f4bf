//! Where somebody is signed in, and ending it from elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, StatusCode, header};
use model::Access;

use super::house::{House, ORIGIN};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const PHONE: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/149.0.0.0 Mobile Safari/537.36";

/// Ana's cookie from a browser that calls itself so.
async fn sign_in(house: &House, agent: &str) -> String {
    let request = Request::post("/sign-in")
        .header(header::ORIGIN, ORIGIN)
        .header(header::USER_AGENT, agent)
        .body(axum::body::Body::from("name=ana&password=vier+pferde+trinken+tee"));
    let answer = house.send(request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.cookie()
}

/// The addresses of the forms that end one session, as the page of this cookie has them.
async fn ends(house: &House, cookie: &str) -> Vec<String> {
    let page = house.get(cookie, "/settings").await.text;
    let forms = page.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    forms.filter(|action| action.ends_with("/end")).map(str::to_owned).collect()
}

#[tokio::test]
async fn everybody_sees_where_they_are_signed_in() {
    let house = House::with_playbook().await;
    house.set_up().await;
    let (desk, phone) = (sign_in(&house, FIREFOX).await, sign_in(&house, PHONE).await);
    let page = house.get(&desk, "/settings").await.text;
    assert!(page.contains("Firefox on Linux") && page.contains("Chrome on Android"), "{page}");
    assert_eq!(page.matches("this browser").count(), 1);
    assert!(page.find("Firefox on Linux") < page.find("Chrome on Android"), "one's own first");
    assert!(!page.contains("Mozilla"), "no browser's own text");
    // Neither the secret nor its hash is in the page, in any usual spelling.
    for cookie in [&desk, &phone] {
        let secret = cookie.split_once('=').expect("a pair").1;
        let hash = crate::access::random::hash(secret);
        let hex = format!("{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3]);
        let base64 = URL_SAFE_NO_PAD.encode(hash);
        assert!(!page.contains(secret) && !page.contains(&hex) && !page.contains(&base64[..12]));
    }
}

#[tokio::test]
async fn one_session_or_all_others_are_ended() {
    let house = House::with_playbook().await;
    let first = house.set_up().await;
    let (desk, phone) = (sign_in(&house, FIREFOX).await, sign_in(&house, PHONE).await);
    assert_eq!(ends(&house, &phone).await.len(), 2, "not the one that asks");
    let before = ends(&house, &desk).await;
    house.form(&first, "/sign-out", &[]).await;
    let left = ends(&house, &desk).await;
    assert_eq!(left.len(), 1);
    let done = house.form(&desk, &left[0], &[]).await;
    assert_eq!(done.location(), "/settings?done=session", "{}", done.text);
    assert!(house.get(&desk, done.location()).await.text.contains("Signed out there."));
    assert_eq!(house.get(&phone, "/").await.location(), "/sign-in");
    assert_eq!(house.get(&desk, "/").await.status, StatusCode::OK);
    // A page that was open meanwhile has forms for what is over.
    for stale in before {
        let lost = house.form(&desk, &stale, &[]).await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND);
        assert!(lost.text.contains("Where you are signed in"), "{}", lost.text);
    }
    let (phone, third) = (sign_in(&house, PHONE).await, sign_in(&house, FIREFOX).await);
    let done = house.form(&desk, "/settings/sessions/end-others", &[]).await;
    assert_eq!(done.location(), "/settings?done=sessions", "{}", done.text);
    for ended in [&phone, &third] {
        assert_eq!(house.get(ended, "/").await.location(), "/sign-in");
    }
    assert_eq!(house.get(&desk, "/").await.status, StatusCode::OK);
    assert!(!house.get(&desk, "/settings").await.text.contains("Sign out everywhere else"));
}

#[tokio::test]
async fn nobody_ends_the_session_of_another() {
    let house = House::with_playbook().await;
    let ana = house.set_up().await;
    sign_in(&house, PHONE).await;
    let others = ends(&house, &ana).await;
    let fields = [("name", "ben"), ("access", "administrator"), ("password", "fünf esel essen hafer")];
    house.form(&ana, "/settings/accounts", &fields).await;
    let ben = house.form("", "/sign-in", &[("name", "ben"), ("password", "fünf esel essen hafer")]).await.cookie();
    assert_eq!(house.form(&ben, &others[0], &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ends(&house, &ana).await, others);
    house.form(&ben, "/settings/sessions/end-others", &[]).await;
    assert_eq!(ends(&house, &ana).await, others);
}

#[tokio::test]
async fn a_session_may_end_itself() {
    let house = House::with_playbook().await;
    let ana = house.set_up().await;
    let other = sign_in(&house, PHONE).await;
    // The page offers it for others only, where signing out is one key away; asked for all the same, it is signing out.
    let own = ends(&house, &other).await;
    let out = house.form(&ana, &own[0], &[]).await;
    assert_eq!(out.location(), "/sign-in", "{}", out.text);
    assert!(out.cookie().ends_with('='), "the cookie is cleared");
    assert_eq!(house.get(&ana, "/").await.location(), "/sign-in");
}

#[tokio::test]
async fn a_token_has_no_sessions() {
    let house = House::with_playbook().await;
    let token = house.token(Access::Viewer).await;
    for path in ["/settings/sessions/end-others", "/settings/sessions/AAAAAAAAAAAAAAAAAAAAAA/end"] {
        let refused = house.api(&token, http::Method::POST, path, serde_json::Value::Null).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    }
}

//! Every screen works for whoever has no script: it is whole when it comes, and what it links to is there.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::json;

use super::house::House;
use crate::access::guard::Face;
use crate::server::table;

#[tokio::test]
async fn every_screen_is_whole_without_a_script() {
    let house = House::with_playbook().await;
    let cookie = house.set_up().await;
    let token = house.token(model::Access::Responder).await;
    let wish = json!({ "title": "Login fails", "severity": "SEV2", "services": ["checkout"] });
    house.api(&token, Method::POST, "/v1/incidents", wish).await;
    let screens = table();
    let screens = screens.iter().filter(|r| r.face == Face::Screen && r.method == Method::GET && !r.path.contains('{'));
    let mut paths: BTreeSet<String> = screens.map(|r| r.path.to_owned()).filter(|path| path != "/events").collect();
    paths.extend(["/incidents/INC-1", "/incidents/INC-1/review", "/incidents/INC-1/review?edit=1"].map(Into::into));
    assert!(paths.len() > 15, "{paths:?}");
    let mut links = BTreeSet::new();
    for path in &paths {
        let answer = house.get(&cookie, path).await;
        if answer.status == StatusCode::SEE_OTHER || answer.status == StatusCode::PERMANENT_REDIRECT {
            continue;
        }
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text.contains("<main") && answer.text.matches("<h1").count() == 1, "{path} is not whole");
        let found = answer.text.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        links.extend(found.filter(|link| link.starts_with('/')).map(|link| link.replace("&amp;", "&")));
    }
    for link in links.iter().filter(|link| !link.starts_with("/status/")) {
        let status = house.get(&cookie, link).await.status;
        assert!(status.is_success() || status.is_redirection(), "{link} leads to {status}");
    }
}

#[tokio::test]
async fn assets_come_compressed_and_stay_for_a_year() {
    let house = House::new().await;
    let ask = async |path: &str| {
        let request = http::Request::get(path).header("accept-encoding", "gzip, br").body(axum::body::Body::empty());
        house.send(request.expect("a request")).await
    };
    for asset in crate::view::assets::all() {
        let answer = ask(&asset.path).await;
        assert_eq!(answer.headers["content-type"], asset.content_type);
        assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(answer.headers["content-encoding"], "br");
    }
    // A name with an old hash is not found, never answered with other content.
    assert_eq!(ask("/assets/app.0123456789ab.css").await.status, StatusCode::NOT_FOUND);
}

//! The whole record out: backups, exports, and finding an alert by its sender's key.

use http::{Method, StatusCode};
use model::Access;
use serde_json::{Value, json};

use super::house::{House, KEY};

const NONE: Value = Value::Null;

async fn with_an_alert() -> House {
    let house = House::with_playbook().await;
    let token = house.token(Access::Responder).await;
    let event = json!({ "routing_key": KEY, "event_action": "trigger", "dedup_key": "disk-7",
                        "payload": { "summary": "disk full", "source": "db-1", "severity": "critical" } });
    let taken = house.api(&token, Method::POST, "/v2/enqueue", event).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", taken.text);
    let wish = json!({ "title": "Login fails", "severity": "SEV2", "services": ["checkout"] });
    house.api(&token, Method::POST, "/v1/incidents", wish).await;
    house
}

#[tokio::test]
async fn an_export_has_every_record_and_no_address() {
    let house = with_an_alert().await;
    let token = house.token(Access::Administrator).await;
    let export = house.api(&token, Method::GET, "/v1/export", NONE).await;
    assert_eq!(export.status, StatusCode::OK, "{}", export.text);
    assert_eq!(export.headers["content-length"], export.text.len().to_string());
    let lines: Vec<Value> = export.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["kind"].as_str()).collect();
    assert_eq!(kinds[..2], ["playbook", "incidents"]);
    assert!(["timeline", "alerts", "groups", "letters"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    assert_eq!(lines[1]["record"]["title"], "Login fails");
    assert!(!export.text.contains("ana@example.org"), "an address is in the export");
    assert!(!export.text.contains(KEY), "a key is in the export");
}

#[tokio::test]
async fn a_backup_is_a_store_that_opens() {
    let house = with_an_alert().await;
    let token = house.token(Access::Administrator).await;
    let backup = house.bytes(&token, "/v1/backup").await;
    assert!(backup.starts_with(b"SQLite format 3\0"));
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("candor.db"), &backup).expect("written");
    let db = store::Db::open(&store::Place::Folder(folder.path().into())).await.expect("a store");
    assert_eq!(db.integrity().await.expect("checked"), Vec::<String>::new());
    let (there, here) = (store::Records::new(db), &house.app.records);
    assert_eq!(there.last_entry().await.expect("read"), here.last_entry().await.expect("read"));
}

#[tokio::test]
async fn copies_are_for_administrators_and_few() {
    let house = House::with_playbook().await;
    let responder = house.token(Access::Responder).await;
    let administrator = house.token(Access::Administrator).await;
    for path in ["/v1/backup", "/v1/export"] {
        assert_eq!(house.api(&responder, Method::GET, path, NONE).await.status, StatusCode::FORBIDDEN);
    }
    let places = [house.app.server.copy_place(), house.app.server.copy_place()];
    let refused = house.api(&administrator, Method::GET, "/v1/export", NONE).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers["retry-after"], "30");
    drop(places);
    assert_eq!(house.api(&administrator, Method::GET, "/v1/export", NONE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_open_alert_is_found_by_its_key() {
    let house = with_an_alert().await;
    let token = house.token(Access::Viewer).await;
    let count = async |query: &str| {
        let page = house.api(&token, Method::GET, &format!("/v1/alerts?{query}"), NONE).await.json();
        page["items"].as_array().map(Vec::len)
    };
    assert_eq!(count("dedup_key=disk-7").await, Some(1));
    assert_eq!(count("dedup_key=disk-7&state=firing&service=checkout").await, Some(1));
    assert_eq!(count("dedup_key=disk-7&state=acknowledged").await, Some(0));
    assert_eq!(count("dedup_key=disk-7&integration=other").await, Some(0));
    assert_eq!(count("dedup_key=disk-8").await, Some(0));
    let past = house.api(&token, Method::GET, "/v1/alerts?dedup_key=disk-7&state=resolved", NONE).await;
    assert_eq!(past.json()["field"], "dedup_key", "{}", past.text);
}

//! `GET /v1/backup`: the whole database as one file, of the moment the copy began, while Candor goes on working.

use axum::extract::State;
use axum::response::Response;
use http::{Method, StatusCode};
use store::StoreError;

use super::copy;
use crate::access::Need;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

/// What an SQLite file is called among media types.
pub(super) const KIND: &str = "application/vnd.sqlite3";

pub(super) fn route() -> Route {
    let summary = "The database as one file; keep the secret key apart from it";
    Route::api(Method::GET, "/v1/backup", Need::Administrator, summary, handle)
}

async fn handle(State(app): State<App>) -> Result<Response, Problem> {
    let place = copy::place(&app)?;
    // Only its owner can look into the folder, and it goes as soon as the file is open.
    let folder = tempfile::Builder::new().prefix("candor-backup-").tempdir().map_err(|error| copy::no_room(&error))?;
    let path = folder.path().join("candor.db");
    app.records.db().backup(&path).await.map_err(refused)?;
    let file = std::fs::File::open(&path).map_err(|error| copy::no_room(&error))?;
    drop(folder);
    copy::send(file, KIND, "candor.db", place)
}

fn refused(error: StoreError) -> Problem {
    match error {
        StoreError::Unfit(why) => Problem::new(StatusCode::NOT_IMPLEMENTED, "no_backup", format!("{why}.")),
        // The copy's disk and the store's are not the same; the store itself may be well.
        StoreError::Full(source) => copy::no_room(&std::io::Error::new(std::io::ErrorKind::StorageFull, source)),
        error => error.into(),
    }
}

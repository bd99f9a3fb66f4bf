//! `GET /v1/export`: every record as JSON lines, `{"kind":"incidents","record":{…}}`. Addresses, passwords and tokens are in the
//! vault and not among them.

use std::io::{BufWriter, Write};

use axum::extract::State;
use axum::response::Response;
use http::Method;
use serde::Serialize;

use super::copy;
use crate::access::Need;
use crate::app::App;
use crate::problem::Problem;
use crate::server::Route;

pub(super) const KIND: &str = "application/jsonl";

pub(super) fn route() -> Route {
    let summary = "Every record as JSON lines; nothing of the vault";
    Route::api(Method::GET, "/v1/export", Need::Administrator, summary, handle)
}

/// One line. The playbook comes first: the rest cannot be read without its names.
#[derive(Serialize)]
struct Line<'a, T> {
    kind: &'a str,
    record: T,
}

async fn handle(State(app): State<App>) -> Result<Response, Problem> {
    let place = copy::place(&app)?;
    let file = tempfile::tempfile().map_err(|error| copy::no_room(&error))?;
    let mut out = BufWriter::new(file);
    if let Some(playbook) = app.records.playbook().await? {
        write(&mut out, "playbook", playbook).map_err(|error| copy::no_room(&error))?;
    }
    let mut fault = None;
    let mut visit = |kind: &'static str, record: serde_json::Value| {
        write(&mut out, kind, record).map_err(|error| {
            let kind = error.kind();
            fault = Some(error);
            std::io::Error::from(kind)
        })
    };
    let read = app.records.export(&mut visit).await;
    // A full disk for copies is not the store's fault and must not be told as one.
    if let Some(error) = fault {
        return Err(copy::no_room(&error));
    }
    read?;
    let file = out.into_inner().map_err(|error| copy::no_room(error.error()))?;
    copy::send(file, KIND, "candor.jsonl", place)
}

fn write(out: &mut impl Write, kind: &str, record: impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { kind, record })?;
    out.write_all(b"\n")
}

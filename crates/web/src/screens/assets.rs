//! `/assets/…`: style, script, icon. The name changes with the content, so browsers keep them for a year.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{Method, header};

use crate::access::Need;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::assets;

pub(super) fn route() -> Route {
    Route::screen(Method::GET, "/assets/{name}", Need::Public, handle)
}

async fn handle(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = assets::find(&format!("/assets/{name}")).ok_or_else(|| Problem::not_found("file"))?;
    let headers = [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}

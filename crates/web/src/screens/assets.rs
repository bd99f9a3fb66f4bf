//! `/assets/…`: style, script, icon. The name changes with the content, so browsers keep them for a year. Compressed once: a
//! phone at night is on a thin line.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, header};

use crate::access::Need;
use crate::communicate::printed::Printed;
use crate::problem::Problem;
use crate::server::Route;
use crate::view::assets;

pub(super) fn route() -> Route {
    Route::screen(Method::GET, "/assets/{name}", Need::Public, handle)
}

const YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// In the order of [`assets::all`].
static PRINTED: LazyLock<Vec<Printed>> = LazyLock::new(|| {
    let print = |asset: &assets::Asset| Printed::new(asset.bytes.to_vec(), asset.content_type);
    assets::all().into_iter().map(print).collect()
});

async fn handle(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let path = format!("/assets/{name}");
    let place = assets::all().into_iter().position(|asset| asset.path == path);
    let printed = place.and_then(|place| PRINTED.get(place)).ok_or_else(|| Problem::not_found("file"))?;
    let variant = printed.fit(headers.get(header::ACCEPT_ENCODING));
    let mut response = Response::new(Body::from(variant.body.clone()));
    *response.headers_mut() = variant.headers.clone();
    response.headers_mut().insert(header::CACHE_CONTROL, YEAR);
    Ok(response)
}

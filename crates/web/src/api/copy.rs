//! Sends a copy of the record that lies whole in a file of its own.
//!
//! A file first, because the reader may be slow: from a file the stream can take its time without holding the database open, its
//! length is known beforehand (so a broken stream is noticed), and a fault while copying is still answered as a problem. The file
//! has no name any more when it is sent: it is gone with its last reader, whatever happens to this process.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};

use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use http::{HeaderValue, StatusCode, header};
use tokio::io::AsyncReadExt as _;
use tokio::sync::OwnedSemaphorePermit;

use crate::app::App;
use crate::problem::Problem;

/// What is in memory of a copy at a time.
const CHUNK: usize = 64 * 1024;

/// One of the few places for copies; kept until the last byte is sent.
pub(super) fn place(app: &App) -> Result<OwnedSemaphorePermit, Problem> {
    let taken = || {
        let detail = "Other backups or exports are being made. Try again when they are done.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "copying", detail).retry_after(30)
    };
    app.server.copy_place().ok_or_else(taken)
}

/// The whole file as the answer, under this name.
pub(super) fn send(mut file: File, kind: &'static str, name: &str, place: OwnedSemaphorePermit) -> Result<Response, Problem> {
    let length = file.seek(SeekFrom::End(0)).and_then(|length| file.rewind().map(|()| length)).map_err(|e| no_room(&e))?;
    let mut response = Response::new(Body::from_stream(chunks(tokio::fs::File::from_std(file), place)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_LENGTH, length.into());
    if let Ok(attachment) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, attachment);
    }
    Ok(response)
}

fn chunks(file: tokio::fs::File, place: OwnedSemaphorePermit) -> impl Stream<Item = std::io::Result<Bytes>> {
    futures_util::stream::try_unfold((file, place), |(mut file, place)| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        Ok((read > 0).then(|| (chunk.freeze(), (file, place))))
    })
}

/// The folder for temporary files is full or cannot be written.
pub(super) fn no_room(error: &std::io::Error) -> Problem {
    let folder = std::env::temp_dir();
    tracing::error!(error = error as &dyn std::error::Error, folder = %folder.display(), "a copy cannot be made");
    let detail = "The copy could not be written on the server: its folder for temporary files (TMPDIR) is full or not writable.";
    Problem::new(StatusCode::INSUFFICIENT_STORAGE, "no_room", detail)
}

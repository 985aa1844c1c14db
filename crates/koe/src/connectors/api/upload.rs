//! A file in a request: the body itself, or the first file of a form. It is streamed to disk
//! and measured on the way.

use std::path::Path;

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use futures::{Stream, StreamExt};
use tokio::io::AsyncWriteExt;

use crate::base::problem::{Outcome, Problem};

/// Streams the file of a request to `path`; its name in the form, if it had one, and its size.
///
/// # Errors
/// 413 beyond `most` bytes, 422 without a file, 503 when the disk is full. Nothing is left
/// behind then.
pub async fn receive(request: Request, path: &Path, most: u64) -> Outcome<(Option<String>, u64)> {
    let received = write(request, path, most).await;
    if received.is_err() {
        drop(tokio::fs::remove_file(path).await);
    }
    received
}

async fn write(request: Request, path: &Path, most: u64) -> Outcome<(Option<String>, u64)> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("multipart/form-data"));
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(not_kept)?;
    }
    let mut file = tokio::fs::File::create(path).await.map_err(not_kept)?;
    let unreadable = |_| Problem::invalid("body", "the upload broke off or is no valid form");
    let (name, bytes) = if is_form {
        let mut form = Multipart::from_request(request, &())
            .await
            .map_err(|_| Problem::invalid("body", "this is no valid form"))?;
        loop {
            let field = form.next_field().await.map_err(|_| unreadable(()))?;
            let Some(field) = field else {
                return Err(Problem::invalid("file", "the form holds no file"));
            };
            if let Some(name) = field.file_name().map(str::to_owned) {
                let pieces = field.map(|piece| piece.map_err(|_| ()));
                break (Some(name), copy(pieces, &mut file, most).await?);
            }
        }
    } else {
        let body: Body = request.into_body();
        let pieces = body.into_data_stream().map(|piece| piece.map_err(|_| ()));
        (None, copy(pieces, &mut file, most).await?)
    };
    file.flush().await.map_err(not_kept)?;
    if bytes == 0 {
        return Err(Problem::invalid("file", "the file is empty"));
    }
    Ok((name, bytes))
}

async fn copy<B: AsRef<[u8]>>(
    pieces: impl Stream<Item = Result<B, ()>>,
    file: &mut tokio::fs::File,
    most: u64,
) -> Outcome<u64> {
    let mut pieces = std::pin::pin!(pieces);
    let mut bytes = 0_u64;
    while let Some(piece) = pieces.next().await {
        let piece = piece
            .map_err(|()| Problem::invalid("body", "the upload broke off or is no valid form"))?;
        bytes += piece.as_ref().len() as u64;
        if bytes > most {
            return Err(Problem::too_large(format!(
                "The file is larger than {most} bytes (limits.upload_bytes)."
            )));
        }
        file.write_all(piece.as_ref()).await.map_err(not_kept)?;
    }
    Ok(bytes)
}

fn not_kept(error: std::io::Error) -> Problem {
    Problem::unavailable("The file cannot be kept now; nothing was accepted.", error)
}

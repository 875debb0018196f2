//! Bodies: bounded as they come in, and bounded again once decompressed. The Content-Digest is over the content as it
//! was sent, that is, compressed (RFC 9530, section 2).

use std::io::Read as _;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, header},
};
use rivulet_sync::protocol::{Problem, ProblemKind};
use serde::de::DeserializeOwned;

fn too_large(limit: usize) -> Problem {
    Problem::new(ProblemKind::TooLarge, format!("Send at most {limit} bytes at once."))
}

/// Reads a body as it was sent.
pub(super) async fn sent(body: Body, limit: usize) -> Result<Bytes, Problem> {
    // The connection may also have broken; nobody hears that answer.
    to_bytes(body, limit).await.map_err(|_| too_large(limit))
}

/// The content of a body, decompressed as its headers say.
pub(super) fn plain(headers: &HeaderMap, sent: Bytes, limit: usize) -> Result<Bytes, Problem> {
    match headers.get(header::CONTENT_ENCODING).map(|v| v.as_bytes()) {
        None | Some(b"identity") => Ok(sent),
        Some(b"gzip") => {
            let mut plain = Vec::new();
            let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
            let read = flate2::read::GzDecoder::new(&sent[..]).take(bound).read_to_end(&mut plain);
            match read {
                Ok(_) if plain.len() > limit => Err(too_large(limit)),
                Ok(_) => Ok(plain.into()),
                Err(_) => Err(malformed("The body is not gzip, as its Content-Encoding says.")),
            }
        }
        Some(_) => Err(malformed("Send the body as it is, or with Content-Encoding gzip.")),
    }
}

/// Reads JSON. What is wrong with it is not repeated: it may be health content.
pub(super) fn json<T: DeserializeOwned>(plain: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(plain).map_err(|e| {
        let (line, column) = (e.line(), e.column());
        malformed(&format!("The body is not the JSON of this request (line {line}, column {column})."))
    })
}

pub(super) fn malformed(detail: &str) -> Problem {
    Problem::new(ProblemKind::Malformed, detail)
}

//! Who asks: the signature over method, authority, path, query and digest, then time and nonce.

use axum::http::{HeaderMap, request::Parts};
use rivulet_sync::{
    protocol::{Problem, ProblemKind},
    signature::{Claimed, SignatureHeaders, Target, read},
};
use shared_events::{ids::DeviceId, record::signature_holds};

use super::{App, problem::Refused};
use crate::{error::Error, ledger::Ledger};

fn refused(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Signature, detail)
}

fn header(headers: &HeaderMap, name: &str) -> Result<String, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next().and_then(|v| v.to_str().ok()), values.next()) {
        (Some(value), None) => Ok(value.to_owned()),
        _ => Err(refused(format!("Send the header {name}, once."))),
    }
}

/// Reads a request's signature, not yet checked against a key.
pub(super) fn claimed(authority: &str, parts: &Parts, body: &[u8]) -> Result<Claimed, Problem> {
    let headers = SignatureHeaders {
        content_digest: header(&parts.headers, "content-digest")?,
        signature_input: header(&parts.headers, "signature-input")?,
        signature: header(&parts.headers, "signature")?,
    };
    let target = Target {
        method: parts.method.as_str(),
        authority,
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
    };
    read(target, body, &headers).map_err(|e| refused(e.to_string()))
}

impl<L: Ledger> App<L> {
    /// The device that signed a request: known, with a signature that holds, in time, for the first time, and
    /// neither revoked nor erased.
    pub(super) async fn device(&self, parts: &Parts, body: &[u8]) -> Result<DeviceId, Refused> {
        let claimed = claimed(&self.authority, parts, body)?;
        let known = self.service.known(claimed.params.device).await?;
        self.check(&claimed, &known.device.spki)?;
        known.check()?;
        Ok(known.device.id)
    }

    /// Checks a signature with a key (SPKI in DER), its time, and that it is new.
    pub(super) fn check(&self, claimed: &Claimed, spki: &[u8]) -> Result<(), Error> {
        if !signature_holds(spki, &claimed.base, &claimed.signature) {
            return Err(Error::Refused(Box::new(refused(format!(
                "Sign with this device's key, for the authority {}.",
                self.authority
            )))));
        }
        let now_ms = self.service.clock.now_ms();
        self.guard.admit(&claimed.params, now_ms).map_err(|problem| Error::Refused(Box::new(problem)))
    }
}

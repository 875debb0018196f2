//! One signed request and its answer. What the signature needs is handed in; nothing is tried again here.

use serde::de::DeserializeOwned;
use shared_events::{ids::DeviceId, json};

use crate::{
    engine::Refusal,
    platform::{KeyError, Request, Transport},
    protocol::Problem,
    signature::{Params, Target, Unsigned},
};

/// What is asked of the server.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Call {
    pub method: &'static str,
    pub path: &'static str,
    pub query: String,
    pub body: Vec<u8>,
    /// Give up after this many milliseconds.
    pub timeout_ms: u64,
}

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Asking {
    pub device: DeviceId,
    /// Seconds since 1970, corrected by the server's clock.
    pub created_s: u64,
    pub nonce: [u8; 16],
}

/// Signs a call, sends it and reads the answer.
///
/// # Errors
/// No answer, a problem document, or something that does not read.
pub async fn call<T: Transport, A: DeserializeOwned>(
    transport: &T,
    sign: impl AsyncFn(&[u8]) -> Result<Vec<u8>, KeyError>,
    asking: Asking,
    call: Call,
) -> Result<A, Refusal> {
    read(&fetch(transport, sign, asking, call).await?)
}

/// Reads the body of an answer.
pub(crate) fn read<A: DeserializeOwned>(body: &[u8]) -> Result<A, Refusal> {
    parse(body).ok_or(Refusal::Nonsense)
}

/// Signs a call, sends it and gives the body of the answer. Not generic over what that says: this is much code for a
/// phone to load, and each kind of answer would bring its own copy.
pub(crate) async fn fetch<T: Transport>(
    transport: &T,
    sign: impl AsyncFn(&[u8]) -> Result<Vec<u8>, KeyError>,
    asking: Asking,
    call: Call,
) -> Result<Vec<u8>, Refusal> {
    let authority = transport.authority();
    let target = Target { method: call.method, authority: &authority, path: call.path, query: &call.query };
    let params = Params::new(asking.created_s, asking.nonce, asking.device);
    let unsigned = Unsigned::new(target, &call.body, &params);
    let signature = sign(&unsigned.base).await.map_err(|_| Refusal::NoAnswer)?;
    let Call { method, path, query, body, timeout_ms } = call;
    let request = Request { method, path, query, body, headers: unsigned.with(&signature), timeout_ms };
    let response = transport.send(request).await.map_err(|_| Refusal::NoAnswer)?;
    if response.status == 200 {
        return Ok(response.body);
    }
    // A proxy's error page is no word of the server's.
    let problem = parse::<Problem>(&response.body);
    Err(problem.map_or(Refusal::NoAnswer, Refusal::Problem))
}

/// As text, as everything else here is read: reading bytes would bring a second copy of each reader to the phone.
fn parse<A: DeserializeOwned>(body: &[u8]) -> Option<A> {
    json::from_str(std::str::from_utf8(body).ok()?).ok()
}

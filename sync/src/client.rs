//! One signed request and its answer. What the signature needs is handed in; nothing is tried again here.

use serde::de::DeserializeOwned;
use shared_events::ids::DeviceId;

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
    let authority = transport.authority();
    let target = Target { method: call.method, authority: &authority, path: call.path, query: &call.query };
    let params = Params::new(asking.created_s, asking.nonce, asking.device);
    let unsigned = Unsigned::new(target, &call.body, &params);
    let signature = sign(&unsigned.base).await.map_err(|_| Refusal::NoAnswer)?;
    let Call { method, path, query, body, timeout_ms } = call;
    let request = Request { method, path, query, body, headers: unsigned.with(&signature), timeout_ms };
    let response = transport.send(request).await.map_err(|_| Refusal::NoAnswer)?;
    if response.status == 200 {
        return serde_json::from_slice(&response.body).map_err(|_| Refusal::Nonsense);
    }
    // A proxy's error page is no word of the server's.
    let problem = serde_json::from_slice::<Problem>(&response.body);
    Err(problem.map_or(Refusal::NoAnswer, Refusal::Problem))
}

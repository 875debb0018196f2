//! Asking to be enrolled. The caller has stored the code and the signing key, strictly, before it asks, and stores the
//! answer strictly before it says that the device is set up; asking again with the same key gives the same answer.

use shared_events::ids::{DeviceId, Hash};

use crate::{
    client::{Asking, Call, call},
    engine::Refusal,
    platform::{KeyError, Transport},
    protocol::{EnrolAnswer, EnrolRequest, path},
    store::Identity,
};

/// How long to wait for the answer, milliseconds.
const TIMEOUT_MS: u64 = 20_000;

/// Asks the server, and once more with its own time if the phone's clock is wrong.
///
/// # Errors
/// No answer, a problem document, or something that does not read. After no answer, ask again with the same key.
pub async fn ask<T: Transport>(
    transport: &T,
    sign: impl AsyncFn(&[u8]) -> Result<Vec<u8>, KeyError>,
    random: impl Fn(&mut [u8]),
    now_ms: u64,
    request: &EnrolRequest,
) -> Result<EnrolAnswer, Refusal> {
    let body = serde_json::to_vec(request).map_err(|_| Refusal::Nonsense)?;
    let once = async |now_ms: u64| {
        let mut nonce = [0; 16];
        random(&mut nonce);
        let asking = Asking { device: request.device, created_s: now_ms / 1_000, nonce };
        let enrol = Call {
            method: "POST",
            path: path::ENROL,
            query: String::new(),
            body: body.clone(),
            timeout_ms: TIMEOUT_MS,
        };
        call(transport, &sign, asking, enrol).await
    };
    match once(now_ms).await {
        Err(Refusal::Problem(problem)) if problem.now_ms.is_some() => {
            once(problem.now_ms.unwrap_or(now_ms)).await
        }
        result => result,
    }
}

/// Who the device is, by the server's answer.
///
/// # Errors
/// The answer is not for this device, or its key is not 32 bytes.
pub fn identity(
    answer: EnrolAnswer,
    device: DeviceId,
    spki: Vec<u8>,
) -> Result<(Identity, [u8; 32]), Refusal> {
    let key: [u8; 32] = answer.key.try_into().map_err(|_| Refusal::Nonsense)?;
    if answer.device != device {
        return Err(Refusal::Nonsense);
    }
    let key_id: Hash = shared_events::record::key_id(&key);
    let identity = Identity {
        patient: answer.patient,
        device,
        role: answer.role,
        person: answer.person,
        spki,
        key: key_id,
        log: answer.log,
        generation: answer.generation,
        care_team: answer.care_team,
    };
    Ok((identity, key))
}

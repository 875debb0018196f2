//! Requests made by hand, to be refused: whoever signs, as whichever device, whatever is asked.

use rivulet_sync::{
    memory::SoftKeys,
    platform::{Keys as _, Request, Transport as _},
    protocol::{Cursor, EnrolRequest, ProblemKind, PushRequest, path},
    signature::{Params, Target, Unsigned},
};
use shared_events::ids::DeviceId;

use super::{
    native::{random, wall_ms},
    wire::{Answer, Wire},
};

/// Who knocks.
pub struct Knock<'a> {
    pub wire: &'a Wire,
    /// Whose key signs.
    pub keys: &'a SoftKeys,
    /// Which device it says it is.
    pub device: DeviceId,
}

impl Knock<'_> {
    pub async fn pulls(&self, cursor: Option<Cursor>) -> Answer {
        let query = cursor.map(|cursor| cursor.to_query()).unwrap_or_default();
        self.send(self.signed("GET", path::PULL, query, Vec::new()).await).await
    }

    pub async fn pushes(&self, push: &PushRequest) -> Answer {
        let body = serde_json::to_vec(push).expect("JSON");
        self.send(self.signed("POST", path::PUSH, String::new(), body).await).await
    }

    pub async fn presents(&self, request: &EnrolRequest) -> Answer {
        let body = serde_json::to_vec(request).expect("JSON");
        self.send(self.signed("POST", path::ENROL, String::new(), body).await).await
    }

    pub async fn signed(
        &self,
        method: &'static str,
        path: &'static str,
        query: String,
        body: Vec<u8>,
    ) -> Request {
        let authority = self.wire.authority();
        let target = Target { method, authority: &authority, path, query: &query };
        let mut nonce = [0; 16];
        random(&mut nonce);
        let params = Params::new(wall_ms() / 1_000, nonce, self.device);
        let unsigned = Unsigned::new(target, &body, &params);
        let signature = self.keys.sign(&unsigned.base).await.expect("a key in memory signs");
        Request { method, path, query, body, headers: unsigned.with(&signature), timeout_ms: 10_000 }
    }

    pub async fn send(&self, request: Request) -> Answer {
        self.wire.ask(request).await.expect("the server answers")
    }
}

/// A clear refusal: of this kind, with what to do, and nothing of anybody's record in it.
pub fn assert_refused(answer: &Answer, kind: ProblemKind) {
    let text = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.content_type, "application/problem+json", "{text}");
    let problem = answer.problem();
    assert_eq!((problem.kind, problem.status), (kind, kind.status()), "{text}");
    assert_eq!(answer.status, kind.status(), "{text}");
    assert_eq!(problem.title, kind.title());
    assert!(problem.detail.len() > 10, "it says what to do: {text}");
    let said: serde_json::Map<_, _> = serde_json::from_slice(&answer.body).expect("an object");
    let known = ["type", "title", "status", "detail", "mark", "now_ms"];
    assert!(said.keys().all(|key| known.contains(&key.as_str())), "{text}");
    for secret in ["Marta", "Apixaban", "Pieter"] {
        assert!(!text.contains(secret), "{secret} is leaked: {text}");
    }
}

//! The real router over a real data folder, asked by a device with real signatures.
#![allow(dead_code, unreachable_pub, reason = "every test uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub mod command;

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use http_body_util::BodyExt as _;
use rivulet_server::{
    clock::{Clock as _, ManualClock},
    http::{Settings, router},
    ledger::{
        Ledger as _,
        contract::{NOON_MS, device::Device},
        rows::Purpose,
        sqlite::SqliteLedger,
    },
    service::{
        Service,
        enrol::Invitee,
        open::{Data, open},
        patients::NewPatient,
    },
};
use rivulet_sync::{
    protocol::{CareTeam, EnrolAnswer, Problem, ProblemKind},
    signature::{SignatureHeaders, Target},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared_events::{content::Role, ids::PatientId};
use tower::ServiceExt as _;

pub const AUTHORITY: &str = "rivulet.example";

/// One tablet each morning.
pub fn plan(treatment: &str, medicine: &str) -> Value {
    json!({
        "treatment": treatment, "medicine": { "name": medicine, "form": "tablet" },
        "dose": { "value": "1", "unit": "{tablet}" },
        "schedule": { "start": "2026-11-01", "clock": "floating",
            "rule": { "times": { "slots": { "morning": { "at": "08:00" } } } } },
    })
}

/// A server in this process.
pub struct World {
    pub folder: tempfile::TempDir,
    pub clock: Arc<ManualClock>,
    pub service: Service<SqliteLedger>,
    pub router: Router,
    stop: tokio::sync::watch::Sender<bool>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }
    pub fn problem(&self) -> Problem {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem.status, self.status);
        problem
    }
}

/// A request before it is sent; what is wrong with it is changed here.
#[derive(Clone)]
pub struct Asked {
    pub method: &'static str,
    pub uri: String,
    pub body: Vec<u8>,
    pub headers: SignatureHeaders,
    pub encoding: Option<&'static str>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Settings::of(format!("https://{AUTHORITY}"))).await
    }

    pub async fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at_ms(NOON_MS));
        let unit = CareTeam { name: "the day unit".into(), phone: None };
        let opened = open(&Data::at(folder.path()), clock.clone(), unit).await.unwrap();
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let router = router(opened.service.clone(), settings, stopping).unwrap();
        Self { folder, clock, service: opened.service, router, stop }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 5000))));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Signs a request at the server's time.
    pub fn signed(&self, device: &Device, method: &'static str, uri: &str, body: &[u8]) -> Asked {
        self.signed_at(device, method, uri, body, self.clock.now_ms() / 1000)
    }

    pub fn signed_at(
        &self,
        device: &Device,
        method: &'static str,
        uri: &str,
        body: &[u8],
        created_s: u64,
    ) -> Asked {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let target = Target { method, authority: AUTHORITY, path, query };
        let headers = device.signs(target, body, created_s);
        Asked { method, uri: uri.into(), body: body.to_vec(), headers, encoding: None }
    }

    pub async fn ask(&self, asked: &Asked) -> Answer {
        let mut request = Request::builder()
            .method(asked.method)
            .uri(&asked.uri)
            .header("content-digest", &asked.headers.content_digest)
            .header("signature-input", &asked.headers.signature_input)
            .header("signature", &asked.headers.signature);
        if let Some(encoding) = asked.encoding {
            request = request.header("content-encoding", encoding);
        }
        self.send(request.body(Body::from(asked.body.clone())).unwrap()).await
    }

    pub async fn get(&self, device: &Device, uri: &str) -> Answer {
        self.ask(&self.signed(device, "GET", uri, b"")).await
    }

    pub async fn post(&self, device: &Device, uri: &str, body: &impl serde::Serialize) -> Answer {
        self.ask(&self.signed(device, "POST", uri, &serde_json::to_vec(body).unwrap())).await
    }

    pub async fn patient(&self, name: &str) -> PatientId {
        self.patient_for(name, Purpose::Test).await
    }

    pub async fn patient_for(&self, name: &str, purpose: Purpose) -> PatientId {
        let (name, zone) = (name.into(), "Europe/Amsterdam".into());
        let new = NewPatient { name, zone, external: None, purpose };
        self.service.create_patient(new).await.unwrap().patient()
    }

    pub async fn code(&self, patient: PatientId) -> String {
        let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 3_600_000 };
        self.service.invite(patient, invitee).await.unwrap()
    }

    /// A device that enrolled over HTTP.
    pub async fn device(&self, patient: PatientId, seed: u64) -> Device {
        let mut device = Device::new(seed);
        let code = self.code(patient).await;
        let answer: EnrolAnswer = self.post(&device, "/v1/enrol", &device.asks(&code)).await.json();
        device.enrolled(&answer);
        device
    }

    /// Everything that is stored, apart from invitations: to see that nothing was.
    pub async fn stored(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        self.service
            .ledger
            .read(|t| {
                let mut all = Vec::new();
                for patient in t.patients()? {
                    let (tail, devices) = (t.tail(patient.id)?, t.devices(patient.id)?);
                    all.push((t.quarantined(patient.id)?, patient, tail, devices));
                }
                Ok(all)
            })
            .await
            .unwrap()
    }

    /// The request is refused with this kind, and nothing is stored.
    pub async fn refuses(&self, asked: &Asked, kind: ProblemKind) -> Problem {
        let before = self.stored().await;
        let answer = self.ask(asked).await;
        let problem = answer.problem();
        assert_eq!((problem.kind, answer.status), (kind, kind.status()), "{problem:?}");
        assert!(self.stored().await == before, "something was stored");
        assert_eq!(answer.headers["cache-control"], "no-store");
        problem
    }
}

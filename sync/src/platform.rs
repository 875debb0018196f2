//! What a device needs of the platform it runs on: keys, clocks, a way to the server. Handed in, so that the same
//! code runs in a browser, in a test and in the simulation.

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use shared_events::ids::{EventId, PatientId};

use crate::{
    device::Device,
    engine::Output,
    store::{Store, StoreError},
};

/// The device's signing key and the patient's key. In a browser neither can be read, only used.
#[allow(async_fn_in_trait, reason = "one thread: the futures of a browser are not Send")]
pub trait Keys: 'static {
    /// ECDSA P-256 with SHA-256 over `message`: r||s, 64 bytes.
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
    /// Seals a plaintext (not yet padded) with a fresh nonce, as [`shared_events::record::seal`] does.
    async fn seal(&self, id: EventId, patient: PatientId, plaintext: Vec<u8>) -> Result<Vec<u8>, KeyError>;
    /// Opens a body, as [`shared_events::record::open`] does; `Ok(None)`: it does not open.
    async fn open(&self, id: EventId, patient: PatientId, body: &[u8]) -> Result<Option<Vec<u8>>, KeyError>;
    /// Random bytes of cryptographic quality.
    fn random(&self, bytes: &mut [u8]);
}

/// A key could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The entry is too long.
    #[error("{0}")]
    Record(#[from] shared_events::record::RecordError),
    /// What the platform says.
    #[error("the key could not be used: {0}")]
    Platform(String),
}

/// A request to the server, signed already.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Request {
    pub method: &'static str,
    pub path: &'static str,
    /// Without `?`; empty if there is none.
    pub query: String,
    pub body: Vec<u8>,
    pub headers: crate::signature::SignatureHeaders,
    /// Give up after this many milliseconds.
    pub timeout_ms: u64,
}

/// An answer of the server, whatever its status.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Response {
    pub status: u16,
    pub body: Vec<u8>,
}

/// No answer came; whether the request arrived is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer from the server: {0}")]
pub struct NoAnswer(pub String);

/// The way to the server.
#[allow(async_fn_in_trait, reason = "one thread: the futures of a browser are not Send")]
pub trait Transport: 'static {
    /// Host and port as in the server's public origin: what requests are signed for.
    fn authority(&self) -> String;
    /// Sends a request and waits for the whole answer.
    async fn send(&self, request: Request) -> Result<Response, NoAnswer>;
}

/// What the clocks say. Never trusted, never a reason to refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Now {
    /// The wall clock, milliseconds since 1970.
    pub wall_ms: u64,
    /// A clock that only goes forward.
    pub monotonic_ms: u64,
}

/// Clocks and timers.
pub trait Clock: 'static {
    /// Both clocks.
    fn now(&self) -> Now;
    /// IANA name of the zone that the device is in.
    fn zone(&self) -> String;
    /// Ends after that many milliseconds of the clock that only goes forward.
    fn sleep(&self, ms: u64) -> LocalBoxFuture<'static, ()>;
    /// Runs a task of the application beside everything else.
    fn spawn(&self, task: LocalBoxFuture<'static, ()>);
}

/// One platform: what a [`crate::device::Device`] is made of.
pub trait Platform: 'static {
    /// Where rows are kept.
    type Store: Store;
    /// Who signs and seals.
    type Keys: Keys;
    /// How the server is reached.
    type Transport: Transport;
    /// What time it is.
    type Clock: Clock;
    /// The store.
    fn store(&self) -> &Self::Store;
    /// The keys.
    fn keys(&self) -> &Self::Keys;
    /// The way to the server.
    fn transport(&self) -> &Self::Transport;
    /// The clocks.
    fn clock(&self) -> &Self::Clock;
    /// Name and version of the program, as every event says it.
    fn app(&self) -> String;
    /// So many events after the last checkpoint it is worth while to keep another.
    fn checkpoint_every(&self) -> usize {
        200
    }
    /// Other tabs of the same profile should look at the store again.
    fn tell_other_tabs(&self);
    /// Carries out what needs the server. A platform may fetch the code for it first, and says
    /// [`Device::could_not_talk`] where it cannot be had.
    fn talk(device: Rc<Device<Self>>, output: Output) -> LocalBoxFuture<'static, ()>
    where
        Self: Sized,
    {
        Box::pin(device.talk(output))
    }
}

/// What can go wrong when something is to be recorded. What is not saved is held, and tried again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// It could not be sealed or signed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It could not be written down yet; it is held and tried again.
    #[error("not saved yet: {0}")]
    Held(StoreError),
    /// The device was closed.
    #[error("the app was closed before this was saved")]
    Closed,
}

//! What device and server say to each other, as JSON over HTTP. Every request of a device is signed (see
//! [`crate::signature`]); every refusal is a problem document (RFC 9457).
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST /v1/enrol` | [`EnrolRequest`] | [`EnrolAnswer`] |
//! | `POST /v1/push` | [`PushRequest`] | [`PushAnswer`] |
//! | `GET /v1/pull?…` | the query is a [`Cursor`] or empty | [`PullAnswer`] |
//! | `GET /v1/live?through=N&wait=S` | | [`LiveAnswer`] |

use serde::{Deserialize, Serialize};
use shared_events::{
    content::Role,
    ids::{DeviceId, Generation, Hash, LogId, Ordinal, PatientId, Sequence, base64url},
    record::{Link, Receipt, Record},
};

/// A batch has at most this many records …
pub const BATCH_RECORDS: usize = 1000;
/// … and this many bytes of JSON.
pub const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Seconds that a live request waits at most.
pub const LIVE_WAIT_LIMIT_S: u64 = 25;

/// Paths of the requests.
#[allow(missing_docs)]
pub mod path {
    pub const ENROL: &str = "/v1/enrol";
    pub const PUSH: &str = "/v1/push";
    pub const PULL: &str = "/v1/pull";
    pub const LIVE: &str = "/v1/live";
    pub const REMOVE: &str = "/v1/remove";
}

/// A person takes a device of her record away. A patient any that is not the server's, others their own; none the one
/// that asks. Asked again it is the same. The answer is where the asking device stands, as of a long poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RemoveRequest {
    pub device: DeviceId,
}

/// A new device presents the one-time code of its invitation. The request is signed with the key in `spki`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct EnrolRequest {
    /// 128 bits as 22 characters of base64url.
    pub code: String,
    /// A `UUIDv4` that the device made.
    pub device: DeviceId,
    /// SPKI in DER of an ECDSA P-256 key.
    #[serde(with = "base64url")]
    pub spki: Vec<u8>,
    /// What people call the device.
    pub name: String,
    /// The device that this browser was before: its unsent events move to the new one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<DeviceId>,
}

/// The device may sign for this patient; here is the key that opens her events. The same key asking again with the
/// same code gets the same answer until the code expires.
#[derive(Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct EnrolAnswer {
    pub patient: PatientId,
    pub device: DeviceId,
    pub role: Role,
    /// The person's name, for greetings.
    pub person: String,
    /// 32 bytes.
    #[serde(with = "base64url")]
    pub key: Vec<u8>,
    pub log: LogId,
    pub generation: Generation,
    pub care_team: CareTeam,
    pub now_ms: u64,
    /// The highest sequence that the server has of the device that this browser was before; 0 if it knows none of the
    /// same person, as after it was put back to an older copy.
    #[serde(default)]
    pub before_mark: Sequence,
}

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct CareTeam {
    /// "the day unit at St Anne’s"
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
}

/// Events in sequence order, without receipts; the head is the last one's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PushRequest {
    pub records: Vec<Record>,
    pub head: SignedHead,
}

/// The end of a device's chain, signed: `link` is link(sequence), the signature is over
/// [`shared_events::record::head_message`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct SignedHead {
    pub sequence: Sequence,
    pub link: Hash,
    /// ECDSA P-256 with SHA-256, r||s, 64 bytes.
    #[serde(with = "base64url")]
    pub signature: Vec<u8>,
}

/// A verdict for every record, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PushAnswer {
    pub verdicts: Vec<Verdict>,
    pub place: Place,
}

/// What the server says of itself in every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which log.
    pub log: LogId,
    /// Which of its lives.
    pub generation: Generation,
    /// The highest sequence that it has of the asking device.
    pub mark: Sequence,
    /// The highest ordinal of the patient's stream.
    pub tail: Ordinal,
    /// The highest ordinal of the stream that the log has: what is "in your record".
    pub logged: Ordinal,
    /// The server's clock, milliseconds since 1970.
    pub now_ms: u64,
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case", try_from = "FlatVerdict")]
pub enum Verdict {
    /// Appended.
    Accepted {
        /// Where.
        receipt: Receipt,
    },
    /// It was there already: the same link, or the same event under another link.
    Duplicate {
        /// Where.
        receipt: Receipt,
        /// The link under which it is logged, where that is another than the one pushed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        logged: Option<Link>,
    },
    /// Not an event of this stream; its bytes are kept apart and its place is filled.
    Quarantined {
        /// Why, in a sentence without health content.
        reason: String,
    },
}

/// A verdict as it is written: all fields of all kinds. Read by way of this, as serde's own way for tagged enums first
/// copies the JSON into a tree, and phones would load the code for that.
#[derive(Deserialize)]
struct FlatVerdict {
    verdict: VerdictKind,
    receipt: Option<Receipt>,
    logged: Option<Link>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum VerdictKind {
    Accepted,
    Duplicate,
    Quarantined,
}

impl TryFrom<FlatVerdict> for Verdict {
    type Error = &'static str;

    fn try_from(flat: FlatVerdict) -> Result<Self, Self::Error> {
        let FlatVerdict { verdict, receipt, logged, reason } = flat;
        match verdict {
            VerdictKind::Quarantined => {
                Ok(Self::Quarantined { reason: reason.ok_or("a quarantined event has a reason")? })
            }
            VerdictKind::Accepted => Ok(Self::Accepted { receipt: receipt.ok_or(NO_RECEIPT)? }),
            VerdictKind::Duplicate => Ok(Self::Duplicate { receipt: receipt.ok_or(NO_RECEIPT)?, logged }),
        }
    }
}

const NO_RECEIPT: &str = "what is in the log has a receipt";

/// What a device holds of a stream: the standing events up to `standing`, and all events in `(low, through]`.
/// As a query: `log=…&generation=…&base=…&standing=…&low=…&through=…&stream=…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Cursor {
    pub log: LogId,
    pub generation: Generation,
    /// The tail at the first answer.
    pub base: Ordinal,
    pub standing: Ordinal,
    pub low: Ordinal,
    pub through: Ordinal,
    /// stream(through).
    pub stream: Hash,
}

impl Cursor {
    /// Whether the device holds all events up to `through`.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.standing >= self.base && self.low == Ordinal::ZERO
    }

    /// Whether it is of the same log as another, after that was put back to an older copy and declared so.
    #[must_use]
    pub fn is_of_later_life(&self, other: &Self) -> bool {
        self.log == other.log && self.generation > other.generation
    }

    /// The cursor as a query, without `?`.
    #[must_use]
    pub fn to_query(&self) -> String {
        let Self { log, generation, base, standing, low, through, stream } = self;
        format!(
            "log={log}&generation={generation}&base={base}&standing={standing}&low={low}&through={through}&stream={stream}"
        )
    }
}

/// One page of a stream, and what is held once it is stored. Standing events up to `base` come first, ascending; then,
/// whenever there are any, events after `through`, ascending; else occurrences below `low`, descending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PullAnswer {
    pub records: Vec<Record>,
    pub cursor: Cursor,
    /// `received_at` of the event at `cursor.low`, 0 at the start of the stream: everything received since is held.
    pub low_received_ms: u64,
    pub place: Place,
}

/// The stream's end, as soon as it is beyond what was asked, or after the wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LiveAnswer {
    pub place: Place,
}

/// A problem document: `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind; as a URI reference `/problems/KIND`.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do.
    pub detail: String,
    /// The highest sequence of this device, with `gap`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mark: Option<Sequence>,
    /// The server's clock, with `clock` and `replayed`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub now_ms: Option<u64>,
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident $text:literal $status:literal $title:literal;)*) => {
        /// The kinds of refusal. Nothing is stored with any of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum ProblemKind {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
            /// Of a later server.
            #[serde(other, rename = "/problems/unknown")]
            Unknown,
        }
        impl ProblemKind {
            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* Self::Unknown => 500 }
            }
            /// The kind in words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* Self::Unknown => "Something else" }
            }
        }
    };
}

problems! {
    /// The request does not read.
    Malformed "/problems/malformed" 400 "The request does not read";
    /// No device of this name, or not yet.
    UnknownDevice "/problems/unknown-device" 401 "This device is not known";
    /// The signature does not hold.
    Signature "/problems/signature" 401 "The signature does not hold";
    /// The request was seen before; the outcome of the first is not known: sign anew and send again.
    Replayed "/problems/replayed" 401 "The request was seen before";
    /// Signed too long ago, or in the future: take `now_ms`, sign anew and send again.
    Clock "/problems/clock" 401 "The request's time is too far from the server's";
    /// The device may no longer sign; what it recorded stays on it.
    Revoked "/problems/revoked" 403 "This device was removed";
    /// No such invitation, or used up by another device, or tried too often.
    CodeUnknown "/problems/code-unknown" 403 "This invitation is not known";
    /// The invitation was used by another device.
    CodeUsed "/problems/code-used" 403 "This invitation was used";
    /// The invitation has expired.
    CodeExpired "/problems/code-expired" 403 "This invitation has expired";
    /// Another person's device, the server's own, or the one that asks.
    NotYours "/problems/not-yours" 403 "This device is not yours to remove";
    /// No such path.
    NotFound "/problems/not-found" 404 "There is nothing here";
    /// The push begins above the mark + 1: push from `mark` + 1.
    Gap "/problems/gap" 409 "Earlier events are missing";
    /// Another link stands at a sequence of this push: the profile was copied.
    Fork "/problems/fork" 409 "Another chain has this device's name";
    /// The server does not have what the cursor says: it was put back to an older copy, or replaced.
    Diverged "/problems/diverged" 409 "The server's log is not the one you know";
    /// There is another patient with this external identifier.
    Conflict "/problems/conflict" 409 "This is taken";
    /// The patient's record was erased: wipe.
    Erased "/problems/erased" 410 "This record was erased";
    /// More bytes or events than a request may have.
    TooLarge "/problems/too-large" 413 "The request is too large";
    /// Too many at once.
    TooMany "/problems/too-many" 429 "Too many requests";
    /// A fault of the server's own.
    Internal "/problems/internal" 500 "The server has a fault";
    /// Not now; try again.
    Unavailable "/problems/unavailable" 503 "The server is busy";
}

impl Problem {
    /// A problem with what to do about it, in a sentence without health content.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            mark: None,
            now_ms: None,
        }
    }
}

//! What becomes of a push: pure, the same for every backend.
//!
//! The claimed link(s) is `previous` of record s+1, or the head's for the last. A record that does not hash to it is
//! bad; the chain goes on from the claimed link, so that one bad event blocks nothing.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
};

use rivulet_sync::protocol::{BATCH_RECORDS, Problem, ProblemKind, PushRequest, SignedHead};
use shared_events::{
    content::Role,
    events::is_server_only,
    ids::{DeviceId, EventId, Hash, PatientId, Sequence},
    record::{
        Header, PLAINTEXT_LIMIT, Record, RecordError, SEAL_OVERHEAD, body_hash, event_hash, head_message,
        signature_holds,
    },
};

/// Whose chain a push is judged against.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Chain {
    pub patient: PatientId,
    pub device: DeviceId,
    pub role: Role,
    pub mark: Sequence,
    /// link(mark), or the genesis.
    pub head: Hash,
    /// Whose events the device may log: its own, and those of earlier devices of the same person.
    pub authors: Vec<DeviceId>,
}

/// A push whose form is right and whose head is signed, with all that can be computed without the log.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) candidates: Vec<Candidate>,
    pub(super) head: SignedHead,
}

/// One record of a push.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) record: Record,
    pub(super) header: Result<Header, Flaw>,
    pub(super) event_hash: Hash,
    /// link(s), as the device claims it.
    pub(super) claimed: Hash,
    /// Whether the record hashes to it.
    pub(super) is_linked: bool,
}

/// Why a record is not an event of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum Flaw {
    #[error("the entry was changed: it does not hash to its link")]
    Link,
    #[error("the entry's header does not read")]
    Header,
    #[error("the entry's header is too long")]
    HeaderTooLong,
    #[error("the entry is of a format that the log does not take")]
    Format,
    #[error("the entry's body is too long")]
    BodyTooLong,
    #[error("the entry's body is not the one its header names")]
    Body,
    #[error("the entry is about another patient")]
    Patient,
    #[error("the entry was recorded on a device of somebody else")]
    Author,
    #[error("only the server may say this")]
    ServerOnly,
    #[error("another entry has the same id")]
    SameId,
}

/// What to do with one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its place is known: answer what was answered before.
    Known,
    /// Append it.
    Append,
    /// The event is in the log, or earlier in this push: fill the place.
    Repeat(EventId),
    /// Keep the bytes apart and fill the place.
    Quarantine(Flaw),
}

/// Why nothing of a push is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It begins above `mark` + 1.
    Gap {
        /// The highest sequence in the log.
        mark: Sequence,
    },
    /// Another link stands at a sequence of the push.
    Fork,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Gap { mark } => Self {
                mark: Some(mark),
                ..Self::new(ProblemKind::Gap, format!("Push from sequence {} on.", mark.next()))
            },
            Refusal::Fork => Self::new(
                ProblemKind::Fork,
                "Another copy of this device has sent entries of its own. Enrol anew with a new invitation; \
                 nothing that was recorded is lost.",
            ),
        }
    }
}

fn malformed(detail: &str) -> Problem {
    Problem::new(ProblemKind::Malformed, detail)
}

/// Checks a push's form and its head's signature (`spki` in DER), and computes its hashes.
///
/// # Errors
/// `Malformed`, `TooLarge` or `Signature`: nothing of it may be stored.
pub fn prepare(
    patient: PatientId,
    device: DeviceId,
    spki: &[u8],
    push: PushRequest,
) -> Result<Prepared, Problem> {
    let PushRequest { records, head } = push;
    if records.len() > BATCH_RECORDS {
        return Err(Problem::new(
            ProblemKind::TooLarge,
            format!("Push at most {BATCH_RECORDS} entries at once."),
        ));
    }
    let Some(first) = records.first() else { return Err(malformed("Push at least one entry.")) };
    let mut expected = first.link.sequence;
    if expected == Sequence::ZERO {
        return Err(malformed("A sequence begins with 1."));
    }
    for record in &records {
        if record.link.device != device {
            return Err(malformed("Push only what this device has linked itself."));
        }
        if record.link.sequence != expected {
            return Err(malformed("Push entries in the order of their sequence, without gaps."));
        }
        expected = expected.next();
    }
    if head.sequence.next() != expected {
        return Err(malformed("The head is that of the last entry."));
    }
    if !signature_holds(spki, &head_message(patient, device, head.sequence, &head.link), &head.signature) {
        return Err(Problem::new(ProblemKind::Signature, "The head's signature is not this device's."));
    }
    let mut claims: Vec<Hash> = records.iter().skip(1).map(|r| r.link.previous).collect();
    claims.push(head.link);
    let candidates =
        records.into_iter().zip(claims).map(|(record, claimed)| candidate(patient, record, claimed));
    Ok(Prepared { candidates: candidates.collect(), head })
}

fn candidate(patient: PatientId, record: Record, claimed: Hash) -> Candidate {
    let event_hash = event_hash(&record.header);
    let header = Header::parse(&record.header).map_err(|e| match e {
        RecordError::HeaderTooLong(_) => Flaw::HeaderTooLong,
        RecordError::Format(_) => Flaw::Format,
        _ => Flaw::Header,
    });
    let is_linked = record.link.hash(patient, &event_hash) == claimed;
    let header = header.and_then(|header| {
        if record.body.len() > PLAINTEXT_LIMIT + SEAL_OVERHEAD {
            Err(Flaw::BodyTooLong)
        } else if body_hash(&record.body) != header.body {
            Err(Flaw::Body)
        } else if header.patient != patient {
            Err(Flaw::Patient)
        } else {
            Ok(header)
        }
    });
    Candidate { record, header, event_hash, claimed, is_linked }
}

impl Prepared {
    /// The link before the first record, as the device claims it, and the sequence that it stands at.
    fn before(&self) -> Option<(Sequence, Hash)> {
        self.candidates.first().map(|c| (c.record.link.sequence.before(), c.record.link.previous))
    }
    /// Every claim of the push: which link stands at which sequence.
    fn claims(&self) -> impl Iterator<Item = (Sequence, Hash)> {
        let own = self.candidates.iter().map(|c| (c.record.link.sequence, c.claimed));
        self.before().into_iter().chain(own)
    }
    /// Sequences below the mark whose links [`admit`] wants to know; the mark's own is the chain's head.
    #[must_use]
    pub fn wants_links(&self, mark: Sequence) -> Option<RangeInclusive<Sequence>> {
        let (before, _) = self.before()?;
        let first = before.max(Sequence::ZERO.next());
        let last = self.head.sequence.min(mark.before());
        (first <= last).then_some(first..=last)
    }
    /// Ids above the mark whose events' hashes [`admit`] wants to know.
    #[must_use]
    pub fn wants_events(&self, mark: Sequence) -> Vec<EventId> {
        let new = self.candidates.iter().filter(|c| c.record.link.sequence > mark);
        new.filter_map(|c| c.header.as_ref().ok()).map(|h| h.id).collect()
    }
}

/// Judges a push: one step a record. `genesis` is what the device's first link builds on; `links` are the known ones
/// at [`Prepared::wants_links`], `events` the hashes of those of [`Prepared::wants_events`] that are in the log.
///
/// # Errors
/// The whole push is refused; nothing of it may be stored.
pub fn admit(
    chain: &Chain,
    genesis: &Hash,
    push: &Prepared,
    links: &BTreeMap<Sequence, Hash>,
    events: &HashMap<EventId, Hash>,
) -> Result<Vec<Step>, Refusal> {
    let begins_after = push.before().map_or(Sequence::ZERO, |(s, _)| s);
    if begins_after > chain.mark {
        return Err(Refusal::Gap { mark: chain.mark });
    }
    for (sequence, claimed) in push.claims().filter(|(s, _)| *s <= chain.mark) {
        let known = if sequence == chain.mark {
            Some(&chain.head)
        } else if sequence == Sequence::ZERO {
            Some(genesis)
        } else {
            links.get(&sequence)
        };
        if known != Some(&claimed) {
            return Err(Refusal::Fork);
        }
    }
    let mut seen = events.clone();
    let judge = |c: &Candidate| {
        if c.record.link.sequence <= chain.mark {
            return Step::Known;
        }
        match flaw(chain, c) {
            Err(flaw) => Step::Quarantine(flaw),
            Ok(id) => match seen.get(&id) {
                None => {
                    seen.insert(id, c.event_hash);
                    Step::Append
                }
                Some(hash) if *hash == c.event_hash => Step::Repeat(id),
                Some(_) => Step::Quarantine(Flaw::SameId),
            },
        }
    };
    Ok(push.candidates.iter().map(judge).collect())
}

/// The event's id, or why it cannot be appended.
fn flaw(chain: &Chain, candidate: &Candidate) -> Result<EventId, Flaw> {
    let header = match &candidate.header {
        Err(flaw) => return Err(*flaw),
        Ok(_) if !candidate.is_linked => return Err(Flaw::Link),
        Ok(header) => header,
    };
    let says_more = header.enrols.is_some() || header.revokes.is_some() || header.fills.is_some();
    if !chain.authors.contains(&header.device) {
        Err(Flaw::Author)
    } else if chain.role != Role::Server && (says_more || is_server_only(&header.kind)) {
        Err(Flaw::ServerOnly)
    } else {
        Ok(header.id)
    }
}

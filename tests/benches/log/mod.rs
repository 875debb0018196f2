//! A long log of one patient, sealed, and what folding it takes: the same code natively and in a browser, over whatever
//! holds the keys there.

use chrono::{DateTime, Duration, FixedOffset, NaiveTime, TimeZone as _};
use futures::future::join_all;
use rivulet_sync::platform::Keys;
use shared_events::{
    amount::Amount,
    commands,
    content::{Actor, ClockReading, OccurredAt, Precision, Role, TaskId, TreatmentId},
    draft::{Clear, Draft, Setting, Stamp, header},
    events::{Event, TaskAssigned, TreatmentPrescribed},
    ids::{DeviceId, EventId, Hash, Hlc, Ordinal, PatientId, Position, Sequence},
    plan::{DoseKey, Form, Medicine, Rule, Schedule, Slot, SlotId, Times, WallClock},
    record::{Header, Link, PLAINTEXT_LIMIT, Receipt, Record, event_hash, key_id, seal},
    sorted::SortedMap,
    state::{Opened, State},
};
use uuid::{Builder, Uuid};

/// As a device opens a page.
const PAGE: usize = 1_000;
/// Seven medicines twice a day, and a task.
const TREATMENTS: u32 = 7;
const A_DAY: u32 = 2 * TREATMENTS + 1;
const START_MS: i64 = 1_700_000_000_000;

/// The log, with the patient's key.
pub struct Log {
    pub patient: PatientId,
    pub key: [u8; 32],
    pub records: Vec<Record>,
}

impl Log {
    /// As many events: plans and tasks, then day by day what was taken, left out, done and taken back.
    pub fn write(count: usize) -> Self {
        let patient = PatientId(Uuid::from_u128(0x1000_0000_0000_4000_8000_0000_0000_0001));
        let mut log = Self { patient, key: [7; 32], records: Vec::with_capacity(count) };
        let mut head = Hash::ZERO;
        let mut last = None;
        for number in 0..u32::try_from(count).expect("few enough") {
            let draft = draft(number, last.as_ref());
            let (id, record) = log.record(number, &draft, &mut head);
            last = Some((id, draft));
            log.records.push(record);
        }
        log
    }

    fn record(&self, number: u32, draft: &Draft, head: &mut Hash) -> (EventId, Record) {
        let n = u64::from(number) + 1;
        let at_ms = u64::try_from(draft.occurred_at.at.timestamp_millis()).expect("after 1970");
        let mut random = [0; 10];
        random[..4].copy_from_slice(&number.to_be_bytes());
        let id = EventId(Builder::from_unix_timestamp_millis(at_ms, &random).into_uuid());
        let device = DeviceId(Uuid::from_u128(0x2000_0000_0000_4000_8000_0000_0000_0002));
        let setting = Setting {
            zone: "Europe/Berlin".to_owned(),
            actor: Actor { role: Role::Patient, name: Some("Marta".to_owned()) },
            app: "rivulet 0.1.0".to_owned(),
            clock: ClockReading { wall: at_ms, monotonic: n, offset: Some(0) },
        };
        // A nonce is used once: the key is this log's alone.
        let mut nonce = [0; 12];
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        let plaintext = draft.plaintext(setting).expect("JSON");
        let body = seal(&self.key, nonce, id, self.patient, plaintext).expect("short enough");
        let recorded_at = Hlc::at_ms(at_ms);
        let stamp = Stamp { id, patient: self.patient, device, recorded_at, key: key_id(&self.key) };
        let header = header(&draft.event, &stamp, Clear::default(), &body).expect("a short header");
        let link = Link { device, sequence: Sequence::new(n).expect("small"), previous: *head };
        *head = link.hash(self.patient, &event_hash(&header));
        let receipt = Receipt {
            ordinal: Ordinal::new(n).expect("small"),
            position: Position::new(n).expect("small"),
            order: recorded_at,
            received_ms: at_ms,
            stream: Hash::ZERO,
        };
        (id, Record { header, body, link, receipt: Some(receipt) })
    }
}

fn draft(number: u32, last: Option<&(EventId, Draft)>) -> Draft {
    let (day, nth) = (number / A_DAY, number % A_DAY);
    let zone = FixedOffset::east_opt(3_600).expect("an offset");
    let start: DateTime<FixedOffset> = zone.timestamp_millis_opt(START_MS).single().expect("a moment");
    let date = (start + Duration::days(i64::from(day))).date_naive();
    let hour = if nth.is_multiple_of(2) { 8 } else { 20 };
    let at =
        date.and_hms_opt(hour, nth, 0).expect("a time").and_local_timezone(zone).single().expect("a moment");
    let when = OccurredAt { at, precision: Precision::Minute };
    let treatment =
        TreatmentId(Uuid::from_u128(0x7000_0000_0000_4000_8000_0000_0000_0000 | u128::from(nth / 2)));
    if day == 0 && nth < TREATMENTS * 2 && nth.is_multiple_of(2) {
        return Draft::of(prescription(treatment, nth, at), when);
    }
    if nth == A_DAY - 1 {
        let task = TaskId(Uuid::from_u128(0x8000_0000_0000_4000_8000_0000_0000_0000 | u128::from(day / 7)));
        return if day.is_multiple_of(7) {
            let title = "Take your temperature".to_owned();
            Draft::of(TaskAssigned { task, title, hint: None, date: Some(date), icon: None }, when)
        } else {
            commands::complete_task(task, None, when)
        };
    }
    let slot = SlotId(if hour == 8 { "morning" } else { "evening" }.to_owned());
    let key = DoseKey::Planned { date, slot, repeat: 0 };
    match (number % 50, last) {
        (49, Some((id, taken))) if matches!(taken.event, Event::MedicineTaken(_)) => {
            let retracted = shared_events::events::EventRetracted { target: *id, reason: None };
            Draft::of(retracted, when).about(taken.about.clone())
        }
        (20, _) => commands::skip(treatment, key, Some("felt sick".to_owned()), None, when),
        _ => commands::take(treatment, key, tablet(), when),
    }
}

fn tablet() -> Amount {
    Amount { value: "1".parse().expect("a decimal"), unit: "{tablet}".to_owned() }
}

fn prescription(treatment: TreatmentId, nth: u32, from: DateTime<FixedOffset>) -> TreatmentPrescribed {
    let slot = |(name, hour): (&str, u32)| {
        let at = NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour");
        (SlotId(name.to_owned()), Slot { at, dose: None })
    };
    TreatmentPrescribed {
        treatment,
        medicine: Medicine { name: format!("Medicine {nth}"), strength: None, form: Form::Tablet },
        dose: tablet(),
        instructions: Some("with food".to_owned()),
        schedule: Schedule {
            start: from.date_naive(),
            end: None,
            clock: WallClock::Floating,
            rule: Rule::Times(Times {
                slots: SortedMap::from([("morning", 8), ("evening", 20)].map(slot)),
                weekdays: None,
            }),
        },
    }
}

/// Opens and folds records into a state, a page at a time.
pub async fn fold(mut state: State, records: &[Record], keys: &impl Keys) -> State {
    for page in records.chunks(PAGE) {
        let open = page.iter().map(|record| async move {
            let header = Header::parse(&record.header).ok()?;
            let plaintext = keys.open(header.id, header.patient, &record.body).await.ok()??;
            String::from_utf8(plaintext).ok()
        });
        for (record, content) in page.iter().zip(join_all(open).await) {
            let Record { header, link, receipt, .. } = record;
            state.apply(Opened { header: header.clone(), content, link: *link, receipt: *receipt });
        }
    }
    state
}

/// A checkpoint as a device keeps it: the segments' bytes, sealed in pieces.
pub async fn keep(state: &State, patient: PatientId, keys: &impl Keys) -> Vec<Vec<Vec<u8>>> {
    let mut kept = Vec::new();
    for segment in state.write_segments(|_| true).into_values() {
        let seal = segment.chunks(PLAINTEXT_LIMIT).enumerate().map(|(number, piece)| async move {
            keys.seal(piece_id(number), patient, piece.to_vec()).await.expect("sealed")
        });
        kept.push(join_all(seal).await);
    }
    kept
}

/// The state of a checkpoint.
pub async fn resume(kept: &[Vec<Vec<u8>>], patient: PatientId, keys: &impl Keys) -> State {
    let mut state = State::default();
    for pieces in kept {
        let open = pieces.iter().enumerate().map(|(number, piece)| async move {
            keys.open(piece_id(number), patient, piece).await.expect("a key").expect("it opens")
        });
        let mut segment = join_all(open).await.concat();
        // Without the padding: what a segment of this log ends with is no space.
        segment.truncate(segment.iter().rposition(|byte| *byte != b' ').map_or(0, |at| at + 1));
        state.read_segment(&segment).expect("it reads");
    }
    state
}

fn piece_id(number: usize) -> EventId {
    EventId(Uuid::from_u128(number as u128))
}

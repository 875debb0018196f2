//! A patient in Berlin with a phone, a carer's tablet, a care team and the server's own device; events as they come.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    unreachable_pub,
    reason = "a test's own; each test uses a part"
)]

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc};
use shared_events::{
    amount::Amount,
    commands,
    content::{Actor, ClockReading, OccurredAt, Precision, Role, TreatmentId},
    decide::Desk,
    draft::{Clear, Draft, Setting, Stamp, header},
    events::{DeviceEnrolled, Event, TreatmentPrescribed},
    ids::{DeviceId, EventId, Hash, Hlc, Ordinal, PatientId, Position, Sequence},
    plan::{DoseKey, Form, Medicine, Rule, Schedule, Slot, SlotId, Times, WallClock},
    record::{Header, Link, Receipt},
    state::{Opened, State},
    views::{Coverage, DayView, DoseView, day},
};
use uuid::Uuid;

pub fn device(n: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(n))
}
pub fn server() -> DeviceId {
    device(1)
}
pub fn phone() -> DeviceId {
    device(2)
}
pub fn tablet() -> DeviceId {
    device(3)
}
pub fn clinic() -> DeviceId {
    device(4)
}
pub fn treatment(n: u128) -> TreatmentId {
    TreatmentId(Uuid::from_u128(0x7_0000 + n))
}
pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
/// `2026-11-21 08:00`, in Berlin in winter.
pub fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_str(&format!("{text} +0100"), "%Y-%m-%d %H:%M %z").unwrap()
}
pub fn when(text: &str) -> OccurredAt {
    OccurredAt { at: at(text), precision: Precision::Minute }
}
pub fn tablets(value: &str) -> Amount {
    Amount { value: value.parse().unwrap(), unit: "{tablet}".into() }
}
pub fn slot(date_text: &str, slot: &str) -> DoseKey {
    DoseKey::Planned { date: date(date_text), slot: SlotId(slot.into()), repeat: 0 }
}
pub fn prescription(n: u128, name: &str, times: &[&str]) -> TreatmentPrescribed {
    let slot = |text: &&str| {
        let at = NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        (SlotId((*text).into()), Slot { at, dose: None })
    };
    let rule = Rule::Times(Times { slots: times.iter().map(slot).collect(), weekdays: None });
    TreatmentPrescribed {
        treatment: treatment(n),
        medicine: Medicine { name: name.into(), strength: None, form: Form::Tablet },
        dose: tablets("1"),
        instructions: Some("with food".into()),
        schedule: Schedule { start: date("2026-11-01"), end: None, clock: WallClock::Floating, rule },
    }
}

/// One event as a device or the log hands it over; `received` says whether the log has it.
pub fn opened(n: u64, by: DeviceId, draft: &Draft, clear: Clear, received: Option<u64>) -> Opened {
    let ms = u64::try_from(draft.occurred_at.at.timestamp_millis()).unwrap();
    let role = match by.0.as_u128() {
        1 => Role::Server,
        2 => Role::Patient,
        3 => Role::Caregiver,
        _ => Role::CareTeam,
    };
    let setting = Setting {
        zone: "Europe/Berlin".into(),
        actor: Actor { role, name: None },
        app: "test 1".into(),
        clock: ClockReading { wall: ms, monotonic: 0, offset: None },
    };
    let stamp = Stamp {
        id: EventId(Uuid::from_u128(u128::from(n))),
        patient: PatientId(Uuid::from_u128(9)),
        device: by,
        recorded_at: Hlc(Hlc::at_ms(ms).0 + n),
        key: Hash::ZERO,
    };
    let plaintext = draft.plaintext(setting).unwrap();
    let header = header(&draft.event, &stamp, clear, &plaintext).unwrap();
    let link = Link { device: by, sequence: Sequence::new(n).unwrap(), previous: Hash::ZERO };
    let receipt = received.map(|received_ms| Receipt {
        ordinal: Ordinal::new(n).unwrap(),
        position: Position::new(n).unwrap(),
        order: shared_events::record::order(stamp.recorded_at, received_ms),
        received_ms,
        stream: Hash([u8::try_from(n % 251).unwrap(); 32]),
    });
    Opened { header, content: Some(String::from_utf8(plaintext).unwrap()), link, receipt }
}

/// The same event with another header, as another build or a stranger would write it.
pub fn reworded(mut event: Opened, change: impl FnOnce(&mut Header)) -> Opened {
    let mut header = Header::parse(&event.header).unwrap();
    change(&mut header);
    event.header = header.write().unwrap();
    event
}

/// A stream and what is folded of it.
#[derive(Default)]
pub struct World {
    pub state: State,
    next: u64,
}

impl World {
    /// The patient's devices are enrolled and she lives in Berlin.
    pub fn new() -> Self {
        let mut world = Self::default();
        let people = [
            (server(), Role::Server, None),
            (phone(), Role::Patient, None),
            (tablet(), Role::Caregiver, Some("Jonas".to_owned())),
            (clinic(), Role::CareTeam, None),
        ];
        for (device, role, person) in people {
            let enrolled = DeviceEnrolled { device, role, name: format!("{role:?}"), person };
            let (draft, clear) = commands::enrol_device(enrolled, vec![1], when("2026-11-01 00:00"));
            world.next += 1;
            let event = opened(world.next, server(), &draft, clear, Some(1));
            world.state.apply(event);
        }
        let berlin = commands::change_zone("Europe/Berlin", at("2026-11-01 00:00"), when("2026-11-01 00:00"));
        world.say(clinic(), berlin.unwrap());
        world
    }

    /// A patient with dexamethasone at 08:00 and 20:00, prescribed on the 1st.
    pub fn with_dexamethasone() -> Self {
        let mut world = Self::new();
        world.prescribe(prescription(1, "Dexamethasone", &["08:00", "20:00"]), "2026-11-01 07:00");
        world
    }

    pub fn prescribe(&mut self, plan: TreatmentPrescribed, on: &str) -> EventId {
        self.say(clinic(), commands::prescribe(plan, when(on)).unwrap())
    }

    /// Recorded, and received by the log at once.
    pub fn say(&mut self, by: DeviceId, draft: Draft) -> EventId {
        let received = u64::try_from(draft.occurred_at.at.timestamp_millis()).unwrap();
        let event = self.make(by, &draft, Some(received));
        self.hear(event)
    }

    pub fn make(&mut self, by: DeviceId, draft: &Draft, received: Option<u64>) -> Opened {
        self.next += 1;
        opened(self.next, by, draft, Clear::default(), received)
    }

    pub fn hear(&mut self, event: Opened) -> EventId {
        let id = Header::parse(&event.header).unwrap().id;
        self.state.apply(event);
        id
    }

    pub fn take(&mut self, by: DeviceId, key: DoseKey, amount: &str, on: &str) -> EventId {
        self.say(by, commands::take(treatment(1), key, tablets(amount), when(on)))
    }

    pub fn retract(&mut self, by: DeviceId, target: EventId, on: &str) -> EventId {
        let target = self.state.entry(target).unwrap().clone();
        self.say(by, commands::retract(&target, None, when(on)))
    }

    pub fn day(&self, on: &str, now: &str) -> DayView {
        day(&self.state, date(on), at(now).to_utc(), Coverage::ALL)
    }

    /// The day's dose of a slot.
    pub fn dose(&self, key: &DoseKey, now: &str) -> DoseView {
        let DoseKey::Planned { date, .. } = key else { panic!("a planned dose") };
        let view = day(&self.state, *date, at(now).to_utc(), Coverage::ALL);
        view.slots.into_iter().flat_map(|s| s.doses).find(|d| d.key == *key).unwrap()
    }
}

/// An event of a version that no build knows yet, which must be understood.
pub fn from_the_future(world: &mut World, event: Event, on: &str) -> Opened {
    let draft = Draft::new(event, at(on), Precision::Minute);
    let known = world.make(clinic(), &draft, Some(5));
    let content = known.content.clone().unwrap();
    assert!(content.contains("\"must_understand\":true"), "plans must be understood");
    reworded(known, |header| header.version = "2031-01-01".into())
}

pub fn now(text: &str) -> DateTime<Utc> {
    at(text).to_utc()
}

/// A desk of this device at that moment.
pub fn desk(by: DeviceId, on: &str) -> Desk {
    let ms = u64::try_from(at(on).timestamp_millis()).unwrap();
    Desk {
        patient: PatientId(Uuid::from_u128(9)),
        device: by,
        setting: Setting {
            zone: "Europe/Berlin".into(),
            actor: Actor { role: if by == phone() { Role::Patient } else { Role::CareTeam }, name: None },
            app: "test 1".into(),
            clock: ClockReading { wall: ms, monotonic: 0, offset: None },
        },
        when: when(on),
        recorded_at: Hlc::at_ms(ms),
        key: Hash::ZERO,
    }
}

//! What could not be saved yet, in words.

use std::rc::Rc;

use shared_events::{
    content::{TaskId, TreatmentId},
    draft::Draft,
    events::Event,
    ids::EventId,
    views::MedicineView,
};

use super::{DoseId, Held, dose_id};
use crate::{session::Session, text, text::say};

/// The dose that a draft speaks of.
pub(super) fn dose_of(draft: &Draft) -> Option<DoseId> {
    match &draft.event {
        Event::MedicineTaken(e) => Some(dose_id(e.treatment, &e.dose)),
        Event::MedicineSkipped(e) => Some(dose_id(e.treatment, &e.dose)),
        _ => None,
    }
}

/// The task that a draft says is done.
pub(super) fn task_of(draft: &Draft) -> Option<TaskId> {
    if let Event::TaskCompleted(e) = &draft.event { Some(e.task) } else { None }
}

pub(super) fn held(
    session: Session,
    held: &[(EventId, Rc<Draft>)],
    names: &[(TreatmentId, MedicineView)],
) -> Vec<Held> {
    let texts = session.texts;
    let medicine = |id: &TreatmentId| {
        let unknown = || say!(texts, dose.unknown);
        names.iter().find(|(known, _)| known == id).map_or_else(unknown, |(_, m)| text::medicine(texts, m))
    };
    let title = |draft: &Draft| match &draft.event {
        Event::MedicineTaken(e) => {
            say!(texts, held.taken, name = medicine(&e.treatment))
        }
        Event::MedicineSkipped(e) => {
            say!(texts, held.skipped, name = medicine(&e.treatment))
        }
        Event::TaskCompleted(_) => say!(texts, task.done),
        Event::EventRetracted(_) => say!(texts, held.undone),
        _ => say!(texts, held.other),
    };
    let row = |(id, draft): &(EventId, Rc<Draft>)| Held {
        id: *id,
        title: title(draft),
        at: draft.occurred_at.at.to_utc(),
    };
    held.iter().map(row).collect()
}

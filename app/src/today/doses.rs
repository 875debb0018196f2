//! Puts planned doses into the sections of the screen.

use shared_events::{
    content::TreatmentId,
    views::{DoseStatus, DoseView, MedicineView, SlotView},
};

use super::{Day, Dose, DoseId, Read, Today, dose_id};

impl Today {
    /// Every dose that is not `held` stands in one section, by how it stands.
    pub(super) fn doses(&mut self, read: &Read, held: &[DoseId]) {
        let timeline = read.timeline.as_ref();
        let clock =
            |view: &DoseView| timeline.map_or(view.planned_at.time(), |t| t.local(view.planned_at).time());
        let dose = |view: &DoseView, day: Day| Dose {
            id: dose_id(view.treatment, &view.key),
            at: clock(view),
            view: view.clone(),
            day,
        };
        let late = read.today.open_from_yesterday.iter().flat_map(|slot| &slot.doses);
        let today = read.today.slots.iter().flat_map(|slot| &slot.doses);
        let all = (read.today.not_logged_yesterday.iter().chain(late).map(|v| dose(v, Day::Yesterday)))
            .chain(today.map(|v| dose(v, Day::Today)));
        for dose in all.filter(|dose| !held.contains(&dose.id)) {
            match dose.view.status {
                DoseStatus::Due => self.due.push(dose),
                DoseStatus::Missed => self.open.push(dose),
                DoseStatus::BeforePlan => self.earlier.push(dose),
                DoseStatus::Planned => self.later.push(dose),
                DoseStatus::StillLoading => self.loading.push(dose),
                DoseStatus::Frozen => self.frozen.push(dose),
                DoseStatus::Taken { .. }
                | DoseStatus::TakenLate { .. }
                | DoseStatus::Skipped { .. }
                | DoseStatus::Contradicted => {}
            }
        }
    }
}

/// The medicines that are planned around now, by their treatment.
pub(super) fn names(read: &Read) -> Vec<(TreatmentId, MedicineView)> {
    let days = [&read.today, &read.yesterday];
    let slots = days.into_iter().flat_map(|day| &day.slots).chain(&read.today.open_from_yesterday);
    let views = slots.flat_map(|slot: &SlotView| &slot.doses).chain(&read.today.not_logged_yesterday);
    views.map(|view| (view.treatment, view.medicine.clone())).collect()
}

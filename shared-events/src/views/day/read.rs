//! Joins plans and facts.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    DayView, DoseStatus, DoseView, PlanGap, SlotView, UnplannedView,
    status::{add_followed, dates_around, planned, said, silent},
};
use crate::{
    content::TreatmentId,
    schedule::{PlannedDose, ZoneTimeline},
    sorted::SortedMap,
    state::State,
    views::{
        around,
        coverage::{Coverage, Covered},
        facts::{FactView, Facts, double, facts},
        medicines::Plan,
        windows::{Window, windows},
    },
};

/// Days to either side in which a dose can lie that a day's view needs: neighbours, and zones far apart.
const AROUND: u64 = 3;

pub(super) struct Reader<'a> {
    state: &'a State,
    timeline: Option<ZoneTimeline>,
    now: DateTime<Utc>,
    coverage: Coverage,
    /// Of the day before, and of the day.
    covered: [Covered; 2],
    slots: SortedMap<DateTime<Utc>, SlotView>,
    open_from_yesterday: SortedMap<DateTime<Utc>, SlotView>,
    view: DayView,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        state: &'a State,
        timeline: Option<ZoneTimeline>,
        date: NaiveDate,
        now: DateTime<Utc>,
        coverage: Coverage,
        gaps: Vec<PlanGap>,
    ) -> Self {
        let start = |date| timeline.as_ref().and_then(|t| t.day_start(date));
        let covered = |date| {
            start(date).map_or(Covered::StillLoading, |start: DateTime<Utc>| coverage.covers_day(start))
        };
        Self {
            state,
            covered: [date.pred_opt().map_or(Covered::StillLoading, covered), covered(date)],
            timeline,
            now,
            coverage,
            slots: SortedMap::new(),
            open_from_yesterday: SortedMap::new(),
            view: DayView {
                date,
                slots: Vec::new(),
                open_from_yesterday: Vec::new(),
                not_logged_yesterday: Vec::new(),
                unplanned: Vec::new(),
                gaps,
            },
        }
    }

    pub(super) fn read(&mut self, treatment: TreatmentId, plan: Option<&Plan<'_>>) {
        let date = self.view.date;
        let mut facts = facts(self.state, treatment, &around(date, AROUND));
        if let (Some(plan), Some(timeline)) = (plan, self.timeline.clone()) {
            if self.is_loading(plan) {
                self.view.gaps.push(PlanGap::Loading(treatment));
            }
            match planned(plan, &timeline, date, AROUND) {
                Ok(mut doses) => {
                    let dates = dates_around(date, AROUND);
                    add_followed(self.state, plan, &timeline, dates, &facts, &mut doses);
                    for (dose, window) in doses.iter().zip(windows(&doses)) {
                        let found = facts.remove(&(dose.key.clone(), None)).unwrap_or_default();
                        self.place(plan, dose, window, found, timeline.local(dose.at).date());
                    }
                }
                Err(error) => self.view.gaps.push(PlanGap::Refused(treatment, error)),
            }
        }
        self.rest(treatment, plan, facts);
    }

    /// Whether it was ever taken is not known yet, and its hours count from that.
    fn is_loading(&self, plan: &Plan<'_>) -> bool {
        plan.course.follows_taken() && plan.course.last_taken.is_none() && !self.coverage.is_whole()
    }

    /// Whether what was taken around a date is known.
    fn is_filed(&self, on: NaiveDate) -> bool {
        let start = self.timeline.as_ref().and_then(|t| t.day_start(on));
        start.is_some_and(|start| self.coverage.covers_filed(start) == Covered::Covered)
    }

    /// Puts a dose where the day shows it, if it does.
    fn place(
        &mut self,
        plan: &Plan<'_>,
        dose: &PlannedDose,
        window: Window,
        facts: Vec<FactView>,
        on: NaiveDate,
    ) {
        let date = self.view.date;
        let covered = if on == date {
            self.covered[1]
        } else if date.pred_opt() == Some(on) {
            self.covered[0]
        } else {
            return;
        };
        let covered = if self.is_loading(plan) || (dose.key.date().is_none() && !self.is_filed(on)) {
            Covered::StillLoading
        } else {
            covered
        };
        let status =
            said(&facts, window).unwrap_or_else(|| silent(self.state, plan, dose, window, covered, self.now));
        let possible_double = double(plan.treatment, &dose.key, &facts);
        let view = DoseView {
            treatment: plan.treatment,
            medicine: plan.medicine(),
            dose: dose.dose.clone(),
            instructions: plan.instructions(dose.at),
            key: dose.key.clone(),
            planned_at: dose.at,
            status,
            facts,
            possible_double,
        };
        let slots = match view.status {
            _ if on == date => &mut self.slots,
            DoseStatus::Due => &mut self.open_from_yesterday,
            DoseStatus::Missed => return self.view.not_logged_yesterday.push(view),
            _ => return,
        };
        let at = self.timeline.as_ref().map_or(dose.local, |t| t.local(dose.at)).time();
        let slot = slots.or_insert_with(dose.at, || SlotView { at, instant: dose.at, doses: Vec::new() });
        slot.doses.push(view);
    }

    /// Facts that no planned dose stands for, where they belong to this day: by the key's date, else by when it was.
    fn rest(&mut self, treatment: TreatmentId, plan: Option<&Plan<'_>>, facts: Facts) {
        for ((key, _), of_key) in facts {
            let first = of_key.first().map(|f| f.occurred_at.at.date_naive());
            if key.date().or(first) != Some(self.view.date) {
                continue;
            }
            let possible_double = double(treatment, &key, &of_key);
            let medicine = plan.map(Plan::medicine);
            self.view.unplanned.push(UnplannedView {
                treatment,
                medicine,
                key,
                facts: of_key,
                possible_double,
            });
        }
    }

    pub(super) fn finish(mut self) -> DayView {
        self.view.slots = self.slots.into_values().collect();
        self.view.open_from_yesterday = self.open_from_yesterday.into_values().collect();
        self.view.not_logged_yesterday.sort_by_key(|dose| (dose.planned_at, dose.treatment));
        self.view
    }
}

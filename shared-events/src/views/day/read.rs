//! Joins plans and facts, for days in a row: each plan is read once, whatever the number of days.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    DayView, DoseStatus, DoseView, PlanGap, SlotView, UnplannedView,
    status::{add_followed, half_open, planned, said, silent},
};
use crate::{
    content::TreatmentId,
    schedule::{PlannedDose, ZoneTimeline},
    sorted::SortedMap,
    state::State,
    views::{
        around_all,
        coverage::{Coverage, Covered},
        facts::{FILED_WITHIN, FactView, Facts, double, facts},
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
    /// The dates whose doses are needed.
    around: RangeInclusive<NaiveDate>,
    days: Vec<Reading>,
}

/// A day as far as it is read.
struct Reading {
    slots: SortedMap<DateTime<Utc>, SlotView>,
    view: DayView,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        state: &'a State,
        timeline: Option<ZoneTimeline>,
        dates: &RangeInclusive<NaiveDate>,
        now: DateTime<Utc>,
        coverage: Coverage,
        gaps: &[PlanGap],
    ) -> Self {
        let reading = |date| Reading {
            slots: SortedMap::new(),
            view: DayView {
                date,
                slots: Vec::new(),
                open_from_yesterday: Vec::new(),
                not_logged_yesterday: Vec::new(),
                unplanned: Vec::new(),
                gaps: gaps.to_vec(),
            },
        };
        let mut days = Vec::new();
        // Unlike by `iter_days`, also the calendar's last.
        let mut next = Some(*dates.start());
        while let Some(date) = next.filter(|date| date <= dates.end()) {
            days.push(reading(date));
            next = date.succ_opt();
        }
        Self { state, timeline, now, coverage, around: around_all(dates, AROUND), days }
    }

    pub(super) fn read(&mut self, treatment: TreatmentId, plan: Option<&Plan<'_>>) {
        let mut facts = facts(self.state, treatment, &self.around);
        if let (Some(plan), Some(timeline)) = (plan, self.timeline.clone()) {
            if self.is_loading(plan) {
                self.say(&PlanGap::Loading(treatment));
            }
            // An entry of such a dose is read wherever it is filed, and belongs to the dose's day, however late.
            let filed_within = if plan.course.counts_hours() { FILED_WITHIN } else { 0 };
            let dates = around_all(&self.around, filed_within);
            match planned(plan, &timeline, &dates) {
                Ok(mut doses) => {
                    let dates = half_open(&dates);
                    add_followed(self.state, plan, &timeline, dates, &facts, &mut doses);
                    for (dose, window) in doses.iter().zip(windows(&doses)) {
                        let found = facts.remove(&(dose.key.clone(), None)).unwrap_or_default();
                        self.place(plan, dose, window, found, timeline.local(dose.at).date());
                    }
                }
                Err(error) => self.say(&PlanGap::Refused(treatment, error)),
            }
        }
        self.rest(treatment, plan, facts);
    }

    /// Of every day.
    fn say(&mut self, gap: &PlanGap) {
        self.days.iter_mut().for_each(|day| day.view.gaps.push(gap.clone()));
    }

    /// A day, if it is one of those that are read.
    fn day(&mut self, date: Option<NaiveDate>) -> Option<&mut Reading> {
        let first = self.days.first()?.view.date;
        self.days.get_mut(usize::try_from((date? - first).num_days()).ok()?)
    }

    /// Whether it was ever taken is not known yet, and its hours count from that.
    fn is_loading(&self, plan: &Plan<'_>) -> bool {
        plan.course.follows_taken() && plan.course.last_taken.is_none() && !self.coverage.is_whole()
    }

    /// Whether what was taken of a dose of this date is known.
    fn covered(&self, plan: &Plan<'_>, dose: &PlannedDose, on: NaiveDate) -> Covered {
        let Some(start) = self.timeline.as_ref().and_then(|t| t.day_start(on)) else {
            return Covered::StillLoading;
        };
        // Of an interval the entry names the month in which it was taken.
        let is_filed = || dose.key.date().is_some() || self.coverage.covers_filed(start) == Covered::Covered;
        if self.is_loading(plan) || !is_filed() {
            return Covered::StillLoading;
        }
        self.coverage.covers_day(start)
    }

    /// Puts a dose where its day shows it.
    fn place(
        &mut self,
        plan: &Plan<'_>,
        dose: &PlannedDose,
        window: Window,
        facts: Vec<FactView>,
        on: NaiveDate,
    ) {
        if self.day(Some(on)).is_none() {
            return;
        }
        let covered = self.covered(plan, dose, on);
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
        let at = self.timeline.as_ref().map_or(dose.local, |t| t.local(dose.at)).time();
        if let Some(day) = self.day(Some(on)) {
            let slot = || SlotView { at, instant: dose.at, doses: Vec::new() };
            day.slots.or_insert_with(dose.at, slot).doses.push(view);
        }
    }

    /// Facts that no planned dose stands for, where they belong to a day: by the key's date, else by when it was.
    fn rest(&mut self, treatment: TreatmentId, plan: Option<&Plan<'_>>, facts: Facts) {
        for ((key, _), of_key) in facts {
            let first = of_key.first().map(|f| f.occurred_at.at.date_naive());
            let Some(day) = self.day(key.date().or(first)) else { continue };
            let possible_double = double(treatment, &key, &of_key);
            let medicine = plan.map(Plan::medicine);
            day.view.unplanned.push(UnplannedView {
                treatment,
                medicine,
                key,
                facts: of_key,
                possible_double,
            });
        }
    }

    /// The days, each with what is left of the one before it.
    pub(super) fn finish(self) -> Vec<DayView> {
        let mut days: Vec<DayView> = Vec::new();
        for Reading { slots, mut view } in self.days {
            view.slots = slots.into_values().collect();
            for slot in days.last().into_iter().flat_map(|yesterday| &yesterday.slots) {
                let mut doses = Vec::new();
                for dose in &slot.doses {
                    let left = match dose.status {
                        DoseStatus::Due => &mut doses,
                        DoseStatus::Missed => &mut view.not_logged_yesterday,
                        _ => continue,
                    };
                    left.push(dose.clone());
                }
                if !doses.is_empty() {
                    view.open_from_yesterday.push(SlotView { doses, ..*slot });
                }
            }
            days.push(view);
        }
        days
    }
}

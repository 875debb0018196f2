//! The form of a medicine of her own: added, or changed later. What is typed stays as it is typed; what is wrong is said
//! beside its field once she has asked to save it, and the next doses are there while she fills it in.

mod fields;
mod preview;
mod rows;

use chrono::{DurationRound as _, TimeDelta};
use leptos::prelude::*;
use shared_events::{
    amount::Amount,
    commands,
    content::{Entity, TreatmentId},
    decide,
    draft::Draft,
    events::{MedicineAdded, TreatmentChanged},
    fields::last_changes,
    ids::Hash,
    plan::{MedicineName, Schedule},
    schedule::PlanRule,
    sorted::SortedMap,
    views::{self, PresentView, Preview},
    wish::{Field, Often, Wish, Wrong},
};

use crate::{
    components::live::{Live, changing, memo, on_submit, when},
    platform::focus,
    session::{Session, Undo},
    text::{self, say, td},
};

/// How many of the next doses are shown.
const NEXT: usize = 4;

/// What is being filled in.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) session: Session,
    pub(super) wish: RwSignal<Wish>,
    /// She has asked to save it: from now on what is wrong is said.
    pub(super) asked: RwSignal<bool>,
    pub(super) told: Live<Told>,
    /// The plan that is changed; none: a medicine is added.
    changes: StoredValue<Option<Changes>>,
}

/// A plan that is changed, and what wrote it as it is shown: a change says what its author has seen.
#[derive(Clone)]
struct Changes {
    plan: PresentView,
    seen: SortedMap<String, Vec<Hash>>,
}

/// What the form comes to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    /// Each part of it can be wrong: the medicine, how much, when.
    Wrong(Vec<Wrong>),
    Plan {
        dose: Amount,
        schedule: Schedule,
        preview: Preview,
    },
}

impl Form {
    fn new(session: Session, wish: Wish, changes: Option<Changes>) -> Self {
        let wish = RwSignal::new(wish);
        let of = changes.as_ref().map(|changes| changes.plan.treatment);
        let told = memo(move || told(session, &wish.get(), of));
        Self { session, wish, asked: RwSignal::new(false), told, changes: StoredValue::new(changes) }
    }

    /// What is wrong at a field, in words, once she has asked.
    pub(super) fn wrong_at(self, field: Field) -> Option<String> {
        let find = |wrong: &Vec<Wrong>| wrong.iter().find(|wrong| wrong.field() == field).copied();
        let wrong = self.told.with(|told| if let Told::Wrong(wrong) = told { find(wrong) } else { None })?;
        self.asked.get().then(|| words(self.session, wrong))
    }

    pub(super) fn is_change(self) -> bool {
        self.changes.with_value(Option::is_some)
    }

    fn save(self) {
        self.asked.set(true);
        let Told::Plan { dose, schedule, .. } = self.told.get_untracked() else {
            return leptos::task::spawn_local(focus::first_wrong());
        };
        let texts = self.session.texts;
        let wish = self.wish.get_untracked();
        let name = wish.name.trim();
        let (treatment, draft, said, back) = match self.changes.get_value() {
            Some(changes) => {
                let treatment = changes.plan.treatment;
                let said = say!(texts, add.changed, name = name);
                (
                    treatment,
                    self.change(&changes, name, dose, schedule),
                    said,
                    format!("/medicines/{}", treatment.0),
                )
            }
            None => {
                let treatment = TreatmentId(self.session.read(|phone| phone.new_uuid()));
                let said = say!(texts, add.added, name = name);
                (treatment, self.add(treatment, &wish, dose, schedule), said, "/medicines".to_owned())
            }
        };
        match draft {
            Ok(draft) => {
                self.session.record(vec![treatment.0.to_string()], vec![draft], said, Undo::Offered);
            }
            // There is nothing to record.
            Err(Wrong::Breaks(_, PlanRule::NothingChanges)) => {}
            // It was stopped meanwhile, by somebody else or to a day that is still to come.
            Err(_) => return self.session.toaster.say(say!(texts, add.not_recorded), Vec::new()),
        }
        self.session.place.go(&back);
    }

    fn add(
        self,
        treatment: TreatmentId,
        wish: &Wish,
        dose: Amount,
        schedule: Schedule,
    ) -> Result<Draft, Wrong> {
        let purpose = Some(wish.purpose.trim().to_owned()).filter(|purpose| !purpose.is_empty());
        let medicine = wish.medicine()?;
        let added = MedicineAdded { treatment, medicine, dose, instructions: None, purpose, schedule };
        commands::add(added, self.session.now()).map_err(|error| Wrong::of(&error))
    }

    fn change(self, changes: &Changes, name: &str, dose: Amount, schedule: Schedule) -> Result<Draft, Wrong> {
        let plan = &changes.plan;
        let now = self.session.now();
        let change = TreatmentChanged {
            treatment: plan.treatment,
            from: now.at,
            dose: Some(dose).filter(|dose| *dose != plan.dose),
            instructions: None,
            rule: Some(schedule.rule).filter(|rule| *rule != plan.rule),
            medicine: (*name != plan.medicine.name).then(|| MedicineName { name: name.to_owned() }),
            reason: None,
            after: SortedMap::new(),
        };
        let draft = self
            .session
            .read(|phone| phone.with_state(|state| decide::change_of(state, change, &changes.seen, now)));
        draft.map_err(|error| Wrong::of(&error))
    }
}

/// What the form comes to, as a new plan or as a change of this one.
fn told(session: Session, wish: &Wish, of: Option<TreatmentId>) -> Told {
    let schedule = wish.schedule(&|local| Some(session.at_her_clock(local)));
    let (dose, schedule) = match (wish.medicine(), wish.dose(), schedule) {
        (Ok(_), Ok(dose), Ok(schedule)) => (dose, schedule),
        (medicine, dose, schedule) => {
            let all = [medicine.err(), dose.err(), schedule.err()];
            return Told::Wrong(all.into_iter().flatten().collect());
        }
    };
    let now = session.minute();
    // What is planned for this minute is due now.
    let now = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    let preview = session.follow(|phone| {
        phone.with_state(|state| match of {
            Some(treatment) => views::preview_change(state, treatment, (&schedule.rule, &dose), now, NEXT),
            None => views::preview(state, &schedule, &dose, now, NEXT),
        })
    });
    match preview {
        Ok(preview) => Told::Plan { dose, schedule, preview },
        Err(error) => Told::Wrong(vec![Wrong::of(&error)]),
    }
}

/// What is wrong, and what to do.
fn words(session: Session, wrong: Wrong) -> String {
    let texts = session.texts;
    match wrong {
        Wrong::NotANumber(Field::Days) => say!(texts, add.not_days),
        Wrong::NotANumber(Field::Steps) | Wrong::NotADate(Field::Steps) => say!(texts, add.not_a_step),
        Wrong::NotANumber(Field::Amount | Field::Strength) => say!(texts, add.not_a_number),
        Wrong::NotANumber(Field::Times | Field::Gap | Field::Daily) => say!(texts, add.not_numbers),
        Wrong::NotANumber(_) => say!(texts, add.not_whole),
        Wrong::NotADate(_) => say!(texts, add.not_a_date),
        Wrong::NotATime(_) => say!(texts, add.not_a_time),
        Wrong::Twice(_) => say!(texts, add.no_window),
        Wrong::Breaks(_, PlanRule::Empty) => say!(texts, add.empty),
        Wrong::Breaks(_, PlanRule::NothingAllowed) => say!(texts, add.nothing),
        Wrong::Breaks(_, PlanRule::NoSlots) => say!(texts, add.no_times),
        Wrong::Breaks(_, PlanRule::NoWeekday) => say!(texts, add.no_weekday),
        Wrong::Breaks(_, PlanRule::EndsBeforeStart) => say!(texts, add.backwards),
        Wrong::Breaks(_, PlanRule::NoDates | PlanRule::NoSuchDay) => say!(texts, add.no_such_day),
        Wrong::Breaks(_, PlanRule::StepsOutOfOrder) => say!(texts, add.out_of_order),
        Wrong::Breaks(_, PlanRule::OutsidePlan) => say!(texts, add.outside),
        Wrong::Breaks(_, PlanRule::NoMeals) => say!(texts, add.no_meals),
        Wrong::Breaks(_, PlanRule::LongerThanADay) => say!(texts, add.window_long),
        Wrong::Breaks(_, PlanRule::NoWindow) => say!(texts, add.no_window),
        Wrong::Breaks(_, PlanRule::CannotCount) => say!(texts, add.cannot_count),
        Wrong::Breaks(_, PlanRule::NotAGap) => say!(texts, add.not_a_gap),
        Wrong::Breaks(..) => say!(texts, add.not_whole),
    }
}

/// The page on which a medicine is added.
pub(crate) fn add(session: Session) -> AnyView {
    let form = Form::new(session, Wish::new(session.today()), None);
    let lead = say!(session.texts, add.lead, whom = text::capital(&session.care_team()));
    page(form, td!(session.texts, add.title).to_owned(), lead, "/medicines".to_owned())
}

/// The page on which one of her own is changed.
pub(crate) fn change(session: Session) -> AnyView {
    let id = session.place.path().rsplit('/').next().and_then(|id| id.parse().ok()).map(TreatmentId);
    let all = super::super::medicines::all(session);
    let plan = untrack(|| all.with(|all| all.iter().find(|plan| Some(plan.treatment) == id).cloned()));
    let filled = plan.and_then(|plan| Some((super::changeable(&plan)?, plan)));
    let Some((wish, plan)) = filled else { return super::unknown(session) };
    let entity = Entity::Treatment(plan.treatment);
    let seen = session.read(|phone| phone.with_state(|state| last_changes(state, &entity)));
    let title = say!(session.texts, add.change_title, name = plan.medicine.name.as_str());
    let back = format!("/medicines/{}", plan.treatment.0);
    page(
        Form::new(session, wish, Some(Changes { plan, seen })),
        title,
        say!(session.texts, add.change_lead),
        back,
    )
}

fn page(form: Form, title: String, lead: String, back: String) -> AnyView {
    let texts = form.session.texts;
    let submit = if form.is_change() { td!(texts, add.save) } else { td!(texts, add.submit) };
    let cancel = back.clone();
    let often = memo(move || form.wish.with(|wish| wish.often));
    let is_new = !form.is_change();
    view! {
        <header class="top">
            <a class="btn round" href=back aria-label=td!(texts, medicines.back)>
                <span class="flip">{crate::components::icon::icon("back")}</span>
            </a>
            <h1>{title}</h1>
        </header>
        <form class="panes" novalidate on:submit=on_submit(move || form.save())>
            <div class="stack loose">
                <p class="soft">{lead}</p>
                {fields::name(form)}
                {is_new.then(|| fields::strength(form))}
                {fields::amount(form)}
                {fields::often(form)}
                {changing(move || {
                    let often = often.get();
                    untrack(|| of(form, often))
                })}
                {is_new.then(|| fields::span(form))}
                {when(move || often.get() != Often::WhenNeeded, move || fields::how_long(form))}
                {is_new.then(|| fields::purpose(form))}
            </div>
            {preview::section(form)}
            <div class="dock">
                <a class="btn" href=cancel>{td!(texts, add.cancel)}</a>
                <button class="btn primary" type="submit">{submit}</button>
            </div>
        </form>
    }
    .into_any()
}

/// What is asked of a plan that comes so often.
fn of(form: Form, often: Often) -> AnyView {
    match often {
        Often::EveryDay => rows::times(form),
        Often::OnWeekdays => {
            view! { {fields::weekdays(form)}{fields::every(form)}{rows::times(form)} }.into_any()
        }
        Often::EveryFewDays | Often::Yearly => view! { {fields::every(form)}{rows::times(form)} }.into_any(),
        Often::Monthly | Often::InCycles => {
            view! { {fields::every(form)}{fields::days(form)}{rows::times(form)} }.into_any()
        }
        Often::EveryFewHours => view! { {fields::every(form)}{fields::hours(form)} }.into_any(),
        Often::InSteps => view! { {rows::times(form)}{rows::steps(form)} }.into_any(),
        Often::WhenNeeded => fields::needed(form),
    }
}

//! One medicine: how to take it, the last weeks, and what was changed.

pub(crate) mod form;
mod stop;
mod weeks;

use leptos::prelude::*;
use shared_events::{
    content::TreatmentId,
    plan::{Schedule, WallClock},
    views::{PlanStanding, PresentView, Question},
    wish::Wish,
};

use super::medicines::{added_by, all, standing};
use crate::{
    components::{
        done::mark,
        dose::open,
        freshness::Freshness,
        icon::{self, icon},
        live::{Live, changing, memo, on_click, when, when_or},
    },
    schedule,
    session::Session,
    text::{self, say, td},
    why::{self, Step},
};

/// The page.
pub(crate) fn page(session: Session) -> AnyView {
    let id = memo(move || {
        let path = session.place.path();
        path.rsplit('/').next().and_then(|id| id.parse().ok()).map(TreatmentId)
    });
    let all = all(session);
    let plan = memo(move || {
        let id = id.get();
        all.with(|all| all.iter().find(|plan| Some(plan.treatment) == id).cloned())
    });
    let there = move || match plan.get() {
        Some(first) => one(session, first, plan),
        None => ().into_any(),
    };
    let is_there = memo(move || plan.with(Option::is_some));
    when_or(move || is_there.get(), move || untrack(there), move || unknown(session))
}

/// What the address names is not here.
fn unknown(session: Session) -> AnyView {
    view! { <header class="top">{back(session)}<h1>{td!(session.texts, medicines.unknown)}</h1></header> }
        .into_any()
}

/// Her own, as the form has it, if it can be changed there: it goes on, and the form can say all of it.
fn changeable(plan: &PresentView) -> Option<Wish> {
    // What is stopped, also what will be, is added anew.
    let goes_on = plan.stopped_from.is_none() && plan.standing != PlanStanding::Over && !plan.frozen;
    let schedule =
        Schedule { start: plan.start, end: plan.end, clock: WallClock::Floating, rule: plan.rule.clone() };
    let wish = Wish::of(&plan.medicine.name, &plan.dose, &schedule);
    wish.filter(|_| plan.is_added && goes_on)
}

fn back(session: Session) -> AnyView {
    view! {
        <a class="btn round" href="/medicines" aria-label=td!(session.texts, medicines.back)>
            <span class="flip">{icon("back")}</span>
        </a>
    }
    .into_any()
}

fn one(session: Session, first: PresentView, plan: Live<Option<PresentView>>) -> AnyView {
    let texts = session.texts;
    let treatment = first.treatment;
    // While the page is left it shows what it showed.
    let plan = memo(move || plan.get().unwrap_or_else(|| first.clone()));
    let of = move |read: fn(Session, &PresentView) -> String| move || plan.with(|plan| read(session, plan));
    let why = move |_| open(session, format!("{}/plan", treatment.0));
    let instructions =
        move || plan.with(|plan| plan.instructions.clone()).map(|how| view! { <p class="soft">{how}</p> });
    view! {
        <header class="top">
            {back(session)}
            {move || plan.with(|plan| icon::medicine(&plan.medicine))}
            <h1>{of(|session, plan| text::medicine(session.texts, &plan.medicine))}</h1>
        </header>
        <Freshness session />
        <div class="panes even">
            <div class="stack loose">
                <section class="card stack" aria-labelledby="how">
                    <h2 id="how">{td!(texts, medicines.how)}</h2>
                    <p class="lead">{of(|session, plan| schedule::words(session.texts, &plan.rule, &plan.dose))}</p>
                    {instructions}
                    {move || plan.with(|plan| plan.purpose.clone()).map(|purpose| view! { <p class="soft">{purpose}</p> })}
                    <p class="soft small">{of(standing)}</p>
                    <p class="soft small">{of(since)}</p>
                    {move || plan.with(|plan| plan.is_added).then(|| view! { <p class="soft small">{added_by(session)}</p> })}
                    <div class="row">
                        <button class="btn tint" type="button" aria-haspopup="dialog" on:click=on_click(why)>
                            {icon("why")}
                            {td!(texts, ask_why)}
                        </button>
                        {own(session, plan)}
                    </div>
                </section>
                {changing(move || plan.with(|plan| taper(session, plan)))}
            </div>
            <div class="stack loose">
                {weeks::weeks(session, treatment)}
                {changes(session, treatment)}
            </div>
        </div>
    }
    .into_any()
}

/// What she can do with what she added.
fn own(session: Session, plan: Live<PresentView>) -> AnyView {
    let texts = session.texts;
    let can_change = move || plan.with(|plan| changeable(plan).is_some());
    let can_stop = move || {
        let is_over =
            |plan: &PresentView| matches!(plan.standing, PlanStanding::Stopped { .. } | PlanStanding::Over);
        plan.with(|plan| plan.is_added && !is_over(plan))
    };
    let change = move || {
        let path = move || plan.with(|plan| format!("/medicines/change/{}", plan.treatment.0));
        view! { <a class="btn" href=path>{td!(texts, medicines.change)}</a> }.into_any()
    };
    // Not drawn anew while the sheet behind it is open: it stays until there is nothing to stop.
    view! {
        {when(can_change, change)}
        {when(can_stop, move || stop::button(session, plan))}
    }
    .into_any()
}

fn since(session: Session, plan: &PresentView) -> String {
    let (texts, from) = (session.texts, text::date(session.today(), plan.start));
    match plan.end {
        Some(end) => say!(texts, medicines.from_to, from = from, to = text::date(session.today(), end)),
        None => say!(texts, medicines.since, from = from),
    }
}

fn taper(session: Session, plan: &PresentView) -> AnyView {
    let texts = session.texts;
    let steps = schedule::steps(texts, plan);
    if steps.is_empty() {
        return ().into_any();
    }
    let today = session.today();
    let step = |step: &schedule::Step| {
        let class = if step.from > today {
            "ahead"
        } else if step.to >= today {
            "is-now"
        } else {
            ""
        };
        let now = (class == "is-now")
            .then(|| view! { " "<span class="badge river">{td!(texts, medicines.now)}</span> });
        let (from, to) = (text::date(today, step.from), text::date(today, step.to));
        view! {
            <li class=class>
                <b>{step.doses.clone()}</b>{now}
                <p class="soft small">{say!(texts, calendar.from_to, from = from, to = to)}</p>
            </li>
        }
    };
    view! {
        <section class="stack" aria-labelledby="taper">
            <h2 id="taper">{td!(texts, medicines.taper)}</h2>
            <ol class="chain">{steps.iter().map(step).collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn changes(session: Session, treatment: TreatmentId) -> AnyView {
    let texts = session.texts;
    let steps = memo(move || {
        let question = Question::Treatment(treatment);
        session.follow(|phone| why::told(session, phone, &question, None).steps)
    });
    let step = move |step: &Step| {
        view! {
            <li>
                <b>{step.title.clone()}</b>
                <p class="soft small">{say!(texts, history.by, time = step.logged.clone(), who = step.who.clone())}</p>
                {step.place.as_ref().map(|place| mark(texts, place))}
            </li>
        }
    };
    let drawn = move || steps.with(|steps| steps.iter().rev().map(step).collect_view().into_any());
    view! {
        <section class="stack" aria-labelledby="changes">
            <h2 id="changes">{td!(texts, history.changes)}</h2>
            <ol class="chain">{changing(drawn)}</ol>
        </section>
    }
    .into_any()
}

//! Medicines: what is taken, with the next dose of each.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared_events::{
    content::Role,
    plan::Rule,
    views::{self, PlanStanding, PresentView},
};

use crate::{
    components::{
        beside::moment,
        freshness::Freshness,
        icon::{self, icon, pebble},
        list::{rows, section},
        live::{Live, changing, memo, when},
    },
    schedule,
    session::Session,
    text::{self, capital, say, td},
    today::Today,
};

/// How an instant is said.
type Moment = fn(Session, DateTime<Utc>) -> String;

/// Which list a medicine stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Daily,
    OtherDays,
    Needed,
    Paused,
    Earlier,
}

impl Group {
    fn of(plan: &PresentView) -> Self {
        match plan.standing {
            PlanStanding::Stopped { .. } | PlanStanding::Over => Self::Earlier,
            PlanStanding::Paused { .. } => Self::Paused,
            PlanStanding::GoesOn if matches!(plan.rule, Rule::AsNeeded(_)) => Self::Needed,
            PlanStanding::GoesOn if schedule::is_daily(&plan.rule) => Self::Daily,
            PlanStanding::GoesOn => Self::OtherDays,
        }
    }
}

/// All treatments, as they stand.
pub(crate) fn all(session: Session) -> Live<Vec<PresentView>> {
    memo(move || {
        // Read again at every minute, but as of this moment: it may have been stopped just now.
        let _ = session.minute();
        session.follow(|phone| phone.with_state(|state| views::present(state, phone.now())))
    })
}

/// The page.
pub(crate) fn page(session: Session, today: Live<Today>) -> AnyView {
    let texts = session.texts;
    let all = all(session);
    let list = move |id, title, group| {
        let some = memo(move || {
            let mut some = all.get();
            some.retain(|plan| Group::of(plan) == group);
            some
        });
        let rows =
            move || rows(some, |p: &PresentView| p.treatment.0.to_string(), move |p| row(session, today, p));
        section(id, title, "card list", some, rows)
    };
    let add =
        move |class| view! { <a class=class href="/medicines/add">{icon("plus")}{td!(texts, add.title)}</a> };
    let nothing = move || {
        let more = say!(texts, medicines.nothing_more, whom = capital(&session.care_team()));
        view! {
            <div class="card stack empty">
                {pebble("pill", "pebble huge moss")}
                <h2 class="display">{td!(texts, medicines.nothing)}</h2>
                <p class="soft">{more}</p>
                {add("btn")}
            </div>
        }
        .into_any()
    };
    let is_empty = memo(move || all.with(Vec::is_empty));
    view! {
        <header class="top">
            <h1>{td!(texts, nav.medicines)}</h1>
            <a class="btn round" href="/medicines/add" aria-label=td!(texts, add.title)>{icon("plus")}</a>
        </header>
        <Freshness session />
        <div class="stack loose">
            {when(move || is_empty.get(), nothing)}
            {list("daily", td!(texts, medicines.daily), Group::Daily)}
            {list("days", td!(texts, medicines.other_days), Group::OtherDays)}
            {list("needed", td!(texts, beside.needed_title), Group::Needed)}
            {list("paused", td!(texts, beside.paused_title), Group::Paused)}
            {list("earlier", td!(texts, medicines.earlier), Group::Earlier)}
            {when(move || !is_empty.get(), move || add("btn big").into_any())}
        </div>
    }
    .into_any()
}

fn row(session: Session, today: Live<Today>, plan: Live<PresentView>) -> AnyView {
    let texts = session.texts;
    let is_due = memo(move || {
        let treatment = plan.with(|plan| plan.treatment);
        today.with(|today| today.due.iter().any(|dose| dose.view.treatment == treatment))
    });
    let end = move || {
        if is_due.get() {
            view! { <span class="badge sand">{td!(texts, part.now)}</span> }.into_any()
        } else {
            view! { <span class="soft flip">{icon("next")}</span> }.into_any()
        }
    };
    let path = move || plan.with(|plan| format!("/medicines/{}", plan.treatment.0));
    view! {
        <li class="item">
            {move || plan.with(|plan| icon::medicine(&plan.medicine))}
            <a class="body" href=path>
                <b>{move || plan.with(|plan| text::medicine(texts, &plan.medicine))}</b>
                <span>{move || plan.with(|plan| schedule::words(texts, &plan.rule, &plan.dose))}</span>
                <span>{move || plan.with(|plan| standing(session, plan))}</span>
                {move || plan.with(|plan| plan.is_added).then(|| view! { <span>{added_by(session)}</span> })}
            </a>
            {changing(end)}
        </li>
    }
    .into_any()
}

/// How it goes on.
pub(crate) fn standing(session: Session, plan: &PresentView) -> String {
    standing_with(session, plan, moment)
}

/// The same, with instants as `moment` says them.
pub(crate) fn standing_with(session: Session, plan: &PresentView, moment: Moment) -> String {
    let texts = session.texts;
    if plan.frozen {
        return say!(texts, dose.frozen);
    }
    match (plan.standing, plan.next) {
        (PlanStanding::Stopped { from }, _) => say!(texts, medicines.stopped, when = moment(session, from)),
        (PlanStanding::Over, _) => {
            let end = plan.end.map(text::day).unwrap_or_default();
            say!(texts, medicines.over, day = end)
        }
        (PlanStanding::Paused { until: Some(until) }, _) => {
            say!(texts, beside.until, when = moment(session, until))
        }
        (PlanStanding::Paused { until: None }, _) => say!(texts, beside.paused, whom = session.care_team()),
        (PlanStanding::GoesOn, Some(next)) => say!(texts, medicines.next, when = moment(session, next)),
        (PlanStanding::GoesOn, None) => match plan.last {
            Some(last) => say!(texts, beside.last, when = moment(session, last)),
            None => say!(texts, beside.never),
        },
    }
}

/// Whose a medicine is that nobody prescribed.
pub(super) fn added_by(session: Session) -> &'static str {
    let is_hers = session.identity().role == Role::Patient;
    if is_hers { td!(session.texts, medicines.added) } else { td!(session.texts, medicines.added_beside) }
}

//! The phone is in another time zone than the plan: the patient chooses which clock her plan follows. Only her own
//! device asks, and only when its zone differs from the one it last saw itself.

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use rivulet_sync::platform::{Clock as _, Platform as _};
use shared_events::{
    commands,
    content::{Entity, Role},
    events::Event,
    ids::EventId,
    schedule::{ZoneTimeline, zone as time_zone},
    views::Who,
};

use crate::{
    components::{
        icon::icon,
        live::{memo, on_click},
    },
    platform::memory,
    session::{Phone, Session, Undo},
    text::say,
};

/// Whoever goes back to where her clock was within this time has been nowhere.
const NO_JOURNEY: TimeDelta = TimeDelta::hours(1);

#[derive(Clone, Debug, PartialEq)]
struct Question {
    /// The zone of the phone.
    here: String,
    /// The zone of the plan.
    plan: String,
}

/// Asks, if there is something to ask.
#[component]
pub(crate) fn Zone(session: Session) -> impl IntoView {
    let answered = RwSignal::new(false);
    let question = memo(move || {
        let now = session.minute();
        if answered.get() { None } else { session.follow(|phone| question(phone, now)) }
    });
    view! { {move || question.get().map(|question| card(session, answered, question))} }
}

fn question(phone: &Phone, now: DateTime<Utc>) -> Option<Question> {
    if phone.identity().role != Role::Patient {
        return None;
    }
    let here = phone.platform().clock().zone();
    let zone: time_zone::Zone = here.parse().ok()?;
    let plan = phone.with_state(|state| ZoneTimeline::of(state).timeline)?.zone_at(now);
    let seen_already = memory::zone_seen().is_some_and(|seen| seen == here);
    let differs = !seen_already && !same_clock(zone, plan, now);
    differs.then(|| Question { here, plan: plan.name().to_owned() })
}

/// Her own change of the zone that is taken back by going back at once. A journey would leave its mark on the plan: what the
/// clock has jumped over counts as planned for then.
fn slip(session: Session, phone: &Phone, here: &str, now: DateTime<Utc>) -> Option<EventId> {
    let here: time_zone::Zone = here.parse().ok()?;
    phone.with_state(|state| {
        let changes = state.holding(&Entity::Zone).filter_map(|(entry, event)| match event {
            Event::ZoneChanged(change) => Some((change.from.to_utc(), entry)),
            _ => None,
        });
        let (from, last) = changes.max_by_key(|(from, entry)| (*from, entry.key()))?;
        let before = ZoneTimeline::of(state).timeline?.zone_at(from - TimeDelta::seconds(1));
        let is_slip =
            (TimeDelta::zero()..NO_JOURNEY).contains(&(now - from)) && same_clock(here, before, now);
        (is_slip && session.is_own(&Who::of(state, last))).then(|| last.id())
    })
}

/// Two names of one clock are nothing to ask about: now and in half a year they show the same.
fn same_clock(a: time_zone::Zone, b: time_zone::Zone, now: DateTime<Utc>) -> bool {
    [now, now + TimeDelta::days(182)].into_iter().all(|at| a.local(at) == b.local(at))
}

/// "Europe/Berlin" as people say it: Berlin.
fn spoken(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

fn card(session: Session, answered: RwSignal<bool>, question: Question) -> AnyView {
    let texts = session.texts;
    let (here, plan) = (spoken(&question.here), spoken(&question.plan));
    let title = say!(texts, zone.title, zone = here.as_str());
    let text = say!(texts, zone.text, zone = plan.as_str());
    let use_it = say!(texts, zone.use_it, zone = here.as_str());
    let keep = say!(texts, zone.keep, zone = plan.as_str());
    let zone = question.here.clone();
    let change = move |_| {
        let now = session.now();
        let slip = session.read(|phone| slip(session, phone, &zone, now.at.to_utc()));
        let draft = match slip {
            Some(slip) => session.retractions(&[slip]).pop(),
            // The zone was read from this build's table: it is not refused.
            None => commands::change_zone(&zone, now.at, now).ok(),
        };
        let said = say!(texts, zone.changed, zone = here.as_str());
        session.record(vec!["zone".to_owned()], draft.into_iter().collect(), said, Undo::Offered);
        memory::see_zone(&zone);
        answered.set(true);
    };
    let leave = move |_| {
        memory::see_zone(&question.here);
        answered.set(true);
    };
    view! {
        <section class="note" aria-labelledby="zone">
            {icon("globe")}
            <div class="stack tight">
                <h2 id="zone">{title}</h2>
                <p>{text}</p>
                <div class="row">
                    <button class="btn primary" type="button" on:click=on_click(change)>{use_it}</button>
                    <button class="btn" type="button" on:click=on_click(leave)>{keep}</button>
                </div>
            </div>
        </section>
    }
    .into_any()
}

//! Fields that two people wrote without seeing what the other wrote: of her own settings she keeps one; of a plan she is
//! told both, and whom to call.

use std::sync::Arc;

use leptos::prelude::*;
use shared_events::{
    amount::Amount,
    content::{Entity, TreatmentId},
    fields::{Choice, Conflict, conflicts},
    json,
    plan::Rule,
    views,
};

use crate::{
    components::{
        beside::moment,
        disagree,
        icon::pebble,
        list::named,
        live::{memo, on_event, on_submit},
    },
    platform::intl,
    session::{Phone, Session, Undo},
    text::{self, say, td},
};

/// All that people disagree about.
#[component]
pub(crate) fn Conflicts(session: Session) -> impl IntoView {
    let all = memo(move || session.follow(|phone| phone.with_state(conflicts)));
    let names = move || all.with(|all| all.iter().map(name).collect());
    let draw = move |mine: String| {
        let conflict = all.with_untracked(|all| all.iter().find(|c| name(c) == mine).cloned());
        conflict.map_or_else(|| ().into_any(), |conflict| card(session, mine, conflict))
    };
    named(Box::new(names), Arc::new(draw))
}

/// With other values it is another question.
fn name(of: &Conflict) -> String {
    let choices = of.choices.iter().map(|choice| choice.event.to_string());
    let parts = [of.entity.to_string(), of.field.clone()].into_iter().chain(choices);
    parts.collect::<Vec<_>>().join("/")
}

fn card(session: Session, name: String, of: Conflict) -> AnyView {
    let texts = session.texts;
    let is_plan = session.read(|phone| phone.with_state(|state| !of.is_kept(state)));
    let chosen = RwSignal::new(None::<usize>);
    let heading = format!("conflict {name}").replace([' ', '/'], "-");
    let labelled = heading.clone();
    let title = session.read(|phone| title(session, phone, &of));
    let values = of.choices.iter().enumerate().map(|(n, choice)| {
        let said = value(session, &of, choice);
        let when = moment(session, choice.occurred_at.at.to_utc());
        let who = disagree::who(session, &choice.who);
        let by = say!(texts, conflict.by, who = who, when = when);
        option(is_plan, &heading, n, chosen, said, by)
    });
    let values = values.collect_view();
    let whom = session.care_team();
    let more = if is_plan { say!(texts, conflict.plan, whom = whom) } else { say!(texts, conflict.more) };
    let keep = move || {
        let Some(kept) = chosen.get_untracked().and_then(|n| of.choices.get(n)) else { return };
        let now = session.now();
        let draft = session.read(|phone| phone.with_state(|state| of.keep(state, kept, now)));
        session.record(
            vec![name.clone()],
            draft.into_iter().collect(),
            say!(texts, disagree.settled),
            Undo::None,
        );
    };
    let button = (!is_plan).then(|| {
        view! {
            <button class="btn primary" type="submit" disabled=move || chosen.get().is_none()>
                {td!(texts, disagree.keep)}
            </button>
        }
    });
    view! {
        <section class="card stack" aria-labelledby=labelled>
            <div class="row">
                {pebble("split", "pebble sand")}
                <div class="body"><h2 id=heading>{title}</h2><span>{td!(texts, conflict.title)}</span></div>
            </div>
            <form class="stack" on:submit=on_submit(keep)>
                {values}
                <p class="hint">{more}</p>
                {button}
            </form>
        </section>
    }
    .into_any()
}

fn option(
    is_plan: bool,
    group: &str,
    n: usize,
    chosen: RwSignal<Option<usize>>,
    said: String,
    by: String,
) -> AnyView {
    let words = view! { <div class="body"><b>{said}</b><span>{by}</span></div> };
    if is_plan {
        return view! { <div class="item">{words}</div> }.into_any();
    }
    let group = group.to_owned();
    view! {
        <label class="choice">
            <input
                type="radio"
                name=group
                prop:checked=move || chosen.get() == Some(n)
                on:change=on_event(move |_| chosen.set(Some(n)))
            />
            {words}
        </label>
    }
    .into_any()
}

/// Which field it is, in words; of a model that this build has no screen for, its own name.
fn title(session: Session, phone: &Phone, of: &Conflict) -> String {
    let texts = session.texts;
    match (&of.entity, of.field.as_str()) {
        (Entity::Treatment(treatment), field) => {
            let name = medicine(session, phone, *treatment);
            match field {
                "dose" => say!(texts, conflict.dose, name = name),
                "instructions" => say!(texts, conflict.instructions, name = name),
                "medicine" => say!(texts, conflict.medicine, name = name),
                _ => say!(texts, conflict.rule, name = name),
            }
        }
        (Entity::Model(model), field) => match (model.as_str(), field) {
            ("meals", "breakfast") => say!(texts, settings.breakfast),
            ("meals", "lunch") => say!(texts, settings.lunch),
            ("meals", "dinner") => say!(texts, settings.dinner),
            ("meals", "bedtime") => say!(texts, settings.bedtime),
            ("contact_person", _) => say!(texts, settings.contact),
            ("emergency_note", _) => say!(texts, settings.emergency),
            (model, field) => format!("{model}: {field}"),
        },
        (entity, field) => format!("{entity}: {field}"),
    }
}

fn medicine(session: Session, phone: &Phone, treatment: TreatmentId) -> String {
    let known = phone.with_state(views::medicines).into_iter().find(|m| m.treatment == treatment);
    known.map_or_else(
        || say!(session.texts, dose.unknown),
        |known| text::medicine(session.texts, &known.medicine),
    )
}

/// A value in words.
fn value(session: Session, of: &Conflict, choice: &Choice) -> String {
    let texts = session.texts;
    if of.field == "rule" && matches!(of.entity, Entity::Treatment(_)) {
        return match json::from_str::<Rule>(&choice.value) {
            Ok(Rule::Times(times)) => {
                let mut at: Vec<_> = times.slots.values().map(|slot| slot.at).collect();
                at.sort_unstable();
                let times =
                    at.into_iter().map(intl::time).collect::<Vec<_>>().join(td!(session.texts, comma));
                say!(texts, conflict.rule_times, times = times)
            }
            _ => say!(texts, conflict.rule_other),
        };
    }
    if let Ok(amount) = json::from_str::<Amount>(&choice.value) {
        return text::amount(texts, &amount);
    }
    match json::from_str::<String>(&choice.value) {
        Ok(text) if !text.is_empty() => text,
        Ok(_) => say!(texts, conflict.empty),
        Err(_) if choice.value == "null" => say!(texts, conflict.empty),
        Err(_) => choice.value.clone(),
    }
}

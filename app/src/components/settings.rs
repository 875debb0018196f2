//! What a person settles for herself; what is changed in the form is recorded when it is saved, field by field, so that what another device changes meanwhile stays.

use chrono::NaiveTime;
use leptos::prelude::*;
use leptos_i18n::td_string;
use shared_events::{
    draft::Draft,
    events::ModelChanged,
    model::{self, Model},
    plan::{Meals, hour_minute, parse_hour_minute},
    settings::{ContactPerson, EmergencyNote},
    state::State,
};

use crate::{
    components::{
        icon::icon,
        live::{on_event, on_submit},
    },
    session::{Session, Undo},
    text::say,
};

/// The name of what is being recorded.
const NAME: &str = "settings";

/// What is in the form.
#[derive(Clone, Copy)]
struct Form {
    meals: [RwSignal<Option<NaiveTime>>; 4],
    name: RwSignal<String>,
    phone: RwSignal<String>,
    note: RwSignal<String>,
    /// Some times are there and some are not.
    is_partial: RwSignal<bool>,
}

impl Form {
    fn of(state: &State) -> Self {
        let meals: Option<Meals> = model::read(state);
        let times = meals.map(|m| [m.breakfast, m.lunch, m.dinner, m.bedtime]);
        let contact: ContactPerson = model::read(state).unwrap_or_default();
        let note: EmergencyNote = model::read(state).unwrap_or_default();
        Self {
            meals: [0, 1, 2, 3].map(|n| RwSignal::new(times.map(|times| times[n]))),
            name: RwSignal::new(contact.name),
            phone: RwSignal::new(contact.phone),
            note: RwSignal::new(note.text),
            is_partial: RwSignal::new(false),
        }
    }

    /// What has to be recorded; `None`: the form is not whole.
    fn changes(self, state: &State) -> Option<Vec<ModelChanged>> {
        let trimmed = |of: RwSignal<String>| of.get_untracked().trim().to_owned();
        let times = self.meals.map(|time| time.get_untracked());
        let meals = match times {
            [Some(breakfast), Some(lunch), Some(dinner), Some(bedtime)] => {
                Some(Meals { breakfast, lunch, dinner, bedtime })
            }
            [None, None, None, None] => None,
            _ => return None,
        };
        let contact = ContactPerson { name: trimmed(self.name), phone: trimmed(self.phone) };
        let note = EmergencyNote { text: trimmed(self.note) };
        let all =
            [meals.and_then(|meals| change(state, &meals)), change(state, &contact), change(state, &note)];
        Some(all.into_iter().flatten().collect())
    }

    fn save(self, session: Session) {
        let texts = session.texts;
        let changes = session.read(|phone| phone.with_state(|state| self.changes(state)));
        self.is_partial.set(changes.is_none());
        let Some(changes) = changes else { return };
        if changes.is_empty() {
            session.toaster.say(say!(texts, settings.same), Vec::new());
            return;
        }
        let now = session.now();
        let drafts = changes.into_iter().map(|change| Draft::of(change, now)).collect();
        session.record(vec![NAME.to_owned()], drafts, say!(texts, settings.saved), Undo::None);
    }
}

/// Fields of these models are scalars: there is nothing that could not be kept.
fn change<M: Model>(state: &State, new: &M) -> Option<ModelChanged> {
    model::change(state, new).ok().flatten()
}

/// The form.
pub(crate) fn form(session: Session) -> AnyView {
    let texts = session.texts;
    let form = session.read(|phone| phone.with_state(Form::of));
    view! {
        <form class="stack loose" on:submit=on_submit(move || form.save(session))>
            <p class="soft">{td_string!(texts, settings.lead)}</p>
            {meals(session, form)}
            {contact(session, form)}
            <button class="btn primary big" type="submit">{td_string!(texts, settings.save)}</button>
        </form>
    }
    .into_any()
}

fn meals(session: Session, form: Form) -> AnyView {
    let texts = session.texts;
    let names = [
        ("breakfast", td_string!(texts, settings.breakfast)),
        ("lunch", td_string!(texts, settings.lunch)),
        ("dinner", td_string!(texts, settings.dinner)),
        ("bedtime", td_string!(texts, settings.bedtime)),
    ];
    let field = |((id, label), time): ((&'static str, &'static str), RwSignal<Option<NaiveTime>>)| {
        let shown = move || time.get().map(hour_minute).unwrap_or_default();
        let typed = move |event| time.set(parse_hour_minute(&event_target_value(&event)));
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input
                    id=id
                    type="time"
                    aria-invalid=move || (form.is_partial.get() && time.get().is_none()).then_some("true")
                    prop:value=shown
                    on:change=on_event(typed)
                />
            </div>
        }
    };
    let partial = move || {
        form.is_partial.get().then(|| {
            view! { <p class="error">{icon("info")}{td_string!(texts, settings.meals_all)}</p> }
        })
    };
    view! {
        <fieldset class="stack tight">
            <legend class="title">{td_string!(texts, settings.meals)}</legend>
            <div class="card stack">
                <p class="hint">{td_string!(texts, settings.meals_hint)}</p>
                {names.into_iter().zip(form.meals).map(field).collect_view()}
                <div role="alert">{partial}</div>
            </div>
        </fieldset>
    }
    .into_any()
}

fn contact(session: Session, form: Form) -> AnyView {
    let texts = session.texts;
    view! {
        <fieldset class="stack tight">
            <legend class="title">{td_string!(texts, settings.contact)}</legend>
            <div class="card stack">
                {line("contact", td_string!(texts, settings.name), "text", form.name)}
                {line("phone", td_string!(texts, settings.phone), "tel", form.phone)}
            </div>
        </fieldset>
        <fieldset class="stack tight">
            <legend class="title">{td_string!(texts, settings.emergency)}</legend>
            <div class="card field">
                <label for="emergency">{td_string!(texts, settings.note)}</label>
                <textarea
                    id="emergency"
                    maxlength="2000"
                    prop:value=move || form.note.get()
                    on:input=on_event(move |e| form.note.set(event_target_value(&e)))
                ></textarea>
            </div>
        </fieldset>
    }
    .into_any()
}

fn line(id: &'static str, label: &'static str, kind: &'static str, of: RwSignal<String>) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type=kind
                maxlength="200"
                prop:value=move || of.get()
                on:input=on_event(move |e| of.set(event_target_value(&e)))
            />
        </div>
    }
    .into_any()
}

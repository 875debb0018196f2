//! What a person settles for herself; what is changed in the form is recorded when it is saved, field by field, so that what another device changes meanwhile stays.

use chrono::NaiveTime;
use leptos::prelude::*;
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
    text::{say, td},
};

/// The name of what is being recorded.
const NAME: &str = "settings";

/// What the form is about.
#[derive(Clone, Default, PartialEq)]
struct Values {
    meals: [Option<NaiveTime>; 4],
    name: String,
    phone: String,
    note: String,
}

impl Values {
    fn of(state: &State) -> Self {
        let meals: Option<Meals> = model::read(state);
        let contact: ContactPerson = model::read(state).unwrap_or_default();
        let note: EmergencyNote = model::read(state).unwrap_or_default();
        Self {
            meals: meals.map(|m| [m.breakfast, m.lunch, m.dinner, m.bedtime].map(Some)).unwrap_or_default(),
            name: contact.name,
            phone: contact.phone,
            note: note.text,
        }
    }

    /// These, with what was typed over what the form showed: what another device changed meanwhile stays.
    fn with(self, typed: &Self, shown: &Self) -> Self {
        fn pick<T: Clone + PartialEq>(here: T, typed: &T, shown: &T) -> T {
            if typed == shown { here } else { typed.clone() }
        }
        Self {
            meals: [0, 1, 2, 3].map(|n| pick(self.meals[n], &typed.meals[n], &shown.meals[n])),
            name: pick(self.name, &typed.name, &shown.name),
            phone: pick(self.phone, &typed.phone, &shown.phone),
            note: pick(self.note, &typed.note, &shown.note),
        }
    }

    /// What has to be recorded; `None`: some times are there and some are not.
    fn changes(&self, state: &State) -> Option<Vec<ModelChanged>> {
        let meals = match self.meals {
            [Some(breakfast), Some(lunch), Some(dinner), Some(bedtime)] => {
                Some(Meals { breakfast, lunch, dinner, bedtime })
            }
            [None, None, None, None] => None,
            _ => return None,
        };
        let contact = ContactPerson { name: self.name.clone(), phone: self.phone.clone() };
        let note = EmergencyNote { text: self.note.clone() };
        let all =
            [meals.and_then(|meals| change(state, &meals)), change(state, &contact), change(state, &note)];
        Some(all.into_iter().flatten().collect())
    }
}

/// What is in the form.
#[derive(Clone, Copy)]
struct Form {
    meals: [RwSignal<Option<NaiveTime>>; 4],
    name: RwSignal<String>,
    phone: RwSignal<String>,
    note: RwSignal<String>,
    /// What it showed before anything was typed.
    shown: StoredValue<Values>,
    /// Some times are there and some are not.
    is_partial: RwSignal<bool>,
}

impl Form {
    fn of(state: &State) -> Self {
        let shown = Values::of(state);
        Self {
            meals: shown.meals.map(RwSignal::new),
            name: RwSignal::new(shown.name.clone()),
            phone: RwSignal::new(shown.phone.clone()),
            note: RwSignal::new(shown.note.clone()),
            shown: StoredValue::new(shown),
            is_partial: RwSignal::new(false),
        }
    }

    fn typed(self) -> Values {
        let trimmed = |of: RwSignal<String>| of.get_untracked().trim().to_owned();
        Values {
            meals: self.meals.map(|time| time.get_untracked()),
            name: trimmed(self.name),
            phone: trimmed(self.phone),
            note: trimmed(self.note),
        }
    }

    fn show(self, values: Values) {
        self.meals.iter().zip(values.meals).for_each(|(field, time)| field.set(time));
        self.name.set(values.name.clone());
        self.phone.set(values.phone.clone());
        self.note.set(values.note.clone());
        self.shown.set_value(values);
    }

    fn save(self, session: Session) {
        let texts = session.texts;
        let shown = self.shown.get_value();
        let (values, changes) = session.read(|phone| {
            phone.with_state(|state| {
                let values = Values::of(state).with(&self.typed(), &shown);
                let changes = values.changes(state);
                (values, changes)
            })
        });
        self.is_partial.set(changes.is_none());
        let Some(changes) = changes else { return };
        if changes.is_empty() {
            session.toaster.say(say!(texts, settings.same), Vec::new());
            return;
        }
        self.show(values);
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
            <p class="soft">{td!(texts, settings.lead)}</p>
            {meals(session, form)}
            {contact(session, form)}
            <button class="btn primary big" type="submit">{td!(texts, settings.save)}</button>
        </form>
    }
    .into_any()
}

fn meals(session: Session, form: Form) -> AnyView {
    let texts = session.texts;
    let names = [
        ("breakfast", td!(texts, settings.breakfast)),
        ("lunch", td!(texts, settings.lunch)),
        ("dinner", td!(texts, settings.dinner)),
        ("bedtime", td!(texts, settings.bedtime)),
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
            view! { <p class="error">{icon("info")}{td!(texts, settings.meals_all)}</p> }
        })
    };
    view! {
        <fieldset class="stack tight">
            <legend class="title">{td!(texts, settings.meals)}</legend>
            <div class="card stack">
                <p class="hint">{td!(texts, settings.meals_hint)}</p>
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
            <legend class="title">{td!(texts, settings.contact)}</legend>
            <div class="card stack">
                {line("contact", td!(texts, settings.name), "text", form.name)}
                {line("phone", td!(texts, settings.phone), "tel", form.phone)}
            </div>
        </fieldset>
        <fieldset class="stack tight">
            <legend class="title">{td!(texts, settings.emergency)}</legend>
            <div class="card field">
                <label for="emergency">{td!(texts, settings.note)}</label>
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

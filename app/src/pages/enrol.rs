//! Setting this phone up, by a link or by a code.

use leptos::{html, prelude::*};

use crate::{
    components::{
        icon::{icon, pebble, small},
        live::{memo, on_click, on_submit},
        notes,
    },
    enrolling::{Enrolling, FormError, Step},
    platform::focus,
    text::{Texts, say, td},
};

/// The page; one screen for each step.
#[component]
pub(crate) fn Enrol(enrolling: Enrolling, texts: Texts) -> impl IntoView {
    let shown = memo(move || enrolling.step.get());
    Effect::new(move |before: Option<Step>| {
        let step = shown.get();
        // A new screen begins at its heading; the form keeps the field.
        if before.is_some_and(|before| before != step) && !matches!(step, Step::Form(_)) {
            leptos::task::spawn_local(focus::heading());
        }
        step
    });
    view! {
        <div class="app alone">
            <a class="btn primary skip" href="#main">{td!(texts, skip_to_page)}</a>
            <main class="page fill" id="main">
                <div class="brand">{icon("mark")}<span>{td!(texts, app_name)}</span></div>
                {notes::of_storage(texts, enrolling.storage())}
                {move || step(enrolling, texts, shown.get())}
            </main>
        </div>
    }
}

fn step(enrolling: Enrolling, texts: Texts, step: Step) -> AnyView {
    match step {
        Step::Form(error) => form(enrolling, texts, error),
        Step::Invited(code) => invited(enrolling, texts, code),
        Step::Working => working(texts),
        Step::Offline => offline(enrolling, texts),
        Step::Already(code) => already(enrolling, texts, code),
        Step::Expired => spent(enrolling, texts, td!(texts, enrol.expired), td!(texts, enrol.expired_text)),
        Step::Used => spent(enrolling, texts, td!(texts, enrol.used), td!(texts, enrol.used_text)),
        Step::Failed(reason) => {
            let text = say!(texts, enrol.failed_text, reason = reason);
            let dock = button(td!(texts, enrol.try_now), move || enrolling.try_now());
            screen("info", td!(texts, enrol.failed), text, ().into_any(), dock)
        }
    }
}

fn invited(enrolling: Enrolling, texts: Texts, code: String) -> AnyView {
    let promise = |picture, title: &'static str, text: &'static str| {
        view! { <li class="item">{pebble(picture, "pebble bare")}<div class="body"><b>{title}</b><span>{text}</span></div></li> }
    };
    let start = move || enrolling.start(code.clone());
    view! {
        <form class="stack loose" on:submit=on_submit(start)>
            <div class="stack">
                <h1>{td!(texts, enrol.title)}</h1>
                <p class="lead soft">{td!(texts, enrol.lead)}</p>
            </div>
            <ul class="card list">
                {promise("mobile", td!(texts, enrol.here), td!(texts, enrol.here_text))}
                {promise("record", td!(texts, enrol.record), td!(texts, enrol.record_text))}
                {promise("lock", td!(texts, enrol.private), td!(texts, enrol.private_text))}
                {promise("shield", td!(texts, enrol.never), td!(texts, enrol.never_text))}
            </ul>
            <div class="dock"><button class="btn primary" type="submit">{td!(texts, enrol.start)}</button></div>
        </form>
    }
    .into_any()
}

fn form(enrolling: Enrolling, texts: Texts, error: FormError) -> AnyView {
    let field = NodeRef::<html::Input>::new();
    let wrong = match error {
        FormError::None => None,
        FormError::NotACode => Some(td!(texts, enrol.not_a_code)),
        FormError::Unknown => Some(td!(texts, enrol.unknown)),
    };
    let described = if wrong.is_some() { "code-hint code-error" } else { "code-hint" };
    if wrong.is_some() {
        field.on_load(|field| focus::focus(&field));
    }
    let go_on = move || {
        if let Some(field) = field.get_untracked() {
            enrolling.paste(&field.value());
        }
    };
    view! {
        <form class="stack" on:submit=on_submit(go_on)>
            <h1>{td!(texts, enrol.form)}</h1>
            <p class="soft" id="code-hint">{td!(texts, enrol.form_text)}</p>
            <div class="field">
                <label for="code">{td!(texts, enrol.code)}</label>
                <input
                    id="code"
                    name="code"
                    autocomplete="one-time-code"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=wrong.map(|_| "true")
                    aria-describedby=described
                    node_ref=field
                />
                {wrong.map(|wrong| view! { <p class="error" id="code-error" role="alert">{small("care")}{wrong}</p> })}
            </div>
            <div class="dock"><button class="btn primary" type="submit">{td!(texts, enrol.form_start)}</button></div>
        </form>
    }
    .into_any()
}

fn working(texts: Texts) -> AnyView {
    view! {
        <div class="stack" role="status" aria-busy="true">
            {pebble("mobile", "pebble huge")}
            <h1>{td!(texts, enrol.working)}</h1>
            <p class="lead soft">{td!(texts, enrol.working_text)}</p>
            <div class="skel"><div></div></div>
        </div>
    }
    .into_any()
}

fn offline(enrolling: Enrolling, texts: Texts) -> AnyView {
    let dock = button(td!(texts, enrol.try_now), move || enrolling.try_now());
    let text = td!(texts, enrol.offline_text).to_owned();
    screen("offline", td!(texts, enrol.offline), text, ().into_any(), dock)
}

/// A phone that was removed, or copied, is set up anew with the same invitation; what it has not sent goes along.
fn already(enrolling: Enrolling, texts: Texts, code: String) -> AnyView {
    let anew = move |_| enrolling.start(code.clone());
    let more = view! {
        <p class="soft small">{td!(texts, enrol.anew_text)}</p>
        <div class="row">
            <button class="btn" type="button" on:click=on_click(anew)>{td!(texts, enrol.anew)}</button>
        </div>
    }
    .into_any();
    let dock = button(td!(texts, enrol.open), move || enrolling.open());
    screen("check", td!(texts, enrol.already), say!(texts, enrol.already_text), more, dock)
}

fn spent(enrolling: Enrolling, texts: Texts, title: &'static str, text: &'static str) -> AnyView {
    let more = view! { <p>{td!(texts, enrol.new)}</p> }.into_any();
    let dock = button(td!(texts, enrol.other), move || enrolling.step.set(Step::Form(FormError::None)));
    screen("clock", title, text.to_owned(), more, dock)
}

fn screen(picture: &'static str, title: &'static str, text: String, more: AnyView, dock: AnyView) -> AnyView {
    view! {
        <div class="stack" role="status">
            {pebble(picture, "pebble huge sand")}
            <h1>{title}</h1>
            <p class="lead soft">{text}</p>
            {more}
        </div>
        <div class="dock">{dock}</div>
    }
    .into_any()
}

fn button(words: &'static str, act: impl Fn() + 'static) -> AnyView {
    view! { <button class="btn primary" type="button" on:click=on_click(move |_| act())>{words}</button> }
        .into_any()
}

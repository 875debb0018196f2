//! How things look in this browser.

use leptos::prelude::*;

use crate::{
    platform::memory,
    text::{Texts, td},
};

/// The section.
pub(super) fn section(texts: Texts) -> AnyView {
    let size = RwSignal::new(memory::reading("text"));
    let theme = RwSignal::new(memory::reading("theme"));
    let pick = |name: &'static str, of: RwSignal<String>, value: &'static str, words: &'static str| {
        let choose = move |_| {
            memory::read_with(name, value);
            of.set(value.to_owned());
        };
        view! {
            <label>
                <input type="radio" name=name value=value prop:checked=move || of.with(|of| of == value) on:change=choose />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <section class="stack" aria-labelledby="reading">
            <h2 id="reading">{td!(texts, settings.reading)}</h2>
            {languages(texts)}
            <fieldset>
                <legend>{td!(texts, settings.size)}</legend>
                <div class="row pick">
                    {pick("text", size, "", td!(texts, settings.standard))}
                    {pick("text", size, "large", td!(texts, settings.large))}
                    {pick("text", size, "larger", td!(texts, settings.larger))}
                    {pick("text", size, "largest", td!(texts, settings.largest))}
                </div>
            </fieldset>
            <fieldset>
                <legend>{td!(texts, settings.colours)}</legend>
                <div class="row pick">
                    {pick("theme", theme, "", td!(texts, settings.like_phone))}
                    {pick("theme", theme, "light", td!(texts, settings.light))}
                    {pick("theme", theme, "dark", td!(texts, settings.dark))}
                </div>
            </fieldset>
        </section>
    }
    .into_any()
}

/// Each by its own name, so that who cannot read the page finds hers.
const LANGUAGES: [(&str, &str); 3] = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")];

fn languages(texts: Texts) -> AnyView {
    let chosen = memory::reading("language");
    let pick = |value: &'static str, words: &'static str| {
        let choose = move |_| {
            memory::speak(value);
            // The words are fetched at the start. Loading anew does not fail; were it to, the next start has them.
            drop(window().location().reload());
        };
        let lang = (!value.is_empty()).then_some(value);
        view! {
            <label>
                <input type="radio" name="language" value=value prop:checked=chosen == value on:change=choose />
                <span lang=lang>{words}</span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>{td!(texts, settings.language)}</legend>
            <div class="row pick">
                {pick("", td!(texts, settings.like_phone))}
                {LANGUAGES.map(|(language, name)| pick(language, name)).collect_view()}
            </div>
        </fieldset>
    }
    .into_any()
}

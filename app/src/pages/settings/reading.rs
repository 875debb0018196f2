//! How things look in this browser.

use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::{platform::memory, text::Texts};

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
            <h2 id="reading">{td_string!(texts, settings.reading)}</h2>
            <fieldset>
                <legend>{td_string!(texts, settings.size)}</legend>
                <div class="row pick">
                    {pick("text", size, "", td_string!(texts, settings.standard))}
                    {pick("text", size, "large", td_string!(texts, settings.large))}
                    {pick("text", size, "larger", td_string!(texts, settings.larger))}
                    {pick("text", size, "largest", td_string!(texts, settings.largest))}
                </div>
            </fieldset>
            <fieldset>
                <legend>{td_string!(texts, settings.colours)}</legend>
                <div class="row pick">
                    {pick("theme", theme, "", td_string!(texts, settings.like_phone))}
                    {pick("theme", theme, "light", td_string!(texts, settings.light))}
                    {pick("theme", theme, "dark", td_string!(texts, settings.dark))}
                </div>
            </fieldset>
        </section>
    }
    .into_any()
}

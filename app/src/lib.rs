//! Rivulet, the patient's app: two programs over one profile, so that neither page waits for the other's code.
//! [`today()`] shows what is due, [`enrolment()`] sets the phone up. [`opening`] starts the device, [`session`] is what
//! the pages are given of it, [`today`](mod@today) reads what Today shows,
//! [`calendar`] what other days show, [`appointments`] where she is expected, [`why`] how it came about, [`pages`] and [`components`] draw,
//! [`platform`] is the browser; [`parts`] come behind the first screen.

#![allow(unreachable_pub, reason = "the component macro makes public what it is given as pub(crate)")]

mod app;
mod appointments;
mod calendar;
mod components;
mod enrolling;
mod enrolment;
mod export;
mod opening;
mod pages;
pub mod parts;
mod platform;
mod schedule;
mod session;
mod text;
mod texts;
mod today;
mod why;

/// The app itself; `sources` say how it comes by its parts.
pub fn today(sources: parts::Sources) {
    parts::from(sources);
    let texts = start(&["first"]);
    leptos::mount::mount_to_body(move || leptos::view! { <app::App texts /> });
}

/// The page that sets this phone up.
pub fn enrolment() {
    let texts = start(&["first", "enrol"]);
    leptos::mount::mount_to_body(move || leptos::view! { <enrolment::Enrolment texts /> });
}

/// A page without the words of this build says that it could not start (`public/boot.js`).
fn start(words: &[&str]) -> texts::Texts {
    platform::trouble::watch();
    match texts::Texts::of_page(words) {
        Ok(texts) => texts,
        Err(texts::Missing) => wasm_bindgen::throw_str("the words are of another build"),
    }
}

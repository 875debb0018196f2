//! Rivulet, the patient's app: two programs over one profile, so that neither page waits for the other's code.
//! [`today()`] shows what is due, [`enrolment()`] sets the phone up. [`opening`] starts the device, [`session`] is what
//! the pages are given of it, [`today`](mod@today) reads what Today shows,
//! [`calendar`] what other days show, [`why`] how it came about, [`pages`] and [`components`] draw,
//! [`platform`] is the browser; [`parts`] come behind the first screen.

#![allow(unreachable_pub, reason = "the component macro makes public what it is given as pub(crate)")]

mod app;
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
    if let Some(texts) = start(&["first"]) {
        leptos::mount::mount_to_body(move || leptos::view! { <app::App texts /> });
    }
}

/// The page that sets this phone up.
pub fn enrolment() {
    if let Some(texts) = start(&["first", "enrol"]) {
        leptos::mount::mount_to_body(move || leptos::view! { <enrolment::Enrolment texts /> });
    }
}

/// A page without the words of this build says that it could not start.
fn start(words: &[&str]) -> Option<texts::Texts> {
    platform::trouble::watch();
    let texts = texts::Texts::of_page(words);
    if texts.is_err() {
        platform::trouble::could_not_start();
    }
    texts.ok()
}

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
mod today;
mod why;

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

/// The app itself; `sources` say how it comes by its parts.
pub fn today(sources: parts::Sources) {
    platform::trouble::watch();
    parts::from(sources);
    leptos::mount::mount_to_body(app::App);
}

/// The page that sets this phone up.
pub fn enrolment() {
    platform::trouble::watch();
    leptos::mount::mount_to_body(enrolment::Enrolment);
}

//! Rivulet, the patient's app: two pages over one device. [`opening`] starts the device, [`session`] is what the pages
//! are given of it, [`today`] reads what Today shows, [`pages`] and [`components`] draw, [`platform`] is the browser.

#![allow(unreachable_pub, reason = "the component macro makes public what it is given as pub(crate)")]

mod app;
mod components;
mod enrolling;
mod opening;
mod pages;
mod parts;
mod platform;
mod session;
mod text;
mod today;

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

fn main() {
    platform::trouble::watch();
    leptos::mount::mount_to_body(app::App);
}

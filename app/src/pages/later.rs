//! Any page but Today: they come behind the first screen.

use leptos::prelude::*;

use crate::{
    components::{
        live::{Live, changing, memo},
        reminder,
    },
    pages::{self, calendar, history, medicine, medicines, more, settings},
    session::Session,
    text::td,
    today::Today,
};

/// A kind of page; what it shows of its kind stands in the rest of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Also what no page has.
    Today,
    Month,
    Week,
    Day,
    Medicines,
    Medicine,
    Add,
    Change,
    History,
    Settings,
    More,
}

impl Kind {
    pub(crate) fn of(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next()) {
            (Some("calendar"), Some("week")) => Self::Week,
            (Some("calendar"), Some("day")) => Self::Day,
            (Some("calendar"), _) => Self::Month,
            (Some("medicines"), None) => Self::Medicines,
            (Some("medicines"), Some("add")) => Self::Add,
            (Some("medicines"), Some("change")) => Self::Change,
            (Some("medicines"), Some(_)) => Self::Medicine,
            (Some("history"), _) => Self::History,
            (Some("settings"), _) => Self::Settings,
            (Some("more"), _) => Self::More,
            _ => Self::Today,
        }
    }

    /// Where the way to it begins.
    pub(crate) const fn section(self) -> &'static str {
        match self {
            Self::Today => "/",
            Self::Month | Self::Week | Self::Day => "/calendar",
            Self::Medicines | Self::Medicine | Self::Add | Self::Change => "/medicines",
            Self::History | Self::Settings | Self::More => "/more",
        }
    }
}

/// The page of the address. It is drawn anew only where its kind is another: what leads on to the next month stays.
pub(crate) fn page(session: Session, today: Live<Today>) -> AnyView {
    let kind = memo(move || Kind::of(&session.place.path()));
    let texts = session.texts;
    Effect::new(move || {
        let title = match kind.get() {
            Kind::Today => return document().set_title(td!(texts, app_name)),
            Kind::Month | Kind::Week | Kind::Day => td!(texts, nav.calendar),
            Kind::Add => td!(texts, add.title),
            Kind::Medicines | Kind::Medicine | Kind::Change => td!(texts, nav.medicines),
            Kind::History => td!(texts, history.title),
            Kind::Settings => td!(texts, settings.title),
            Kind::More => td!(texts, nav.more),
        };
        document().set_title(&format!("{title} · {}", td!(texts, app_name)));
    });
    on_cleanup(move || document().set_title(td!(texts, app_name)));
    // Whenever a reminder is turned on or off.
    let turned = RwSignal::new(());
    let drawn = move |kind| match kind {
        Kind::Today => pages::today::shown(session, today),
        Kind::Month => calendar::month::page(session),
        Kind::Week => calendar::week::page(session),
        Kind::Day => calendar::day::page(session),
        Kind::Medicines => medicines::page(session, today),
        Kind::Medicine => medicine::page(session),
        Kind::Add => medicine::form::add(session),
        Kind::Change => medicine::form::change(session),
        Kind::History => history::page(session),
        Kind::Settings => settings::page(session, turned),
        Kind::More => more::page(session),
    };
    // What a page looks at while it is drawn is not what draws it anew: a form would be empty at the next minute.
    let drawn = move || {
        let kind = kind.get();
        untrack(|| drawn(kind))
    };
    view! {
        {reminder::note(session, today, kind, turned)}
        {changing(drawn)}
    }
    .into_any()
}

//! How this phone stands with the hospital, where it is not as it should be. Nothing here stops a person from logging.

use leptos::prelude::*;
use rivulet_sync::engine::Trouble;

use crate::{
    components::{live::memo, notes},
    session::Session,
    text::{say, td},
};

/// The note, if there is trouble.
pub(crate) fn notes(session: Session) -> AnyView {
    let trouble = memo(move || session.status().trouble);
    (move || trouble.get().map(|trouble| note(session, trouble))).into_any()
}

fn note(session: Session, trouble: Trouble) -> AnyView {
    let texts = session.texts;
    let whom = session.care_team();
    let whom = whom.as_str();
    let (picture, title, more) = match trouble {
        Trouble::Diverged => ("history", td!(texts, trouble.diverged), say!(texts, trouble.diverged_more)),
        Trouble::Revoked => {
            ("mobile", td!(texts, trouble.revoked), say!(texts, trouble.revoked_more, whom = whom))
        }
        Trouble::Forked => {
            ("split", td!(texts, trouble.forked), say!(texts, trouble.forked_more, whom = whom))
        }
        Trouble::UnknownDevice => (
            "mobile",
            td!(texts, trouble.unknown_device),
            say!(texts, trouble.unknown_device_more, whom = whom),
        ),
        // The whole page says so; or the app opens anew at once.
        Trouble::Erased | Trouble::Moved => return ().into_any(),
    };
    notes::note(picture, title, more)
}

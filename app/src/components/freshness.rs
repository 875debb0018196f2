//! The one line that says how recent everything is. When all is sent there is none.

use std::time::Duration;

use chrono::DateTime;
use leptos::{prelude::*, task::spawn_local};
use rivulet_sync::engine::{Network, Status};

use crate::{
    components::{icon::icon, live::memo},
    platform::{intl, timer},
    session::Session,
    text::{counted, say, td},
};

/// Sending takes a moment; a line that comes and goes within it would only move the page under the finger.
const WORTH_A_LINE: Duration = Duration::from_millis(1500);

#[derive(Clone, Debug, PartialEq)]
struct Line {
    icon: &'static str,
    first: Option<&'static str>,
    text: String,
}

/// The line of freshness.
#[component]
pub(crate) fn Freshness(session: Session) -> impl IntoView {
    let lasting = lasting(session);
    let line = memo(move || line(session, &session.status(), lasting.get()));
    view! {
        <div role="status">
            {move || line.get().map(|line| view! {
                <p class="line">
                    {icon(line.icon)}
                    <span>{line.first.map(|first| view! { <b>{first}</b>" " })}{line.text}</span>
                </p>
            })}
        </div>
    }
}

/// Whether something has been unsent for a while.
fn lasting(session: Session) -> RwSignal<bool> {
    let lasting = RwSignal::new(false);
    let unsent = memo(move || session.status().unsent > 0);
    Effect::new(move |_| {
        if !unsent.get() {
            lasting.set(false);
            return;
        }
        spawn_local(async move {
            timer::sleep(WORTH_A_LINE).await;
            // The page may be gone by then.
            if unsent.try_get_untracked() == Some(true) {
                lasting.set(true);
            }
        });
    });
    lasting
}

fn line(session: Session, status: &Status, lasting: bool) -> Option<Line> {
    let texts = session.texts;
    let unsent = usize::try_from(status.unsent).unwrap_or(usize::MAX);
    if status.trouble.is_some() {
        return None;
    }
    if status.network == Network::Offline {
        let text = if unsent == 0 {
            say!(texts, line.offline_all)
        } else {
            counted!(texts, unsent, line.offline_unsent)
        };
        return Some(Line { icon: "offline", first: Some(td!(texts, line.offline)), text });
    }
    if let Some(since) = status.unreachable_since_ms {
        let since = i64::try_from(since).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default();
        let time = intl::time(session.on_her_clock(since).time());
        let mut text = say!(texts, line.unreachable, time = time);
        if unsent > 0 {
            text = format!("{text} {}", counted!(texts, unsent, line.safe));
        }
        return Some(Line { icon: "clock", first: None, text });
    }
    if unsent == 0 || !lasting {
        return None;
    }
    let text = if status.sending {
        counted!(texts, unsent, line.sending)
    } else {
        counted!(texts, unsent, line.waiting)
    };
    Some(Line { icon: "refresh", first: None, text })
}

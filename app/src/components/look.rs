//! Own entries that the hospital could not put into the record. They are kept, and can be recorded anew.

use leptos::prelude::*;
use rivulet_sync::device::NeedsLook;
use shared_events::{
    content::{Content, OccurredAt},
    draft::Draft,
    events::Meaning,
    json,
    record::Header,
};

use crate::{
    components::{
        icon::icon,
        live::{memo, on_click},
    },
    session::{Phone, Session, Undo},
    text::{self, counted, say, td},
};

/// The entries that need a look and were not recorded anew yet.
#[component]
pub(crate) fn Look(session: Session) -> impl IntoView {
    let texts = session.texts;
    let all = memo(move || session.follow(open));
    let hint = move |n: usize| counted!(texts, n, look.entries);
    view! {
        {move || {
            let all = all.get();
            let n = all.len();
            (n > 0).then(|| view! {
                <section class="stack tight" aria-labelledby="look">
                    <h2 id="look">{td!(texts, section.look)}</h2>
                    <p class="hint" role="status">{hint(n)}</p>
                    <ul class="card list">
                        {all.into_iter().map(|look| row(session, look)).collect_view()}
                    </ul>
                </section>
            })
        }}
    }
}

/// Recorded anew means that another entry says it was caused by this one.
fn open(phone: &Phone) -> Vec<NeedsLook> {
    if phone.coverage().doses_from_ms != 0 {
        return Vec::new(); // what was recorded anew may not be read yet, and must not be asked for twice
    }
    let mut all = phone.needs_look();
    if !all.is_empty() {
        let held = phone.held();
        phone.with_state(|state| {
            let is_new = |look: &NeedsLook| {
                let cause = Some(look.id);
                !state.entries().any(|e| e.content.caused_by == cause)
                    && !held.iter().any(|(_, draft)| draft.caused_by == cause)
            };
            all.retain(is_new);
        });
    }
    all
}

/// What it said, as a draft of a new entry.
fn again(look: &NeedsLook) -> Option<Draft> {
    let header = Header::parse(&look.header).ok()?;
    let content = json::from_str::<Content>(look.content.as_deref()?).ok()?;
    let Meaning::Known(event) = Meaning::read(&header.kind, &header.version, &content.data) else {
        return None;
    };
    let OccurredAt { at, precision } = content.occurred_at;
    Some(Draft::new(event, at, precision).about(content.about).caused_by(look.id))
}

fn row(session: Session, look: NeedsLook) -> AnyView {
    let texts = session.texts;
    let draft = again(&look);
    let title = draft.as_ref().map_or_else(
        || say!(texts, look.unknown),
        |draft| {
            let at = session.on_her_clock(draft.occurred_at.at.to_utc()).naive_local();
            let (day, time) = (text::day(at.date()), text::time(at));
            say!(texts, look.entry, day = day, time = time)
        },
    );
    let reason = say!(texts, look.reason, reason = look.reason);
    let said = say!(texts, look.recorded);
    let id = look.id.to_string();
    view! {
        <li class="item">
            {icon("info")}
            <div class="body"><b>{title}</b><span>{reason}</span></div>
            {draft.map(|draft| view! {
                <button
                    class="btn"
                    type="button"
                    on:click=on_click(move |_| session.record(vec![id.clone()], vec![draft.clone()], said.clone(), Undo::None))
                >
                    {td!(texts, look.again)}
                </button>
            })}
        </li>
    }
    .into_any()
}

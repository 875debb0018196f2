//! Entries that disagree: a possible double dose, or a dose that is logged as taken and as skipped. A person says which
//! is right; the others are taken back. All stay in the history.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_i18n::td_string;
use shared_events::views::{DoubleDose, FactView, Said};

use crate::{
    components::{
        icon::pebble,
        list::named,
        live::{Live, memo, on_event, on_submit},
    },
    session::{Session, Undo},
    text::{self, say},
    today::{Today, dose_id},
};

/// One question: which of these is right?
#[derive(Clone, Debug, PartialEq)]
struct Question {
    id: String,
    title: String,
    kind: Kind,
    /// Each with its witnesses.
    answers: Vec<Vec<FactView>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Double,
    Contradicted,
}

/// All open questions.
#[component]
pub(crate) fn Disagreements(session: Session, today: Live<Today>) -> impl IntoView {
    let questions = memo(move || today.with(|t| questions(session, t)));
    let names = move || questions.with(|all| all.iter().map(name).collect());
    let draw = move |mine: String| {
        let question = questions.with_untracked(|all| all.iter().find(|q| name(q) == mine).cloned());
        question.map_or_else(|| ().into_any(), |question| card(session, today, question))
    };
    named(Box::new(names), Arc::new(draw))
}

/// A question with other answers is another question.
fn name(question: &Question) -> String {
    let groups =
        question.answers.iter().map(|group| group.iter().map(|fact| format!(" {}", fact.id)).collect());
    std::iter::once(question.id.clone()).chain(groups).collect::<Vec<String>>().join("/")
}

fn questions(session: Session, today: &Today) -> Vec<Question> {
    let texts = session.texts;
    let name = |double: &DoubleDose| {
        let medicines = session.read(|phone| phone.with_state(shared_events::views::medicines));
        let known = medicines.into_iter().find(|m| m.treatment == double.treatment);
        known.map_or_else(|| say!(texts, dose.unknown), |m| text::medicine(texts, &m.medicine))
    };
    let doubles = today.doubles.iter().map(|double| Question {
        id: dose_id(double.treatment, &double.key),
        title: name(double),
        kind: Kind::Double,
        answers: double.groups.clone(),
    });
    let contradicted = today.contradicted.iter().map(|dose| {
        let (taken, skipped): (Vec<_>, Vec<_>) =
            dose.view.facts.iter().cloned().partition(|fact| matches!(fact.said, Said::Taken { .. }));
        Question {
            id: format!("{}-skipped", dose.id),
            title: text::medicine(texts, &dose.view.medicine),
            kind: Kind::Contradicted,
            answers: vec![taken, skipped],
        }
    });
    doubles.chain(contradicted).collect()
}

fn card(session: Session, today: Live<Today>, question: Question) -> AnyView {
    let texts = session.texts;
    let date = today.with_untracked(|t| t.date);
    let chosen = RwSignal::new(None::<usize>);
    let Question { id, title, kind, answers } = question;
    let asked = match kind {
        Kind::Double => td_string!(texts, disagree.double),
        Kind::Contradicted => td_string!(texts, disagree.contradicted),
    };
    let whom = session.care_team();
    let both = (kind == Kind::Double).then(|| say!(texts, disagree.both, whom = whom.as_str()));
    let others = say!(texts, disagree.not_yours, whom = whom);
    let options = answers
        .iter()
        .enumerate()
        .map(|(n, group)| option(session, date, &id, n, group, chosen))
        .collect_view();
    let heading = format!("disagree-{id}");
    let labelled = heading.clone();
    let takes_back = StoredValue::new(answers);
    // Only their author, or the care team, can take entries back.
    let is_blocked = memo(move || {
        let kept = chosen.get();
        let all = takes_back.get_value();
        kept.is_some() && rest(&all, kept).any(|fact| !session.is_own(&fact.who))
    });
    let keep = move || {
        let (kept, all) = (chosen.get_untracked(), takes_back.get_value());
        if kept.is_none() || is_blocked.get_untracked() {
            return;
        }
        let others: Vec<_> = rest(&all, kept).map(|fact| fact.id).collect();
        let said = say!(texts, toast.settled);
        session.record(vec![id.clone()], session.retractions(&others), said, Undo::Offered);
    };
    view! {
        <section aria-labelledby=labelled>
            <form class="card stack" on:submit=on_submit(keep)>
                <div class="row">
                    {pebble("split", "pebble sand")}
                    <div class="body"><h2 id=heading>{title}</h2><span>{asked}</span></div>
                </div>
                <fieldset class="stack tight"><legend class="sr">{td_string!(texts, disagree.legend)}</legend>{options}</fieldset>
                <div role="status">
                    {move || is_blocked.get().then(|| view! { <p class="hint">{others.clone()}</p> })}
                </div>
                <p class="hint">{td_string!(texts, disagree.hint)}" "{both}</p>
                <div class="row">
                    <button
                        class="btn primary"
                        type="submit"
                        aria-disabled=move || (chosen.get().is_none() || is_blocked.get()).to_string()
                    >
                        {td_string!(texts, disagree.keep)}
                    </button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// The entries of all answers but the kept one.
fn rest(all: &[Vec<FactView>], kept: Option<usize>) -> impl Iterator<Item = &FactView> {
    all.iter().enumerate().filter(move |(n, _)| Some(*n) != kept).flat_map(|(_, group)| group)
}

fn option(
    session: Session,
    today: chrono::NaiveDate,
    id: &str,
    n: usize,
    group: &[FactView],
    chosen: RwSignal<Option<usize>>,
) -> AnyView {
    let what = group.first().map(|fact| what(session, today, fact)).unwrap_or_default();
    let who: Vec<_> = group.iter().map(|fact| who(session, fact)).collect();
    view! {
        <label class="choice">
            <input type="radio" name=format!("keep-{id}") on:change=on_event(move |_| chosen.set(Some(n))) />
            <span class="body"><b>{what}</b>{who.into_iter().map(|who| view! { <span>{who}</span> }).collect_view()}</span>
        </label>
    }
    .into_any()
}

fn what(session: Session, today: chrono::NaiveDate, fact: &FactView) -> String {
    let texts = session.texts;
    let at = session.on_her_clock(fact.occurred_at.at.to_utc()).naive_local();
    let (time, day) = (text::time(at), text::day(at.date()));
    match &fact.said {
        Said::Skipped { .. } => say!(texts, disagree.skipped, time = time),
        Said::Taken { amount } => {
            let amount = text::amount(texts, amount);
            if at.date() == today {
                say!(texts, disagree.taken, amount = amount, time = time)
            } else {
                let (amount, day) = (amount.as_str(), day.as_str());
                say!(texts, disagree.taken_on, amount = amount, day = day, time = time)
            }
        }
    }
}

fn who(session: Session, fact: &FactView) -> String {
    let texts = session.texts;
    let device = fact.who.device_name.clone().unwrap_or_else(|| say!(texts, disagree.device));
    let is_here = session.read(|phone| phone.identity().device == fact.who.device);
    let who = if is_here {
        say!(texts, disagree.you_here)
    } else if session.is_own(&fact.who) {
        say!(texts, disagree.you, device = device)
    } else {
        let name = fact.who.name.clone().unwrap_or_else(|| say!(texts, disagree.somebody));
        say!(texts, disagree.someone, who = name, device = device)
    };
    match &fact.note {
        Some(note) => say!(texts, disagree.said, who = who, note = note),
        None => who,
    }
}

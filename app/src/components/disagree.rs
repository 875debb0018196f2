//! Entries that disagree: a dose that is logged as taken and as skipped, at two times, or in two amounts. A person says
//! what happened; what did not is taken back. All stay in the history. The rules stand in
//! [`shared_events::views::contradictions`].

use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveDateTime};
use leptos::prelude::*;
use shared_events::{
    amount::Amount,
    plan::DoseKey,
    settle::settle,
    views::{self, Answer, Contradiction, FactView, Rule, Said, Who},
};

use crate::{
    components::{
        dose::open,
        icon::pebble,
        list::named,
        live::{Live, memo, on_click, on_event, on_submit},
    },
    session::{Phone, Session, Undo},
    text::{self, say, td},
    today::{Today, dose_id},
};

/// How many days back is looked for what disagrees: until it is settled, or nobody can tell any more.
const LOOKED_FOR: Days = Days::new(31);

/// One question: which of these is right?
#[derive(Clone, Debug, PartialEq)]
struct Question {
    /// A question with other answers is another question.
    name: String,
    title: String,
    of: Contradiction,
}

/// All open questions.
#[component]
pub(crate) fn Disagreements(session: Session, today: Live<Today>) -> impl IntoView {
    let date = memo(move || today.with(|t| t.date));
    let questions = memo(move || session.follow(|phone| questions(session, phone, date.get())));
    let names = move || questions.with(|all| all.iter().map(|question| question.name.clone()).collect());
    let draw = move |mine: String| {
        let question = questions.with_untracked(|all| all.iter().find(|q| q.name == mine).cloned());
        question.map_or_else(|| ().into_any(), |question| card(session, date.get_untracked(), question))
    };
    named(Box::new(names), Arc::new(draw))
}

fn questions(session: Session, phone: &Phone, today: NaiveDate) -> Vec<Question> {
    phone.with_state(|state| {
        let since = today.checked_sub_days(LOOKED_FOR).unwrap_or(NaiveDate::MIN);
        let found = views::contradictions(state, since);
        let medicines = if found.is_empty() { Vec::new() } else { views::medicines(state) };
        let title = |of: &Contradiction| {
            let known = medicines.iter().find(|m| m.treatment == of.treatment);
            let unknown = || say!(session.texts, dose.unknown);
            known.map_or_else(unknown, |m| text::medicine(session.texts, &m.medicine))
        };
        found.into_iter().map(|of| Question { name: name(&of), title: title(&of), of }).collect()
    })
}

fn name(of: &Contradiction) -> String {
    let sides = of.sides.iter().map(|side| side.iter().map(|fact| format!(" {}", fact.id)).collect());
    let rule = match of.rule {
        Rule::TakenAndSkipped => "skipped",
        Rule::TwoTimes => "times",
        Rule::TwoAmounts => "amounts",
    };
    // An answer takes back the earlier ones that it goes against: with others it is another answer.
    let earlier = of.earlier.iter().map(|answer| answer.id.to_string());
    std::iter::once(rule.to_owned()).chain(sides).chain(earlier).collect::<Vec<String>>().join("/")
}

/// What "Why?" is asked about.
fn asked(of: &Contradiction) -> String {
    let first = of.sides.first().and_then(|side| side.first());
    let extra = first.filter(|_| of.key == DoseKey::AsNeeded).map(|fact| fact.id.to_string());
    extra.unwrap_or_else(|| dose_id(of.treatment, &of.key))
}

fn asked_of(session: Session, rule: Rule) -> &'static str {
    let texts = session.texts;
    match rule {
        Rule::TakenAndSkipped => td!(texts, disagree.contradicted),
        Rule::TwoTimes => td!(texts, disagree.double),
        Rule::TwoAmounts => td!(texts, disagree.amounts),
    }
}

fn card(session: Session, today: NaiveDate, question: Question) -> AnyView {
    let texts = session.texts;
    let chosen = RwSignal::new(None::<usize>);
    let Question { name, title, of } = question;
    let question = asked_of(session, of.rule);
    let whom = session.care_team();
    let may = move |of: &Contradiction, answer| of.may_answer(answer, |who| session.is_own(who));
    let both = if may(&of, Answer::All) {
        Some(say!(texts, disagree.both, whom = whom.as_str()))
    } else {
        (of.rule != Rule::TakenAndSkipped).then(|| say!(texts, disagree.both_not_yours, whom = whom.as_str()))
    };
    let others = say!(texts, disagree.not_yours, whom = whom);
    let sides = of.sides.iter().enumerate();
    let options = sides.map(|(n, side)| option(session, today, &name, n, side, chosen)).collect_view();
    let heading = format!("disagree {name}").replace(' ', "-");
    let labelled = heading.clone();
    let about = asked(&of);
    let kept_both = may(&of, Answer::All);
    let of = StoredValue::new(of);
    // Only their author, or the care team, can take entries back.
    let is_blocked =
        memo(move || chosen.get().is_some_and(|kept| !of.with_value(|of| may(of, Answer::Only(kept)))));
    let answer = move |answer: Answer| {
        let said = match answer {
            Answer::Only(_) => say!(texts, disagree.settled),
            Answer::All => say!(texts, disagree.both_kept),
        };
        let now = session.now();
        let drafts = of
            .with_value(|of| session.read(|phone| phone.with_state(|state| settle(state, of, answer, now))));
        session.record(vec![name.clone()], drafts, said, Undo::Offered);
    };
    let answer = StoredValue::new(answer);
    let keep = move || {
        if let Some(kept) = chosen.get_untracked().filter(|_| !is_blocked.get_untracked()) {
            answer.with_value(|answer| answer(Answer::Only(kept)));
        }
    };
    let both_button = kept_both.then(|| {
        view! {
            <button
                class="btn"
                type="button"
                on:click=on_click(move |_| answer.with_value(|answer| answer(Answer::All)))
            >
                {td!(texts, disagree.keep_both)}
            </button>
        }
    });
    view! {
        <section aria-labelledby=labelled>
            <form class="card stack" on:submit=on_submit(keep)>
                <div class="row">
                    {pebble("split", "pebble sand")}
                    <div class="body"><h2 id=heading>{title}</h2><span>{question}</span></div>
                </div>
                <fieldset class="stack tight"><legend class="sr">{td!(texts, disagree.legend)}</legend>{options}</fieldset>
                <div role="status">
                    {move || is_blocked.get().then(|| view! { <p class="hint">{others.clone()}</p> })}
                </div>
                <p class="hint">{td!(texts, disagree.hint)}" "{both}</p>
                <div class="row">
                    <button
                        class="btn primary"
                        type="submit"
                        aria-disabled=move || (chosen.get().is_none() || is_blocked.get()).to_string()
                    >
                        {td!(texts, disagree.keep)}
                    </button>
                    {both_button}
                    <button class="btn plain" type="button" aria-haspopup="dialog" on:click=on_click(move |_| open(session, about.clone()))>
                        {td!(texts, why.title)}
                    </button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn option(
    session: Session,
    today: NaiveDate,
    name: &str,
    n: usize,
    side: &[FactView],
    chosen: RwSignal<Option<usize>>,
) -> AnyView {
    let what = side.first().map(|fact| what(session, today, fact)).unwrap_or_default();
    let who: Vec<_> = side.iter().map(|fact| noted(session, who(session, &fact.who), fact)).collect();
    view! {
        <label class="choice">
            <input type="radio" name=format!("keep {name}") on:change=on_event(move |_| chosen.set(Some(n))) />
            <span class="body"><b>{what}</b>{who.into_iter().map(|who| view! { <span>{who}</span> }).collect_view()}</span>
        </label>
    }
    .into_any()
}

/// What an entry says of a dose.
pub(crate) fn what(session: Session, today: NaiveDate, fact: &FactView) -> String {
    let at = session.on_her_clock(fact.occurred_at.at.to_utc()).naive_local();
    match &fact.said {
        Said::Skipped { .. } => say!(session.texts, disagree.skipped, time = text::time(at)),
        Said::Taken { amount } => taken(session, today, amount, at),
    }
}

/// "Taken 1 tablet at 08:02".
pub(crate) fn taken(session: Session, today: NaiveDate, amount: &Amount, at: NaiveDateTime) -> String {
    let texts = session.texts;
    let (amount, time) = (text::amount(texts, amount), text::time(at));
    if at.date() == today {
        say!(texts, disagree.taken, amount = amount, time = time)
    } else {
        say!(texts, disagree.taken_on, amount = amount, day = text::day(at.date()), time = time)
    }
}

/// "You, on this phone".
pub(crate) fn who(session: Session, who: &Who) -> String {
    let texts = session.texts;
    let device = who.device_name.clone().unwrap_or_else(|| say!(texts, disagree.device));
    let me = session.identity();
    if me.device == who.device {
        say!(texts, disagree.you_here)
    } else if who.role == me.role && who.name.as_deref() == Some(&me.person) {
        say!(texts, disagree.you, device = device)
    } else {
        let name = who.name.clone().unwrap_or_else(|| say!(texts, disagree.somebody));
        say!(texts, disagree.someone, who = name, device = device)
    }
}

fn noted(session: Session, who: String, fact: &FactView) -> String {
    match &fact.note {
        Some(note) => say!(session.texts, disagree.said, who = who, note = note.as_str()),
        None => who,
    }
}

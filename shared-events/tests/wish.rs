//! What a person fills in, and the plan that it is.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use proptest::prelude::*;
use serde_json::json;
use shared_events::{
    plan::{Day, Form, Meal, Rule, Schedule},
    schedule::PlanRule,
    wish::{Field, Often, StepWish, Time, Wish, Wrong},
};

fn instant(local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
    local.and_local_timezone(FixedOffset::east_opt(3600)?).earliest()
}
fn wish() -> Wish {
    Wish { name: "Magnesium".into(), ..Wish::new("2026-11-26".parse().unwrap()) }
}
fn clock(times: &[&str]) -> Vec<Time> {
    times.iter().map(|time| Time::Clock((*time).to_owned())).collect()
}
fn rule(wish: &Wish) -> serde_json::Value {
    serde_json::to_value(wish.schedule(&instant).unwrap().rule).unwrap()
}
fn wrong(wish: &Wish) -> Wrong {
    wish.schedule(&instant).unwrap_err()
}

#[test]
fn every_kind_of_plan_can_be_filled_in() {
    let times = clock(&["08:00", "20:00"]);
    let slots = json!({"01": {"at": "08:00"}, "02": {"at": "20:00"}});
    let day_slots = json!({"01": {"at": {"clock": "08:00"}}, "02": {"at": {"clock": "20:00"}}});
    let of = |often, every: &str, days: &str| Wish {
        often,
        times: times.clone(),
        every: every.into(),
        days: days.into(),
        weekdays: [Day::Mon, Day::Thu].into_iter().collect(),
        ..wish()
    };
    assert_eq!(rule(&of(Often::EveryDay, "2", "1")), json!({"times": {"slots": slots}}));
    assert_eq!(
        rule(&of(Often::OnWeekdays, "1", "1")),
        json!({"times": {"slots": slots, "weekdays": ["mon", "thu"]}})
    );
    for (often, every, days, on) in [
        (Often::OnWeekdays, "2", "1", json!({"weeks": {"every": 2, "weekdays": ["mon", "thu"]}})),
        (Often::EveryFewDays, "3", "1", json!({"days": {"every": 3}})),
        (Often::Monthly, "1", "1, 15", json!({"months": {"days": [1, 15]}})),
        (Often::Yearly, "1", "1", json!({"years": {"month": 11, "days": [26]}})),
        (Often::InCycles, "21", "1-3, 8", json!({"cycle": {"every": 21, "days": [1, 2, 3, 8]}})),
    ] {
        assert_eq!(rule(&of(often, every, days)), json!({"dates": {"on": on, "slots": day_slots}}));
    }
    let hours = Wish {
        follows_taken: true,
        opens: "08:00".into(),
        closes: "22:00".into(),
        ..of(Often::EveryFewHours, "6", "")
    };
    assert_eq!(
        rule(&hours),
        json!({"hours": {"hours": 6, "from": "2026-11-26T08:00:00+01:00", "after": "taken",
               "window": {"opens": "08:00", "closes": "22:00"}}})
    );
    let needed = Wish { gap_hours: "6".into(), daily: "٤".into(), ..of(Often::WhenNeeded, "", "") };
    assert_eq!(rule(&needed), json!({"as_needed": {"gap_minutes": 360, "daily_doses": 4}}));
    let meals = Wish { times: vec![Time::With(Meal::Breakfast), Time::Before(Meal::Bedtime)], ..wish() };
    assert_eq!(
        rule(&meals),
        json!({"dates": {"on": {"days": {}}, "slots": {"01": {"at": {"with": "breakfast"}}, "02": {"at": {"before": "bedtime"}}}}})
    );
    let step = |from: &str, to: &str, amount: &str| StepWish {
        from: from.into(),
        to: to.into(),
        amount: amount.into(),
    };
    let taper = Wish {
        often: Often::InSteps,
        steps: vec![step("2026-11-26", "2026-11-30", "4"), step("2026-12-01", "2026-12-05", "2,5")],
        ..wish()
    };
    assert_eq!(
        rule(&taper)["dates"]["on"]["steps"][1],
        json!({"from": "2026-12-01", "to": "2026-12-05", "doses": {"01": {"value": "2.5", "unit": "{tablet}"}}})
    );
}

#[test]
fn what_cannot_be_names_its_field() {
    let nameless = Wish { name: "  ".into(), ..wish() };
    assert_eq!(nameless.medicine().unwrap_err(), Wrong::Breaks(Field::Name, PlanRule::Empty));
    assert_eq!(Wish { amount: "two".into(), ..wish() }.dose().unwrap_err(), Wrong::NotANumber(Field::Amount));
    for text in ["1,000", "1.000", "12,500", "-1", "1 000", "11/2", ""] {
        assert_eq!(
            Wish { amount: text.into(), ..wish() }.dose().unwrap_err(),
            Wrong::NotANumber(Field::Amount),
            "{text}"
        );
    }
    for (typed, read) in [("½", "0.5"), ("1½", "1.5"), ("1/2", "0.5"), ("2 ¼", "2.25"), ("3/4", "0.75")] {
        assert_eq!(Wish { amount: typed.into(), ..wish() }.dose().unwrap().value.as_str(), read, "{typed}");
    }
    assert_eq!(wrong(&Wish { times: clock(&["08:00", "08:00"]), ..wish() }), Wrong::Twice(Field::Times));
    assert_eq!(Wish { amount: "0,125".into(), ..wish() }.dose().unwrap().value.as_str(), "0.125");
    let nothing = Wish { amount: "0".into(), ..wish() };
    assert_eq!(nothing.dose().unwrap_err(), Wrong::Breaks(Field::Amount, PlanRule::NothingAllowed));
    assert_eq!(wrong(&Wish { times: clock(&["8 am"]), ..wish() }), Wrong::NotATime(Field::Times));
    assert_eq!(wrong(&Wish { times: Vec::new(), ..wish() }), Wrong::Breaks(Field::Times, PlanRule::NoSlots));
    assert_eq!(wrong(&Wish { start: "soon".into(), ..wish() }), Wrong::NotADate(Field::Start));
    let backwards = Wish { end: "2026-11-25".into(), ..wish() };
    assert_eq!(wrong(&backwards), Wrong::Breaks(Field::End, PlanRule::EndsBeforeStart));
    let no_day = Wish { often: Often::OnWeekdays, every: "1".into(), ..wish() };
    assert_eq!(wrong(&no_day), Wrong::Breaks(Field::Weekdays, PlanRule::NoWeekday));
    let never = Wish { often: Often::EveryFewDays, every: "0".into(), ..wish() };
    assert_eq!(wrong(&never), Wrong::Breaks(Field::Every, PlanRule::OutOfRange));
    let no_such = Wish { often: Often::InCycles, every: "21".into(), days: "22".into(), ..wish() };
    assert_eq!(wrong(&no_such), Wrong::Breaks(Field::Days, PlanRule::NoSuchDay));
    let half_a_window =
        Wish { often: Often::EveryFewHours, every: "6".into(), opens: "08:00".into(), ..wish() };
    assert_eq!(wrong(&half_a_window), Wrong::NotATime(Field::Window));
    assert_eq!(wrong(&Wish { often: Often::InSteps, ..wish() }), Wrong::NotANumber(Field::Steps));
    let gap = Wish { often: Often::WhenNeeded, gap_hours: "-1".into(), ..wish() };
    assert_eq!(wrong(&gap), Wrong::Breaks(Field::Gap, PlanRule::NotAGap));
}

#[test]
fn what_it_looks_like_goes_by_its_unit() {
    assert_eq!(Wish { unit: "{sachet}".into(), ..wish() }.medicine().unwrap().form, Form::Sachet);
    assert_eq!(Wish { unit: "mL".into(), ..wish() }.medicine().unwrap().form, Form::Other);
}

#[test]
fn a_plan_that_the_form_cannot_say_is_not_filled_in() {
    let slots = r#"{"times":{"slots":{"a":{"at":"08:00","dose":{"value":"2","unit":"{tablet}"}}}}}"#;
    let rule: Rule = serde_json::from_str(slots).unwrap();
    let schedule = Schedule { rule, ..wish().schedule(&instant).unwrap() };
    assert_eq!(Wish::of("Magnesium", &wish().dose().unwrap(), &schedule), None);
}

fn any_wish() -> impl Strategy<Value = Wish> {
    let time = prop_oneof![
        (0..24_u8, 0..60_u8).prop_map(|(h, m)| Time::Clock(format!("{h:02}:{m:02}"))),
        Just(Time::With(Meal::Lunch)),
        Just(Time::After(Meal::Dinner)),
    ];
    (
        prop::sample::select(Often::ALL.to_vec()),
        prop::collection::vec(time, 1..4),
        1..30_i64,
        1..28_i64,
        any::<bool>(),
        0..7_u8,
    )
        .prop_map(|(often, mut times, every, day, follows_taken, weekday)| Wish {
            often,
            times: {
                times.dedup();
                times.sort_by_key(|time| format!("{time:?}"));
                times.dedup();
                times
            },
            every: if often == Often::InCycles { (every + 30).to_string() } else { every.to_string() },
            days: format!("{day}"),
            follows_taken,
            weekdays: [
                [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun][usize::from(weekday)]
            ]
            .into_iter()
            .collect(),
            steps: vec![StepWish { from: "2026-11-27".into(), to: "2026-11-30".into(), amount: "3".into() }],
            gap_hours: "6".into(),
            ..wish()
        })
}

proptest! {
    #[test]
    fn what_was_filled_in_is_filled_in_again(wish in any_wish()) {
        let (dose, schedule) = (wish.dose().unwrap(), wish.schedule(&instant).unwrap());
        let again = Wish::of(&wish.name, &dose, &schedule);
        let again = again.ok_or_else(|| TestCaseError::fail(format!("{schedule:?}")))?;
        prop_assert_eq!(again.schedule(&instant).unwrap(), schedule);
    }
}

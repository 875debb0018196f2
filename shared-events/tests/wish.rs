//! What a person fills in, and the plan that it is.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use proptest::prelude::*;
use serde_json::json;
use shared_events::{
    plan::{Day, Form, Meal, Rule, Schedule},
    schedule::PlanRule,
    wish::{Field, Often, StepWish, Time, TimeWish, Wish, Wrong},
};

fn instant(local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
    local.and_local_timezone(FixedOffset::east_opt(3600)?).earliest()
}
fn wish() -> Wish {
    Wish { name: "Magnesium".into(), ..Wish::new("2026-11-26".parse().unwrap()) }
}
fn clock(times: &[&str]) -> Vec<TimeWish> {
    times.iter().map(|time| TimeWish::at(Time::Clock((*time).to_owned()))).collect()
}
fn of_minutes(at: Time, minutes: &str, amount: &str) -> TimeWish {
    TimeWish { at, minutes: minutes.into(), amount: amount.into() }
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
    let from_to = Wish {
        gap_hours: "4,5".into(),
        gap_to_hours: "6:20".into(),
        daily_amount: "2,5".into(),
        ..of(Often::WhenNeeded, "", "")
    };
    assert_eq!(
        rule(&from_to),
        json!({"as_needed": {"gap_minutes": 270, "gap_to_minutes": 380, "daily_amount": {"value": "2.5", "unit": "{tablet}"}}})
    );
    let meals = Wish {
        times: [Time::With(Meal::Breakfast), Time::Before(Meal::Bedtime)].map(TimeWish::at).into(),
        ..wish()
    };
    assert_eq!(
        rule(&meals),
        json!({"dates": {"on": {"days": {}}, "slots": {"01": {"at": {"with": "breakfast"}}, "02": {"at": {"before": "bedtime"}}}}})
    );
}

#[test]
fn amounts_bounds_and_steps_can_be_said_of_each_time() {
    let before = of_minutes(Time::Before(Meal::Lunch), "30", "½");
    assert_eq!(
        rule(&Wish { times: vec![before], for_doses: "10".into(), ..wish() }),
        json!({"dates": {"on": {"days": {}}, "count": 10, "slots": {
            "01": {"at": {"before": "lunch"}, "minutes": 30, "dose": {"value": "0.5", "unit": "{tablet}"}}
        }}})
    );
    let other_amount = of_minutes(Time::Clock("20:00".into()), "", "2");
    assert_eq!(
        rule(&Wish { times: vec![clock(&["08:00"])[0].clone(), other_amount], ..wish() }),
        json!({"times": {"slots": {"01": {"at": "08:00"}, "02": {"at": "20:00", "dose": {"value": "2", "unit": "{tablet}"}}}}})
    );
    let ten_days = Wish { often: Often::EveryFewHours, every: "6".into(), for_days: "10".into(), ..wish() };
    assert_eq!(rule(&ten_days)["hours"]["days"], json!(10));
    let step = |from: &str, to: &str, amount: &str| StepWish {
        from: from.into(),
        to: to.into(),
        amounts: vec![amount.into()],
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
    let mut twice = Wish { times: clock(&["08:00", "14:00", "20:00"]), ..taper };
    twice.steps[0].amounts = vec!["4".into(), String::new(), "2".into()];
    let doses = |wish: &Wish| rule(wish)["dates"]["on"]["steps"][0]["doses"].clone();
    let tablets = |n: &str| json!({"value": n, "unit": "{tablet}"});
    assert_eq!(doses(&twice), json!({"01": tablets("4"), "03": tablets("2")}));
    twice.remove_time(1);
    assert_eq!(doses(&twice), json!({"01": tablets("4"), "02": tablets("2")}));
}

#[test]
fn what_one_of_it_holds_can_be_said() {
    let strength =
        |text: &str| Wish { strength: text.into(), strength_unit: "ug".into(), ..wish() }.medicine();
    assert_eq!(strength("").unwrap().strength, None);
    assert_eq!(
        serde_json::to_value(strength("12,5").unwrap().strength).unwrap(),
        json!({"value": "12.5", "unit": "ug"})
    );
    assert_eq!(strength("much").unwrap_err(), Wrong::NotANumber(Field::Strength));
    assert_eq!(strength("0").unwrap_err(), Wrong::Breaks(Field::Strength, PlanRule::NothingAllowed));
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
    let step = |to: &str| StepWish { from: "2026-11-26".into(), to: to.into(), amounts: Vec::new() };
    for (to, is) in [("", Wrong::NotADate(Field::Steps)), ("2026-11-27", Wrong::NotANumber(Field::Steps))] {
        assert_eq!(wrong(&Wish { often: Often::InSteps, steps: vec![step(to)], ..wish() }), is);
    }
    let gap = |from: &str, to: &str| Wish {
        often: Often::WhenNeeded,
        gap_hours: from.into(),
        gap_to_hours: to.into(),
        ..wish()
    };
    for hours in ["-1", "0.333", "1:60", "six"] {
        assert_eq!(wrong(&gap(hours, "")), Wrong::NotANumber(Field::Gap), "{hours}");
    }
    assert_eq!(wrong(&gap("6", "4")), Wrong::Breaks(Field::Gap, PlanRule::NotAGap));
    let late = |minutes: &str, amount: &str| Wish {
        times: vec![of_minutes(Time::After(Meal::Dinner), minutes, amount)],
        ..wish()
    };
    assert_eq!(wrong(&late("soon", "")), Wrong::NotANumber(Field::Times));
    assert_eq!(wrong(&late("2000", "")), Wrong::Breaks(Field::Times, PlanRule::NotAnOffset));
    assert_eq!(wrong(&late("10", "two")), Wrong::NotANumber(Field::Times));
    assert_eq!(wrong(&late("10", "0")), Wrong::Breaks(Field::Times, PlanRule::NothingAllowed));
    let short = |days: &str, doses: &str| Wish { for_days: days.into(), for_doses: doses.into(), ..wish() };
    assert_eq!(wrong(&short("ten", "")), Wrong::NotANumber(Field::HowLong));
    assert_eq!(wrong(&short("0", "")), Wrong::Breaks(Field::HowLong, PlanRule::OutOfRange));
    assert_eq!(wrong(&short("", "10001")), Wrong::Breaks(Field::HowLong, PlanRule::TooMany));
    let counted = Wish { often: Often::EveryFewHours, follows_taken: true, for_doses: "3".into(), ..wish() };
    assert_eq!(wrong(&counted), Wrong::Breaks(Field::HowLong, PlanRule::CannotCount));
}

#[test]
fn what_it_looks_like_goes_by_its_unit() {
    assert_eq!(Wish { unit: "{sachet}".into(), ..wish() }.medicine().unwrap().form, Form::Sachet);
    assert_eq!(Wish { unit: "mL".into(), ..wish() }.medicine().unwrap().form, Form::Other);
}

#[test]
fn a_plan_that_the_form_cannot_say_is_not_filled_in() {
    for slots in [
        r#"{"times":{"slots":{"a":{"at":"08:00"}}}}"#, // a name of its own
        r#"{"times":{"slots":{"01":{"at":"08:00","dose":{"value":"2","unit":"mg"}}}}}"#, // another unit
        r#"{"as_needed":{"daily_amount":{"value":"4000","unit":"mg"}}}"#,
    ] {
        let rule: Rule = serde_json::from_str(slots).unwrap();
        let schedule = Schedule { rule, ..wish().schedule(&instant).unwrap() };
        assert_eq!(Wish::of("Magnesium", &wish().dose().unwrap(), &schedule), None, "{slots}");
    }
}

fn any_time() -> impl Strategy<Value = TimeWish> {
    let at = prop_oneof![
        2 => (0..24_u8, 0..60_u8).prop_map(|(h, m)| Time::Clock(format!("{h:02}:{m:02}"))),
        1 => Just(Time::With(Meal::Lunch)),
        1 => Just(Time::After(Meal::Dinner)),
        1 => Just(Time::Before(Meal::Bedtime)),
    ];
    let minutes = prop::sample::select(vec!["", "", "15", "90"]);
    let amount = prop::sample::select(vec!["", "", "2", "0.5"]);
    (at, minutes, amount).prop_map(|(at, minutes, amount)| of_minutes(at, minutes, amount))
}

fn or_none(numbers: std::ops::Range<i64>) -> impl Strategy<Value = String> {
    prop_oneof![2 => Just(String::new()), 1 => numbers.prop_map(|n| n.to_string())]
}

fn any_wish() -> impl Strategy<Value = Wish> {
    let gaps = prop::sample::select(vec![("", ""), ("6", ""), ("4", "6"), ("1:20", "2"), ("", "3")]);
    (
        prop::sample::select(Often::ALL.to_vec()),
        prop::collection::vec(any_time(), 1..4),
        (1..30_i64, 1..28_i64, any::<bool>(), 0..7_usize),
        (or_none(1..400), or_none(1..400)),
        (gaps, or_none(1..9), or_none(1..9)),
        prop::collection::vec(prop::sample::select(vec!["", "1", "2.5"]), 2),
    )
        .prop_map(
            |(often, mut times, (every, day, follows_taken, weekday), (days, doses), needed, amounts)| {
                let same = |a: &TimeWish, b: &TimeWish| format!("{:?}", a.at) == format!("{:?}", b.at);
                times.sort_by_key(|time| format!("{:?}", time.at));
                times.dedup_by(|a, b| same(a, b));
                let ((gap, gap_to), daily, daily_amount) = needed;
                let week = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri, Day::Sat, Day::Sun];
                let mut amounts: Vec<String> = amounts.into_iter().map(str::to_owned).collect();
                amounts.insert(0, "3".into());
                Wish {
                    often,
                    times,
                    every: if often == Often::InCycles {
                        (every + 30).to_string()
                    } else {
                        every.to_string()
                    },
                    days: format!("{day}"),
                    follows_taken,
                    weekdays: [week[weekday]].into_iter().collect(),
                    steps: vec![StepWish { from: "2026-11-27".into(), to: "2026-11-30".into(), amounts }],
                    gap_hours: gap.into(),
                    gap_to_hours: gap_to.into(),
                    daily,
                    daily_amount,
                    for_days: days,
                    for_doses: if follows_taken { String::new() } else { doses },
                    ..wish()
                }
            },
        )
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

//! Meals as times of a plan. Which times of the clock they are is the patient's to say.

use chrono::NaiveTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::clock::as_text;
use crate::model::Model;

/// When a slot is: at a time of the clock, or by a meal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// `08:00`
    Clock(
        #[serde(with = "as_text")]
        #[schemars(with = "String")]
        NaiveTime,
    ),
    /// The slot's minutes before it.
    Before(Meal),
    /// With it; the slot's minutes into it.
    With(Meal),
    /// The slot's minutes after it.
    After(Meal),
}

/// What a patient's day is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Meal {
    Breakfast,
    Lunch,
    Dinner,
    Bedtime,
}

/// When a patient has her meals, by her own clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Meals {
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    pub breakfast: NaiveTime,
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    pub lunch: NaiveTime,
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    pub dinner: NaiveTime,
    /// Before breakfast it is after midnight.
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    pub bedtime: NaiveTime,
}

/// The patient says when; a plan by meals cannot be followed before she has.
impl Model for Meals {
    const NAME: &'static str = "meals";
}

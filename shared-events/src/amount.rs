//! Amounts: exact decimals, as text, with a UCUM unit. Never floats: half a tablet is 0.5, not 0.49999.

use std::{cmp::Ordering, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// An amount of something: `{"value": "2.5", "unit": "mg"}`. Units are UCUM; tablets are `{tablet}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Amount {
    pub value: Decimal,
    pub unit: String,
}

/// A decimal that is not negative, kept as it was written; compared by value.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Decimal(String);

/// The text is not a decimal such as `1` or `2.5`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a number, such as 1 or 2.5, instead of {0:?}")]
pub struct NotADecimal(String);

impl Decimal {
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.parts() == ("", "")
    }

    /// Whether these together are more than a limit, exactly. Numbers too long to add up are: they warn.
    #[must_use]
    pub fn exceed<'a>(decimals: impl Iterator<Item = &'a Self> + Clone, limit: &'a Self) -> bool {
        let places = |decimal: &Self| decimal.parts().1.len();
        let most = decimals.clone().chain([limit]).map(places).max().unwrap_or(0);
        let sum = decimals.map(|decimal| decimal.scaled(most)).try_fold(0_u128, |sum, n| sum.checked_add(n?));
        sum.zip(limit.scaled(most)).is_none_or(|(sum, limit)| sum > limit)
    }

    /// As a whole number with so many decimal places.
    fn scaled(&self, places: usize) -> Option<u128> {
        let (whole, fraction) = self.parts();
        let zeros = std::iter::repeat_n(b'0', places.checked_sub(fraction.len())?);
        let mut digits = whole.bytes().chain(fraction.bytes()).chain(zeros);
        digits.try_fold(0_u128, |n, digit| n.checked_mul(10)?.checked_add(u128::from(digit - b'0')))
    }

    /// Whole part without leading zeros, fraction without trailing ones: equal for equal values.
    fn parts(&self) -> (&str, &str) {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        (whole.trim_start_matches('0'), fraction.trim_end_matches('0'))
    }
}

impl FromStr for Decimal {
    type Err = NotADecimal;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let holds = text.len() <= 32
            && match text.split_once('.') {
                Some((whole, fraction)) => digits(whole) && digits(fraction),
                None => digits(text),
            };
        if holds { Ok(Self(text.to_owned())) } else { Err(NotADecimal(text.to_owned())) }
    }
}
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}
impl Eq for Decimal {}
impl std::hash::Hash for Decimal {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((a, fa), (b, fb)) = (self.parts(), other.parts());
        a.len().cmp(&b.len()).then_with(|| a.cmp(b)).then_with(|| fa.cmp(fb))
    }
}
impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_compare_by_value_and_keep_their_text() {
        let d = |t: &str| t.parse::<Decimal>().unwrap();
        assert_eq!(d("2.50"), d("2.5"));
        assert_eq!(d("007"), d("7.0"));
        assert!(d("10") > d("9.99") && d("0.05") < d("0.5") && d("0.5") < d("1"));
        assert_eq!(d("2.50").to_string(), "2.50");
    }

    #[test]
    fn what_is_not_a_decimal_is_refused() {
        for text in ["", ".5", "5.", "-1", "1,5", "1e3", "NaN", "1 ", "1.2.3"] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }
}

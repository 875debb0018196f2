//! How far a phone's clock is from the server's, from answers that were under way for a while.

use super::{Engine, diverged::identity};
use crate::platform::Now;

fn at(wall_ms: u64) -> Now {
    Now { wall_ms, monotonic_ms: 0 }
}

#[test]
fn the_answer_that_was_quickest_tells_the_time_and_now_is_never_before_an_answer() {
    let mut engine = Engine::new(&identity());
    engine.measure(1_000, at(1_700));
    assert_eq!(engine.corrected_ms(at(2_000)), 1_300);
    engine.measure(2_050, at(2_060));
    assert_eq!(engine.corrected_ms(at(2_060)), 2_050);
    engine.measure(3_000, at(3_500));
    assert_eq!(engine.corrected_ms(at(3_500)), 3_490, "a slow answer changes nothing");
    engine.measure(10_000, at(4_000));
    assert_eq!(engine.corrected_ms(at(4_000)), 10_000, "the clock was set back");
    engine.measure(11_000, at(15_000));
    assert_eq!(engine.corrected_ms(at(15_000)), 11_000, "and set forward");
}

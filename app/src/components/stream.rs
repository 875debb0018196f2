//! The stream: the wider it runs through a day, the more of the day's doses are logged. A picture of numbers that stand
//! beside it in words.

use leptos::prelude::*;
use shared_events::views::{CalendarDay, Flow};

/// A day's cell, along the stream.
const LENGTH: f64 = 40.0;
const MIDDLE: f64 = 8.0;

/// Which way the stream runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    /// With the days of a week.
    Along,
    /// Down, where days stand below each other.
    Down,
}

/// One day of it, between its neighbours.
pub(crate) fn cell(
    runs: Runs,
    before: Option<&CalendarDay>,
    day: &CalendarDay,
    after: Option<&CalendarDay>,
) -> AnyView {
    let flow = |day: Option<&CalendarDay>| day.map(|day| day.flow);
    let path = path(runs, 0.0, flow(before), day.flow, flow(after));
    drawn(if runs == Runs::Along { "0 0 40 16" } else { "0 0 16 40" }, vec![path])
}

/// All of these days.
pub(crate) fn days(days: &[CalendarDay]) -> AnyView {
    let mut from = 0.0;
    let mut paths = Vec::new();
    for (n, day) in days.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| days.get(n)).map(|day| day.flow);
        let after = days.get(n + 1).map(|day| day.flow);
        paths.push(path(Runs::Along, from, before, day.flow, after));
        from += LENGTH;
    }
    drawn(&format!("0 0 {from} 16"), paths)
}

/// A sample of it, for a legend.
pub(crate) fn sample(flow: Flow) -> AnyView {
    drawn("0 0 40 16", vec![path(Runs::Along, 0.0, None, flow, None)])
}

fn drawn(within: &str, paths: Vec<Option<Path>>) -> AnyView {
    let draw = |Path { class, d }: Path| view! { <path class=class d=d></path> };
    view! {
        <svg class="stream" viewBox=within.to_owned() preserveAspectRatio="none" aria-hidden="true">
            {paths.into_iter().flatten().map(draw).collect_view()}
        </svg>
    }
    .into_any()
}

struct Path {
    class: Option<&'static str>,
    d: String,
}

/// Half the width of the stream; `None`: there is none.
const fn half(flow: Flow) -> Option<f64> {
    match flow {
        Flow::All => Some(7.0),
        Flow::Some => Some(3.6),
        Flow::None => Some(0.75),
        Flow::Nothing | Flow::Ahead | Flow::Loading => None,
    }
}

/// From the edge, half-way to the neighbour's width, by a cubic to its own in the middle, and so to the other edge.
fn path(runs: Runs, from: f64, before: Option<Flow>, flow: Flow, after: Option<Flow>) -> Option<Path> {
    let point = |along: f64, across: f64| match runs {
        Runs::Along => format!("{along} {across}"),
        Runs::Down => format!("{across} {along}"),
    };
    let Some(own) = half(flow) else {
        let dots = || format!("M{}L{}", point(from + 8.0, MIDDLE), point(from + 34.0, MIDDLE));
        return (flow == Flow::Ahead).then(|| Path { class: Some("ahead"), d: dots() });
    };
    let width = |of: Option<Flow>| of.and_then(half).unwrap_or(own);
    let (before, after) = (width(before), width(after));
    // Distance from the middle at each point of the cubics.
    let steps = [
        (0.0, f64::midpoint(own, before)),
        (5.0, (3.0 * own + before) / 4.0),
        (10.0, own),
        (20.0, own),
        (30.0, own),
        (35.0, (3.0 * own + after) / 4.0),
        // A little over the edge, so that no seam shows between two days.
        (40.6, f64::midpoint(own, after)),
    ];
    let upper = steps.map(|(along, width)| point(from + along, MIDDLE - width));
    let lower = steps.map(|(along, width)| point(from + along, MIDDLE + width));
    let [a, b, c, d, e, f, g] = &upper;
    let [h, i, j, k, l, m, n] = &lower;
    Some(Path { class: None, d: format!("M{a}C{b} {c} {d}C{e} {f} {g}L{n}C{m} {l} {k}C{j} {i} {h}Z") })
}

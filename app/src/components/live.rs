//! What changes while it is shown. Each closure is boxed here, so that the phone loads the machinery behind it once and
//! not once for every place that it stands in.

use leptos::{ev, prelude::*};

/// There only while `holds`.
pub(crate) fn when(
    holds: impl Fn() -> bool + Send + Sync + 'static,
    shown: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    when_or(holds, shown, || ().into_any())
}

/// One view while `holds`, another while it does not.
pub(crate) fn when_or(
    holds: impl Fn() -> bool + Send + Sync + 'static,
    shown: impl Fn() -> AnyView + Send + Sync + 'static,
    otherwise: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    either(Box::new(holds), Box::new(shown), Box::new(otherwise))
}

type Draw = Box<dyn Fn() -> AnyView + Send + Sync>;

fn either(holds: Box<dyn Fn() -> bool + Send + Sync>, shown: Draw, otherwise: Draw) -> AnyView {
    let holds = memo(holds);
    changing(move || if holds.get() { shown() } else { otherwise() })
}

/// Drawn again whenever something that it reads has changed.
pub(crate) fn changing(draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let draw: Box<dyn Fn() -> AnyView + Send> = Box::new(draw);
    draw.into_any()
}

/// Text that is written again whenever something that it reads has changed.
pub(crate) fn words(text: impl Fn() -> String + Send + 'static) -> AnyView {
    let text: Box<dyn Fn() -> String + Send> = Box::new(text);
    text.into_any()
}

/// A value that is read again whenever something that it reads has changed, and told on if it differs.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    let read: Box<dyn Fn() -> T + Send + Sync> = Box::new(read);
    Memo::new(move |_| read())
}

/// What a tap or a key does.
pub(crate) fn on_click(act: impl FnMut(ev::MouseEvent) + 'static) -> Box<dyn FnMut(ev::MouseEvent)> {
    Box::new(act)
}

/// What a field or a dialog that was changed does.
pub(crate) fn on_event(act: impl FnMut(ev::Event) + 'static) -> Box<dyn FnMut(ev::Event)> {
    Box::new(act)
}

/// What a form that is sent does; it never leaves the page.
pub(crate) fn on_submit(mut act: impl FnMut() + 'static) -> Box<dyn FnMut(ev::SubmitEvent)> {
    Box::new(move |event| {
        event.prevent_default();
        act();
    })
}

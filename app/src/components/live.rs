//! What changes while it is shown. Each closure is boxed here, so that the phone loads the machinery behind it once and
//! not once for every place that it stands in.

use std::{any::Any, marker::PhantomData, sync::Arc, time::Duration};

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

/// Drawn in a task of its own, in the order of asking, so that a tap need not wait for all of a screen.
pub(crate) fn soon(draw: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let is_due = RwSignal::new(false);
    let tell = move || {
        // Whoever left the page meanwhile does not ask any more.
        is_due.try_set(true);
    };
    set_timeout(tell, Duration::ZERO);
    when(move || is_due.get(), draw)
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

/// A value that is read again whenever something that it reads has changed, and told on if it differs. Behind it is
/// one kind of [`Memo`] for all types: each kind of its own would be code to load.
pub(crate) struct Live<T> {
    value: Memo<Shown>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Live<T> {}

impl<T: PartialEq + Send + Sync + 'static> Live<T> {
    /// Of what is shown, which is of this type.
    pub(crate) fn of(value: Memo<Shown>) -> Self {
        Self { value, of: PhantomData }
    }

    /// What is shown, of whatever type.
    pub(crate) fn shown(self) -> Memo<Shown> {
        self.value
    }

    /// Reads it, and follows it.
    pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.value.track();
        self.with_untracked(read)
    }

    /// Reads it without following it.
    pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let shown = self.value.get_untracked();
        match shown.0.as_any().downcast_ref() {
            Some(value) => read(value),
            None => unreachable!("a value is read as what it was made of: `Live` says so in its type"),
        }
    }

    /// What it is, and follows it.
    pub(crate) fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// What it is, without following it; `None`: what it was made in is gone.
    pub(crate) fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        self.value.try_get_untracked()?.value().cloned()
    }

    /// What it is, without following it.
    pub(crate) fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }
}

/// Something that is shown, of whatever type.
#[derive(Clone)]
pub(crate) struct Shown(Arc<dyn Value>);

impl Shown {
    /// Any value that can be told from another one.
    pub(crate) fn new<T: PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The value, as what it is.
    pub(crate) fn value<T: 'static>(&self) -> Option<&T> {
        self.0.as_any().downcast_ref()
    }
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(other.0.as_any())
    }
}

trait Value: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn is_same(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + Send + Sync + 'static> Value for T {
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn is_same(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}

/// Makes it.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Live<T> {
    Live::of(memo_of(Box::new(move || Shown::new(read()))))
}

fn memo_of(read: Box<dyn Fn() -> Shown + Send + Sync>) -> Memo<Shown> {
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

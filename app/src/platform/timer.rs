//! Waiting, for what the screen does; waits of the sync engine are the device's own.

use std::time::Duration;

use js_sys::{Function, Promise};
use leptos::prelude::{request_animation_frame, set_timeout};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Ends when the browser is about to draw the next frame. A page in the background draws none: then after 100 ms.
pub(crate) async fn next_frame() {
    wait(|done| {
        let drawn = done.clone();
        request_animation_frame(move || call(&drawn));
        set_timeout(move || call(&done), Duration::from_millis(100));
    })
    .await;
}

/// Ends after that time.
pub(crate) async fn sleep(time: Duration) {
    wait(|done| set_timeout(move || call(&done), time)).await;
}

fn call(done: &Function) {
    // Resolving a promise does not throw.
    let _ = done.call0(&JsValue::UNDEFINED);
}

async fn wait(arm: impl FnOnce(Function)) {
    let mut arm = Some(arm);
    let promise = Promise::new(&mut |resolve, _reject| {
        if let Some(arm) = arm.take() {
            arm(resolve);
        }
    });
    // It is never rejected.
    let _ = JsFuture::from(promise).await;
}

//! Requests by fetch. What is signed is what is sent: nothing is cached, redirected or sent with cookies.

use futures::{future::Either, pin_mut};
use gloo_net::http::{Method, RequestBuilder};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, AbortSignal, RequestCache, RequestCredentials, RequestRedirect};

use super::{clock::BrowserClock, fault::describe};
use crate::platform::{Clock as _, NoAnswer, Request, Response, Transport};

/// The server that the page came from.
#[derive(Clone)]
pub struct FetchTransport {
    authority: String,
    clock: BrowserClock,
}

impl FetchTransport {
    /// The page's own origin.
    #[must_use]
    pub fn new() -> Self {
        let host = web_sys::window().and_then(|window| window.location().host().ok());
        Self { authority: host.unwrap_or_default(), clock: BrowserClock::new() }
    }
}

impl Default for FetchTransport {
    fn default() -> Self {
        Self::new()
    }
}

/// Ends a request that nobody waits for any more: a long poll would hold its connection.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn no_answer(error: &gloo_net::Error) -> NoAnswer {
    NoAnswer(error.to_string())
}

async fn fetch(request: Request, signal: AbortSignal) -> Result<Response, NoAnswer> {
    let Request { method, path, query, body, headers, .. } = request;
    let url = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let builder = RequestBuilder::new(&url)
        .method(if method == "POST" { Method::POST } else { Method::GET })
        .header("Content-Digest", &headers.content_digest)
        .header("Signature-Input", &headers.signature_input)
        .header("Signature", &headers.signature)
        .abort_signal(Some(&signal))
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .redirect(RequestRedirect::Error);
    let request = if method == "POST" {
        builder.header("Content-Type", "application/json").body(Uint8Array::from(body.as_slice()))
    } else {
        builder.build()
    };
    let response = request.map_err(|e| no_answer(&e))?.send().await.map_err(|e| no_answer(&e))?;
    let body = response.binary().await.map_err(|e| no_answer(&e))?;
    Ok(Response { status: response.status(), body })
}

impl Transport for FetchTransport {
    fn authority(&self) -> String {
        self.authority.clone()
    }

    async fn send(&self, request: Request) -> Result<Response, NoAnswer> {
        let controller = AbortController::new().map_err(|e: JsValue| NoAnswer(describe(&e)))?;
        let timeout_ms = request.timeout_ms;
        let answer = fetch(request, controller.signal());
        let _abort = AbortOnDrop(controller);
        let timeout = self.clock.sleep(timeout_ms);
        pin_mut!(answer);
        match futures::future::select(answer, timeout).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(NoAnswer(format!("none within {timeout_ms} ms"))),
        }
    }
}

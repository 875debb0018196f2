//! The webhook: tells another system that something is to be done, as Standard Webhooks has it (webhook-id,
//! webhook-timestamp, webhook-signature `v1`; standardwebhooks.com). At least once: the id is the effect's, so that
//! whoever gets it twice can tell. No health content is in it: what it is about is read from the log.

use std::{fmt, sync::Arc, time::Duration};

use axum::http::{Uri, header::RETRY_AFTER};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;
use ureq::{
    Agent,
    tls::{RootCerts, TlsConfig},
};
use zeroize::Zeroizing;

use crate::{error::Error, ledger::effects::EffectRow, scribe::utc};

/// How long the other side may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Of a secret, in bytes: as Standard Webhooks asks.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// However long the other side is in trouble, or wants to be left alone.
pub const LONGEST_PAUSE_MS: u64 = 3_600_000;

/// Where to tell, and the secret that both sides share.
#[derive(Clone)]
pub struct Webhook(Arc<Inner>);

struct Inner {
    url: String,
    secret: Zeroizing<Vec<u8>>,
    agent: Agent,
}

/// Why it was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Without health content.
    pub why: String,
    /// Whether others would fare the same now.
    pub of: Trouble,
    /// How long the other side asked to be left alone.
    pub pause_ms: Option<u64>,
}

/// What is in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The other side as a whole.
    Everything,
    /// This one notice was refused.
    ThisOne,
}

impl Webhook {
    /// A webhook at an https address (http on this machine only), with a secret as base64, with or without `whsec_`.
    ///
    /// # Errors
    /// The address or the secret is not of use; the message says what to give.
    pub fn new(url: &str, secret: &str) -> Result<Self, Error> {
        let uri: Option<Uri> = url.parse().ok();
        let host = uri.as_ref().and_then(Uri::host);
        let is_here = matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_good = match uri.as_ref().and_then(Uri::scheme_str) {
            Some("https") => host.is_some(),
            Some("http") => is_here,
            _ => false,
        };
        if !is_good {
            return Err(Error::Invalid("the webhook's address must be https://HOST/PATH".into()));
        }
        let text = secret.trim();
        let secret = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).map(Zeroizing::new);
        let secret = secret.ok().filter(|secret| SECRET_BYTES.contains(&secret.len()));
        let secret = secret.ok_or_else(|| {
            Error::Invalid(
                "the webhook's secret must be 24 to 64 bytes as base64: make one with `openssl rand -base64 32`, \
                 and give it to the other side, too"
                    .into(),
            )
        })?;
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = Agent::config_builder()
            .timeout_global(Some(TIME_LIMIT))
            .max_redirects(0)
            .proxy(None)
            .http_status_as_error(false)
            .user_agent(crate::scribe::APP.replace(' ', "/"))
            .tls_config(tls)
            .build();
        Ok(Self(Arc::new(Inner { url: url.to_owned(), secret, agent: agent.into() })))
    }

    /// Tells of an effect; what the other side answered.
    ///
    /// # Errors
    /// It was not taken, as far as is known.
    pub async fn tell(&self, effect: &EffectRow, now_ms: u64) -> Result<String, Untold> {
        let body = json!({
            "type": effect.kind.name(),
            "timestamp": utc(effect.found_ms).to_rfc3339(),
            "data": {
                "effect": effect.id,
                "patient": effect.patient,
                "event": effect.event,
                "valid_until": utc(effect.valid_until_ms).to_rfc3339(),
            },
        });
        let (inner, id) = (Arc::clone(&self.0), effect.id.to_string());
        let post = move || inner.post(&id, now_ms / 1000, body.to_string().as_bytes());
        let posted = tokio::task::spawn_blocking(post).await;
        posted.unwrap_or_else(|_| Err(Untold::everything("the request broke off".into())))
    }
}

impl Inner {
    fn post(&self, id: &str, now_s: u64, body: &[u8]) -> Result<String, Untold> {
        let request = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now_s.to_string())
            .header("webhook-signature", signature(&self.secret, id, now_s, body));
        let answer = request.send(body).map_err(|error| Untold::everything(words(&error).into()))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(format!("told by webhook, HTTP {}", status.as_u16()));
        }
        let seconds =
            answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        // A redirection or an address that is gone is of all; what is not found or not taken may be this patient's.
        let is_of_all = status.is_server_error()
            || status.is_redirection()
            || matches!(status.as_u16(), 401 | 403 | 408 | 410 | 429);
        Err(Untold {
            why: format!("the webhook answered HTTP {}", status.as_u16()),
            of: if is_of_all { Trouble::Everything } else { Trouble::ThisOne },
            pause_ms: seconds.map(|s| s.saturating_mul(1000).min(LONGEST_PAUSE_MS)),
        })
    }
}

impl Untold {
    const fn everything(why: String) -> Self {
        Self { why, of: Trouble::Everything, pause_ms: None }
    }
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` as base64.
#[must_use]
pub fn signature(secret: &[u8], id: &str, now_s: u64, body: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{id}.{now_s}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// What went wrong, without the address and what is in it.
const fn words(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "the webhook did not answer in time",
        ureq::Error::HostNotFound => "the webhook's host was not found",
        ureq::Error::ConnectionFailed | ureq::Error::Io(_) => "the webhook could not be reached",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "the webhook's certificate was not accepted",
        _ => "the webhook did not answer as HTTP has it",
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that Standard Webhooks gives.
    #[test]
    fn notices_are_signed_as_standard_webhooks_has_it() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap_or_default();
        let signed =
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_is_no_address_or_secret_is_refused_with_what_to_give() {
        let good = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        for url in ["http://hospital.example/hook", "ftp://localhost", "hook", "https://"] {
            let refused = Webhook::new(url, good).map_err(|e| e.to_string());
            assert!(refused.is_err_and(|e| e.contains("https://HOST/PATH")), "{url}");
        }
        for secret in ["", "short", "whsec_c2hvcnQ="] {
            let refused = Webhook::new("https://hospital.example/hook", secret).map_err(|e| e.to_string());
            assert!(refused.is_err_and(|e| e.contains("openssl rand")), "{secret}");
        }
        assert!(Webhook::new("http://localhost:1/hook", &format!("whsec_{good}\n")).is_ok());
    }
}

//! HTTP message signatures (RFC 9421) with a content digest (RFC 9530), in the one form that Rivulet uses: ECDSA
//! P-256 with SHA-256 over method, authority, path, query and digest, with creation time and nonce.
//!
//! Pure: the caller signs [`Unsigned::base`] with whatever holds the key (`WebCrypto`, a file, a test).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use shared_events::ids::{DeviceId, from_base64url, to_base64url};

/// Name of the signature in both headers.
const LABEL: &str = "rivulet";
const COMPONENTS: &str = r#"("@method" "@authority" "@path" "@query" "content-digest")"#;

/// A request, as far as it is signed.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// In capitals.
    pub method: &'a str,
    /// Host and, unless it is the scheme's own, port; of the server's configured public origin.
    pub authority: &'a str,
    /// The path, as sent.
    pub path: &'a str,
    /// What follows `?`; empty if there is no query.
    pub query: &'a str,
}

/// The parameters of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Params {
    /// Seconds since 1970 by the server's clock, as well as the device knows it.
    pub created_s: u64,
    /// 16 random bytes, as base64url.
    pub nonce: String,
    /// Which key: the device.
    pub device: DeviceId,
}

/// A request with everything but the signature's bytes.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// The bytes to sign.
    pub base: Vec<u8>,
    digest: String,
    input: String,
}

/// The three headers that a signed request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SignatureHeaders {
    pub content_digest: String,
    pub signature_input: String,
    pub signature: String,
}

/// Why a request is not acceptably signed. The message says what to send.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header is missing or not in the form that is used here.
    #[error("send Content-Digest (sha-256), Signature-Input and Signature in the form of the documentation")]
    Form,
    /// The digest is not the body's.
    #[error("the Content-Digest is not that of the body: send the bytes that were signed")]
    Digest,
}

fn digest_of(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(body)))
}

fn base(target: Target<'_>, digest: &str, params: &str) -> Vec<u8> {
    let Target { method, authority, path, query } = target;
    format!(
        "\"@method\": {method}\n\"@authority\": {authority}\n\"@path\": {path}\n\"@query\": ?{query}\n\"content-digest\": {digest}\n\"@signature-params\": {params}"
    )
    .into_bytes()
}

impl Params {
    /// Of 16 random bytes.
    #[must_use]
    pub fn new(created_s: u64, nonce: [u8; 16], device: DeviceId) -> Self {
        Self { created_s, nonce: to_base64url(&nonce), device }
    }

    fn to_text(&self) -> String {
        let Self { created_s, nonce, device } = self;
        format!(
            "{COMPONENTS};created={created_s};nonce=\"{nonce}\";keyid=\"{device}\";alg=\"ecdsa-p256-sha256\""
        )
    }

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(COMPONENTS)?.strip_prefix(";created=")?;
        let (created, rest) = rest.split_once(";nonce=\"")?;
        let (nonce, rest) = rest.split_once("\";keyid=\"")?;
        let device = rest.strip_suffix("\";alg=\"ecdsa-p256-sha256\"")?;
        let params =
            Self { created_s: created.parse().ok()?, nonce: nonce.to_owned(), device: device.parse().ok()? };
        let exact = from_base64url(nonce).ok()?.len() == 16 && params.to_text() == text;
        exact.then_some(params)
    }
}

impl Unsigned {
    /// What is to be signed for a request with this body (empty for GET).
    #[must_use]
    pub fn new(target: Target<'_>, body: &[u8], params: &Params) -> Self {
        let (digest, input) = (digest_of(body), params.to_text());
        Self { base: base(target, &digest, &input), digest, input }
    }

    /// The headers, with a signature over [`Self::base`]: r||s, 64 bytes.
    #[must_use]
    pub fn with(self, signature: &[u8]) -> SignatureHeaders {
        SignatureHeaders {
            content_digest: self.digest,
            signature_input: format!("{LABEL}={}", self.input),
            signature: format!("{LABEL}=:{}:", STANDARD.encode(signature)),
        }
    }
}

/// A signature as it came in, not yet checked against a key.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// What it says of itself.
    pub params: Params,
    /// The bytes that it must be over.
    pub base: Vec<u8>,
    /// r||s.
    pub signature: Vec<u8>,
}

/// Reads the headers of a request and checks the body's digest. The caller looks the device's key up, checks the
/// signature over [`Claimed::base`], then time and nonce.
///
/// # Errors
/// The headers are not of the one form, or the digest is not the body's.
pub fn read(target: Target<'_>, body: &[u8], headers: &SignatureHeaders) -> Result<Claimed, SignatureError> {
    if headers.content_digest != digest_of(body) {
        return Err(SignatureError::Digest);
    }
    let value = |text: &str| text.strip_prefix(LABEL).and_then(|t| t.strip_prefix('=')).map(str::to_owned);
    let input = value(&headers.signature_input).ok_or(SignatureError::Form)?;
    let params = Params::parse(&input).ok_or(SignatureError::Form)?;
    let signature = value(&headers.signature).ok_or(SignatureError::Form)?;
    let signature =
        signature.strip_prefix(':').and_then(|t| t.strip_suffix(':')).ok_or(SignatureError::Form)?;
    let signature = STANDARD.decode(signature).map_err(|_| SignatureError::Form)?;
    Ok(Claimed { base: base(target, &headers.content_digest, &input), params, signature })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Target<'_> =
        Target { method: "GET", authority: "localhost:8080", path: "/v1/pull", query: "a=1" };

    fn params() -> Params {
        Params::new(1_700_000_000, [7; 16], "018f3f5e-8f6a-4c62-9a4b-5a3f0c1d2e3f".parse().unwrap())
    }

    #[test]
    fn what_is_signed_reads_back_with_the_same_base() {
        let unsigned = Unsigned::new(TARGET, b"{}", &params());
        let base = unsigned.base.clone();
        let claimed = read(TARGET, b"{}", &unsigned.with(&[1; 64])).unwrap();
        assert_eq!((claimed.params, claimed.base, claimed.signature), (params(), base, vec![1; 64]));
    }

    #[test]
    fn a_changed_body_or_form_is_refused() {
        let headers = Unsigned::new(TARGET, b"{}", &params()).with(&[1; 64]);
        assert_eq!(read(TARGET, b"{ }", &headers).unwrap_err(), SignatureError::Digest);
        for (from, to) in
            [("created=", "created=0"), ("\"@query\" ", ""), ("alg=\"ecdsa-p256-sha256\"", "alg=\"none\"")]
        {
            let input = headers.signature_input.replace(from, to);
            let changed = SignatureHeaders { signature_input: input, ..headers.clone() };
            assert_eq!(read(TARGET, b"{}", &changed).unwrap_err(), SignatureError::Form, "{from}");
        }
    }

    #[test]
    fn another_target_gives_another_base() {
        let headers = Unsigned::new(TARGET, b"", &params()).with(&[1; 64]);
        let here = read(TARGET, b"", &headers).unwrap().base;
        for target in [
            Target { method: "POST", ..TARGET },
            Target { authority: "localhost", ..TARGET },
            Target { path: "/v1/push", ..TARGET },
            Target { query: "", ..TARGET },
        ] {
            assert_ne!(read(target, b"", &headers).unwrap().base, here);
        }
    }
}

//! The way to the server: real HTTP on loopback, directly or through a proxy.

use std::{net::SocketAddr, time::Duration};

use rivulet_sync::{
    platform::{NoAnswer, Request, Response, Transport},
    protocol::Problem,
};

/// The server's public origin in every story. Devices sign its authority, wherever they connect to.
pub const ORIGIN: &str = "http://rivulet.test";

/// A way to one address.
#[derive(Clone)]
pub struct Wire {
    at: SocketAddr,
    client: reqwest::Client,
}

/// An answer with what a refusal is judged by.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body).expect("a problem document")
    }
}

impl Wire {
    pub fn to(at: SocketAddr) -> Self {
        Self { at, client: reqwest::Client::new() }
    }

    /// Sends a signed request and reads the whole answer.
    pub async fn ask(&self, request: Request) -> Result<Answer, reqwest::Error> {
        let Request { method, path, query, body, headers, timeout_ms } = request;
        let question = if query.is_empty() { "" } else { "?" };
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let sent = self
            .client
            .request(method, format!("http://{}{path}{question}{query}", self.at))
            .header("content-type", "application/json")
            .header("content-digest", headers.content_digest)
            .header("signature-input", headers.signature_input)
            .header("signature", headers.signature)
            .timeout(Duration::from_millis(timeout_ms))
            .body(body)
            .send()
            .await?;
        let content_type = sent.headers().get("content-type").and_then(|v| v.to_str().ok());
        let (status, content_type) = (sent.status().as_u16(), content_type.unwrap_or_default().to_owned());
        Ok(Answer { status, content_type, body: sent.bytes().await?.to_vec() })
    }
}

impl Transport for Wire {
    fn authority(&self) -> String {
        ORIGIN.trim_start_matches("http://").to_owned()
    }

    async fn send(&self, request: Request) -> Result<Response, NoAnswer> {
        let answer = self.ask(request).await.map_err(|e| NoAnswer(e.to_string()))?;
        Ok(Response { status: answer.status, body: answer.body })
    }
}

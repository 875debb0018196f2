//! A proxy with faults, between phones and the server: it passes on, cuts answers off, holds requests back, flips a
//! bit, and remembers what it saw. One request a connection.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
};

use super::wire::{Answer, Wire};

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server does it; nobody hears the answer.
    AnswerLost,
    /// One bit of the body changes on the way.
    BitFlipped,
}

#[derive(Default)]
struct Weather {
    faults: VecDeque<(&'static str, Fault)>,
    seen: Vec<(String, Vec<u8>)>,
    gate: Option<(&'static str, Arc<Semaphore>)>,
    waiting: usize,
    lost: usize,
}

pub struct Proxy {
    address: SocketAddr,
    server: SocketAddr,
    weather: Arc<Mutex<Weather>>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback");
        let address = listener.local_addr().expect("bound");
        let weather = Arc::new(Mutex::new(Weather::default()));
        let shared = Arc::clone(&weather);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let weather = Arc::clone(&shared);
                // A connection that breaks is what this is for.
                tokio::spawn(async move { pass(client, server, &weather).await.ok() });
            }
        });
        Self { address, server, weather, task }
    }

    pub fn wire(&self) -> Wire {
        Wire::to(self.address)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Weather) -> T) -> T {
        change(&mut self.weather.lock().expect("nobody panicked"))
    }

    /// The next request for `path` meets this.
    pub fn next(&self, path: &'static str, fault: Fault) {
        self.with(|weather| weather.faults.push_back((path, fault)));
    }

    /// Requests for `path` wait until they are let through.
    pub fn hold(&self, path: &'static str) {
        self.with(|weather| weather.gate = Some((path, Arc::new(Semaphore::new(0)))));
    }

    /// Lets one of the requests through that are held, or the next one.
    pub fn let_one_through(&self) {
        self.with(|weather| weather.gate.as_ref().expect("a gate").1.add_permits(1));
    }

    /// Lets all through from now on.
    pub fn open(&self) {
        self.with(|weather| weather.gate.take().expect("a gate").1.close());
    }

    /// How many requests are held.
    pub fn waiting(&self) -> usize {
        self.with(|weather| weather.waiting)
    }

    /// How many answers were lost.
    pub fn lost(&self) -> usize {
        self.with(|weather| weather.lost)
    }

    /// The requests for `path` so far, byte for byte as they came.
    pub fn seen(&self, path: &str) -> Vec<Vec<u8>> {
        let of_path = |(p, raw): &(String, Vec<u8>)| (p == path).then(|| raw.clone());
        self.with(|weather| weather.seen.iter().filter_map(of_path).collect())
    }

    /// Sends the bytes of a request to the server, as they are.
    pub async fn replay(&self, request: &[u8]) -> Answer {
        let raw = exchange(self.server, request).await.expect("the server answers");
        let text = String::from_utf8_lossy(&raw).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        let kind = head.lines().find_map(|line| line.strip_prefix("content-type: "));
        Answer { status, content_type: kind.unwrap_or_default().to_owned(), body: body.into() }
    }
}

async fn pass(mut client: TcpStream, server: SocketAddr, weather: &Mutex<Weather>) -> std::io::Result<()> {
    let Some((path, mut request)) = read_request(&mut client).await? else { return Ok(()) };
    let (fault, gate) = {
        let mut weather = weather.lock().expect("nobody panicked");
        weather.seen.push((path.clone(), request.clone()));
        let place = weather.faults.iter().position(|(of, _)| *of == path);
        let fault = place.and_then(|place| weather.faults.remove(place)).map(|(_, fault)| fault);
        let gate = weather.gate.as_ref().filter(|(of, _)| *of == path).map(|(_, gate)| Arc::clone(gate));
        weather.waiting += usize::from(gate.is_some());
        (fault, gate)
    };
    if let Some(gate) = gate {
        if let Ok(permit) = gate.acquire().await {
            permit.forget();
        }
        weather.lock().expect("nobody panicked").waiting -= 1;
    }
    if fault == Some(Fault::BitFlipped)
        && let Some(last) = request.last_mut()
    {
        *last ^= 1;
    }
    let answer = exchange(server, &request).await?;
    if fault == Some(Fault::AnswerLost) {
        weather.lock().expect("nobody panicked").lost += 1;
    } else {
        client.write_all(&answer).await?;
    }
    client.shutdown().await
}

/// Reads one request and asks for one answer only; its path, without the query, and its bytes.
async fn read_request(client: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut raw = Vec::new();
    let head_end = loop {
        if let Some(end) = raw.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        if client.read_buf(&mut raw).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&raw[..head_end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let whole = head_end + 4 + length.unwrap_or(0);
    while raw.len() < whole {
        if client.read_buf(&mut raw).await? == 0 {
            return Ok(None);
        }
    }
    let line_end = head.find("\r\n").unwrap_or(head_end) + 2;
    let path = head.split([' ', '?']).nth(1).unwrap_or_default().to_owned();
    raw.splice(line_end..line_end, *b"connection: close\r\n");
    Ok(Some((path, raw)))
}

async fn exchange(server: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(server).await?;
    upstream.write_all(request).await?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await?;
    Ok(answer)
}

//! The real server: the binary itself, on a data folder of its own, started, killed and started again; and its
//! commands, which work on the same data beside it.

use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::OnceLock,
};

use serde_json::Value;
use shared_events::ids::{DeviceId, PatientId};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use super::{
    until::until_some,
    wire::{ORIGIN, Wire},
};

/// The server's program, built once; `RIVULET_SERVER_BIN` names another.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match std::env::var_os("RIVULET_SERVER_BIN") {
        Some(path) => path.into(),
        None => build(),
    })
}

fn build() -> PathBuf {
    let built = std::process::Command::new(std::env::var_os("CARGO").expect("run by cargo"))
        .args(["build", "--package", "rivulet-server", "--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(built.status.success(), "the server does not build");
    let messages = String::from_utf8(built.stdout).expect("cargo speaks JSON");
    let mut executables = messages.lines().rev().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executables.next().expect("cargo names the program")
}

/// A server with its data.
pub struct Server {
    folder: TempDir,
    address: SocketAddr,
    process: Option<Child>,
}

impl Server {
    /// A server with an empty log.
    pub async fn start() -> Self {
        Self::start_on(tempfile::tempdir().expect("a temporary folder")).await
    }

    /// A server on data that is there.
    pub async fn start_on(folder: TempDir) -> Self {
        let mut server = Self { folder, address: SocketAddr::from(([127, 0, 0, 1], 0)), process: None };
        server.start_again().await;
        server
    }

    /// Starts it where it was.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let log =
            File::options().create(true).append(true).open(self.said()).expect("a file for what it says");
        let mut process = Command::new(program())
            .args(["serve", "--listen", &self.address.to_string(), "--origin", ORIGIN, "--data"])
            .arg(self.data())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the server's program runs");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        self.address = loop {
            let line = lines.next_line().await.expect("it prints text");
            let line = line.unwrap_or_else(|| panic!("it ended: {}", self.log()));
            let address = line.split_once("listens on ").and_then(|(_, rest)| rest.split(' ').next());
            if let Some(address) = address {
                break address.parse().expect("an address");
            }
        };
        self.process = Some(process);
        let ready = format!("http://{}/health/ready", self.address);
        until_some("the server is ready", async || {
            reqwest::get(&ready).await.ok().filter(|answer| answer.status().is_success())
        })
        .await;
    }

    /// Takes it away in the middle of whatever it does.
    pub async fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().await.expect("it can be killed");
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn said(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// All that it has said to its operator.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.said()).expect("it says something")
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn wire(&self) -> Wire {
        Wire::to(self.address)
    }

    /// Runs a command on this data; what it prints, a value a line.
    pub async fn command(&self, arguments: &[&str]) -> Vec<Value> {
        let (is_well, printed, complained) = self.try_command(arguments).await;
        assert!(is_well, "{arguments:?}: {complained}");
        let lines = printed.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        lines.collect()
    }

    /// Runs a command that may fail: whether it went well, what it printed, and what it complained of.
    pub async fn try_command(&self, arguments: &[&str]) -> (bool, String, String) {
        let mut command = Command::new(program());
        let done = command.args(arguments).arg("--json").arg("--data").arg(self.data()).output().await;
        let done = done.expect("the server's program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (done.status.success(), text(done.stdout), text(done.stderr))
    }

    pub async fn create_patient(&self, name: &str) -> PatientId {
        let made = self.command(&["patient", "create", "--name", name, "--zone", "UTC"]).await;
        serde_json::from_value(made[0]["patient"].clone()).expect("a patient's id")
    }

    /// A code for one of her devices.
    pub async fn invite(&self, patient: PatientId) -> String {
        self.invite_for(patient, &[]).await
    }

    pub async fn invite_for(&self, patient: PatientId, options: &[&str]) -> String {
        let patient = patient.to_string();
        let made = self.command(&[&["invite", "--patient", &patient], options].concat()).await;
        let link = made[0]["link"].as_str().expect("a link");
        link.split_once('#').expect("the code is in the fragment").1.to_owned()
    }

    pub async fn revoke(&self, device: DeviceId) {
        self.command(&["device", "revoke", "--device", &device.to_string()]).await;
    }

    pub async fn erase(&self, patient: PatientId) {
        self.command(&["patient", "erase", "--patient", &patient.to_string()]).await;
    }
}

//! The server's process as the phones see it, and the folders that are its disk.

use std::{
    fs,
    io::{BufRead as _, BufReader, Lines, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde::de::DeserializeOwned;

use crate::messages::{Answered, Asked, Ready};

pub const DISK: &str = "RIVULET_DISK";
const IMAGE: &str = "RIVULET_IMAGE";
pub const STRICTNESS: &str = "RIVULET_STRICTNESS";

/// How the ledger commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    Full,
    Normal,
}

impl Strictness {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Normal => "normal",
        }
    }

    /// What the ledger's writer must say of itself.
    pub fn pragmas(self) -> [(String, String); 2] {
        let synchronous = if self == Self::Full { "2" } else { "1" };
        [("journal_mode", "wal"), ("synchronous", synchronous)].map(|(n, v)| (n.into(), v.into()))
    }
}

/// Folders of one machine.
pub struct Disk {
    /// What the running server reads and writes.
    files: PathBuf,
    /// What is left of it when the power fails.
    pub image: PathBuf,
    /// For looking at the image without changing it.
    pub copy: PathBuf,
}

impl Disk {
    pub fn within(folder: &Path) -> Self {
        let [files, image, copy] = ["files", "image", "copy"].map(|name| folder.join(name));
        fs::create_dir(&image).expect("a folder");
        Self { files, image, copy }
    }
}

/// Makes `to` a copy of `from`.
pub fn copy(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).expect("it can be removed");
    }
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("it can be copied");
    }
}

pub struct Process {
    child: Child,
    asks: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts the server on what the disk's image holds.
    pub fn start(disk: &Disk, shim: &Path, strictness: Strictness) -> Self {
        copy(&disk.image, &disk.files);
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--ignored", "--exact", "serve_until_the_power_fails"])
            // By its bare name: the loader would take a space or a colon in the path for the end of it.
            .current_dir(shim.parent().expect("it lies in a folder"))
            .env("LD_PRELOAD", Path::new(".").join(shim.file_name().expect("a file")))
            .env(DISK, &disk.files)
            .env(IMAGE, &disk.image)
            .env(STRICTNESS, strictness.name())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts again");
        let asks = child.stdin.take().expect("piped");
        let answers = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { child, asks, answers }
    }

    /// The ledger's settings; to be asked first.
    pub fn pragmas(&mut self) -> Vec<(String, String)> {
        self.line::<Ready>().expect("the server starts").pragmas
    }

    pub fn ask(&mut self, asked: Asked) {
        let line = serde_json::to_string(&asked).expect("JSON") + "\n";
        self.asks.write_all(line.as_bytes()).expect("the server reads");
    }

    /// The next answer; `None` once it is dead and all is read.
    pub fn answer(&mut self) -> Option<Answered> {
        self.line()
    }

    fn line<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            let line = self.answers.next()?.expect("the pipe");
            // A line that was cut short by the kill was not said.
            if line.starts_with('{')
                && let Ok(message) = serde_json::from_str(&line)
            {
                return Some(message);
            }
        }
    }

    /// SIGKILL: nothing is flushed, closed or said any more.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is running");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be dead already; it must not be left behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The machine that figures were taken on. What a system does not tell is left out.

use std::{fs, process::Command, thread};

use serde_json::{Value, json};

use crate::tool::capture;

/// What a figure depends on.
pub(super) struct Machine {
    cpu: Option<String>,
    cores: usize,
    memory_gb: Option<u64>,
    kernel: Option<String>,
    /// Name and version, where one took part.
    pub(super) browser: Option<String>,
}

impl Machine {
    /// The one that this runs on.
    pub(super) fn this() -> Self {
        let field = |file: &str, name: &str| {
            let text = fs::read_to_string(file).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let kilobytes = field("/proc/meminfo", "MemTotal");
        let kilobytes = kilobytes.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
        Self {
            cpu: field("/proc/cpuinfo", "model name"),
            cores: thread::available_parallelism().map_or(1, Into::into),
            memory_gb: kilobytes.map(|kb| (kb + 512 * 1024) / (1024 * 1024)),
            kernel: capture(Command::new("uname").arg("-sr")).ok().map(|text| text.trim().to_owned()),
            browser: None,
        }
    }

    pub(super) fn json(&self) -> Value {
        let Self { cpu, cores, memory_gb, kernel, browser } = self;
        json!({ "cpu": cpu, "cores": cores, "memory_gb": memory_gb, "kernel": kernel, "browser": browser })
    }

    /// In one line.
    pub(super) fn words(&self) -> String {
        let cpu = self.cpu.as_deref().unwrap_or("unknown processor");
        let cores = format!("{cpu}, {} cores", self.cores);
        let memory = self.memory_gb.map(|gb| format!("{gb} GB"));
        let rest = [memory, self.kernel.clone(), self.browser.clone()];
        [cores].into_iter().chain(rest.into_iter().flatten()).collect::<Vec<_>>().join(", ")
    }
}

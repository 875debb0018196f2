//! The commands. Each opens the same data as a running server and may be used beside it.

use std::{
    fs,
    io::{read_to_string, stdin},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use rivulet_sync::protocol::CareTeam;
use serde::Serialize;
use shared_events::ids::PatientId;
use zeroize::Zeroizing;

use crate::{
    clock::SystemClock,
    error::Error,
    keys::operator::Source,
    service::open::{Data, Opened, open, open_existing},
};

mod care;
mod device;
mod effects;
mod invite;
mod log;
mod patient;
mod plan;
mod print;
mod serve;

/// Rivulet's server: patients record what happened, and it cannot be lost.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(Box<serve::Serve>),
    /// Create, list and erase patients
    #[command(subcommand)]
    Patient(patient::Patient),
    /// Invite a patient or caregiver: a link and a QR code, good for one device
    Invite(invite::Invite),
    /// List and revoke devices
    #[command(subcommand)]
    Device(device::Device),
    /// What the care team says: prescriptions and tasks
    #[command(subcommand)]
    Care(Box<care::Care>),
    /// Try a plan of doses before it is prescribed; needs no data
    #[command(subcommand)]
    Plan(plan::Plan),
    /// Read and verify the log
    #[command(subcommand)]
    Log(log::Log),
    /// What events led to, and what became of it
    #[command(subcommand)]
    Effects(effects::Effects),
}

/// Where everything lies, and how the answer is printed.
#[derive(Clone, Debug, Args)]
struct Common {
    /// Folder of the log and the keys; made by `serve` and `patient create`
    #[arg(long, default_value = "data", env = "RIVULET_DATA")]
    data: PathBuf,
    /// File of the operator's key, which wraps the patients' keys [default: DATA/operator.key]
    #[arg(long)]
    operator_key: Option<PathBuf>,
    /// The operator's key itself, 32 bytes as base64url
    #[arg(
        long = "operator-key-text",
        allow_hyphen_values = true,
        env = "RIVULET_OPERATOR_KEY",
        hide = true,
        hide_env_values = true
    )]
    operator_key_text: Option<String>,
    /// Registry of erasures, outside the log's backups [default: DATA/erasures.jsonl]
    #[arg(long, env = "RIVULET_ERASURES")]
    erasures: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Common {
    fn data(&self) -> Data {
        let file = self.operator_key.clone().map(Source::File);
        let text = self.operator_key_text.clone().map(|text| Source::Text(Zeroizing::new(text)));
        Data { folder: self.data.clone(), operator: file.or(text), erasures: self.erasures.clone() }
    }

    /// For every command that has nothing to do without a log and its keys.
    async fn open(&self) -> Result<Opened, Error> {
        open_existing(&self.data(), true, Arc::new(SystemClock), somebody()).await
    }

    /// For those that only read: a copy of a log can be looked at without its keys.
    async fn open_to_read(&self) -> Result<Opened, Error> {
        open_existing(&self.data(), false, Arc::new(SystemClock), somebody()).await
    }

    async fn open_or_make(&self, care_team: CareTeam) -> Result<Opened, Error> {
        let opened = open(&self.data(), Arc::new(SystemClock), care_team).await?;
        if let Some(made) = &opened.made {
            print::warn(&format!(
                "The operator's key was made in {}. It opens every patient's record: move it to a place of its \
                 own (then pass --operator-key FILE or RIVULET_OPERATOR_KEY), and back it up apart from the data. \
                 Without it nothing can be read.",
                made.display()
            ));
        }
        Ok(opened)
    }
}

/// The care team where nobody enrols, who would be told whom to call.
fn somebody() -> CareTeam {
    CareTeam { name: "your care team".into(), phone: None }
}

/// What is printed as it comes.
#[derive(Debug, Args)]
struct Follow {
    #[command(flatten)]
    common: Common,
    /// Only this patient's
    #[arg(long)]
    patient: Option<PatientId>,
    /// From the first one on, not only new ones
    #[arg(long)]
    all: bool,
}

impl Follow {
    fn is_asked_for(&self, patient: PatientId) -> bool {
        self.patient.is_none_or(|only| only == patient)
    }

    /// Prints one; whether anybody reads on.
    fn print(&self, one: &impl Serialize, line: impl FnOnce() -> String) -> Result<bool, Error> {
        let text = if self.common.json { serde_json::to_string(one)? } else { line() };
        Ok(print::someone_reads(&text).is_ok())
    }
}

/// How long an end waits for threads that are still at work.
const AT_THE_END: Duration = Duration::from_secs(1);

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(run(cli.command));
            // Whoever is being told of something right now is told again at the next start.
            runtime.shutdown_timeout(AT_THE_END);
            done
        }
        Err(e) => Err(Error::Invalid(format!("no threads are to be had: {e}"))),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            print::warn(&format!("{error}"));
            ExitCode::FAILURE
        }
    }
}

/// What stands in a file that was named; `-` is the standard input.
fn read(file: &Path) -> Result<String, Error> {
    let read = if file.as_os_str() == "-" { read_to_string(stdin()) } else { fs::read_to_string(file) };
    read.map_err(|e| Error::Invalid(format!("{} cannot be read: {e}", file.display())))
}

async fn run(command: Command) -> Result<ExitCode, Error> {
    match command {
        Command::Serve(serve) => Box::pin(serve.run()).await,
        Command::Patient(patient) => patient.run().await,
        Command::Invite(invite) => invite.run().await,
        Command::Device(device) => device.run().await,
        Command::Care(care) => Box::pin(care.run()).await,
        Command::Plan(plan) => plan.run(),
        Command::Log(log) => Box::pin(log.run()).await,
        Command::Effects(effects) => effects.run().await,
    }
}

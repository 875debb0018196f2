//! `cargo xtask run`: everything set up, built and started, with a demo patient to enrol.

use std::{
    env,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{
    build, step,
    tool::{
        self,
        cargo::{Profile, cargo},
    },
    workspace::Workspace,
};

/// Where to listen and to keep the data.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port on 127.0.0.1
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder of the log and the keys; made on the first start, kept by the next
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Build quickly instead of small and fast
    #[arg(long)]
    dev: bool,
    /// Print a line of JSON for each request, too, not only warnings and errors; RUST_LOG chooses more finely
    #[arg(long)]
    requests: bool,
    /// What phones reach the server by, such as the https address of a tunnel or proxy [default: http://localhost:PORT]
    #[arg(long)]
    origin: Option<String>,
}

/// Builds the app and the server, and runs the server until Ctrl-C.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let (web, native) =
        if options.dev { (Profile::WebDev, Profile::Dev) } else { (Profile::Web, Profile::Release) };
    let program = workspace.server_bin(native.folder());
    if !program.exists() || !workspace.dist.exists() {
        eprintln!(
            "First the app is compiled for the browser, then the server: from nothing about ten minutes on two cores. \
             The last crates take minutes in which nothing is printed. Then the server starts and prints an \
             invitation. The next start takes seconds."
        );
    }
    build::app(workspace, web)?;
    server(workspace, native)?;
    let status = until_interrupted(serve(workspace, &program, options))?;
    if !status.success() {
        bail!("The server ended with {status}. If the port is taken, choose another with --port.");
    }
    Ok(())
}

/// The server with its demo, and its lines about requests only if they are asked for: the invitation stays in sight.
fn serve(workspace: &Workspace, program: &Path, options: &Options) -> Command {
    let mut command = Command::new(program);
    command.args(["serve", "--demo", "--listen", &format!("127.0.0.1:{}", options.port)]);
    command.arg("--data").arg(workspace.root.join(&options.data));
    command.arg("--assets").arg(&workspace.dist).current_dir(&workspace.root);
    if let Some(origin) = &options.origin {
        command.args(["--origin", origin]);
    }
    if !options.requests && env::var_os("RUST_LOG").is_none() {
        command.env("RUST_LOG", "warn");
    }
    command
}

/// Builds the server's program.
pub(crate) fn server(workspace: &Workspace, profile: Profile) -> Result<()> {
    tool::require(
        "cc",
        "SQLite is compiled from source: install a C compiler (Debian: `apt-get install gcc libc6-dev`).",
    )?;
    let mut build = cargo(workspace, "build");
    build.args(["--package", "rivulet-server", "--bin", "rivulet-server", "--profile", profile.name()]);
    step::aloud(&format!("Compiling the server ({})", profile.name()), || tool::run(&mut build))
}

/// Runs `command` in a process group of its own, so that Ctrl-C reaches it once and as a request to finish.
fn until_interrupted(mut command: Command) -> Result<ExitStatus> {
    let mut child: Child = command
        .process_group(0)
        .spawn()
        .with_context(|| format!("could not start {}", tool::line(&command)))?;
    let pid = Pid::from_raw(child.id().try_into().context("a process id is an i32")?);
    ctrlc::set_handler(move || {
        // An error means that it has ended already.
        let _ = kill(pid, Signal::SIGTERM);
    })?;
    Ok(child.wait()?)
}

//! Rivulet's own commands. `cargo xtask` lists them.
//!
//! - [`cli`]: what can be asked for
//! - [`run`], [`build`], [`check`] (test and ci), [`size`], [`mod@bench`]: the tasks
//! - [`tool`]: the programs of others that the tasks lean on, each found, installed and called in one place
//! - [`workspace`], [`step`]: where things lie; how a long step shows that it is alive
#![allow(clippy::print_stdout, reason = "a command prints what it did")]

mod bench;
mod build;
mod check;
mod cli;
mod run;
mod size;
mod step;
mod tool;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        // The failures were told as they came, and the count of them is the last line.
        Err(error) if error.is::<check::test::Failed>() => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

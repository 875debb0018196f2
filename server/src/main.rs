//! Rivulet's server and its commands.

use std::process::ExitCode;

fn main() -> ExitCode {
    rivulet_server::cli::main()
}

//! `cargo xtask test`: every test there is, and one line at the end that counts them.

use std::fmt;

use anyhow::Result;

use super::{browser, tally::Tally, unit, vectors};
use crate::{step, tool::cargo::Profile, workspace::Workspace};

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this part
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Test a quick build of the app instead of the one that ships
    #[arg(long)]
    dev: bool,
    /// How many worlds are simulated; before a change lands there are 500
    #[arg(long, default_value_t = 100)]
    worlds: u32,
    /// With --only: passed on to cargo test or Playwright, for example a part of a test's name
    #[arg(last = true, requires = "only")]
    args: Vec<String>,
}

impl Options {
    /// Everything, as before a change lands.
    pub(crate) const fn thorough() -> Self {
        Self { only: None, dev: false, worlds: 500, args: Vec::new() }
    }
}

/// The kinds of tests.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// cargo test
    Unit,
    /// The record's vectors, in Node
    Vectors,
    /// Playwright
    Browser,
}

impl Part {
    const ALL: [Self; 3] = [Self::Unit, Self::Vectors, Self::Browser];

    fn title(self) -> &'static str {
        match self {
            Self::Unit => "Tests of the crates",
            Self::Vectors => "Vectors of the record, in Node",
            Self::Browser => "Tests in the browser",
        }
    }
}

/// Some tests failed; they have been named and counted.
#[derive(Debug)]
pub(crate) struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("some tests failed")
    }
}

impl std::error::Error for Failed {}

/// Runs the tests. The last line on stdout is `N passed, N failed`, in these very words.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let web = if options.dev { Profile::WebDev } else { Profile::Web };
    let mut total = Tally::default();
    for part in Part::ALL.into_iter().filter(|part| options.only.is_none_or(|only| only == *part)) {
        let ran = step::aloud(part.title(), || match part {
            Part::Unit => unit::run(workspace, options.worlds, &options.args),
            Part::Vectors => vectors::run(workspace),
            Part::Browser => browser::run(workspace, web, &options.args),
        });
        total += ran.unwrap_or_else(|error| {
            eprintln!("{error:#}");
            Tally::BROKEN
        });
    }
    println!("\n{total}");
    if total.failed == 0 { Ok(()) } else { Err(Failed.into()) }
}

//! `log declare-restored`: a person says what no program can know.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Common, print};
use crate::{error::Error, ledger::Ledger};

#[derive(Debug, Args)]
pub(in crate::cli) struct DeclareRestored {
    #[command(flatten)]
    common: Common,
    /// Do it: every device of every patient fetches the log anew, and shows only what is in it then
    #[arg(long)]
    yes: bool,
}

impl DeclareRestored {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        if !self.yes {
            return Err(Error::Invalid(
                "After this every device sends again what the log lacks, then fetches all of it from its beginning; \
                 what nobody sends again no longer counts as logged. Do it once the right copy is in place and will \
                 stay: pass --yes."
                    .into(),
            ));
        }
        let opened = self.common.open().await?;
        let identity = opened.service.ledger.begin_later_life().await?;
        if self.common.json {
            print::json(&json!({ "log": identity.log, "generation": identity.generation }))?;
        } else {
            let generation = identity.generation;
            print::line(&format!("Declared. The log is in generation {generation}; devices fetch it anew."));
        }
        Ok(ExitCode::SUCCESS)
    }
}

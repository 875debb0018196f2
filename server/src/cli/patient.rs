//! `patient create | list | erase`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use shared_events::ids::PatientId;

use super::{Common, print, somebody};
use crate::{
    error::Error,
    ledger::rows::Purpose,
    service::patients::{Created, NewPatient},
};

#[derive(Debug, Subcommand)]
pub(super) enum Patient {
    /// Create a patient; with an external identifier that is known, find her
    Create(Create),
    /// List patients
    List(Common),
    /// Erase a patient for good: her key is destroyed, and no copy of the log can be read
    Erase(Erase),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    #[command(flatten)]
    common: Common,
    #[arg(long)]
    name: String,
    /// IANA time zone, such as Europe/Amsterdam
    #[arg(long)]
    zone: String,
    /// Her identifier elsewhere; stored as a keyed hash
    #[arg(long)]
    external_id: Option<String>,
    /// Not a person: left out of statistics
    #[arg(long)]
    test: bool,
}

#[derive(Debug, Args)]
pub(super) struct Erase {
    #[command(flatten)]
    common: Common,
    #[arg(long)]
    patient: PatientId,
}

impl Patient {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(common) => list(&common).await,
            Self::Erase(erase) => erase.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open_or_make(somebody()).await?;
        let purpose = if self.test { Purpose::Test } else { Purpose::Care };
        let new = NewPatient { name: self.name, zone: self.zone, external: self.external_id, purpose };
        let created = opened.service.create_patient(new).await?;
        let patient = created.patient();
        let is_new = matches!(created, Created::Now(_));
        if self.common.json {
            print::json(&json!({ "patient": patient, "created": is_new }))?;
        } else {
            print::line(&patient.to_string());
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(common: &Common) -> Result<ExitCode, Error> {
    let opened = common.open_to_read().await?;
    for (row, profile) in opened.service.patients().await? {
        let (name, zone) = profile.map(|p| (p.name, p.zone)).unzip();
        if common.json {
            print::json(&json!({
                "patient": row.id, "name": name, "zone": zone, "purpose": row.purpose,
                "created_at": row.created_ms, "erased_at": row.erased_ms,
            }))?;
        } else {
            let name = name.unwrap_or_else(|| "(erased)".into());
            let zone = zone.unwrap_or_default();
            print::line(&print::plain(&format!("{}  {name}  {zone}", row.id)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Erase {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        opened.service.erase(self.patient, &opened.erasures).await?;
        if self.common.json {
            print::json(&json!({ "patient": self.patient, "erased": true }))?;
        } else {
            print::line(
                "Erased. Backups of the log are unreadable too; delete backups of keys.sqlite yourself.",
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

//! `device list | revoke`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use shared_events::ids::{DeviceId, PatientId};

use super::{Common, print};
use crate::error::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Device {
    /// List a patient's devices
    List(List),
    /// Refuse a device from now on; what it sent stays
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    common: Common,
    #[arg(long)]
    patient: PatientId,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    #[command(flatten)]
    common: Common,
    #[arg(long)]
    device: DeviceId,
    /// For the record
    #[arg(long)]
    reason: Option<String>,
}

impl Device {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        match self {
            Self::List(list) => list.run().await,
            Self::Revoke(revoke) => revoke.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        opened.service.patient(self.patient).await?;
        let patient = self.patient;
        let devices =
            crate::ledger::Ledger::read(&opened.service.ledger, move |tables| Ok(tables.devices(patient)?))
                .await?;
        for device in devices {
            if self.common.json {
                print::json(&json!({
                    "device": device.id, "role": device.role, "mark": device.mark,
                    "enrolled": device.enrolled, "revoked_at": device.revoked_ms,
                }))?;
            } else {
                let state = if device.revoked_ms.is_some() { "revoked" } else { "" };
                print::line(&format!("{}  {:?}  {} events  {state}", device.id, device.role, device.mark));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Revoke {
    async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        opened.service.revoke(self.device, self.reason).await?;
        if self.common.json {
            print::json(&json!({ "device": self.device, "revoked": true }))?;
        } else {
            print::line("Revoked.");
        }
        Ok(ExitCode::SUCCESS)
    }
}

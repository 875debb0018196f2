//! `invite`: a link, and the same as a QR code.

use std::process::ExitCode;

use axum::http::Uri;
use clap::{Args, ValueEnum};
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use serde_json::json;
use shared_events::{content::Role, ids::PatientId};

use super::{Common, print};
use crate::{
    error::Error,
    ledger::Ledger,
    service::{Service, enrol::Invitee},
};

#[derive(Debug, Args)]
pub(super) struct Invite {
    #[command(flatten)]
    common: Common,
    /// Whom: the patient's id
    #[arg(long)]
    patient: PatientId,
    #[arg(long, value_enum, default_value_t = Who::Patient)]
    role: Who,
    /// The caregiver's name
    #[arg(long)]
    name: Option<String>,
    /// How long the link is good
    #[arg(long, default_value_t = 72)]
    valid_hours: u64,
    /// Where the server is to be reached
    #[arg(long, default_value = "http://localhost:8080", env = "RIVULET_ORIGIN")]
    origin: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Who {
    Patient,
    Caregiver,
}

impl Invite {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let opened = self.common.open().await?;
        let role = match self.role {
            Who::Patient => Role::Patient,
            Who::Caregiver => Role::Caregiver,
        };
        let invitee = Invitee { role, name: self.name, valid_ms: self.valid_hours.saturating_mul(3_600_000) };
        let link = link(&opened.service, self.patient, invitee, &self.origin).await?;
        if self.common.json {
            print::json(&json!({ "patient": self.patient, "link": link, "valid_hours": self.valid_hours }))?;
        } else {
            show(&link);
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A fresh invitation as a link; the code is in the fragment, which browsers send to nobody.
pub(super) async fn link<L: Ledger>(
    service: &Service<L>,
    patient: PatientId,
    invitee: Invitee,
    origin: &str,
) -> Result<String, Error> {
    let code = service.invite(patient, invitee).await?;
    Ok(format!("{}/enrol#{code}", origin.trim_end_matches('/')))
}

/// Prints a link and its QR code, and what a phone needs to open a link to this machine.
pub(super) fn show(link: &str) {
    print::line(link);
    if let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::L) {
        // Light on dark terminals: the quiet zone has to be light for cameras.
        let image = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
        print::line(&image);
    }
    if let Some(port) = local_port(link) {
        print::line(&format!(
            "The code is for a camera of this machine's own browser: to a phone, localhost is the phone itself.\n\
             An Android phone on a cable opens the link after `adb reverse tcp:{port} tcp:{port}`. Any other phone\n\
             needs an https address, as browsers encrypt and work offline on no other: put a tunnel or a proxy with\n\
             TLS in front of port {port}, and name its address with --origin https://HOST.\n"
        ));
    }
}

/// The port of a link that only this machine opens.
fn local_port(link: &str) -> Option<u16> {
    let link: Uri = link.parse().ok()?;
    let is_local = matches!(link.host()?, "localhost" | "127.0.0.1" | "[::1]");
    is_local.then(|| link.port_u16().unwrap_or(80))
}

#[cfg(test)]
mod tests {
    use super::local_port;

    #[test]
    fn only_a_link_to_this_machine_is_said_to_be_one() {
        assert_eq!(local_port("http://localhost:8080/enrol#code"), Some(8080));
        assert_eq!(local_port("http://127.0.0.1/enrol#code"), Some(80));
        assert_eq!(local_port("https://rivulet.example/enrol#code"), None);
    }
}

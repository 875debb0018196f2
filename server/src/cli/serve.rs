//! `serve`: the server, until it is told to stop.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Args;
use rivulet_sync::protocol::CareTeam;
use shared_events::content::Role;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use zeroize::Zeroizing;

use super::{Common, invite, print, read};
use crate::{
    demo,
    error::Error,
    http::{Settings, serve::start},
    service::enrol::Invitee,
    webhook::Webhook,
};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    common: Common,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8080", env = "RIVULET_LISTEN")]
    listen: SocketAddr,
    /// Folder of the app's files
    #[arg(long)]
    assets: Option<PathBuf>,
    /// What devices reach the server by, and sign [default: http://localhost:PORT]
    #[arg(long, env = "RIVULET_ORIGIN")]
    origin: Option<String>,
    /// Make a demo patient if there is none, and print an invitation at every start
    #[arg(long)]
    demo: bool,
    /// The unit's name, as patients know it
    #[arg(long, default_value = "the day unit", env = "RIVULET_UNIT")]
    unit: String,
    /// Address that is told of what is to be done, without health content, as Standard Webhooks has it
    #[arg(long, env = "RIVULET_WEBHOOK", hide_env_values = true, requires = "webhook_secret")]
    webhook: Option<String>,
    /// File with the secret that signs what the webhook gets: base64 of 24 to 64 bytes
    #[arg(
        long,
        env = "RIVULET_WEBHOOK_SECRET_FILE",
        hide_env_values = true,
        value_name = "FILE",
        requires = "webhook"
    )]
    webhook_secret: Option<PathBuf>,
    /// The number that patients call; with --demo a fictional one, if none is given
    #[arg(long, env = "RIVULET_UNIT_PHONE")]
    unit_phone: Option<String>,
}

impl Serve {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        log_json();
        let demo_phone = || self.demo.then(|| demo::CARE_TEAM_PHONE.to_owned());
        let phone = self.unit_phone.clone().or_else(demo_phone);
        let care_team = CareTeam { name: self.unit.clone(), phone };
        if let Some(assets) = self.assets.as_ref().filter(|a| !a.join("index.html").is_file()) {
            let what =
                format!("{} has no index.html: build the app with `cargo xtask build`", assets.display());
            return Err(Error::Invalid(what));
        }
        let webhook = self.webhook()?;
        let opened = self.common.open_or_make(care_team).await?;
        let failed = |e| Error::File(format!("cannot listen on {}", self.listen), e);
        let listener = TcpListener::bind(self.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let origin = self.origin.clone().unwrap_or_else(|| format!("http://localhost:{}", address.port()));
        let settings = Settings { assets: self.assets.clone(), webhook, ..Settings::of(&origin) };
        let service = opened.service;
        let running = start(service.clone(), settings, listener).await?;
        if self.demo {
            let patient = demo::patient(&service, &demo::machine_zone()).await?;
            let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 24 * 3_600_000 };
            let link = invite::link(&service, patient, invitee, &origin).await?;
            print::line("\nOpen this link in one browser. It is good for 24 hours.\n");
            invite::show(&link);
        }
        print::line(&format!("Rivulet listens on {address} and is reached at {origin}"));
        tracing::info!(%address, origin, "listening");
        let stopper = running.stopper();
        tokio::spawn(async move {
            asked_to_stop().await;
            tracing::info!("stopping");
            stopper.send_replace(true);
        });
        running.wait().await?;
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    }

    fn webhook(&self) -> Result<Option<Webhook>, Error> {
        let Some((url, file)) = self.webhook.as_ref().zip(self.webhook_secret.as_ref()) else {
            return Ok(None);
        };
        let secret = Zeroizing::new(read(file)?);
        Webhook::new(url, &secret).map(Some)
    }
}

async fn asked_to_stop() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without signals the process can only be killed, which loses nothing.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => (),
        _ = terminate.recv() => (),
    }
}

/// One JSON object a line, to stderr. `RUST_LOG` chooses how much.
fn log_json() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr);
    // A second subscriber in one process is a test's; the first stays.
    let _ = subscriber.try_init();
}

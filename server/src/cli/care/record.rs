//! Any event, as it is given.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{json, value::RawValue};
use shared_events::{
    content::{Actor, Entity, Role},
    draft::Clear,
    events::is_server_only,
    record::Class,
};

use super::Of;
use crate::{
    cli::print,
    error::Error,
    scribe::{Saying, utc},
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Record {
    #[command(flatten)]
    of: Of,
    #[arg(long = "type")]
    kind: String,
    /// A date, as 2026-11-21
    #[arg(long, default_value = "2026-11-21")]
    version: String,
    #[arg(long, value_enum, default_value_t = ClassName::Standing)]
    class: ClassName,
    /// Devices that do not know the type or version must not show the entity's plan
    #[arg(long)]
    must_understand: bool,
    /// An entity, such as treatment/ID; may be repeated
    #[arg(long, required = true)]
    about: Vec<String>,
    /// The event's data as JSON
    #[arg(long)]
    event_data: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ClassName {
    Standing,
    Occurrence,
}

impl Record {
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        if is_server_only(&self.kind) {
            return Err(Error::Invalid(format!(
                "{} is said by the server alone, by its own commands",
                self.kind
            )));
        }
        if self.of.preview {
            return Err(Error::Invalid("an event of any type has no preview: leave --preview out".into()));
        }
        let opened = self.of.common.open().await?;
        let data = RawValue::from_string(self.event_data)?;
        let class = match self.class {
            ClassName::Standing => Class::Standing,
            ClassName::Occurrence => Class::Occurrence,
        };
        let saying = Saying {
            id: None,
            caused_by: None,
            kind: self.kind,
            version: self.version,
            class,
            occurred_at: utc(opened.service.clock.now_ms()),
            actor: Actor { role: Role::CareTeam, name: None },
            about: self.about.iter().map(|text| Entity::from(text.as_str())).collect(),
            must_understand: self.must_understand,
            data,
            clear: Clear::default(),
        };
        let ids = opened.service.say(self.of.patient, vec![saying]).await?;
        for id in ids {
            if self.of.common.json {
                print::json(&json!({ "event": id }))?;
            } else {
                print::line(&id.to_string());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

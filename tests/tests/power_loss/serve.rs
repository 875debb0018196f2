//! The server's process: the real service over the real databases, asked through pipes, until it is killed.

use std::{
    io::{BufRead as _, Write as _, stdin, stdout},
    sync::Arc,
    thread,
};

use futures::executor::block_on;
use rivulet_server::{
    clock::SystemClock,
    entropy::SystemEntropy,
    error::Error,
    ledger::{
        rows::Purpose,
        sqlite::{Durability, SqliteLedger},
    },
    service::{
        Service,
        enrol::Invitee,
        open::{Data, open},
        patients::NewPatient,
    },
};
use rivulet_sync::protocol::{CareTeam, EnrolRequest};
use serde::Serialize;
use shared_events::content::Role;

use crate::{
    messages::{Answer, Answered, Ask, Asked, Ready},
    process::{DISK, STRICTNESS, Strictness},
};

/// The service of a data folder.
pub fn opened(folder: impl Into<std::path::PathBuf>) -> Result<Service<SqliteLedger>, Error> {
    let care_team = CareTeam { name: "the day unit".into(), phone: None };
    Ok(block_on(open(&Data::at(folder), Arc::new(SystemClock), care_team))?.service)
}

pub fn run() {
    let Some(folder) = std::env::var_os(DISK) else { return };
    let mut service = opened(&folder).expect("the data folder opens");
    if std::env::var(STRICTNESS).as_deref() == Ok(Strictness::Normal.name()) {
        let log = Data::at(&folder).log();
        service.ledger = SqliteLedger::open_with(&log, &SystemEntropy, Durability::Normal).expect("it opens");
    }
    let pragmas = service.ledger.pragmas().iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    say(&Ready { pragmas: pragmas.collect() });
    for line in stdin().lock().lines() {
        let Asked { phone, ask } = serde_json::from_str(&line.expect("the pipe")).expect("a message");
        let service = service.clone();
        // A thread a request: as many at once as there are phones.
        thread::spawn(move || {
            let answer = answer(&service, ask).unwrap_or_else(|error| Answer::Failed(error.to_string()));
            say(&Answered { phone, answer });
        });
    }
}

fn answer(service: &Service<SqliteLedger>, ask: Ask) -> Result<Answer, Error> {
    Ok(match ask {
        Ask::Patient(external) => {
            let (name, zone) = (external.clone(), "Europe/Amsterdam".to_owned());
            let new = NewPatient { name, zone, external: Some(external), purpose: Purpose::Test };
            Answer::Patient(block_on(service.create_patient(new))?.patient())
        }
        Ask::Enrol(patient, request) => {
            let invitee = Invitee { role: Role::Patient, name: None, valid_ms: 60_000 };
            let code = block_on(service.invite(patient, invitee))?;
            Answer::Enrolled(block_on(service.enrol(EnrolRequest { code, ..request }))?)
        }
        Ask::Push(device, push) => Answer::Pushed(block_on(service.push(device, push))?),
    })
}

/// A line at once; it begins on one of its own, because the test harness prints too.
fn say(message: &impl Serialize) {
    let line = format!("\n{}\n", serde_json::to_string(message).expect("JSON"));
    let mut out = stdout().lock();
    // Once the pipe is closed the power is off.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

//! The chains of a stream's devices: from the keys in clear, through every link and fill, to the signed heads.

use std::collections::BTreeMap;

use shared_events::{
    ids::{DeviceId, Hash, Ordinal, PatientId, Sequence},
    record::{Header, genesis, head_message, signature_holds},
};

use crate::{
    error::Error,
    ledger::{
        Tables,
        rows::{Head, Logged, Patient},
    },
};

/// One device's chain so far.
struct Chain {
    spki: Vec<u8>,
    enrolled: Ordinal,
    mark: Sequence,
    link: Hash,
    revoked: Option<Ordinal>,
    heads: BTreeMap<Sequence, Head>,
    signed: Sequence,
}

pub(super) struct Chains {
    patient: PatientId,
    server: DeviceId,
    chains: BTreeMap<DeviceId, Chain>,
}

impl Chain {
    fn begin(
        tables: &mut dyn Tables,
        patient: PatientId,
        device: DeviceId,
        spki: &[u8],
        enrolled: Ordinal,
    ) -> Result<Self, Error> {
        let heads = match tables.device(device)? {
            Some(_) => tables.heads(device)?,
            None => Vec::new(),
        };
        Ok(Self {
            spki: spki.to_vec(),
            enrolled,
            mark: Sequence::ZERO,
            link: genesis(patient, device, spki),
            revoked: None,
            heads: heads.into_iter().map(|head| (head.sequence, head)).collect(),
            signed: Sequence::ZERO,
        })
    }

    /// The chain goes on to `link`; a head that was signed there must say the same.
    fn advance(&mut self, patient: PatientId, device: DeviceId, link: Hash) -> Option<String> {
        (self.mark, self.link) = (self.mark.next(), link);
        let head = self.heads.remove(&self.mark)?;
        self.signed = self.mark;
        let message = head_message(patient, device, self.mark, &head.link);
        let holds = head.link == link && signature_holds(&self.spki, &message, &head.signature);
        (!holds).then(|| format!("the signed head of device {device} at {} does not hold", self.mark))
    }
}

impl Chains {
    pub(super) fn begin(_: &mut dyn Tables, patient: &Patient) -> Result<Self, Error> {
        Ok(Self { patient: patient.id, server: patient.server_device, chains: BTreeMap::new() })
    }

    pub(super) fn count(&self) -> usize {
        self.chains.len()
    }

    /// What is wrong with one event's place in the chains.
    pub(super) fn event(
        &mut self,
        tables: &mut dyn Tables,
        event: &Logged,
        header: &Header,
    ) -> Result<Vec<String>, Error> {
        let mut faults = Vec::new();
        let (patient, device) = (self.patient, event.link.device);
        if let Some(enrols) = &header.enrols {
            let own = event.receipt.ordinal == Ordinal::ZERO.next() && enrols.device == device;
            if self.chains.contains_key(&enrols.device) {
                faults.push(format!("device {} is enrolled twice", enrols.device));
            } else if own || device == self.server {
                let chain =
                    Chain::begin(tables, patient, enrols.device, &enrols.spki, event.receipt.ordinal)?;
                self.chains.insert(enrols.device, chain);
            }
        }
        if !self.chains.contains_key(&header.device) {
            faults.push(format!("it was recorded on device {}, which is not enrolled", header.device));
        }
        match self.chains.get_mut(&device) {
            None => faults.push(format!("device {device} is not enrolled")),
            Some(chain) => {
                if event.link.sequence != chain.mark.next() || event.link.previous != chain.link {
                    faults.push(format!("the chain of device {device} breaks after {}", chain.mark));
                    chain.mark = event.link.sequence.before();
                }
                if chain.revoked.is_some() {
                    faults.push(format!("device {device} was revoked before"));
                }
                faults.extend(chain.advance(patient, device, event.link_hash));
            }
        }
        if device == self.server {
            self.server_says(tables, event, header, &mut faults)?;
        }
        Ok(faults)
    }

    fn server_says(
        &mut self,
        tables: &mut dyn Tables,
        event: &Logged,
        header: &Header,
        faults: &mut Vec<String>,
    ) -> Result<(), Error> {
        if let Some(revokes) = &header.revokes
            && let Some(chain) = self.chains.get_mut(&revokes.device)
        {
            chain.revoked = Some(event.receipt.ordinal);
        }
        let Some(fills) = &header.fills else { return Ok(()) };
        let Some(chain) = self.chains.get_mut(&fills.device) else {
            faults.push(format!("it fills a place of device {}, which is not enrolled", fills.device));
            return Ok(());
        };
        if fills.sequence != chain.mark.next() {
            faults.push(format!("it fills {} of device {} out of turn", fills.sequence, fills.device));
            return Ok(());
        }
        let row = tables.filled(fills.device, fills.sequence)?;
        if row.is_none_or(|row| row.link != fills.link || row.reason != fills.reason) {
            faults.push(format!("the table of fills says otherwise of {}", fills.sequence));
        }
        faults.extend(chain.advance(self.patient, fills.device, fills.link));
        Ok(())
    }

    /// What is wrong at the end: the tables must say the same as the log.
    pub(super) fn finish(
        &mut self,
        tables: &mut dyn Tables,
        patient: &Patient,
    ) -> Result<Vec<String>, Error> {
        let mut faults = Vec::new();
        for row in tables.devices(patient.id)? {
            let Some(chain) = self.chains.get(&row.id) else {
                faults.push(format!("device {} is in the table, but was never enrolled", row.id));
                continue;
            };
            if row.spki != chain.spki || row.enrolled != chain.enrolled {
                faults.push(format!("the key or enrolment of device {} is not the log's", row.id));
            }
            if row.mark != chain.mark || row.head != chain.link {
                faults
                    .push(format!("the chain of device {} ends at {}, not {}", row.id, chain.mark, row.mark));
            }
            if row.revoked_ms.is_some() != chain.revoked.is_some() {
                faults.push(format!("the log and the table differ on whether {} was revoked", row.id));
            }
            if chain.signed != chain.mark || !chain.heads.is_empty() {
                faults.push(format!("the signed heads of device {} are not those of its chain", row.id));
            }
        }
        for device in self.chains.keys() {
            if tables.device(*device)?.is_none_or(|row| row.patient != patient.id) {
                faults.push(format!("device {device} is missing from the table"));
            }
        }
        Ok(faults)
    }
}

//! An event of a checkpoint as bytes: lengths and raw bytes, because a cold start reads all of them. Integers are
//! big-endian. A cache's form may change with any build; nothing else reads it.

use uuid::Uuid;

use crate::{
    ids::{DeviceId, Hash, Hlc, Ordinal, Position, Sequence},
    record::{Link, Receipt},
    state::Opened,
};

pub(super) fn write(out: &mut Vec<u8>, event: &Opened) {
    let link = &event.link;
    write_text(out, &event.header);
    out.push(u8::from(event.content.is_some()));
    if let Some(content) = &event.content {
        write_text(out, content);
    }
    out.extend_from_slice(link.device.as_bytes());
    out.extend_from_slice(&link.sequence.get().to_be_bytes());
    out.extend_from_slice(&link.previous.0);
    out.push(u8::from(event.receipt.is_some()));
    if let Some(receipt) = &event.receipt {
        for number in [receipt.ordinal.get(), receipt.position.get(), receipt.order.0, receipt.received_ms] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(&receipt.stream.0);
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u64).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// Takes an event off the front; `None` where the bytes are not one.
pub(super) fn read(bytes: &mut &[u8]) -> Option<Opened> {
    let header = read_text(bytes)?;
    let content = if read_flag(bytes)? { Some(read_text(bytes)?) } else { None };
    let device = DeviceId(Uuid::from_bytes(take(bytes)?));
    let link = Link { device, sequence: Sequence::new(read_number(bytes)?)?, previous: Hash(take(bytes)?) };
    let receipt = if read_flag(bytes)? { Some(read_receipt(bytes)?) } else { None };
    Some(Opened { header, content, link, receipt })
}

fn read_receipt(bytes: &mut &[u8]) -> Option<Receipt> {
    Some(Receipt {
        ordinal: Ordinal::new(read_number(bytes)?)?,
        position: Position::new(read_number(bytes)?)?,
        order: Hlc(read_number(bytes)?),
        received_ms: read_number(bytes)?,
        stream: Hash(take(bytes)?),
    })
}

pub(super) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*first)
}

fn read_number(bytes: &mut &[u8]) -> Option<u64> {
    take(bytes).map(u64::from_be_bytes)
}

fn read_flag(bytes: &mut &[u8]) -> Option<bool> {
    take::<1>(bytes).map(|[flag]| flag == 1)
}

fn read_text(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(read_number(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).ok()
}

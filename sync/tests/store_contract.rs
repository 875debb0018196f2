//! The store in memory keeps the contract that the browser's store keeps; see `tests/examples/browser_contract.rs`.

use std::{cell::RefCell, collections::HashMap};

use futures::executor::block_on;
use rivulet_sync::{
    contract::every_store_must,
    memory::{Fate, MemoryStore},
    store::{Store, StoreError, StoredCheckpoint},
};
use shared_events::ids::{DeviceId, Sequence};

#[test]
fn the_store_in_memory_keeps_every_rule() {
    let databases = RefCell::new(HashMap::<String, MemoryStore>::new());
    let open = async |name: &str| databases.borrow_mut().entry(name.to_owned()).or_default().reopen();
    assert_eq!(block_on(every_store_must(open)).unwrap().len(), 28);
}

#[test]
fn a_refused_write_stores_nothing_and_an_unheard_one_is_there_after_a_crash() {
    let store = MemoryStore::default();
    let closed = || StoreError::Closed("the phone was switched off".to_owned());
    let mut fates = vec![Fate::Unheard(closed()), Fate::Refused(StoreError::Full)];
    let faulty = store.reopen().with_fates(move || fates.pop().unwrap_or(Fate::Stored));
    let of = |frame| StoredCheckpoint { frame: vec![frame], parts: vec![("always".to_owned(), vec![frame])] };
    assert_eq!(block_on(faulty.put_checkpoint(None, of(1))), Err(StoreError::Full));
    assert_eq!(block_on(store.checkpoint("")), Ok(None));
    assert_eq!(block_on(faulty.put_checkpoint(None, of(2))), Err(closed()));
    assert_eq!(block_on(store.reopen().checkpoint("")), Ok(Some(of(2))));
    let device = DeviceId(uuid::Uuid::from_u128(1));
    assert_eq!(block_on(store.rows(device, Sequence::ZERO, 1)), Ok(vec![]));
}

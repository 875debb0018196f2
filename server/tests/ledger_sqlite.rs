//! The ledger in SQLite keeps the contract.

use rivulet_server::{entropy::SystemEntropy, ledger::sqlite::SqliteLedger};

rivulet_server::ledger_contract!({
    let folder = tempfile::tempdir().unwrap();
    (SqliteLedger::open(&folder.path().join("log.sqlite"), &SystemEntropy).unwrap(), folder)
});

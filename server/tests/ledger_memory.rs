//! The ledger in memory keeps the contract.

use rivulet_server::ledger::{contract, memory::MemoryLedger};

rivulet_server::ledger_contract!((MemoryLedger::new(contract::identity()), ()));

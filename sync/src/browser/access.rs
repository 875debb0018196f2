//! Beginning a transaction: on which object stores, to read or to write, and how durably.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use web_sys::{IdbDatabase, IdbTransaction, IdbTransactionMode};

use super::transaction::Undone;

/// When a transaction counts as complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// Once it is on the disk.
    Strict,
    /// Once the operating system has it: for what can be made again.
    Relaxed,
}

impl Durability {
    /// As the browser calls it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Relaxed => "relaxed",
        }
    }
}

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Read.
    Read,
    /// Read and write.
    Write(Durability),
}

// web-sys hides these behind its flag for unstable interfaces; they are in every browser since 2021.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = IdbDatabase)]
    type DatabaseWithOptions;
    #[wasm_bindgen(catch, method, js_name = transaction)]
    fn begin(
        this: &DatabaseWithOptions,
        stores: &JsValue,
        mode: IdbTransactionMode,
        options: &Object,
    ) -> Result<IdbTransaction, JsValue>;

    #[wasm_bindgen(extends = IdbTransaction)]
    pub(super) type NewerTransaction;
    #[wasm_bindgen(method, getter)]
    pub(super) fn durability(this: &NewerTransaction) -> Option<String>;
    #[wasm_bindgen(catch, method)]
    pub(super) fn commit(this: &NewerTransaction) -> Result<(), JsValue>;
}

/// Begins one; it has to be used before control returns to the browser.
pub(super) fn begin(
    database: &IdbDatabase,
    stores: &[&str],
    access: Access,
) -> Result<IdbTransaction, Undone> {
    let names: JsValue = match stores {
        [one] => JsValue::from_str(one),
        many => many.iter().map(|name| JsValue::from_str(name)).collect::<Array>().into(),
    };
    let options = Object::new();
    let mode = match access {
        Access::Read => IdbTransactionMode::Readonly,
        Access::Write(durability) => {
            let (key, value) = (JsValue::from_str("durability"), JsValue::from_str(durability.as_str()));
            Reflect::set(&options, &key, &value)?;
            IdbTransactionMode::Readwrite
        }
    };
    let database: &DatabaseWithOptions = database.unchecked_ref();
    database.begin(&names, mode, &options).map_err(Undone::Lost)
}

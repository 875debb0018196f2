//! Keeps the schemas of a release: `cargo run -p shared-events --example schemas -- 2026-11-21` writes
//! `shared-events/schemas/2026-11-21/TYPE.json`, which is never edited again.

use std::{env, error::Error, fs, path::Path};

use serde_json::json;
use shared_events::events::schemas;

fn main() -> Result<(), Box<dyn Error>> {
    let release = env::args().nth(1).ok_or("name the release by its date, such as 2026-11-21")?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(release);
    if folder.exists() {
        return Err("this release has its schemas already, and they are never edited".into());
    }
    fs::create_dir_all(&folder)?;
    for (kind, version, schema) in schemas() {
        let kept = serde_json::to_string_pretty(&json!({ "version": version, "schema": schema }))?;
        fs::write(folder.join(format!("{kind}.json")), format!("{kept}\n"))?;
    }
    Ok(())
}

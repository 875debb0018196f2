//! Scripts that crates bring along: the app's module imports them from a folder beside it.

use std::{fs, path::Path};

use anyhow::Result;

use super::asset::{Asset, short_hash};
use crate::tool::wasm_bindgen::Module;

/// The scripts of `module`, in one folder that is named after what they hold, so that they may import each other.
pub(super) fn read(module: &Module) -> Result<Vec<Asset>> {
    let mut scripts = Vec::new();
    if module.snippets.exists() {
        walk(&module.snippets, "", &mut scripts)?;
    }
    scripts.sort_by(|a: &Asset, b| a.path.cmp(&b.path));
    let all: Vec<u8> =
        scripts.iter().flat_map(|script| [script.path.as_bytes(), &script.bytes].concat()).collect();
    let folder = folder(&all);
    for script in &mut scripts {
        script.path = format!("assets/{folder}{}", script.path);
    }
    Ok(scripts)
}

/// The app's module with its imports turned to where [`read`] put the scripts.
pub(super) fn point_to(scripts: &[Asset], js: &str) -> String {
    let Some(folder) = scripts.first().and_then(|script| script.path.split('/').nth(1)) else {
        return js.to_owned();
    };
    js.replace("'./snippets/", &format!("'./{folder}/")).replace("\"./snippets/", &format!("\"./{folder}/"))
}

fn folder(all: &[u8]) -> String {
    format!("scripts-{}", short_hash(all))
}

fn walk(folder: &Path, below: &str, scripts: &mut Vec<Asset>) -> Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?.path();
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = format!("{below}/{name}");
        if entry.is_dir() {
            walk(&entry, &path, scripts)?;
        } else {
            scripts.push(Asset::named(&path, fs::read(&entry)?));
        }
    }
    Ok(())
}

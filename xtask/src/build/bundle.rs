//! All that the app consists of: files named after their content, and the three that keep their names.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::json;

use super::{
    asset::{Asset, short_hash},
    css, icons, snippets,
    template::fill,
};
use crate::tool::{
    wasm_bindgen::Module,
    wasm_split::{LOADER, Parts},
};

/// Every file of the app: `module`, the parts that are fetched later, and what `public` holds.
pub(super) fn assets(public: &Path, module: &Module, parts: &Parts) -> Result<Vec<Asset>> {
    let public = Public(public);
    let mut files = snippets::read(module)?;
    let app_js = snippets::point_to(&files, &fs::read_to_string(&module.js)?);
    let later = parts.later.iter().map(|part| later(part)).collect::<Result<Vec<_>>>()?;
    let [app_js, parts_js] = scripts(module, app_js, parts, &later)?;
    let app_wasm = Asset::hashed("app", "wasm", fs::read(&module.wasm)?);
    let names = [("app_js", app_js.file_name()), ("app_wasm", app_wasm.file_name())];
    let boot = Asset::hashed("boot", "js", public.fill("boot.js", &names)?);
    let css =
        Asset::hashed("rivulet", "css", css::join(&[&public.read("tokens.css")?, &public.read("app.css")?]));
    let icons = Asset::hashed("icons", "svg", public.read("icons.svg")?);
    let mark = Asset::hashed("mark", "svg", public.read("mark.svg")?);
    let [touch_icon, icon_192, icon_512] = pictures(&public.read("mark.svg")?)?;

    let names = [("mark", &*mark.url()), ("icon_192", &icon_192.url()), ("icon_512", &icon_512.url())];
    let manifest = Asset::named("manifest.webmanifest", public.fill("manifest.webmanifest", &names)?);
    let urls = [
        ("app_js", app_js.url()),
        ("parts_js", parts_js.url()),
        ("app_wasm", app_wasm.url()),
        ("boot", boot.url()),
        ("css", css.url()),
        ("icons", icons.url()),
        ("mark", mark.url()),
        ("touch_icon", touch_icon.url()),
    ];
    files.extend(later);
    files.extend([
        app_js, parts_js, app_wasm, boot, css, icons, mark, touch_icon, icon_192, icon_512, manifest,
    ]);

    let build = build_id(&files, [&public.read("index.html")?, &public.read("sw.js")?]);
    let mut values: Vec<(&str, &str)> = urls.iter().map(|(name, url)| (*name, url.as_str())).collect();
    values.push(("build", &build));
    files.push(Asset::named("index.html", public.fill("index.html", &values)?));
    let precache = precache(&files);
    files.push(Asset::named("sw.js", public.fill("sw.js", &[("build", &build), ("precache", &precache)])?));
    Ok(files)
}

/// A part of the wasm that is fetched later, named after its part and what it holds.
fn later(part: &Path) -> Result<Asset> {
    let stem = part.file_stem().context("a part has a name")?.to_string_lossy().into_owned();
    Ok(Asset::hashed(&stem, "wasm", fs::read(part)?))
}

/// The app's module, and the script that fetches the parts. They import each other: one hash names both.
fn scripts(module: &Module, app_js: String, parts: &Parts, later: &[Asset]) -> Result<[Asset; 2]> {
    let mut parts_js = fs::read_to_string(&parts.loader)?;
    for (part, asset) in parts.later.iter().zip(later) {
        let name = part.file_name().unwrap_or_default().to_string_lossy();
        parts_js = parts_js.replace(&format!("\"./{name}\""), &format!("\"./{}\"", asset.file_name()));
    }
    let hash = short_hash(format!("{app_js}{parts_js}").as_bytes());
    let name = module.js.file_name().unwrap_or_default().to_string_lossy();
    // The wasm asks for the script by its old name; only the import is by the new one.
    let app_js = app_js.replace(&format!("from \"{LOADER}\""), &format!("from \"./parts-{hash}.js\""));
    let parts_js = parts_js.replace(&format!("./{name}"), &format!("./app-{hash}.js"));
    let named = |stem: &str, text: String| Asset::named(&format!("assets/{stem}-{hash}.js"), text);
    Ok([named("app", app_js), named("parts", parts_js)])
}

/// The folder of what is written by hand.
struct Public<'a>(&'a Path);

impl Public<'_> {
    fn read(&self, name: &str) -> Result<String> {
        let path = self.0.join(name);
        fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))
    }

    fn fill(&self, name: &str, values: &[(&str, &str)]) -> Result<String> {
        fill(&self.read(name)?, values).with_context(|| format!("could not fill public/{name}"))
    }
}

/// For iOS, for a home screen, for a splash screen.
fn pictures(mark: &str) -> Result<[Asset; 3]> {
    let picture = |side: u16| -> Result<Asset> {
        Ok(Asset::hashed(&format!("icon-{side}"), "png", icons::png(mark, side)?))
    };
    Ok([picture(180)?, picture(192)?, picture(512)?])
}

/// Names a build: two builds with the same id are the same, file for file.
fn build_id(files: &[Asset], templates: [&str; 2]) -> String {
    let mut names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    names.extend(templates);
    short_hash(names.join("\n").as_bytes())
}

/// What the service worker fetches when it is installed, as JSON: `[[url, integrity], …]`.
fn precache(files: &[Asset]) -> String {
    let entry = |file: &Asset| {
        let url = if file.path == "index.html" { "/".to_owned() } else { file.url() };
        json!([url, file.integrity()])
    };
    serde_json::Value::from_iter(files.iter().map(entry)).to_string()
}

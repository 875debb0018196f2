//! All that the app consists of: files named after their content, and the three that keep their names.

use std::{fs, path::Path};

use anyhow::{Context, Error, Result, ensure};
use serde_json::{Map, Value, json};

use super::{
    asset::{Asset, short_hash},
    catalogue::Catalogue,
    css, icons, snippets,
    template::fill,
};
use crate::tool::{
    terser::Terser,
    wasm_bindgen::Module,
    wasm_split::{LOADER, Parts},
};

/// A page and the program that it loads.
pub(super) struct Page<'a> {
    /// The page's file.
    pub html: &'static str,
    /// What its program's files are called.
    pub stem: &'static str,
    /// The sets of words that it begins with.
    pub words: &'static [&'static str],
    pub module: &'a Module,
    /// What of it is fetched later, if it is cut.
    pub parts: Option<&'a Parts>,
}

/// Every file of the app: the pages with their programs, and what `public` holds. The first page is the one that any
/// address gets.
pub(super) fn assets(
    public: &Path,
    locales: &Path,
    pages: &[Page<'_>],
    terser: Option<&Terser>,
) -> Result<Vec<Asset>> {
    let public = Public(public);
    let smaller = |script: String| terser.map_or(Ok(script.clone()), |terser| terser.minify(&script));
    let css =
        Asset::hashed("rivulet", "css", css::join(&[&public.read("tokens.css")?, &public.read("app.css")?]));
    let later_css = Asset::hashed("later", "css", css::join(&[&public.read("later.css")?]));
    let link = |sheet: &Asset| format!(r#"<link rel="stylesheet" href="{}">"#, sheet.url());
    let (first, all) = (link(&css), format!("{}\n{}", link(&css), link(&later_css)));
    let catalogue = Catalogue::read(locales).map_err(Error::msg)?;
    let texts = texts(&catalogue);
    let of_language = |sets: &[Asset]| -> Value {
        Catalogue::sets().into_iter().zip(sets).map(|(set, file)| (set.to_owned(), file.url())).collect()
    };
    let words: Map<String, Value> =
        texts.iter().map(|(language, sets)| (language.clone(), of_language(sets))).collect();
    let reading = public.fill("reading.js", &[("texts", &Value::from(words).to_string())])?;
    let reading = Asset::hashed("reading", "js", smaller(reading)?);
    let icons = Asset::hashed("icons", "svg", public.read("icons.svg")?);
    let mark = Asset::hashed("mark", "svg", public.read("mark.svg")?);
    let [touch_icon, icon_192, icon_512] = pictures(&public.read("mark.svg")?)?;
    let shop = [public.picture("phone")?, public.picture("desk")?];
    let pictures = [
        ("mark", mark.url()),
        ("icon_192", icon_192.url()),
        ("icon_512", icon_512.url()),
        ("phone", shop[0].url()),
        ("desk", shop[1].url()),
    ];
    let manifests = manifests(&public, &catalogue, &pictures)?;
    let urls = [
        ("icons", icons.url()),
        ("reading", reading.url()),
        ("mark", mark.url()),
        ("touch_icon", touch_icon.url()),
    ];
    let styles = later_css.url();
    let mut files = vec![css, later_css, reading, icons, mark, touch_icon, icon_192, icon_512];
    files.extend(manifests);
    files.extend(texts.into_iter().flat_map(|(_, sets)| sets));
    // The first program is what every other one opens when it is done.
    let (mut programs, mut next) = (Vec::new(), None);
    for page in pages {
        let mut program = Program::of(&public, page, &styles, next.as_ref(), &smaller)?;
        // Whoever fetches parts later fetches their styles then, too.
        program.urls.push(("styles", if page.parts.is_some() { first.clone() } else { all.clone() }));
        programs.push((page.html, program.urls));
        next.get_or_insert(program.names);
        files.extend(program.files);
    }

    let build = build_id(&files, [&public.read("index.html")?, &public.read("sw.js")?]);
    for (html, mut values) in programs {
        values.extend(urls.clone());
        values.push(("build", build.clone()));
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        files.push(Asset::named(html, public.fill("index.html", &values)?));
    }
    let precache = precache(&files);
    files.push(Asset::named("sw.js", public.fill("sw.js", &[("build", &build), ("precache", &precache)])?));
    // Looked at before the app is installed, and never again: no phone keeps them.
    files.extend(shop);
    Ok(files)
}

/// The files of one program, and where the page finds those that it names.
struct Program {
    files: Vec<Asset>,
    urls: Vec<(&'static str, String)>,
    /// Of its script and its wasm.
    names: (String, String),
}

impl Program {
    /// `next` names script and wasm of the program that it opens when it is done.
    fn of(
        public: &Public<'_>,
        page: &Page<'_>,
        later_css: &str,
        next: Option<&(String, String)>,
        smaller: &dyn Fn(String) -> Result<String>,
    ) -> Result<Self> {
        let Page { stem, module, .. } = page;
        let mut files = snippets::read(module)?;
        let js = smaller(snippets::point_to(&files, &fs::read_to_string(&module.js)?))?;
        let modules = match page.parts {
            None => vec![Asset::hashed(stem, "js", js)],
            Some(parts) => {
                let later = parts.later.iter().map(|part| later(part)).collect::<Result<Vec<_>>>()?;
                let loader = smaller(fs::read_to_string(&parts.loader)?)?;
                let scripts = scripts(module, js, parts, loader, &later)?;
                files.extend(later);
                scripts.into()
            }
        };
        let wasm = Asset::hashed(stem, "wasm", fs::read(&module.wasm)?);
        let js_name = modules.first().map_or("", Asset::file_name);
        let own = (js_name.to_owned(), wasm.file_name().to_owned());
        let (next_js, next_wasm) = next.unwrap_or(&own);
        let names = [
            ("app_js", &*own.0),
            ("app_wasm", &*own.1),
            ("next_js", next_js),
            ("next_wasm", next_wasm),
            ("later_css", later_css),
            ("words", &page.words.iter().map(|set| format!("{set:?}")).collect::<Vec<_>>().join(", ")),
        ];
        let boot = public.fill("boot.js", &names)?;
        let boot = Asset::hashed("boot", "js", smaller(boot)?);
        let preload = |module: &Asset| format!(r#"<link rel="modulepreload" href="{}">"#, module.url());
        let urls = vec![
            ("modules", modules.iter().map(preload).collect::<Vec<_>>().join("\n")),
            ("app_wasm", wasm.url()),
            ("boot", boot.url()),
            ("words", page.words.join(" ")),
        ];
        files.extend(modules);
        files.extend([wasm, boot]);
        Ok(Self { files, urls, names: own })
    }
}

/// A part of the wasm that is fetched later, named after its part and what it holds.
fn later(part: &Path) -> Result<Asset> {
    let stem = part.file_stem().context("a part has a name")?.to_string_lossy().into_owned();
    Ok(Asset::hashed(&stem, "wasm", fs::read(part)?))
}

/// The app's module, and the script that fetches the parts. They import each other: one hash names both.
fn scripts(
    module: &Module,
    app_js: String,
    parts: &Parts,
    mut parts_js: String,
    later: &[Asset],
) -> Result<[Asset; 2]> {
    for (part, asset) in parts.later.iter().zip(later) {
        let name = part.file_name().unwrap_or_default().to_string_lossy();
        parts_js = parts_js.replace(&format!("\"./{name}\""), &format!("\"./{}\"", asset.file_name()));
    }
    let hash = short_hash(format!("{app_js}{parts_js}").as_bytes());
    let name = module.js.file_name().unwrap_or_default().to_string_lossy();
    // The wasm asks for the script by its old name; only the imports are by the new one.
    let linked = ["from \"", "from\""].into_iter().fold(app_js.clone(), |js, from| {
        js.replace(&format!("{from}{LOADER}\""), &format!("{from}./parts-{hash}.js\""))
    });
    ensure!(linked != app_js, "the app's module does not import its parts as expected");
    let parts_js = parts_js.replace(&format!("./{name}"), &format!("./app-{hash}.js"));
    let named = |stem: &str, text: String| Asset::named(&format!("assets/{stem}-{hash}.js"), text);
    Ok([named("app", linked), named("parts", parts_js)])
}

/// The folder of what is written by hand.
struct Public<'a>(&'a Path);

impl Public<'_> {
    fn read(&self, name: &str) -> Result<String> {
        let path = self.0.join(name);
        fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))
    }

    /// A picture of a screen, by its name.
    fn picture(&self, name: &str) -> Result<Asset> {
        let path = self.0.join(name).with_extension("png");
        let bytes = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        Ok(Asset::hashed(name, "png", bytes))
    }

    fn fill(&self, name: &str, values: &[(&str, &str)]) -> Result<String> {
        fill(&self.read(name)?, values).with_context(|| format!("could not fill public/{name}"))
    }
}

/// What is installed, in each language; `reading.js` says which.
fn manifests(public: &Public<'_>, catalogue: &Catalogue, pictures: &[(&str, String)]) -> Result<Vec<Asset>> {
    const WORDS: [(&str, &str); 6] = [
        ("description", "manifest.description"),
        ("phone_label", "manifest.phone"),
        ("desk_label", "manifest.desk"),
        ("today", "nav.today"),
        ("calendar", "nav.calendar"),
        ("medicines", "nav.medicines"),
    ];
    let of = |language: &str| {
        let dir = if language == "ar" { "rtl" } else { "ltr" };
        let mut values = vec![("language", language), ("dir", dir)];
        values.extend(pictures.iter().map(|(name, url)| (*name, url.as_str())));
        for (name, path) in WORDS {
            let words = catalogue.words(language, path);
            values.push((name, words.with_context(|| format!("{path} is not in locales/{language}.json"))?));
        }
        let name = match language {
            "en" => "manifest.webmanifest".to_owned(),
            other => format!("manifest-{other}.webmanifest"),
        };
        let manifest = public.fill("manifest.webmanifest", &values)?;
        let _: Value = serde_json::from_str(&manifest).with_context(|| format!("{name} does not read"))?;
        Ok(Asset::named(&name, manifest))
    };
    catalogue.languages().map(of).collect()
}

/// The words of each language, by their sets.
fn texts(catalogue: &Catalogue) -> Vec<(String, [Asset; 3])> {
    let sets = |language: &str| {
        Catalogue::sets().map(|set| {
            Asset::hashed(&format!("texts-{language}-{set}"), "txt", catalogue.table(language, set))
        })
    };
    catalogue.languages().map(|language| (language.to_owned(), sets(language))).collect()
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
    Value::from_iter(files.iter().map(entry)).to_string()
}

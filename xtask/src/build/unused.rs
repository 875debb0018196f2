//! Classes that a crate hands to JavaScript and that nobody here asks for: for server functions, which this app has none
//! of. As they are exported, nothing else takes them out.

use std::fs;

use anyhow::{Result, anyhow, ensure};
use walrus::{Module as Wasm, passes::gc};

use crate::tool::wasm_bindgen::Module;

/// Takes them out of both files, in place.
pub(super) fn drop_classes(module: &Module) -> Result<()> {
    let (js, classes) = without_classes(&fs::read_to_string(&module.js)?)?;
    let broken = |error| anyhow!("{} does not read: {error:#}", module.wasm.display());
    let mut wasm = Wasm::from_file(&module.wasm).map_err(broken)?;
    let of_class = |name: &str| {
        let name = name.trim_start_matches("__wbg_");
        classes.iter().any(|class| name.starts_with(&format!("{}_", class.to_lowercase())))
    };
    let exports: Vec<_> = wasm.exports.iter().filter(|e| of_class(&e.name)).map(|e| e.id()).collect();
    exports.into_iter().for_each(|export| wasm.exports.delete(export));
    gc::run(&mut wasm);
    wasm.emit_wasm_file(&module.wasm).map_err(broken)?;
    Ok(fs::write(&module.js, js)?)
}

/// The module without its classes, and their names.
fn without_classes(js: &str) -> Result<(String, Vec<String>)> {
    let (mut rest, mut kept, mut classes) = (js.to_owned(), String::new(), Vec::new());
    while let Some((before, after)) = rest.split_once("export class ") {
        let (class, _) = after.split_once(' ').ok_or_else(|| anyhow!("a class has no name"))?;
        // What comes last of it.
        let end = format!("{class}.prototype.free;\n");
        let (_, behind) =
            after.split_once(&end).ok_or_else(|| anyhow!("{class} does not end as expected"))?;
        classes.push(class.to_owned());
        kept.push_str(before);
        rest = behind.to_owned();
    }
    kept.push_str(&rest);
    for class in &classes {
        let begin = format!("const {class}Finalization");
        let (before, after) = kept.split_once(&begin).ok_or_else(|| anyhow!("{class} is never freed"))?;
        let (_, behind) =
            after.split_once(", 1));\n").ok_or_else(|| anyhow!("{class} is freed otherwise"))?;
        kept = format!("{before}{behind}");
        ensure!(!kept.contains(class.as_str()), "{class} is used: it has to stay");
    }
    Ok((kept, classes))
}

#[cfg(test)]
mod tests {
    use super::without_classes;

    const JS: &str = "import a;\nexport class Tap {\n free() { wasm.__wbg_tap_free(1, 0); }\n}\nif (Symbol.dispose) \
        Tap.prototype[Symbol.dispose] = Tap.prototype.free;\nconst b = 1;\nconst TapFinalization = (typeof X)\n ? {}\n \
        : new X(ptr => wasm.__wbg_tap_free(ptr, 1));\nlast();\n";

    #[test]
    fn a_class_goes_and_all_around_it_stays() {
        let (js, classes) = without_classes(JS).unwrap();
        assert_eq!(js, "import a;\nconst b = 1;\nlast();\n");
        assert_eq!(classes, ["Tap"]);
    }

    #[test]
    fn a_class_that_is_used_is_an_error() {
        assert!(without_classes(&format!("{JS}new Tap();")).is_err());
    }
}

//! The names by which a wasm asks for what JavaScript gives it: some hundreds, each as long as a sentence, in both files
//! of a program. A page needs none of them to be read.

use std::fs;

use anyhow::{Result, anyhow};
use walrus::Module as Wasm;

use crate::tool::wasm_bindgen::Module;

/// Renames them in both files, in place.
pub(super) fn shorten(module: &Module) -> Result<()> {
    let broken = |error| anyhow!("{} does not read: {error:#}", module.wasm.display());
    let mut wasm = Wasm::from_file(&module.wasm).map_err(broken)?;
    let mut js = fs::read_to_string(&module.js)?;
    let given = wasm.imports.iter_mut().filter(|import| import.name.starts_with("__wb"));
    for (number, import) in given.enumerate() {
        let short = short(number);
        // Each stands there once, as the name of what is given.
        let (long, key) = (format!("{}: ", import.name), format!("{short}: "));
        if js.matches(&long).count() != 1 {
            return Err(anyhow!("{} is not given once by {}", import.name, module.js.display()));
        }
        js = js.replacen(&long, &key, 1);
        import.name = short;
    }
    wasm.emit_wasm_file(&module.wasm).map_err(broken)?;
    Ok(fs::write(&module.js, js)?)
}

/// `a` to `z`, `a0`, `b0` …: names that no word of the language is.
fn short(number: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
    match number / 26 {
        0 => letter.to_string(),
        more => format!("{letter}{}", more - 1),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::short;

    #[test]
    fn short_names_differ() {
        assert_eq!((0..2_000).map(short).collect::<BTreeSet<_>>().len(), 2_000);
        assert_eq!((short(0), short(25), short(26)), ("a".into(), "z".into(), "a0".into()));
    }
}

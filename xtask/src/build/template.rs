//! Filling `{{name}}` in the files of `public/`.

use anyhow::{Context, Result, bail};

/// Puts each value in the place of its `{{name}}`; a name without a value, or a value without a place, is an error.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut filled = String::with_capacity(template.len());
    let mut unused: Vec<_> = values.iter().map(|(name, _)| *name).collect();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").context("a `{{` has no `}}`")?;
        let Some((_, value)) = values.iter().find(|(known, _)| *known == name) else {
            bail!(
                "`{{{{{name}}}}}` is not known; there are {:?}",
                values.iter().map(|v| v.0).collect::<Vec<_>>()
            );
        };
        filled.push_str(before);
        filled.push_str(value);
        unused.retain(|known| *known != name);
        rest = after;
    }
    if !unused.is_empty() {
        bail!("the template has no place for {unused:?}");
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn every_place_is_filled_and_every_value_used() {
        assert_eq!(fill("a {{x}} b {{x}}", &[("x", "1")]).unwrap(), "a 1 b 1");
        assert!(fill("{{y}}", &[("x", "1")]).is_err());
        assert!(fill("nothing", &[("x", "1")]).is_err());
        assert!(fill("{{x", &[("x", "1")]).is_err());
    }
}

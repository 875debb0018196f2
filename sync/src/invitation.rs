//! The one-time code of an invitation, as people paste it.

/// 128 bits in base64url.
const CODE_LENGTH: usize = 22;

/// The code in a link or beside it: what follows the last `#`, without spaces. `None`: it has not the form of a code.
#[must_use]
pub fn code_in(text: &str) -> Option<String> {
    let after = text.rsplit('#').next().unwrap_or(text);
    let code: String = after.chars().filter(|c| !c.is_whitespace()).collect();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (code.len() == CODE_LENGTH && code.chars().all(fits)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::code_in;

    #[test]
    fn a_code_is_found_in_a_link_or_alone() {
        let code = "0123456789_abcdefgh-XY";
        assert_eq!(code_in(&format!("https://rivulet.example/enrol#{code}")).as_deref(), Some(code));
        assert_eq!(code_in(&format!(" {code}\n")).as_deref(), Some(code));
        assert_eq!(code_in("0123456789_ abcdefgh-XY").as_deref(), Some(code));
        for not in ["", "main", "https://rivulet.example/enrol", "0123456789_abcdefgh-X!"] {
            assert_eq!(code_in(not), None);
        }
    }
}

//! Style sheets made shorter: comments and idle white space go, everything else stays as it was written.

/// Joins `sheets` in their order and makes the whole shorter.
pub(super) fn join(sheets: &[&str]) -> String {
    minify(&sheets.concat())
}

/// Characters beside which white space says nothing. A colon is not among them: `a :hover` and `a:hover` differ.
const IDLE_BESIDE: &str = "{};,>";

fn minify(css: &str) -> String {
    let mut short = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("/*") {
            rest = after.split_once("*/").map_or("", |(_, after)| after);
        } else if next == '"' || next == '\'' {
            let (string, after) = rest.split_at(string_len(rest, next));
            short.push_str(string);
            rest = after;
        } else if next.is_whitespace() {
            rest = rest.trim_start();
            let idle = |side: Option<char>| side.is_none_or(|side| side == ' ' || IDLE_BESIDE.contains(side));
            // Before a comment it is kept, as the comment leaves nothing behind; after one it is idle then.
            if !idle(short.chars().next_back()) && !idle(rest.chars().next()) {
                short.push(' ');
            }
        } else {
            if next == '}' && short.ends_with(';') {
                short.pop();
            }
            if IDLE_BESIDE.contains(next) && short.ends_with(' ') {
                short.pop();
            }
            short.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    short
}

/// The length in bytes of the string that `text` begins with, its quotes included.
fn string_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if character == quote && !escaped {
            return at + 1;
        }
        escaped = character == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_white_space_and_comments_go() {
        let css = "/* a */ a , b > c {\n  color : red; /* why */\n  margin: 0 1px;\n}\n\n@media (x) { d { e: f; } }";
        assert_eq!(minify(css), "a,b>c{color : red;margin: 0 1px}@media (x){d{e: f}}");
    }

    #[test]
    fn white_space_that_means_something_stays() {
        assert_eq!(
            minify("a :hover b + c { width: calc(1px + 2px) }"),
            "a :hover b + c{width: calc(1px + 2px)}"
        );
        assert_eq!(minify("a /* x */ b{c:d}"), "a b{c:d}");
    }

    #[test]
    fn strings_are_left_alone() {
        assert_eq!(minify(r#"a { content: "\"  /* ; }  " ; }"#), r#"a{content: "\"  /* ; }  "}"#);
    }
}

//! Text that people gave, made safe for the place where it is printed.
//!
//! HTML escaping is the template engine's; here are the rest: characters that hide or reorder
//! text, Markdown, and spreadsheet cells.

/// Drops control characters and the marks that reorder text (U+202A–U+202E, U+2066–U+2069), with
/// which a title could be made to read differently from what it says. Line breaks and tabs
/// become spaces.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// Escapes text for GitHub-flavoured Markdown, inside a line or a table cell: no markup, no HTML,
/// no formula (`$`), no further cell.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' | '{' | '}' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A text cell that no spreadsheet takes for a formula: an apostrophe goes before `=`, `+`, `-`,
/// `@`, tab and carriage return (OWASP, "CSV Injection").
pub(super) fn spreadsheet(text: &str) -> String {
    let reordering = |c: &char| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let text: String = text.chars().filter(reordering).collect();
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_go() {
        assert_eq!(clean("a\u{202E}b\u{0}c\u{2067}\nd"), "abc d");
        assert_eq!(clean("Müller – “x”"), "Müller – “x”");
    }

    #[test]
    fn markdown_markup_is_text() {
        assert_eq!(
            markdown("<script>alert(1)</script> | `x` $5"),
            r"&lt;script&gt;alert(1)&lt;/script&gt; \| \`x\` \$5"
        );
        assert_eq!(markdown("![x](javascript:1)"), r"\!\[x\](javascript:1)");
    }

    #[test]
    fn formulas_are_text_in_spreadsheets() {
        for formula in ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(spreadsheet(formula), format!("'{formula}"));
        }
        assert_eq!(spreadsheet("\u{202E}=1"), "'=1");
        assert_eq!(spreadsheet("a=b"), "a=b");
    }
}

//! Text that people gave, made safe for the place where it is printed.
//!
//! HTML escaping is the template engine's; here are the rest: characters that hide or reorder
//! text, Markdown, and spreadsheet cells.

use std::borrow::Cow;

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
/// no formula (`$`), no further cell. What is harmless where it stands (`[0, 0]`, `p < 0.1`,
/// `kp_bmp_t`) stays readable.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut previous = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        let at_start = out.is_empty();
        let after_number = out.bytes().all(|b| b.is_ascii_digit());
        match c {
            '&' => out.push_str("&amp;"),
            '<' if next.is_ascii_alphabetic() || "/!?".contains(next) => out.push_str("&lt;"),
            '>' if at_start => out.push_str("&gt;"),
            '\\' | '`' | '*' | '|' | '~' | '$' => out.extend(['\\', c]),
            '_' if !(previous.is_alphanumeric() && next.is_alphanumeric()) => {
                out.extend(['\\', c]);
            }
            // A link, a reference or its definition.
            ']' if "([:".contains(next) => out.extend(['\\', c]),
            // Markers of headings, lists, rules and underlines; a sign before a figure is none.
            '#' | '-' | '+' | '=' if at_start && (next == ' ' || next == c) => {
                out.extend(['\\', c]);
            }
            '.' | ')' if !at_start && after_number && next == ' ' => out.extend(['\\', c]),
            _ => out.push(c),
        }
        previous = c;
    }
    out
}

/// A text cell that no spreadsheet takes for a formula: an apostrophe goes before `=`, `+`, `-`,
/// `@`, tab and carriage return (OWASP, "CSV Injection").
pub(super) fn spreadsheet(text: &str) -> Cow<'_, str> {
    let reordering = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let text = match text.contains(reordering) {
        true => Cow::Owned(text.replace(reordering, "")),
        false => Cow::Borrowed(text),
    };
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => Cow::Owned(format!("'{text}")),
        false => text,
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
        for (text, escaped) in [
            (
                "<script>a</script> | `x` $5",
                r"&lt;script>a&lt;/script> \| \`x\` \$5",
            ),
            ("![x](javascript:1)", r"![x\](javascript:1)"),
            ("[x]: https://x.org", r"[x\]: https://x.org"),
            ("# a", r"\# a"),
            ("## a", r"\## a"),
            ("- a", r"\- a"),
            ("---", r"\---"),
            ("+ a", r"\+ a"),
            ("12. a", r"12\. a"),
            ("1) a", r"1\) a"),
            ("> a", "&gt; a"),
            ("_a_ **b** ~c~", r"\_a\_ \*\*b\*\* \~c\~"),
            ("&lt;", "&amp;lt;"),
        ] {
            assert_eq!(markdown(text), escaped);
        }
    }

    #[test]
    fn harmless_text_stays_readable() {
        for text in [
            "kp_bmp_t over [0, 0]",
            "p < 0.0001",
            "a-b #1, x = 1.5",
            "−2.38 % (n)",
            "0.0083",
            "+1.35 %",
            "-1 to +1",
            "1)x",
        ] {
            assert_eq!(markdown(text), text);
        }
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

//! Text as LaTeX: what people wrote stays text, and every engine can set it.

use crate::report::plain::clean;

/// Text that LaTeX prints as it is: its special characters escaped, signs as mathematics, and a
/// character outside of Latin script, which plain LaTeX has no glyph for, by its code.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in clean(text).chars() {
        match command(c) {
            Some(command) => out.push_str(command),
            None if is_set(c) => out.push(c),
            None => out.push_str(&format!("U+{:04X}", u32::from(c))),
        }
    }
    out
}

fn command(c: char) -> Option<&'static str> {
    Some(match c {
        '\\' => "\\textbackslash{}",
        '{' => "\\{",
        '}' => "\\}",
        '$' => "\\$",
        '&' => "\\&",
        '#' => "\\#",
        '%' => "\\%",
        '_' => "\\_",
        '^' => "\\textasciicircum{}",
        '~' => "\\textasciitilde{}",
        // In the usual font encoding these come out as other characters.
        '<' => "$<$",
        '>' => "$>$",
        '|' => "\\textbar{}",
        '"' => "\\textquotedbl{}",
        // In brackets, so that a cell that begins with one is not read as an argument of `\\`.
        '[' => "{[}",
        ']' => "{]}",
        '*' => "{*}",
        '−' => "$-$",
        '±' => "$\\pm$",
        '×' => "$\\times$",
        '≥' => "$\\geq$",
        '≤' => "$\\leq$",
        '≈' => "$\\approx$",
        'α' => "$\\alpha$",
        'β' => "$\\beta$",
        'χ' => "$\\chi$",
        'σ' => "$\\sigma$",
        '²' => "$^2$",
        '–' => "--",
        '—' => "---",
        '“' => "``",
        '”' => "''",
        '„' => "\\quotedblbase{}",
        '‘' => "`",
        '’' => "'",
        '…' => "\\dots{}",
        '·' => "$\\cdot$",
        '\u{a0}' | '\u{202f}' => "~",
        '\u{2011}' => "-",
        // Joins words, or hides: nothing to see.
        '\u{2060}' | '\u{200b}' | '\u{feff}' => "",
        _ => return None,
    })
}

/// ASCII, and the Latin letters that LaTeX knows without a package.
fn is_set(c: char) -> bool {
    c.is_ascii() || (c.is_alphabetic() && ('\u{c0}'..='\u{17f}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_people_wrote_stays_text() {
        for (text, latex) in [
            ("A&B 5 % of $x_1$", "A\\&B 5 \\% of \\$x\\_1\\$"),
            (
                "\\input{/etc/passwd}",
                "\\textbackslash{}input\\{/etc/passwd\\}",
            ),
            ("#1^2~", "\\#1\\textasciicircum{}2\\textasciitilde{}"),
            ("−13.33\u{a0}%", "$-$13.33~\\%"),
            ("[−1,\u{a0}+1]", "{[}$-$1,~+1{]}"),
            ("Müller – “x”", "Müller -- ``x''"),
            ("a\u{202e}b\n\nc", "ab  c"),
            ("中", "U+4E2D"),
        ] {
            assert_eq!(escaped(text), latex);
        }
    }
}

//! Text as LaTeX: what people wrote stays text, and every engine can set it.

use crate::report::plain::clean;

/// Characters without a place to break after which the next of [`BREAKS`] is made one.
const LONG_WORD: usize = 12;
/// Where an address or an id may break.
const BREAKS: &str = "/_.?&=";

/// Text that LaTeX prints as it is: its special characters escaped, signs as mathematics, and a
/// character outside of Latin script, which plain LaTeX has no glyph for, by its code. Only what the
/// standard fonts have in their old encoding is used (OT1): a table is set by whatever preamble.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut unbroken = 0;
    let text = clean(text);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match command(c).or_else(|| without_mark(c)) {
            Some(command) => out.push_str(command),
            None if is_set(c) => out.push(c),
            None => out.push_str(&format!("U+{:04X}", u32::from(c))),
        }
        unbroken = if c.is_whitespace() || c == '-' {
            0
        } else {
            unbroken + 1
        };
        let goes_on = chars.peek().is_some_and(|next| !next.is_whitespace());
        if unbroken > LONG_WORD && BREAKS.contains(c) && goes_on {
            out.push_str("\\allowbreak{}");
            unbroken = 0;
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
        '"' => "''",
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
        '„' => ",,",
        '‚' => ",",
        '«' => "$\\ll$",
        '»' => "$\\gg$",
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

/// Latin letters that the standard fonts lack, as they are written where their marks cannot be.
fn without_mark(c: char) -> Option<&'static str> {
    Some(match c {
        'Ą' => "A",
        'ą' => "a",
        'Ę' => "E",
        'ę' => "e",
        'Į' => "I",
        'į' => "i",
        'Ų' => "U",
        'ų' => "u",
        'Đ' | 'Ð' => "D",
        'đ' | 'ð' => "d",
        'Ħ' => "H",
        'ħ' => "h",
        'Ŧ' => "T",
        'ŧ' => "t",
        'Þ' => "Th",
        'þ' => "th",
        'Ŋ' => "Ng",
        'ŋ' => "ng",
        'Ŀ' => "L",
        'ŀ' => "l",
        'ŉ' => "'n",
        'ĸ' => "k",
        'ſ' => "s",
        _ => return None,
    })
}

/// ASCII, the Latin letters that LaTeX knows without a package, and signs that it knows since 2020.
fn is_set(c: char) -> bool {
    let letter = c.is_alphabetic() && ('\u{c0}'..='\u{17f}').contains(&c);
    c.is_ascii() || letter || "€£¥§©®™°µ¼½¾¡¿†‡•".contains(c)
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
            ("a \"b\" «c» „d“", "a ''b'' $\\ll$c$\\gg$ ,,d``"),
            ("Dąbrowski, 5 €", "Dabrowski, 5 €"),
            (
                "https://example.com/a/b_c",
                "https://example.\\allowbreak{}com/a/b\\_c",
            ),
        ] {
            assert_eq!(escaped(text), latex);
        }
    }
}

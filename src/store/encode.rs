//! Names of sources, symbols and factor sets as names of folders.
//!
//! No two names share a folder, on no file system: the folder's name has capitals, digits and
//! `% + - _` only, so that one that ignores case or normalises accents tells them apart too, and
//! it is no name that an operating system keeps for itself.

/// The folder's name: capitals, digits and `-` stay, a small letter `x` becomes `_X`, any other
/// ASCII character `%` and two hexadecimal digits, and what is beyond ASCII `+` and five.
pub(super) fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        match c {
            'A'..='Z' | '0'..='9' | '-' => out.push(c),
            'a'..='z' => {
                out.push('_');
                out.push(c.to_ascii_uppercase());
            }
            _ if c.is_ascii() => out.push_str(&format!("%{:02X}", u32::from(c))),
            _ => out.push_str(&format!("+{:05X}", u32::from(c))),
        }
    }
    if is_reserved(&out) {
        // The first letter in its other spelling, which no other name has.
        let first = u32::from(out.remove(0));
        out.insert_str(0, &format!("%{first:02X}"));
    }
    out
}

/// Names that Windows keeps for devices.
fn is_reserved(name: &str) -> bool {
    let numbered = |stem: &str| {
        let digits = name.strip_prefix(stem);
        digits.is_some_and(|d| d.len() == 1 && d.bytes().all(|b| b.is_ascii_digit()))
    };
    ["CON", "PRN", "AUX", "NUL"].contains(&name) || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::Symbol;
    use proptest::prelude::*;

    #[test]
    fn names_that_differ_get_folders_that_differ() {
        for (name, folder) in [
            ("NVDA", "NVDA"),
            ("BRK-B", "BRK-B"),
            ("brk-b", "_B_R_K-_B"),
            ("BRK.B", "BRK%2EB"),
            ("BRK_B", "BRK%5FB"),
            ("^VIX", "%5EVIX"),
            ("CON", "%43ON"),
            ("com1", "_C_O_M1"),
            ("COM1", "%43OM1"),
            ("ÄÖ", "+000C4+000D6"),
        ] {
            assert_eq!(encode(name), folder);
        }
    }

    proptest! {
        #[test]
        fn two_symbols_never_meet(a in "[A-Za-z0-9._^=+&$:*@#!~äÄßСcCoOnN1-]{1,32}",
                                  b in "[A-Za-z0-9._^=+&$:*@#!~äÄßСcCoOnN1-]{1,32}") {
            let (Ok(a), Ok(b)) = (Symbol::new(&a), Symbol::new(&b)) else { return Ok(()) };
            let (x, y) = (encode(a.as_str()), encode(b.as_str()));
            prop_assert_eq!(a == b, x.eq_ignore_ascii_case(&y));
        }

        #[test]
        fn a_folder_is_one_plain_name(name in "\\PC{1,32}") {
            let Ok(symbol) = Symbol::new(&name) else { return Ok(()) };
            let folder = encode(symbol.as_str());
            prop_assert!(folder.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"%+-_".contains(&b)));
            prop_assert!(folder.len() <= 200 && !is_reserved(&folder));
        }
    }
}

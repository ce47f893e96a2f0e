//! Numbers as sources and spreadsheets write them: `$1,341.07`, `1.612,34`, `120.5M`, `0.76%`.
//!
//! The decimal mark is found over all cells of a table, never cell by cell. An absent number is
//! `None`; what is not finite is an error. Whether a number is plausible is left to `quality`.

use super::table::Delimiter;
use crate::error::{InputError, Result};

/// What stands before the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalMark {
    /// `1,341.07`
    #[default]
    Point,
    /// `1.341,07`
    Comma,
}

/// How a table writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NumberFormat {
    /// The decimal mark; the other one separates thousands.
    pub decimal: DecimalMark,
}

/// Words and signs for an absent number.
const MISSING: [&str; 13] = [
    "", "null", "n/a", "na", "nan", "-", "--", ".", "#n/a", "none", "—", "–", "<na>",
];

impl NumberFormat {
    /// The number in `text`; `None` where it says that there is none.
    ///
    /// A percent sign divides by 100; K, M, B, T multiply.
    ///
    /// # Errors
    /// What is wrong, in one clause.
    pub fn parse(self, text: &str) -> std::result::Result<Option<f64>, &'static str> {
        let text = text.trim();
        if self.decimal == DecimalMark::Point && is_plain(text) {
            return finite(text);
        }
        if MISSING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
            return Ok(None);
        }
        let (negative, text) = sign(text);
        let bare = text.trim_matches(['$', '€', '£', '¥']).trim();
        let (after_currency, text) = match sign(bare) {
            signed if !negative && bare.len() < text.len() => signed,
            _ => (false, bare),
        };
        if ["inf", "infinity"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
        {
            return Err("not a finite number");
        }
        let (body, power) = scale(text);
        let mut plain = String::with_capacity(text.len() + 4);
        if negative || after_currency {
            plain.push('-');
        }
        let (mantissa, exponent) = split_exponent(body.trim_end()).ok_or("not a number")?;
        self.plain_digits(mantissa, &mut plain)?;
        // Scaling in decimal keeps 120.5M and 0.76% exactly rounded.
        plain.push_str(&format!("e{}", exponent + power));
        finite(&plain)
    }

    /// Appends `mantissa` without thousands separators and with a decimal point.
    fn plain_digits(
        self,
        mantissa: &str,
        plain: &mut String,
    ) -> std::result::Result<(), &'static str> {
        let (mark, other) = match self.decimal {
            DecimalMark::Point => ('.', ','),
            DecimalMark::Comma => (',', '.'),
        };
        let (whole, fraction) = mantissa.split_once(mark).unwrap_or((mantissa, ""));
        let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !is_digits(fraction) {
            return Err("not a number");
        }
        let separators = [other, '\'', ' ', '\u{A0}', '\u{202F}', '\u{2009}'];
        let separator = whole.chars().find(|c| separators.contains(c));
        let groups: Vec<&str> = match separator {
            Some(separator) => whole.split(separator).collect(),
            None => vec![whole],
        };
        if !groups.iter().all(|group| is_digits(group)) {
            return Err("not a number");
        }
        let lead_is_short = (1..=3).contains(&groups[0].len());
        if groups.len() > 1 && !(lead_is_short && groups[1..].iter().all(|g| g.len() == 3)) {
            return Err("not a number: thousands separators do not stand before three digits");
        }
        plain.push('0');
        groups.iter().for_each(|group| plain.push_str(group));
        plain.push('.');
        plain.push_str(if fraction.is_empty() { "0" } else { fraction });
        Ok(())
    }
}

/// Finds the decimal mark that reads the numbers of a table.
///
/// A value with only one reading decides. Where all have two readings (`1.234` throughout), a
/// table whose columns are not separated by `;` has decimal points, as those tables do; a `;`
/// table, which may have either, is refused. Cells that are no numbers are passed over: `parse`
/// reports them with their place.
///
/// # Errors
/// Two readings and no `hint`. The error carries line and value; the caller adds the rest.
pub(crate) fn infer<'a>(
    values: impl Iterator<Item = (usize, &'a str)>,
    delimiter: Delimiter,
    hint: Option<DecimalMark>,
) -> Result<NumberFormat> {
    if let Some(decimal) = hint {
        return Ok(NumberFormat { decimal });
    }
    let format = |decimal| NumberFormat { decimal };
    let (point, comma) = (format(DecimalMark::Point), format(DecimalMark::Comma));
    let mut two_readings = None;
    for (line, value) in values.filter(|(_, value)| value.contains(['.', ','])) {
        match (point.parse(value), comma.parse(value)) {
            (Ok(_), Err(_)) => return Ok(point),
            (Err(_), Ok(_)) => return Ok(comma),
            (Ok(a), Ok(b)) if a != b && two_readings.is_none() => {
                two_readings = Some((line, value))
            }
            _ => {}
        }
    }
    match two_readings {
        Some((line, value)) if delimiter == Delimiter::Byte(b';') => Err(InputError::new(
            "the decimal mark is uncertain: every number reads with a decimal point and with a decimal comma",
            "state --decimal point or --decimal comma",
        )
        .at_line(line)
        .with_value(value)
        .into()),
        _ => Ok(point),
    }
}

/// Digits with at most a sign and a point: the common case, which the standard library reads.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn finite(plain: &str) -> std::result::Result<Option<f64>, &'static str> {
    match plain.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        Ok(_) => Err("not a finite number"),
        Err(_) => Err("not a number"),
    }
}

fn sign(text: &str) -> (bool, &str) {
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        (true, rest)
    } else {
        (false, text.strip_prefix('+').unwrap_or(text))
    }
}

/// Cuts a percent sign or a magnitude letter off and returns its power of ten.
fn scale(text: &str) -> (&str, i32) {
    let powers = [('%', -2), ('K', 3), ('M', 6), ('B', 9), ('T', 12)];
    let last = text.chars().last().map(|c| c.to_ascii_uppercase());
    match powers.iter().find(|(letter, _)| Some(*letter) == last) {
        Some((_, power)) => (&text[..text.len() - 1], *power),
        None => (text, 0),
    }
}

fn split_exponent(text: &str) -> Option<(&str, i32)> {
    match text.split_once(['e', 'E']) {
        None => Some((text, 0)),
        Some((mantissa, exponent)) => {
            let exponent: i32 = exponent.parse().ok()?;
            (-10_000..=10_000)
                .contains(&exponent)
                .then_some((mantissa, exponent))
        }
    }
}

#[cfg(test)]
mod tests;

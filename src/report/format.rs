//! Numbers, dates and money as people read them, in both languages.
//!
//! A sign is always shown on percentages and money; minus is U+2212; a no-break space stands
//! before units. Files for programs use other formats (see `tables`).

use super::language::Language;
use crate::analysis::window::Window;
use chrono::{Datelike, NaiveDate};

/// What stands where there is no figure.
pub(super) const MISSING: &str = "–";

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

impl Language {
    /// `−5.06`, with as many decimals as asked for; zero has no sign.
    pub(super) fn decimal(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return MISSING.to_owned();
        }
        let digits = format!("{:.decimals$}", value.abs());
        let minus = value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let mut out = String::from(if minus { "−" } else { "" });
        out.push_str(&self.grouped(whole));
        if !fraction.is_empty() {
            out.push(if self == Language::En { '.' } else { ',' });
            out.push_str(fraction);
        }
        out
    }

    /// `−13.33 %` from the fraction −0.1333, with a sign unless it rounds to zero.
    pub(super) fn percent(self, fraction: f64) -> String {
        let digits = self.decimal(fraction * 100.0, 2);
        let rounds_to_zero = !digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
        let plus = fraction > 0.0 && !rounds_to_zero && fraction.is_finite();
        format!("{}{digits}\u{a0}%", if plus { "+" } else { "" })
    }

    /// `7.40 %`, the size alone.
    pub(super) fn size_percent(self, fraction: f64) -> String {
        format!("{}\u{a0}%", self.decimal(fraction.abs() * 100.0, 2))
    }

    /// `95 %`, as a word before a noun (`95-%` in German).
    pub(super) fn level(self, fraction: f64) -> String {
        let digits = self.decimal(fraction * 100.0, 0);
        match self {
            Language::En => format!("{digits}\u{a0}%"),
            // Hyphens that do not break: 95-%-Intervall is one word.
            Language::De => format!("{digits}\u{2011}%"),
        }
    }

    /// `p = 0.0083`, `p < 0.0001`; two decimals from 0.1 on.
    pub(super) fn p(self, p: f64) -> String {
        if p < 0.0001 {
            format!("p\u{a0}<\u{a0}{}", self.decimal(0.0001, 4))
        } else {
            let decimals = if p < 0.1 { 4 } else { 2 };
            format!("p\u{a0}=\u{a0}{}", self.decimal(p, decimals))
        }
    }

    /// A p-value in a table, always with four decimals.
    pub(super) fn p_cell(self, p: f64) -> String {
        if p < 0.0001 {
            format!("<\u{a0}{}", self.decimal(0.0001, 4))
        } else {
            self.decimal(p, 4)
        }
    }

    /// `4,812`.
    pub(super) fn count(self, n: usize) -> String {
        self.grouped(&n.to_string())
    }

    /// `−$465 billion`, `−465 Mrd. $`: three significant digits.
    pub(super) fn money(self, dollars: f64) -> String {
        // A word joiner, because a line may otherwise break before the dollar sign.
        let sign = if dollars < 0.0 { "−" } else { "+" };
        format!("{sign}\u{2060}{}", self.amount(dollars.abs()))
    }

    /// `$465 billion`, without a sign.
    pub(super) fn amount(self, dollars: f64) -> String {
        let (number, unit) = self.scaled(dollars);
        match (self, unit) {
            (Language::En, "") => format!("${number}"),
            (Language::En, unit) => format!("${number}\u{a0}{unit}"),
            (Language::De, "") => format!("{number}\u{a0}$"),
            (Language::De, unit) => format!("{number}\u{a0}{unit}\u{a0}$"),
        }
    }

    /// A positive amount with three significant digits and the word for its magnitude.
    pub(super) fn scaled(self, amount: f64) -> (String, &'static str) {
        let units: [(f64, &str, &str); 4] = [
            (1e12, "trillion", "Bio."),
            (1e9, "billion", "Mrd."),
            (1e6, "million", "Mio."),
            (1.0, "", ""),
        ];
        // 999.5 of a unit would print as 1,000 of it, so that it goes to the next one up.
        let unit = units.iter().find(|(size, ..)| amount >= 0.9995 * size);
        let (size, en, de) = *unit.unwrap_or(&units[3]);
        let scaled = amount / size;
        let decimals = match scaled {
            x if x >= 99.95 => 0,
            x if x >= 9.995 => 1,
            _ => 2,
        };
        let word = if self == Language::En { en } else { de };
        (self.decimal(scaled, decimals), word)
    }

    /// `27 January 2025`, `27. Januar 2025`.
    pub(super) fn date(self, date: NaiveDate) -> String {
        let month = date.month0() as usize;
        match self {
            Language::En => format!("{}\u{a0}{} {}", date.day(), MONTHS_EN[month], date.year()),
            Language::De => format!("{}.\u{a0}{} {}", date.day(), MONTHS_DE[month], date.year()),
        }
    }

    /// `27 Jan 2025`, `27.01.2025`, for tables.
    pub(super) fn short_date(self, date: NaiveDate) -> String {
        match self {
            Language::En => {
                let month = &MONTHS_EN[date.month0() as usize][..3];
                format!("{}\u{a0}{month}\u{a0}{}", date.day(), date.year())
            }
            Language::De => date.format("%d.%m.%Y").to_string(),
        }
    }

    /// `−18.52 % to −8.14 %`.
    pub(super) fn interval(self, low: f64, high: f64) -> String {
        self.range(&self.end(low), &self.end(high))
    }

    /// An end of an interval; one that would round to zero shows on which side of it it lies.
    fn end(self, fraction: f64) -> String {
        let size = fraction.abs() * 100.0;
        if !(1e-6..0.005).contains(&size) {
            return self.percent(fraction);
        }
        let decimals = (2..8).find(|d| size * 10_f64.powi(*d) >= 0.95).unwrap_or(8);
        let plus = if fraction > 0.0 { "+" } else { "" };
        let digits = self.decimal(fraction * 100.0, decimals as usize);
        format!("{plus}{digits}\u{a0}%")
    }

    /// Two ends, joined by the language's word.
    pub(super) fn range(self, low: &str, high: &str) -> String {
        let to = if self == Language::En { "to" } else { "bis" };
        format!("{low} {to} {high}")
    }

    /// `[−1, +1]`; a semicolon in German, where the comma is for decimals.
    pub(super) fn window(self, window: Window) -> String {
        let text = window
            .to_string()
            .replace('-', "−")
            .replace(", ", ",\u{a0}");
        match self {
            Language::En => text,
            Language::De => text.replace(',', ";"),
        }
    }

    fn grouped(self, digits: &str) -> String {
        let separator = if self == Language::En { ',' } else { '.' };
        let mut out = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{De, En};

    #[test]
    fn percentages_have_signs() {
        assert_eq!(En.percent(-0.133_276), "−13.33\u{a0}%");
        assert_eq!(De.percent(0.0227), "+2,27\u{a0}%");
        assert_eq!(En.percent(-0.000_001), "0.00\u{a0}%");
        assert_eq!(En.percent(0.000_001), "0.00\u{a0}%");
        assert_eq!(En.percent(12.5), "+1,250.00\u{a0}%");
        assert_eq!(De.level(0.95), "95\u{2011}%");
    }

    #[test]
    fn p_values_never_read_zero() {
        assert_eq!(En.p(0.008_298), "p\u{a0}=\u{a0}0.0083");
        assert_eq!(De.p(0.008_298), "p\u{a0}=\u{a0}0,0083");
        assert_eq!(En.p(8.2e-7), "p\u{a0}<\u{a0}0.0001");
        assert_eq!(En.p_cell(0.0), "<\u{a0}0.0001");
        assert_eq!(En.p(0.3647), "p\u{a0}=\u{a0}0.36");
    }

    #[test]
    fn money_has_three_digits() {
        assert_eq!(En.money(-4.654e11), "−\u{2060}$465\u{a0}billion");
        assert_eq!(De.money(-4.654e11), "−\u{2060}465\u{a0}Mrd.\u{a0}$");
        assert_eq!(En.money(9.996e11), "+\u{2060}$1.00\u{a0}trillion");
        assert_eq!(En.money(46.54e6), "+\u{2060}$46.5\u{a0}million");
        assert_eq!(De.money(12_345.0), "+\u{2060}12.345\u{a0}$");
    }

    #[test]
    fn dates_and_windows() {
        let date = NaiveDate::from_ymd_opt(2025, 1, 27).unwrap();
        assert_eq!(En.date(date), "27\u{a0}January 2025");
        assert_eq!(De.date(date), "27.\u{a0}Januar 2025");
        assert_eq!(En.short_date(date), "27\u{a0}Jan\u{a0}2025");
        let window = "-1:1".parse().unwrap();
        assert_eq!(En.window(window), "[−1,\u{a0}+1]");
        assert_eq!(De.window(window), "[−1;\u{a0}+1]");
    }
}

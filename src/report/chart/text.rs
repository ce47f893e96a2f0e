//! Numbers, dates and recurring words as a reader of either language writes them.
//!
//! Sentences that belong to one figure stand in that figure's file.

use crate::analysis::window::Window;
use crate::report::language::Language;
use crate::study::result::StudyResult;
use chrono::{Datelike, NaiveDate};

/// Formats in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text(pub(super) Language);

const MONTHS: [(&str, &str); 12] = [
    ("Jan", "Jan."),
    ("Feb", "Feb."),
    ("Mar", "März"),
    ("Apr", "Apr."),
    ("May", "Mai"),
    ("Jun", "Juni"),
    ("Jul", "Juli"),
    ("Aug", "Aug."),
    ("Sep", "Sep."),
    ("Oct", "Okt."),
    ("Nov", "Nov."),
    ("Dec", "Dez."),
];

impl Text {
    /// The wording of this language.
    pub(super) fn pick<T>(self, en: T, de: T) -> T {
        match self.0 {
            Language::En => en,
            Language::De => de,
        }
    }

    /// A number with the language's decimal mark and a true minus sign; five digits and more in
    /// groups of three.
    pub(super) fn number(self, value: f64, decimals: usize) -> String {
        let mut text = format!("{:.decimals$}", value.abs());
        let n_whole = text.find('.').unwrap_or(text.len());
        if n_whole > 4 {
            for at in (1..n_whole).rev().filter(|at| (n_whole - at) % 3 == 0) {
                text.insert(at, '\u{202F}');
            }
        }
        if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            text.insert(0, '\u{2212}');
        }
        self.pick(text.clone(), text.replace('.', ","))
    }

    /// How many there are of something.
    pub(super) fn count(self, n: usize, one: &str, many: &str) -> String {
        format!("{n} {}", if n == 1 { one } else { many })
    }

    /// A number with its sign, also where that is a plus.
    pub(super) fn signed(self, value: f64, decimals: usize) -> String {
        let text = self.number(value, decimals);
        let plain =
            text.starts_with('\u{2212}') || !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
        if plain { text } else { format!("+{text}") }
    }

    /// A fraction as percent with sign: `−13.3 %`. Beyond 1000 % without decimals.
    pub(super) fn percent(self, fraction: f64, decimals: usize) -> String {
        let decimals = if fraction.abs() >= 10.0 { 0 } else { decimals };
        format!("{}\u{A0}%", self.signed(fraction * 100.0, decimals))
    }

    /// An interval of fractions: `−18.2 % to −0.5 %`.
    pub(super) fn interval(self, low: f64, high: f64) -> String {
        let to = self.pick("to", "bis");
        format!("{} {to} {}", self.percent(low, 1), self.percent(high, 1))
    }

    /// A share without sign: `95 %`.
    pub(super) fn share(self, fraction: f64) -> String {
        let percent = fraction * 100.0;
        let decimals = usize::from((percent - percent.round()).abs() > 1e-9);
        format!("{}\u{A0}%", self.number(percent, decimals))
    }

    /// A share as the first part of a compound: `95 % ` interval, `95-%-`Intervall.
    pub(super) fn share_of(self, fraction: f64) -> String {
        let share = self.share(fraction);
        self.pick(
            format!("{share} "),
            format!("{}-", share.replace('\u{A0}', "-")),
        )
    }

    /// A p-value with its sign of relation: `p = 0.008`, `p < 0.001`.
    pub(super) fn p_value(self, p: f64) -> String {
        if p < 0.001 {
            format!("p < {}", self.number(0.001, 3))
        } else {
            format!("p = {}", self.number(p, 3))
        }
    }

    /// A date for people: `27 Jan 2025`, `27. Jan. 2025`.
    pub(super) fn date(self, date: NaiveDate) -> String {
        let (day, month, year) = (date.day(), self.month(date), date.year());
        self.pick(
            format!("{day} {month} {year}"),
            format!("{day}. {month} {year}"),
        )
    }

    /// A short name of the month.
    pub(super) fn month(self, date: NaiveDate) -> &'static str {
        let (en, de) = MONTHS[date.month0() as usize];
        self.pick(en, de)
    }

    /// A relative day with its sign: `−1`, `0`, `+5`.
    pub(super) fn day(self, day: i32) -> String {
        self.signed(f64::from(day), 0)
    }

    /// A window with true minus signs: `[−1, +1]`.
    pub(super) fn window(self, window: Window) -> String {
        window.to_string().replace('-', "\u{2212}")
    }

    /// The line under every chart: where the figures come from and how they were made.
    pub(super) fn source(self, result: &StudyResult) -> String {
        let settings = &result.settings;
        let (first, last) = result.data_range;
        let mut parts = Vec::new();
        if let Some(prices) = self.price_names(result) {
            parts.push(format!("{}: {prices}", self.pick("Prices", "Kurse")));
        }
        parts.push(format!(
            "{} {first} {} {last}",
            self.pick("sessions", "Handelstage"),
            self.pick("to", "bis"),
        ));
        let model = self.model(&settings.model);
        let benchmark = settings.benchmark.as_ref().map_or(String::new(), |market| {
            format!(" {} {market}", self.pick("on", "auf"))
        });
        let estimation = self.window(settings.estimation);
        parts.push(format!(
            "{model}{benchmark}, {} {estimation}",
            self.pick("estimation", "Schätzung"),
        ));
        parts.join(" · ")
    }

    fn price_names(self, result: &StudyResult) -> Option<String> {
        let mut prices = result.inputs.iter().filter(|i| i.role == "prices");
        let first = prices.next()?;
        let n_more = prices.count();
        // A long provenance belongs on the page; here it would drown the rest.
        let origin = first
            .provenance
            .as_ref()
            .filter(|p| p.chars().count() <= 40);
        Some(match (n_more, origin) {
            (0, Some(origin)) => format!("{} ({origin})", first.name),
            (0, None) => first.name.clone(),
            (n, _) => format!(
                "{} {} {n} {}",
                first.name,
                self.pick("and", "und"),
                self.pick("more", "weitere")
            ),
        })
    }

    fn model(self, name: &str) -> String {
        match name {
            "market" => self.pick("market model", "Marktmodell"),
            "mean-adjusted" => self.pick("mean-adjusted returns", "mittelwertbereinigte Renditen"),
            "market-adjusted" => self.pick("market-adjusted returns", "marktbereinigte Renditen"),
            "capm" => "CAPM",
            "ff3" => self.pick("Fama-French three factors", "Fama-French, drei Faktoren"),
            "carhart" => self.pick("Carhart four factors", "Carhart, vier Faktoren"),
            "ff5" => self.pick("Fama-French five factors", "Fama-French, fünf Faktoren"),
            "ff6" => self.pick(
                "Fama-French five factors and momentum",
                "Fama-French, fünf Faktoren und Momentum",
            ),
            other => return format!("{} {other}", self.pick("model", "Modell")),
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Text = Text(Language::En);
    const DE: Text = Text(Language::De);

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(EN.percent(-0.13328, 1), "−13.3\u{A0}%");
        assert_eq!(DE.percent(0.05, 1), "+5,0\u{A0}%");
        assert_eq!(EN.percent(-0.0001, 1), "0.0\u{A0}%");
        assert_eq!(EN.percent(123.4, 1), "+12\u{202F}340\u{A0}%");
        assert_eq!(DE.number(-1_234_567.5, 1), "−1\u{202F}234\u{202F}567,5");
        assert_eq!(EN.number(1234.0, 0), "1234");
        assert_eq!(EN.share(0.95), "95\u{A0}%");
        assert_eq!(DE.share(0.975), "97,5\u{A0}%");
        assert_eq!(EN.p_value(0.00831), "p = 0.008");
        assert_eq!(DE.p_value(1e-9), "p < 0,001");
        assert_eq!(EN.day(-3), "−3");
        assert_eq!(EN.day(0), "0");
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2025, 3, 7).unwrap();
        assert_eq!(EN.date(day), "7 Mar 2025");
        assert_eq!(DE.date(day), "7. März 2025");
    }
}

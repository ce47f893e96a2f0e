//! Sentences that the study words itself (reasons, notes, findings) in the words of a page.
//!
//! The study writes them once, in English, into its tables. A page shows them through a list of
//! patterns in which `{}` stands for a name, a number, or words that fit another pattern; what no
//! pattern fits is shown as it is.

use super::de::said::{CLOSURES, SAID as GERMAN};
use super::word;
use crate::report::language::Language;
use chrono::NaiveDate;

/// A sentence of the study, and that of a page, with the same places.
pub(super) type Pattern = (&'static str, &'static str);

/// In English only what files call by the name of a column is worded anew.
const ENGLISH: &[Pattern] = &[
    (
        "car_joint leaves {} day to other events",
        "{} day belongs to other events",
    ),
    (
        "car_joint leaves {} days to other events",
        "{} days belong to other events",
    ),
    (
        "car_joint: no day of the window is this event's own",
        "every day belongs to other events",
    ),
];

impl Language {
    /// What the study says, part by part.
    pub(in crate::report) fn said(self, sentence: &str) -> String {
        let parts = sentence.split("; ").map(|part| self.part(part));
        parts.collect::<Vec<_>>().join("; ")
    }

    fn part(self, part: &str) -> String {
        self.fitted(part).unwrap_or_else(|| part.to_owned())
    }

    /// The words of the first pattern that fits.
    fn fitted(self, part: &str) -> Option<String> {
        let patterns = match self {
            Language::En => ENGLISH,
            Language::De => GERMAN,
        };
        let whole = patterns.iter().find_map(|(from, to)| {
            let values = places(from, part)?;
            // Sentences of a user pass through here too: `{} events of {}` needs a number.
            let counts = from.starts_with("{} event");
            let fits = !counts || values[0].parse::<usize>().is_ok();
            fits.then(|| self.put(to, &values))
        });
        // An event, a column or a symbol may stand before: `garch_t: …`, `ARM 2024-02-08: …`.
        let after_name = || {
            let (name, rest) = part.split_once(": ")?;
            Some(format!("{name}: {}", self.fitted(rest)?))
        };
        whole.or_else(after_name)
    }

    /// Fills the places in their order, each as this language writes it.
    fn put(self, template: &str, values: &[&str]) -> String {
        let mut pieces = template.split("{}");
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for (piece, value) in pieces.zip(values) {
            out.push_str(&self.value(value));
            out.push_str(piece);
        }
        out
    }

    fn value(self, value: &str) -> String {
        if let Ok(date) = value.parse::<NaiveDate>() {
            return self.date(date);
        }
        match (self, value.parse::<f64>()) {
            (Language::De, Ok(_)) => value.replace('.', ",").replace('-', "−"),
            // A word alone is a name, and may be that of a pattern by chance.
            (Language::De, _) if value.contains(' ') => self.part(word(CLOSURES, value)),
            (Language::De, _) => word(CLOSURES, value).to_owned(),
            (Language::En, _) => value.to_owned(),
        }
    }
}

/// What stands in the places of a pattern, if the words have its form.
fn places<'a>(pattern: &str, words: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = words.strip_prefix(pieces.next()?)?;
    let mut found = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let end = match pieces.peek() {
            // The last place reaches to the end, or to the words that end the pattern.
            None => rest.strip_suffix(piece)?.len(),
            Some(_) => rest.find(piece)?,
        };
        found.push(&rest[..end]);
        rest = &rest[end + piece.len()..];
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::Exclusion;
    use crate::analysis::inference::Undefined;

    #[test]
    fn places_are_found_in_their_order() {
        assert_eq!(places("few events ({})", "few events (4)"), Some(vec!["4"]));
        let two = places("{} of {} days are missing", "3 of 11 days are missing");
        assert_eq!(two, Some(vec!["3", "11"]));
        assert_eq!(places("exact", "exact"), Some(vec![]));
        assert_eq!(places("exact", "exactly"), None);
        assert_eq!(places("{} of {} days", "3 days"), None);
    }

    #[test]
    fn every_pattern_keeps_its_places() {
        for (from, to) in ENGLISH.iter().chain(GERMAN) {
            assert_eq!(
                from.matches("{}").count(),
                to.matches("{}").count(),
                "{from}"
            );
        }
    }

    #[test]
    fn what_the_study_says_is_german_on_a_german_page() {
        let last = NaiveDate::from_ymd_opt(2025, 10, 31).unwrap();
        let said = |words: &str| Language::De.said(words).replace('\u{a0}', " ");
        assert_eq!(
            said(&Exclusion::AwaitingData { last }.to_string()),
            "Tag 0 liegt nach dem letzten Handelstag der Daten, dem 31. Oktober 2025"
        );
        assert_eq!(
            said(&Undefined::TooFewEvents { n: 1 }.to_string()),
            "1 Beobachtung: Ein Stichprobentest braucht zwei"
        );
        assert_eq!(
            said(
                "CARs correlate by -0.25 on average, so that t has to be divided by 0.45; few events (4)"
            ),
            "die CARs korrelieren im Mittel mit −0,25, so dass t durch 0,45 zu teilen ist; wenige Ereignisse (4)"
        );
        assert_eq!(
            said(
                "Kolari-Pynnönen would divide it by 2.5, as if all windows were on the same sessions; bmp_t: the standardised CARs do not vary"
            ),
            "Kolari-Pynnönen teilt durch 2,5, als lägen alle Fenster auf denselben Handelstagen; bmp_t: die standardisierten CARs unterscheiden sich nicht"
        );
        assert_eq!(
            said(
                "ARM 2024-02-08: the close jumps by 1.4789, like a 2:3 split; adj_close jumps alike, so it may be a real move"
            ),
            "ARM 2024-02-08: der Schlusskurs springt um den Faktor 1,4789, wie bei einem Split 2:3; adj_close springt ebenso, es kann also eine echte Bewegung sein"
        );
        assert_eq!(said("something else: entirely"), "something else: entirely");
        assert_eq!(
            said(
                "2 of 9 events left out: new: the model cannot be fitted: the residuals have no variance; old: its window is not over: 3 of 6 days are not known yet"
            ),
            "ohne 2 von 9 Ereignissen: new: das Modell lässt sich nicht anpassen: die Residuen haben keine Varianz; old: sein Fenster ist nicht vorbei: 3 von 6 Tagen sind noch nicht bekannt"
        );
        assert_eq!(
            said("portfolio chips: 14 events of results (without ARM, MU: no prices)"),
            "Portfolio chips: 14 Ereignisse aus results (ohne ARM, MU: keine Kurse)"
        );
        assert_eq!(said("AMD: 1 event of alone"), "AMD: 1 Ereignis aus alone");
        let own = "it asks about two events of the past";
        assert_eq!(said(own), own);
        let closure = "Good Friday".to_owned();
        assert_eq!(
            said(&Exclusion::ClosedDay { closure }.to_string()),
            "an diesem Datum wird nicht gehandelt (Karfreitag), und die Regel ist drop"
        );
        assert_eq!(
            Language::En.said("3 of 11 days are missing; car_joint leaves 2 days to other events"),
            "3 of 11 days are missing; 2 days belong to other events"
        );
    }
}

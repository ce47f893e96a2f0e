//! What only the LaTeX tables say, by language.

use crate::report::language::Language;

/// What only these tables say.
pub(super) struct Words {
    pub notes: &'static str,
    pub sessions: &'static str,
    pub cars: &'static str,
    pub continued: &'static str,
    pub claim: &'static str,
    pub figure: &'static str,
    pub verdict: &'static str,
}

pub(super) fn words(language: Language) -> Words {
    match language {
        Language::En => Words {
            notes: "Notes:",
            sessions: "Sessions from {first} to {last}; both ends of a window are included; p is two-sided.",
            cars: "Cumulative abnormal returns of {instrument}",
            continued: "continued",
            claim: "Claim",
            figure: "Figure",
            verdict: "Verdict",
        },
        Language::De => Words {
            notes: "Anmerkungen:",
            sessions: "Handelstage vom {first} bis zum {last}; Fenster schließen beide Enden ein; p ist zweiseitig.",
            cars: "Kumulierte abnormale Renditen von {instrument}",
            continued: "Fortsetzung",
            claim: "Behauptung",
            figure: "Wert",
            verdict: "Urteil",
        },
    }
}

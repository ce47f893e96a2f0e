//! The cautions in German.

use crate::report::language::Language::De;
use crate::study::warning::{Warning, speaks_of_sessions};

/// The caution in one sentence.
pub(super) fn message(warning: &Warning) -> String {
    match warning {
        Warning::SharedSession { session, events } => format!(
            "{} fallen auf denselben Handelstag, {}: Keine Methode kann ihre Wirkungen trennen",
            events.join(" und "),
            De.date(*session)
        ),
        Warning::ThinEstimation {
            event_id,
            instrument,
            n,
            of,
        } => format!("{event_id} / {instrument}: {n} von {of} Schätztagen sind brauchbar"),
        Warning::Clustering {
            group,
            n_overlapping,
            n,
        } => format!(
            "{group}: {n_overlapping} von {n} Ereignisfenstern überschneiden sich zeitlich mit \
             anderen; die Beobachtungen sind nicht unabhängig"
        ),
        Warning::OwnBenchmark {
            instrument,
            benchmark,
        } => format!(
            "{instrument} ist selbst Teil von {benchmark}; das verdeckt einen Teil der eigenen \
             Bewegung"
        ),
        Warning::MultipleLooks { n } => format!(
            "{n} p-Werte stehen hier: Etwa {} davon lägen zufällig unter 0,05",
            n / 20
        ),
        Warning::ContradictoryTime { event_id, message } => {
            format!("{event_id}: {}", De.said(message))
        }
        Warning::Quality {
            n,
            n_serious,
            examples,
        } => format!(
            "die Qualitätsprüfung hat {n} Funde, davon {n_serious} ernste: {}",
            De.said(&examples.join("; "))
        ),
        Warning::Unreadable { what, why } => {
            format!("{what} wurde ausgelassen: {}", De.said(why))
        }
        Warning::NoGroups { sample } => format!(
            "Stichproben nach instrument-group wurden verlangt, und die Studie hat keine Gruppen: \
             Alle Beobachtungen stehen in einer Stichprobe, {sample}"
        ),
        Warning::AbsentMembers {
            group,
            absent,
            n_left,
        } => format!(
            "die Daten enthalten {} nicht, die Gruppe {group} nennt sie: Ihre Zahlen sind die von \
             {n_left} Instrument{}",
            absent.join(", "),
            if *n_left == 1 { "" } else { "en" }
        ),
        Warning::MixedBasis { series } => mixed_basis(series),
        Warning::FactorsEnd { last, n_affected } => format!(
            "die Faktorrenditen enden am {}; {n_affected} Ereignisbeobachtungen brauchen spätere",
            De.date(*last)
        ),
        Warning::Note { message, .. } => De.said(message),
    }
}

fn mixed_basis(series: &[(String, String)]) -> String {
    let basis = |basis: &str| match basis {
        "as traded" => "wie gehandelt",
        "splits" => "um Splits bereinigt",
        _ => "um Splits und Dividenden bereinigt",
    };
    let pair = |(symbol, b): &(String, String)| format!("{symbol} ({})", basis(b));
    let pairs: Vec<String> = series.iter().map(pair).collect();
    format!(
        "die Schlusskurse sind nicht gleich bereinigt: {}",
        pairs.join(", ")
    )
}

/// What a reader can do about it.
pub(super) fn hint(warning: &Warning) -> &str {
    match warning {
        Warning::SharedSession { .. } => "die Zahl als die aller zusammen lesen",
        Warning::ThinEstimation { .. } => {
            "frühere Kurse geben, oder das Intervall mit Vorsicht lesen"
        }
        Warning::Clustering { .. } => {
            "Querschnittstests verwerfen hier zu oft; einen Test vorziehen, der das berücksichtigt"
        }
        Warning::OwnBenchmark { .. } => "mit --benchmark-weight herausrechnen",
        Warning::MultipleLooks { .. } => "die angepassten p-Werte neben den rohen verwenden",
        Warning::ContradictoryTime { .. } => {
            "die Ereignisdatei berichtigen; der Zeitstempel wurde verwendet"
        }
        Warning::Quality { examples, .. } if speaks_of_sessions(examples) => {
            "Kurse einer anderen Börse brauchen --calendar from-data; sonst die Zahlen berichtigen, \
             oder --quality exclude verwenden"
        }
        Warning::Quality { .. } => "die Zahlen berichtigen, oder --quality exclude verwenden",
        Warning::Unreadable { .. } => "die Datei in Ordnung bringen und neu rechnen",
        Warning::NoGroups { .. } => {
            "die Gruppen in der Studiendatei unter [groups] nennen, oder ein anderes --group-by"
        }
        Warning::AbsentMembers { .. } => "ihre Kurse angeben oder die Namen berichtigen",
        Warning::MixedBasis { .. } => {
            "alle aus einer Quelle mit bereinigten Schlusskursen nehmen, oder Renditen an \
             Ex-Tagen und Splits mit Vorsicht lesen"
        }
        Warning::FactorsEnd { .. } => "eine neuere Faktordatei holen",
        Warning::Note { hint, .. } => hint,
    }
}

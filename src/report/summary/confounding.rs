//! In one sentence per event: how its figure changes when the leading event is taken out.

use super::super::observation::{Observation, confounded, of_way, title};
use super::{Paragraph, Writer, fill};
use crate::study::result::ConfoundingRow;

impl Writer<'_> {
    /// The events whose windows hold the leading event, each with its narrowest such window.
    pub(super) fn confounding(&self) -> Option<Paragraph> {
        let rows = confounded(self.result);
        let mut narrowest: Vec<&ConfoundingRow> = Vec::new();
        for row in rows.iter().copied().filter(|r| r.holds_other) {
            match narrowest.iter_mut().find(|r| r.event_id == row.event_id) {
                Some(known) if row.window.n_days() < known.window.n_days() => *known = row,
                Some(_) => {}
                None => narrowest.push(row),
            }
        }
        let first = narrowest.first()?;
        let lead = Observation::find(self.result, &first.other_event, first.instrument.as_str());
        let session = lead.ledger.and_then(|r| r.session);
        let date = session.map(|d| self.lang.date(d)).unwrap_or_default();
        let names = [("event", lead.title()), ("date", &*date)];
        let mut text = fill(self.text.confounded, &names);
        let day_0_is_clean = rows
            .iter()
            .filter(|r| r.window == self.window)
            .all(|r| !r.holds_other);
        if day_0_is_clean && rows.iter().any(|r| r.window == self.window) {
            let clean = fill(self.text.confounded_clean, &[("over", &self.over())]);
            text = format!("{clean} {text}");
        }
        let items = narrowest
            .iter()
            .filter_map(|row| self.changed(row))
            .collect();
        Some(Paragraph { text, items })
    }

    fn changed(&self, row: &ConfoundingRow) -> Option<String> {
        let figure = |way: &str| -> Option<String> {
            let found = of_way(self.result, row, way)?;
            let t = self.lang.decimal(found.t?, 2);
            Some(format!(
                "{} (t\u{a0}=\u{a0}{t})",
                self.lang.percent(found.car?)
            ))
        };
        let values = [
            ("event", title(self.result, &row.event_id)),
            ("window", &*self.lang.window(row.window)),
            ("all", &*figure("unmasked")?),
            ("without", &*figure("without-lead")?),
            ("joint", &*figure("joint")?),
        ];
        Some(fill(self.text.confounded_item, &values))
    }
}

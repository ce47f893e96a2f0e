//! The leading figures, large.

use super::super::observation::Observation;
use super::{Tile, Writer, fill, is_day_0};
use crate::study::result::CarRow;

impl Writer<'_> {
    /// Abnormal return, interval, the p-value to trust, money: those that there are.
    pub(super) fn tiles(&self, o: &Observation<'_>) -> Vec<Tile> {
        let Some(car) = o.car(self.window) else {
            return Vec::new();
        };
        let tiles = [
            self.return_tile(o, car),
            self.interval_tile(car),
            self.p_tile(car),
            self.money_tile(o),
        ];
        tiles.into_iter().flatten().collect()
    }

    fn return_tile(&self, o: &Observation<'_>, car: &CarRow) -> Option<Tile> {
        let lang = self.lang;
        let (label, window) = if is_day_0(car.window) {
            (self.text.tile_ar, String::new())
        } else {
            (self.text.tile_car, format!(" {}", lang.window(car.window)))
        };
        let session = o.ledger.and_then(|r| r.session);
        let date = session.map(|d| lang.short_date(d)).unwrap_or_default();
        Some(Tile {
            label: label.to_owned(),
            value: lang.percent(car.car?),
            note: format!("{}, {date}{window}", o.instrument),
        })
    }

    fn interval_tile(&self, car: &CarRow) -> Option<Tile> {
        let (low, high) = car.car_low.zip(car.car_high)?;
        let level = self.lang.level(self.result.settings.confidence);
        let note = if low > 0.0 || high < 0.0 {
            self.text.tile_interval_note
        } else {
            self.text.tile_interval_zero
        };
        Some(Tile {
            label: fill(self.text.tile_interval, &[("level", &level)]),
            value: self.lang.interval(low, high),
            note: note.to_owned(),
        })
    }

    /// The p-value that assumes least: placebo, else sample quantile.
    fn p_tile(&self, car: &CarRow) -> Option<Tile> {
        let text = self.text;
        let placebo = car.placebo_p.zip(car.placebo_n);
        let (label, (p, n), note) = match placebo {
            Some(placebo) => (text.tile_placebo, placebo, text.tile_placebo_note),
            None => (text.tile_sq, car.sq_p.zip(car.sq_n)?, text.tile_sq_note),
        };
        Some(Tile {
            label: label.to_owned(),
            value: self.lang.p_cell(p),
            note: fill(note, &[("n", &self.lang.count(n))]),
        })
    }

    fn money_tile(&self, o: &Observation<'_>) -> Option<Tile> {
        let value = o.dollar?;
        let total = self.lang.money(value.total);
        Some(Tile {
            label: self.text.tile_money.to_owned(),
            value: self.lang.money(value.abnormal),
            note: fill(self.text.tile_money_note, &[("total", &total)]),
        })
    }
}

//! Volume and volatility around one event observation.

use crate::analysis::diagnostics::event_variance_ratio;
use crate::analysis::inference::{Law, Undefined};
use crate::analysis::volatility::{Bars, RangeKind, range_test};
use crate::analysis::volume::{abnormal_volume, log_volume, market_adjusted_log_volume};
use crate::analysis::window::Window;
use crate::instrument::Symbol;
use crate::study::observe::Fit;
use crate::study::result::OutcomeRow;
use crate::study::run::Run;

/// What is known of an instrument's trading beside its returns, prepared once for its events; the
/// reason where the data hold none of it.
pub(super) struct Trading<'a> {
    volume: Result<Vec<f64>, String>,
    market_adjusted: Result<Vec<f64>, String>,
    bars: Result<Bars<'a>, String>,
}

impl<'a> Trading<'a> {
    pub fn of(run: &Run<'a>, symbol: &Symbol) -> Self {
        let own = run.data.instrument(symbol);
        let volume = own.and_then(|i| i.volume.as_deref());
        let benchmark = run.spec.benchmark.as_ref();
        let market = benchmark.and_then(|b| run.data.instrument(b)?.volume.as_deref());
        let missing = |what: &str| format!("the data hold no {what}");
        Self {
            volume: volume
                .map(log_volume)
                .ok_or_else(|| missing(&format!("volume of {symbol}"))),
            market_adjusted: match (volume, market) {
                (Some(own), Some(market)) => Ok(market_adjusted_log_volume(own, market)),
                (None, _) => Err(missing(&format!("volume of {symbol}"))),
                (_, None) => Err(missing("volume of the benchmark")),
            },
            bars: own
                .and_then(|i| {
                    Some(Bars {
                        open: i.open.as_deref()?,
                        high: i.high.as_deref()?,
                        low: i.low.as_deref()?,
                        close: i.close.as_deref()?,
                    })
                })
                .ok_or_else(|| missing(&format!("open, high and low of {symbol}"))),
        }
    }

    /// The rows of `outcomes.csv` of one event observation; `masked` flags the sessions that its
    /// estimation leaves out.
    pub fn rows(
        &self,
        run: &Run,
        (event_id, symbol): (&str, &Symbol),
        day_0: usize,
        (fit, masked): (&Fit, &[bool]),
    ) -> Vec<OutcomeRow> {
        let row = |outcome: &str, window| OutcomeRow::empty(event_id, symbol, outcome, window);
        let spec = run.spec;
        let event = spec.windows.event();
        let first = spec.windows.car().first().copied().unwrap_or(event);
        let mut rows = Vec::with_capacity(5);
        for (outcome, volume) in [
            ("volume-mean-adjusted", &self.volume),
            ("volume-market-adjusted", &self.market_adjusted),
        ] {
            rows.push(match volume {
                Ok(volume) => row(outcome, first).with_volume(run, volume, (day_0, masked)),
                Err(why) => row(outcome, first).because(why),
            });
        }
        rows.push(row("variance-ratio", event).with_variance_ratio(fit));
        for (outcome, kind) in [
            ("parkinson", RangeKind::Parkinson),
            ("garman-klass", RangeKind::GarmanKlass),
        ] {
            rows.push(match &self.bars {
                Ok(bars) => row(outcome, event).with_range(run, bars, kind, (day_0, masked)),
                Err(why) => row(outcome, event).because(why),
            });
        }
        rows
    }
}

impl OutcomeRow {
    fn empty(event_id: &str, instrument: &Symbol, outcome: &str, window: Window) -> Self {
        Self {
            event_id: event_id.to_owned(),
            instrument: instrument.clone(),
            outcome: outcome.to_owned(),
            window,
            value: None,
            usual: None,
            times_usual: None,
            statistic: None,
            law: String::new(),
            df: None,
            df_2: None,
            p: None,
            n: None,
            note: String::new(),
        }
    }

    fn because(mut self, why: &impl std::fmt::Display) -> Self {
        self.note = why.to_string();
        self
    }

    fn with_volume(mut self, run: &Run, volume: &[f64], (day_0, masked): (usize, &[bool])) -> Self {
        let (windows, min) = (&run.spec.windows, run.spec.min_estimation);
        let found = match abnormal_volume(volume, windows, min, day_0, masked) {
            Ok(found) => found,
            Err(why) => return self.because(&why),
        };
        self.usual = Some(found.mean);
        self.n = Some(found.n_estimation);
        let Some(sum) = found.abnormal.car(self.window) else {
            return self.because(&Undefined::NoDay);
        };
        self.value = Some(sum.car);
        self.times_usual = Some((sum.car / sum.n_days as f64).exp());
        let Some(test) = found.abnormal.t_test(sum.car, sum.sd) else {
            return self.because(&Undefined::ZeroVariance("the volumes"));
        };
        (self.statistic, self.df, self.p) = (Some(test.t), Some(test.df), Some(test.p));
        self.law = Law::StudentT(test.df).to_string();
        self
    }

    fn with_variance_ratio(mut self, fit: &Fit) -> Self {
        let ratio = event_variance_ratio(&fit.abnormal, self.window);
        if let Some(why) = &ratio.undefined {
            return self.because(why);
        }
        (self.value, self.statistic, self.p) = (ratio.value, ratio.value, ratio.p);
        (self.usual, self.times_usual) = (Some(1.0), ratio.value);
        self.n = Some(fit.fitted.n_estimation);
        if let Some(Law::F(df, df_2)) = ratio.law {
            (self.df, self.df_2) = (Some(df), Some(df_2));
        }
        self.law = ratio.law.map_or_else(String::new, |law| law.to_string());
        self
    }

    fn with_range(
        mut self,
        run: &Run,
        bars: &Bars,
        kind: RangeKind,
        (day_0, masked): (usize, &[bool]),
    ) -> Self {
        let (windows, min) = (&run.spec.windows, run.spec.min_estimation);
        match range_test(bars, kind, windows, min, day_0, masked) {
            Err(Undefined::MissingEventDay) => {
                self.because(&"the event session has no complete bar (open, high, low, close)")
            }
            Err(why) => self.because(&why),
            Ok(found) => {
                self.value = Some(found.variance);
                self.usual = Some(found.usual);
                self.statistic = Some(found.ratio);
                self.times_usual = Some(found.ratio);
                let rank = match found.rank {
                    Ok(rank) => rank,
                    Err(why) => return self.because(&why),
                };
                self.law = format!("ranks among {}", rank.n);
                (self.p, self.n) = (Some(rank.p), Some(rank.n));
                self
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::model::ModelKind;
    use crate::study::result::{OutcomeRow, StudyResult};
    use crate::study::testing::{data, spec};

    fn row<'r>(result: &'r StudyResult, event: &str, outcome: &str) -> &'r OutcomeRow {
        let mut rows = result.outcomes.iter();
        rows.find(|r| r.event_id == event && r.outcome == outcome)
            .unwrap()
    }

    #[test]
    fn what_the_data_hold_is_measured_and_what_they_lack_is_said() {
        let mut data = data();
        let n = data.sessions.len();
        let day = chrono::NaiveDate::from_ymd_opt(2023, 3, 1).unwrap();
        let day = data.sessions.binary_search(&day).unwrap();
        let volume = |at: usize| -> Vec<f64> {
            let wave = |t: usize| 1e6 * (1.0 + 0.1 * (1.7 * t as f64 + at as f64).sin());
            (0..n).map(wave).collect()
        };
        for (i, instrument) in data.instruments.iter_mut().enumerate().take(2) {
            instrument.volume = Some(volume(i));
        }
        let own = &mut data.instruments[1];
        own.volume.as_mut().unwrap()[day] *= 8.0;
        let price = vec![10.0; n];
        (own.open, own.close) = (Some(price.clone()), Some(price.clone()));
        own.low = Some(price);
        own.high = Some(
            (0..n)
                .map(|t| 10.2 + 0.1 * (1.3 * t as f64).sin())
                .collect(),
        );
        own.high.as_mut().unwrap()[day] = 14.0;
        let result = crate::study::run(&spec(ModelKind::Market), &data).unwrap();

        for outcome in ["volume-mean-adjusted", "volume-market-adjusted"] {
            let found = row(&result, "one", outcome);
            assert!(
                found.value.unwrap() > 1.8 && found.p.unwrap() < 1e-4,
                "{found:?}"
            );
            assert_eq!((found.law.as_str(), found.n), ("Student t", Some(120)));
        }
        let ratio = row(&result, "one", "variance-ratio");
        assert_eq!((ratio.df, ratio.df_2), (Some(11.0), Some(118.0)));
        let range = row(&result, "one", "parkinson");
        assert!(
            range.statistic.unwrap() > 10.0 && range.p.unwrap() < 0.05,
            "{range:?}"
        );
        assert_eq!(range.law, "ranks among 110");
        // Event `two` is of an instrument without volume and without highs.
        for (outcome, lacks) in [
            ("volume-mean-adjusted", "no volume of CCC"),
            ("garman-klass", "no open, high and low of CCC"),
        ] {
            let found = row(&result, "two", outcome);
            assert!(
                found.value.is_none() && found.note.contains(lacks),
                "{found:?}"
            );
        }
        assert!(row(&result, "two", "variance-ratio").value.is_some());
        // Without the bar of the event session, and without those around it.
        for (first, last, why) in [
            (
                day,
                day,
                "the event session has no complete bar (open, high, low, close)",
            ),
            (
                day - 10,
                day + 10,
                "no session of the window has a complete bar (open, high, low, close)",
            ),
        ] {
            let high = data.instruments[1].high.as_mut().unwrap();
            high[first..=last].fill(f64::NAN);
            let result = crate::study::run(&spec(ModelKind::Market), &data).unwrap();
            let found = row(&result, "one", "parkinson");
            assert_eq!((found.value, found.note.as_str()), (None, why));
        }
    }
}

//! Abnormal returns in money: day 0 times the market value at the close before.

use crate::analysis::window::RelativeDay;
use crate::instrument::Symbol;
use crate::returns::ReturnKind;
use crate::study::result::DollarValue;
use crate::study::run::{Outcome, Run};
use chrono::NaiveDate;

/// A count of shares is used for events at most this many calendar days away.
const SHARES_VALID_DAYS: i64 = 190;

/// AR_0 × market value at the previous close, for every observation whose shares are known. Of log
/// returns it is the value of the return less that of the normal return, both as simple returns.
pub(super) fn dollar_values(run: &Run, outcomes: &[Outcome]) -> Vec<DollarValue> {
    let value = |outcome: &Outcome| -> Option<DollarValue> {
        let computed = outcome.computed.as_ref()?;
        let row = computed
            .abnormal
            .iter()
            .find(|r| r.relative_day == RelativeDay(0))?;
        let (session, ret, ar) = (row.session?, row.ret?, row.ar?);
        let day_0 = computed
            .cars
            .iter()
            .find(|c| c.window.start() == RelativeDay(0) && c.window.end() == RelativeDay(0));
        let half = match day_0 {
            Some(row) => row.car_high? - row.car?,
            None => {
                let quantile =
                    crate::analysis::distribution::student_t_upper_quantile(0.025, row.ar_df?)?;
                quantile * row.ar_sd?
            }
        };
        let shares = run
            .spec
            .shares
            .iter()
            .filter(|s| s.instrument == outcome.instrument)
            .min_by_key(|s| distance(s.as_of, session))
            .filter(|s| distance(s.as_of, session) <= SHARES_VALID_DAYS)?;
        let previous_close = previous_close(run, &outcome.instrument, computed.day_0)?;
        let market_value = previous_close * shares.count;
        let beyond_normal = |ar: f64| match run.spec.returns {
            ReturnKind::Simple => ar,
            ReturnKind::Log => ret.exp_m1() - (ret - ar).exp_m1(),
        };
        Some(DollarValue {
            event_id: outcome.ledger.event_id.clone(),
            instrument: outcome.instrument.clone(),
            session,
            previous_close,
            shares: shares.count,
            shares_as_of: shares.as_of,
            shares_source: shares.source.clone(),
            market_value,
            abnormal: beyond_normal(ar) * market_value,
            abnormal_low: beyond_normal(ar - half) * market_value,
            abnormal_high: beyond_normal(ar + half) * market_value,
            total: run.spec.returns.to_simple(ret) * market_value,
        })
    };
    outcomes.iter().filter_map(value).collect()
}

fn distance(a: NaiveDate, b: NaiveDate) -> i64 {
    (a - b).num_days().abs()
}

fn previous_close(run: &Run, symbol: &Symbol, day_0: usize) -> Option<f64> {
    let close = run.data.instrument(symbol)?.close.as_ref()?;
    let value = *close.get(day_0.checked_sub(1)?)?;
    (value > 0.0 && value.is_finite()).then_some(value)
}

#[cfg(test)]
mod tests {
    use crate::analysis::model::ModelKind;
    use crate::instrument::SharesOutstanding;
    use crate::returns::ReturnKind;
    use crate::study::testing::{data, spec, symbol};

    #[test]
    fn money_is_the_value_at_the_close_less_what_the_model_expects_it_to_be() {
        let mut data = data();
        for instrument in &mut data.instruments {
            // White noise of 1 and more: as large as returns never are, as small as they are.
            let returns = instrument.returns.iter_mut().flatten();
            returns.for_each(|r| *r /= 50.0);
            instrument.close = Some(vec![100.0; data.sessions.len()]);
        }
        for returns in [ReturnKind::Simple, ReturnKind::Log] {
            let mut spec = spec(ModelKind::Market);
            spec.returns = returns;
            spec.shares = vec![SharesOutstanding {
                instrument: symbol("AAA"),
                count: 1e6,
                as_of: chrono::NaiveDate::from_ymd_opt(2023, 1, 2).unwrap(),
                source: String::new(),
            }];
            let result = crate::study::run(&spec, &data).unwrap();
            let [money] = result.dollar_values.as_slice() else {
                panic!("{:?}", result.dollar_values)
            };
            let mut rows = result.abnormal_returns.iter();
            let day = rows
                .find(|r| r.instrument == money.instrument && r.relative_day.0 == 0)
                .unwrap();
            let grown = |r: Option<f64>| match returns {
                ReturnKind::Simple => 1e8 * (1.0 + r.unwrap()),
                ReturnKind::Log => 1e8 * r.unwrap().exp(),
            };
            let expected = grown(day.normal_return);
            assert!(
                (money.total - (grown(day.ret) - 1e8)).abs() < 1e-6,
                "{money:?}"
            );
            assert!((money.abnormal - (grown(day.ret) - expected)).abs() < 1e-6);
            // The bounds of the abnormal return, as money.
            let low = grown(day.ret) - grown(Some(day.ret.unwrap() - day.ar_low.unwrap()));
            assert!((money.abnormal_low - low).abs() < 1e-6, "{money:?}");
        }
    }
}

//! `garch_t`: abnormal returns over the standard deviation that a GARCH model expects for the day.
//!
//! A quiet year says little of a week in turmoil: the forecast error of the estimation window is
//! the same for every day, that of a GARCH model rises and falls with the days before. Computed
//! where the model is one of the family or the study asks, and for the events that it is about.

use crate::analysis::model::{EDGE_GAIN, NormalReturnModel, ScaledReturn};
use crate::instrument::Symbol;
use crate::study::observe::Fit;
use crate::study::result::{AbnormalReturnRow, CarRow};
use crate::study::run::Run;

impl Run<'_> {
    /// The scaled abnormal returns of the event window, or why there are none; `None` where
    /// nobody asks.
    pub(super) fn garch(
        &self,
        event: usize,
        symbol: &Symbol,
        day_0: usize,
        returns: &[f64],
        fit: &Fit,
    ) -> Option<Result<Vec<ScaledReturn>, String>> {
        let family = self.spec.model.has_conditional_variance();
        let in_focus = self.spec.focus.as_ref() == Some(symbol)
            && self.spec.benchmark.is_some()
            && self.named_events().contains(&event);
        if !(family || self.spec.garch || in_focus) {
            return None;
        }
        let model = match self.market.garch_model(std::slice::from_ref(symbol)) {
            Ok(model) => model,
            Err(why) => return Some(Err(why.to_string())),
        };
        // The recursion steps through every session after the estimation days.
        let first = fit.days.last().map_or(day_0, |last| last + 1);
        let end = self.spec.windows.event().sessions(day_0, returns.len()).end;
        let days: Vec<usize> = (first..end).collect();
        if family {
            return Some(Ok(model.scaled(&fit.fitted, returns, &days)));
        }
        let fitted = model.fit(returns, &fit.days);
        Some(match fitted {
            Ok(fitted) => Ok(model.scaled(&fitted, returns, &days)),
            Err(why) => Err(why.0),
        })
    }
}

/// Puts the figures into the rows of an observation; a failure into the notes of its windows.
pub(super) fn add(
    scaled: &Result<Vec<ScaledReturn>, String>,
    day_0: usize,
    days: &mut [AbnormalReturnRow],
    cars: &mut [CarRow],
) {
    let scaled = match scaled {
        Ok(scaled) => scaled,
        Err(why) => {
            for row in cars.iter_mut().filter(|r| r.window.n_days() == 1) {
                row.add_note(&format!("garch_t: {why}"));
            }
            return;
        }
    };
    let on = |day: i32| {
        let session = usize::try_from(day_0 as i64 + i64::from(day)).ok()?;
        scaled.iter().find(|s| s.session == session)
    };
    for row in days {
        let found = on(row.relative_day.0);
        row.garch_t = found.map(|s| s.t);
        row.garch_p = found.and_then(|s| s.p);
    }
    for row in cars.iter_mut().filter(|r| r.window.n_days() == 1) {
        let found = on(row.window.start().0);
        row.garch_t = found.map(|s| s.t);
        row.garch_p = found.and_then(|s| s.p);
        if found.is_none() && row.car.is_some() {
            row.add_note(
                "garch_t: the variance of the recursion is ten thousand times that of the \
                 estimation window, or one part in as many",
            );
        }
    }
}

/// That a fit's variance lies on the edge of what its model allows, so that the forecast errors are
/// those of the edge; `None` inside, and of models without a conditional variance.
pub(super) fn edge(model: &str, details: &[(String, f64)]) -> Option<String> {
    let of = |wanted: &str| {
        let found = details.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| *value)
    };
    let (alpha, beta) = (of("alpha_1")?, of("beta_1")?);
    let persistence = match model {
        "egarch" => beta,
        "gjr" => alpha + beta + of("gamma_1").unwrap_or(0.0) / 2.0,
        _ => alpha + beta,
    };
    let thin = of("nu").filter(|nu| *nu < LEAST_NU);
    let edges = [
        thin.map(|nu| format!("nu = {nu:.2}")),
        (persistence > MOST_PERSISTENCE).then(|| format!("persistence {persistence:.3}")),
    ];
    let edges: Vec<String> = edges.into_iter().flatten().collect();
    let no_optimum = (!edges.is_empty()).then(|| {
        format!(
            "the likelihood has no optimum inside ({}), so that forecast errors are those of the edge",
            edges.join(", ")
        )
    });
    let higher = of(EDGE_GAIN).filter(|gain| *gain >= LEAST_GAIN).map(|gain| {
        format!(
            "the log-likelihood is at least {gain:.2} higher on the edge of the stable parameters; \
             the fit is the highest optimum found inside"
        )
    });
    let notes: Vec<String> = [no_optimum, higher].into_iter().flatten().collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// That the forecast error of a window is far from what its days had in the estimation window.
pub(super) fn far(row: &CarRow, residual_sd: f64) -> Option<String> {
    let ratio = row.car_sd? / (residual_sd * (row.n_days as f64).sqrt());
    let said = match ratio {
        r if r >= FAR => format!("{r:.0}"),
        r if r <= 1.0 / FAR => format!("{r:.0e}"),
        _ => return None,
    };
    Some(format!(
        "the forecast error is {said} times that of the estimation window, as this fit expects"
    ))
}

/// Gain in log-likelihood that is remarked upon.
const LEAST_GAIN: f64 = 0.005;
/// Factor beyond which a forecast error is remarked upon.
const FAR: f64 = 10.0;
/// Below this the law of the errors has all but no variance: estimates stop at 2.05.
const LEAST_NU: f64 = 2.051;
/// Above this the variance has no long-run level in practice.
const MOST_PERSISTENCE: f64 = 0.9999;

#[cfg(test)]
mod tests {
    use crate::analysis::model::ModelKind;
    use crate::analysis::window::{StudyWindows, Window};
    use crate::study::result::{CarRow, StudyResult};
    use crate::study::spec::StudySpec;
    use crate::study::testing::{data, spec, symbol};

    fn study(model: ModelKind, asked: bool) -> StudyResult {
        let window = |a, b| Window::new(a, b).unwrap();
        let cars = vec![window(0, 0), window(0, 1)];
        let spec = StudySpec {
            garch: asked,
            windows: StudyWindows::new(window(-130, -11), window(-5, 5), cars).unwrap(),
            ..spec(model)
        };
        crate::study::run(&spec, &data()).unwrap()
    }

    #[test]
    fn a_fit_on_the_edge_says_so() {
        let details = |alpha, beta, nu| {
            let all = [("alpha_1", alpha), ("beta_1", beta), ("nu", nu)];
            all.map(|(name, value): (&str, f64)| (name.to_owned(), value))
        };
        let edge = |model, alpha, beta, nu| super::edge(model, &details(alpha, beta, nu));
        assert_eq!(edge("garch", 0.1, 0.8, 6.0), None);
        assert_eq!(edge("egarch", 0.3, 0.8, 6.0), None); // α is no part of its persistence
        assert!(
            edge("garch", 0.1, 0.9, 6.0)
                .unwrap()
                .contains("(persistence 1.000)")
        );
        assert!(edge("gjr", 0.1, 0.8, 2.05).unwrap().contains("(nu = 2.05)"));
        assert_eq!(super::edge("market", &[]), None);
        let mut details = details(0.3, 0.8, 6.0).to_vec();
        details.push((super::EDGE_GAIN.to_owned(), 3.214));
        let note = super::edge("egarch", &details).unwrap();
        assert!(
            note.starts_with("the log-likelihood is at least 3.21 higher on the edge"),
            "{note}"
        );
    }

    #[test]
    fn a_gain_that_rounds_to_nothing_is_not_said() {
        let details = [("alpha_1", 0.3), ("beta_1", 0.8), (super::EDGE_GAIN, 0.001)];
        let details = details.map(|(name, value)| (name.to_owned(), value));
        assert_eq!(super::edge("egarch", &details), None);
    }

    #[test]
    fn a_forecast_error_far_from_the_estimation_window_is_said() {
        let far = |car_sd| {
            let row = CarRow {
                car_sd,
                n_days: 4,
                ..CarRow::empty("e", &symbol("AAA"), Window::new(0, 3).unwrap())
            };
            super::far(&row, 0.02) // 0.04 over four days
        };
        assert_eq!(far(None), None);
        assert_eq!(far(Some(0.1)), None);
        assert!(far(Some(1.0)).unwrap().contains("is 25 times that"));
        assert!(far(Some(0.000_2)).unwrap().contains("is 5e-3 times that"));
    }

    #[test]
    fn it_is_there_where_it_is_asked_for_and_says_why_where_it_is_not() {
        let plain = study(ModelKind::Market, false);
        assert!(plain.abnormal_returns.iter().all(|r| r.garch_t.is_none()));
        for result in [
            study(ModelKind::Market, true),
            study(ModelKind::Garch, false),
        ] {
            for row in result.cars.iter().filter(|r| r.window.n_days() == 1) {
                let failed = row.note.contains("garch_t: ");
                assert!(row.garch_t.is_some() != failed, "{row:?}");
                let mut days = result.abnormal_returns.iter();
                let day = days.find(|d| {
                    d.relative_day.0 == 0
                        && d.event_id == row.event_id
                        && d.instrument == row.instrument
                });
                assert_eq!(day.unwrap().garch_t, row.garch_t);
            }
            let wide = result.cars.iter().filter(|r| r.window.n_days() > 1);
            assert!(wide.into_iter().all(|r| r.garch_t.is_none()));
        }
    }
}

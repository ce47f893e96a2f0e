//! One event observation: fit, abnormal returns, CARs and what can be said of one event.

use crate::align::Exclusion;
use crate::analysis::abnormal::{AbnormalReturns, Car};
use crate::analysis::diagnostics::{
    arch_lm, event_variance_ratio, jarque_bera, ljung_box, thin_trading,
};
use crate::analysis::estimation::estimation_days;
use crate::analysis::inference::Observation;
use crate::analysis::inference::single_event::{
    RankP, TTest, minimum_detectable_effect, sample_quantile,
};
use crate::analysis::model::{Fitted, NormalReturnModel};
use crate::analysis::window::Window;
use crate::instrument::Symbol;
use crate::study::data::StudyData;
use crate::study::result::{AbnormalReturnRow, CarRow, DiagnosticRow, FitRow};
use crate::study::spec::StudySpec;

/// An instrument as a study sees it: its returns and its model.
pub(super) struct Subject<'a> {
    pub returns: &'a [f64],
    pub model: &'a dyn NormalReturnModel,
}

/// A fitted event observation.
pub(super) struct Fit {
    pub fitted: Fitted,
    pub days: Vec<usize>,
    pub abnormal: AbnormalReturns,
    /// Sessions after day 0 that the data reach.
    pub known_days: i32,
}

impl Subject<'_> {
    /// The last session on which the model's own inputs are present.
    pub fn last_covered(&self) -> Option<usize> {
        (0..self.returns.len())
            .rev()
            .find(|&t| self.model.covers(t))
    }

    /// Fits the model before `day_0` and computes the abnormal returns around it.
    pub fn fit(&self, spec: &StudySpec, masked: &[bool], day_0: usize) -> Result<Fit, Exclusion> {
        if !self.returns[day_0].is_finite() {
            return Err(Exclusion::MissingEventDay {
                what: "the instrument's return".to_owned(),
            });
        }
        if !self.model.covers(day_0) {
            return Err(Exclusion::MissingEventDay {
                what: "the benchmark's or a factor's return".to_owned(),
            });
        }
        let window = spec.windows.estimation();
        let days = estimation_days(self.returns, self.model, masked, window, day_0);
        if days.len() < spec.min_estimation {
            return Err(Exclusion::ShortEstimation {
                n: days.len(),
                of: window.n_days(),
                required: spec.min_estimation,
            });
        }
        let fitted = self
            .model
            .fit(self.returns, &days)
            .map_err(|e| Exclusion::DegenerateFit { what: e.0 })?;
        let abnormal = AbnormalReturns::new(
            self.returns,
            spec.returns,
            self.model,
            &fitted,
            spec.windows.event(),
            day_0,
        );
        Ok(Fit {
            fitted,
            days,
            abnormal,
            known_days: (self.last_covered().unwrap_or(day_0) as i64 - day_0 as i64) as i32,
        })
    }
}

impl Fit {
    /// The CAR of a window with its t test.
    pub fn car(&self, window: Window) -> Option<(Car, Option<TTest>)> {
        let car = self.abnormal.car(window)?;
        Some((car, self.abnormal.t_test(car.car, car.sd)))
    }

    /// That the data end before the window does, in words; none where it is over.
    pub fn not_over(&self, window: Window) -> Option<String> {
        let first_unknown = window.start().0.max(self.known_days + 1);
        let unknown = window.end().0 - first_unknown + 1;
        (unknown > 0).then(|| {
            let n = window.n_days();
            format!("its window is not over: {unknown} of {n} days are not known yet")
        })
    }

    /// The sample-quantile test of a CAR.
    pub fn sample_quantile(&self, car: &Car) -> Option<RankP> {
        let fit = &self.fitted;
        sample_quantile(
            car.car,
            &self.days,
            &fit.residuals,
            car.n_days,
            fit.residual_sd,
        )
    }

    /// The smallest CAR that the t test would mostly have found.
    pub fn detectable(&self, car: &Car) -> Option<f64> {
        minimum_detectable_effect(car.sd, self.abnormal.law()?)
    }

    /// What a sample needs of it; `instrument` is the instrument's number in the study.
    pub fn observation(&self, instrument: usize, day_0: usize) -> Observation {
        Observation {
            instrument,
            day_0,
            abnormal: self.abnormal.clone(),
            estimation_days: self.days.clone(),
            residuals: self.fitted.residuals.clone(),
            residual_sd: self.fitted.residual_sd,
            n_parameters: self.fitted.n_parameters,
        }
    }

    /// The row of `fits.csv`.
    pub fn fit_row(
        &self,
        event_id: &str,
        instrument: &Symbol,
        model: &dyn NormalReturnModel,
        data: &StudyData,
    ) -> Option<FitRow> {
        let (first, last) = (*self.days.first()?, *self.days.last()?);
        Some(FitRow {
            event_id: event_id.to_owned(),
            instrument: instrument.clone(),
            model: model.name().to_owned(),
            n_estimation: self.fitted.n_estimation,
            alpha: self.fitted.alpha,
            betas: model
                .regressors()
                .into_iter()
                .zip(self.fitted.betas.iter().copied())
                .filter(|(_, beta)| beta.is_finite())
                .collect(),
            residual_sd: self.fitted.residual_sd,
            r_squared: self.fitted.r_squared,
            details: self.fitted.details.clone(),
            first_session: data.sessions[first],
            last_session: data.sessions[last],
        })
    }

    /// The rows of `abnormal_returns.csv`.
    pub fn abnormal_rows(
        &self,
        event_id: &str,
        instrument: &Symbol,
        day_0: usize,
        data: &StudyData,
    ) -> Vec<AbnormalReturnRow> {
        let window = self.abnormal.window();
        let law = self.abnormal.law();
        let known = |value: f64| value.is_finite().then_some(value);
        window
            .days()
            .enumerate()
            .map(|(i, day)| {
                let t = usize::try_from(day_0 as i64 + i64::from(day.0)).ok();
                let (ar, sd) = (self.abnormal.ar(day), self.abnormal.sd(day));
                let test = ar.zip(sd).and_then(|(ar, sd)| self.abnormal.t_test(ar, sd));
                // The path stops where the data do, and is not carried over a missing day.
                let path = ar
                    .and_then(|_| Window::new(window.start().0, day.0).ok())
                    .and_then(|w| self.abnormal.car(w));
                let interval = path.and_then(|car| law?.interval(car.car, car.sd));
                AbnormalReturnRow {
                    event_id: event_id.to_owned(),
                    instrument: instrument.clone(),
                    relative_day: day,
                    session: t.and_then(|t| data.sessions.get(t)).copied(),
                    ret: known(self.abnormal.returns[i]),
                    normal_return: known(self.abnormal.normal[i]),
                    ar,
                    ar_sd: sd,
                    sar: test.map(|t| t.t),
                    ar_t: test.map(|t| t.t),
                    ar_df: test.map(|t| t.df),
                    ar_p: test.map(|t| t.p),
                    ar_low: test.map(|t| t.low),
                    ar_high: test.map(|t| t.high),
                    garch_t: None,
                    garch_p: None,
                    car_to_day: path.map(|car| car.car),
                    car_to_day_low: interval.map(|(low, _)| low),
                    car_to_day_high: interval.map(|(_, high)| high),
                }
            })
            .collect()
    }

    /// The row of `cars.csv` for one window, without what other fits contribute.
    pub fn car_row(
        &self,
        event_id: &str,
        instrument: &Symbol,
        window: Window,
        beyond_data: bool,
    ) -> CarRow {
        let mut row = CarRow::empty(event_id, instrument, window);
        row.provisional = beyond_data;
        let Some((car, test)) = self.car(window) else {
            row.note = "no day of the window has an abnormal return".to_owned();
            return row;
        };
        row.n_days = car.n_days;
        row.car = Some(car.car);
        row.car_sd = Some(car.sd);
        row.car_t = test.map(|t| t.t);
        row.car_df = test.map(|t| t.df);
        row.car_p = test.map(|t| t.p);
        row.car_low = test.map(|t| t.low);
        row.car_high = test.map(|t| t.high);
        row.scar = Some(car.scar);
        row.csar = Some(car.csar);
        row.bhar = Some(car.bhar);
        row.mde = self.detectable(&car);
        let quantile = self.sample_quantile(&car);
        row.sq_p = quantile.map(|q| q.p);
        row.sq_n = quantile.map(|q| q.n);
        let mut notes = Vec::new();
        if car.n_days < window.n_days() {
            let missing = window.n_days() - car.n_days;
            notes.push(format!(
                "{missing} of {} days {}",
                window.n_days(),
                if beyond_data {
                    "are not known yet or missing"
                } else {
                    "are missing"
                }
            ));
        }
        if quantile.is_none() {
            notes.push(format!(
                "sq_p: no run of {} consecutive estimation days",
                car.n_days
            ));
        }
        row.note = notes.join("; ");
        row
    }
}

/// Lags of the Ljung-Box test: two weeks of sessions.
const AUTOCORRELATION_LAGS: usize = 10;
/// Lags of Engle's test: one week.
const ARCH_LAGS: usize = 5;

impl Fit {
    /// The row of `diagnostics.csv`.
    pub fn diagnostic_row(
        &self,
        event_id: &str,
        instrument: &Symbol,
        returns: &[f64],
        estimation: std::ops::Range<usize>,
    ) -> DiagnosticRow {
        let residuals = &self.fitted.residuals;
        let autocorrelation = ljung_box(residuals, AUTOCORRELATION_LAGS);
        let normality = jarque_bera(residuals);
        let arch = arch_lm(residuals, ARCH_LAGS);
        let variance = event_variance_ratio(&self.abnormal, self.abnormal.window());
        let trading = thin_trading(&returns[estimation]);
        let mut notes = Vec::new();
        for (name, test) in [
            ("ljung_box", &autocorrelation),
            ("jarque_bera", &normality),
            ("arch_lm", &arch),
            ("event_variance_ratio", &variance),
        ] {
            notes.extend(test.undefined.as_ref().map(|why| format!("{name}: {why}")));
        }
        DiagnosticRow {
            event_id: event_id.to_owned(),
            instrument: instrument.clone(),
            ljung_box: autocorrelation.value,
            ljung_box_p: autocorrelation.p,
            jarque_bera: normality.value,
            jarque_bera_p: normality.p,
            arch_lm: arch.value,
            arch_lm_p: arch.p,
            zero_share: trading.and_then(|t| t.zero),
            missing_share: trading.map(|t| t.missing),
            event_variance_ratio: variance.value,
            event_variance_ratio_p: variance.p,
            note: notes.join("; "),
        }
    }
}

impl CarRow {
    /// A row without figures.
    pub(super) fn empty(event_id: &str, instrument: &Symbol, window: Window) -> Self {
        Self {
            event_id: event_id.to_owned(),
            instrument: instrument.clone(),
            window,
            n_days: 0,
            provisional: false,
            car: None,
            car_sd: None,
            car_t: None,
            car_df: None,
            car_p: None,
            car_low: None,
            car_high: None,
            scar: None,
            csar: None,
            bhar: None,
            sq_p: None,
            sq_n: None,
            placebo_p: None,
            placebo_n: None,
            conformal_p: None,
            mde: None,
            car_masked: None,
            car_masked_sd: None,
            car_masked_t: None,
            car_unmasked: None,
            car_unmasked_sd: None,
            car_unmasked_t: None,
            car_joint: None,
            car_joint_sd: None,
            car_joint_hac_sd: None,
            garch_t: None,
            garch_p: None,
            note: String::new(),
        }
    }
}

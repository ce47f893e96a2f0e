//! Fits of all events of a sample, in columns.

use super::grouped::Grouped;
use super::mask::NOTHING;
use super::{Panel, PanelEvent, PanelMask, PanelSettings};
use crate::analysis::correlation::PairSums;
use crate::analysis::model::{Design, LinearModel, NormalReturnModel};
use crate::analysis::window_fit::{WindowFit, WindowFits};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::OnceLock;

/// Instruments that one thread fits at a time.
const INSTRUMENTS: usize = 16;

/// Why an event has no figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PanelExclusion {
    /// The panel has no such instrument.
    #[error("the panel has no such instrument")]
    UnknownInstrument,
    /// Day 0 lies after the last session.
    #[error("day 0 lies outside the panel")]
    OutsideData,
    /// The instrument's return or a factor's is missing on day 0.
    #[error("the return or a factor is missing on day 0")]
    MissingEventDay,
    /// Too few usable estimation days.
    #[error("{n} estimation days are usable")]
    ShortEstimation {
        /// Usable days.
        n: usize,
    },
    /// The model cannot be fitted.
    #[error("the model cannot be fitted")]
    DegenerateFit,
}

/// The fitted events of a sample. Figures are in columns, in the order of the instruments and,
/// within an instrument, in that of the events given.
///
/// Fifty shares that lose 2 % on day 0, in a panel made as in the example of [`panel`](super), and
/// one event too early for an estimation window:
///
/// ```
/// # use shockwave::analysis::inference::SampleSettings;
/// # use shockwave::analysis::model::market;
/// # use shockwave::analysis::panel::*;
/// # use shockwave::{Window, returns::ReturnKind};
/// # let index: Vec<f64> = (0..400).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// # let own = |i: usize, t: usize| 0.01 * ((t * t * (i + 3)) as f64).sin() - if t == 300 + i { 0.02 } else { 0.0 };
/// # let returns = (0..50).flat_map(|i: usize| (0..400).map(move |t| (i, t))).map(|(i, t)| index[t] + own(i, t));
/// # let panel = Panel::new(400, returns.collect()).ok_or("uneven")?;
/// # let mut events = vec![PanelEvent { instrument: 0, day_0: 21 }];
/// # events.extend((0..50).map(|instrument| PanelEvent { instrument, day_0: 300 + instrument }));
/// # let (estimation, event) = (Window::new(-250, -11)?, Window::new(-10, 10)?);
/// # let (min_estimation, returns) = (144, ReturnKind::Simple);
/// # let settings = PanelSettings { estimation, event, min_estimation, returns };
/// # let model = market("INDEX", &index[..]);
/// let sample = PanelSample::fit(&panel, &model, &events, settings).ok_or("uneven")?;
/// let mask = PanelMask::reactions(&panel, &events, Window::REACTION);
/// let masked = PanelSample::fit_masked(&panel, &model, &events, settings, &mask);
/// assert_eq!(masked.map(|m| m.n()), Some(50));
/// assert_eq!(sample.excluded(), [(0, PanelExclusion::ShortEstimation { n: 11 })]);
///
/// // Columns: the first row is the event given as number 1.
/// assert_eq!((sample.n(), sample.given()[0]), (50, 1));
/// assert!(sample.alphas()[0].abs() < 1e-3 && (sample.betas()[0] - 1.0).abs() < 0.1);
/// assert!((sample.residual_sds()[0] - 0.007).abs() < 1e-3);
/// assert!(sample.aars()[10].aar.is_some_and(|day_0| (day_0 + 0.02).abs() < 0.005));
/// assert!(sample.mean_correlation().is_some_and(|r| r.value.abs() < 0.05));
///
/// let cars = sample.cars(Window::new(0, 0)?);
/// let mut tests = sample.parametric_tests(&cars);
/// tests.extend(sample.rank_tests(&cars));
/// assert_eq!(tests, sample.tests(&cars)); // all without random numbers
/// tests.extend(sample.resampling_tests(&cars, SampleSettings::default()));
/// assert!(tests.iter().all(|(_, test)| test.p.is_some_and(|p| p < 0.05)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PanelSample<'a> {
    pub(super) panel: &'a Panel,
    pub(super) design: Design<'a>,
    pub(super) settings: PanelSettings,
    pub(super) mask: &'a PanelMask,
    pub(super) fits: Fits,
    excluded: Vec<(usize, PanelExclusion)>,
    pub(super) pairs: OnceLock<Option<PairSums>>,
    pub(super) residuals: OnceLock<super::residuals::ResidualSums>,
}

/// Fits in columns; those of several entries have as many for each event.
#[derive(Debug)]
pub(super) struct Fits {
    pub n_regressors: usize,
    pub n_parameters: usize,
    /// Place among the events given.
    pub given: Vec<u32>,
    pub instrument: Vec<u32>,
    pub day_0: Vec<u32>,
    /// M.
    pub n: Vec<u32>,
    pub alpha: Vec<f64>,
    pub betas: Vec<f64>,
    pub means: Vec<f64>,
    pub factors: Vec<f64>,
    /// s.
    pub residual_sd: Vec<f64>,
}

/// One row of [`Fits`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit<'a> {
    pub instrument: usize,
    pub day_0: usize,
    pub n: usize,
    pub alpha: f64,
    pub betas: &'a [f64],
    pub means: &'a [f64],
    /// Cholesky factor of the regressors' products about their means.
    pub factor: &'a [f64],
    pub residual_sd: f64,
}

impl Fits {
    fn new(design: &Design, n_events: usize) -> Self {
        let k = design.columns.len();
        Self {
            n_regressors: k,
            n_parameters: k + usize::from(design.constant),
            given: Vec::with_capacity(n_events),
            instrument: Vec::with_capacity(n_events),
            day_0: Vec::with_capacity(n_events),
            n: Vec::with_capacity(n_events),
            alpha: Vec::with_capacity(n_events),
            betas: Vec::with_capacity(n_events * k),
            means: Vec::with_capacity(n_events * k),
            factors: Vec::with_capacity(n_events * k * (k + 1) / 2),
            residual_sd: Vec::with_capacity(n_events),
        }
    }

    fn push(&mut self, given: usize, event: PanelEvent, fit: &WindowFit) {
        self.given.push(given as u32);
        self.instrument.push(event.instrument);
        self.day_0.push(event.day_0);
        self.n.push(fit.n as u32);
        self.alpha.push(fit.alpha);
        self.betas.extend_from_slice(fit.betas());
        self.means.extend_from_slice(fit.means());
        self.factors.extend_from_slice(fit.factor());
        self.residual_sd.push(fit.residual_sd());
    }

    fn append(&mut self, mut other: Fits) {
        self.given.append(&mut other.given);
        self.instrument.append(&mut other.instrument);
        self.day_0.append(&mut other.day_0);
        self.n.append(&mut other.n);
        self.alpha.append(&mut other.alpha);
        self.betas.append(&mut other.betas);
        self.means.append(&mut other.means);
        self.factors.append(&mut other.factors);
        self.residual_sd.append(&mut other.residual_sd);
    }

    pub fn len(&self) -> usize {
        self.n.len()
    }

    pub fn get(&self, i: usize) -> Fit<'_> {
        let k = self.n_regressors;
        let triangle = k * (k + 1) / 2;
        Fit {
            instrument: self.instrument[i] as usize,
            day_0: self.day_0[i] as usize,
            n: self.n[i] as usize,
            alpha: self.alpha[i],
            betas: &self.betas[i * k..][..k],
            means: &self.means[i * k..][..k],
            factor: &self.factors[i * triangle..][..triangle],
            residual_sd: self.residual_sd[i],
        }
    }
}

impl<'a> PanelSample<'a> {
    /// Fits the model to every event. `None` where the model has more regressors than fits from
    /// sums allow, or a series of it is not as long as the panel.
    pub fn fit(
        panel: &'a Panel,
        model: &'a LinearModel<'a>,
        events: &[PanelEvent],
        settings: PanelSettings,
    ) -> Option<Self> {
        Self::fit_masked(panel, model, events, settings, &NOTHING)
    }

    /// The same with sessions that the estimation windows leave out.
    pub fn fit_masked(
        panel: &'a Panel,
        model: &'a LinearModel<'a>,
        events: &[PanelEvent],
        settings: PanelSettings,
        mask: &'a PanelMask,
    ) -> Option<Self> {
        let grouped = Grouped::new(events, panel.n_instruments());
        let all = 0..events.len();
        Self::of_part(panel, model, events, settings, mask, &grouped, all)
    }

    /// Some of the events, by their places in the order of the instruments.
    pub(super) fn of_part(
        panel: &'a Panel,
        model: &'a LinearModel<'a>,
        events: &[PanelEvent],
        settings: PanelSettings,
        mask: &'a PanelMask,
        grouped: &Grouped,
        part: Range<usize>,
    ) -> Option<Self> {
        let design = model.design();
        if !design.suits(panel.n_sessions()) {
            return None;
        }
        let fitter = Fitter {
            panel,
            model,
            design: &design,
            events,
            settings,
            mask,
        };
        let numbers: Vec<usize> = grouped.instruments(&part).collect();
        let parts: Vec<(Fits, Vec<(usize, PanelExclusion)>)> = numbers
            .par_chunks(INSTRUMENTS)
            .map(|instruments| {
                let of = |i: usize| grouped.of(i, &part);
                let n_events = instruments.iter().map(|&i| of(i).len()).sum();
                let mut part = (Fits::new(&design, n_events), Vec::new());
                for &i in instruments {
                    fitter.instrument(i, of(i), grouped.n_events(i), &mut part);
                }
                part
            })
            .collect();
        let n_fits = parts.iter().map(|(own, _)| own.len()).sum();
        let mut fits = Fits::new(&design, n_fits);
        let unknown = grouped.of(panel.n_instruments(), &part).iter();
        let mut excluded: Vec<(usize, PanelExclusion)> = unknown
            .map(|&i| (i as usize, PanelExclusion::UnknownInstrument))
            .collect();
        for (own, out) in parts {
            fits.append(own);
            excluded.extend(out);
        }
        excluded.sort_by_key(|(i, _)| *i);
        Some(Self {
            panel,
            design,
            settings,
            mask,
            fits,
            excluded,
            pairs: OnceLock::new(),
            residuals: OnceLock::new(),
        })
    }

    /// N, the events that have figures.
    pub fn n(&self) -> usize {
        self.fits.len()
    }

    /// The place among the events given of each event that has figures, in the order of all
    /// columns.
    pub fn given(&self) -> &[u32] {
        &self.fits.given
    }

    /// The other events, with the reason.
    pub fn excluded(&self) -> &[(usize, PanelExclusion)] {
        &self.excluded
    }

    /// α of every event; 0 for a model without a constant.
    pub fn alphas(&self) -> &[f64] {
        &self.fits.alpha
    }

    /// The slopes, as many for each event as the model has regressors.
    pub fn betas(&self) -> &[f64] {
        &self.fits.betas
    }

    /// s of every event.
    pub fn residual_sds(&self) -> &[f64] {
        &self.fits.residual_sd
    }

    /// The sessions of an event's estimation window.
    pub(super) fn estimation(&self, day_0: usize) -> Range<usize> {
        let window = self.settings.estimation;
        window.sessions(day_0, self.panel.n_sessions())
    }
}

/// What the fits of all instruments share.
struct Fitter<'a> {
    panel: &'a Panel,
    model: &'a LinearModel<'a>,
    design: &'a Design<'a>,
    events: &'a [PanelEvent],
    settings: PanelSettings,
    mask: &'a PanelMask,
}

impl Fitter<'_> {
    /// Fits some `events` of an instrument that has `n_events` of them in all.
    fn instrument(
        &self,
        instrument: usize,
        events: &[u32],
        n_events: usize,
        part: &mut (Fits, Vec<(usize, PanelExclusion)>),
    ) {
        if events.is_empty() {
            return;
        }
        let returns = self.panel.returns(instrument);
        let mut outcome = self.design.outcome(returns);
        if !self.mask.is_empty(instrument) {
            let masked = self.mask.within(instrument, 0..returns.len());
            let outcome = outcome.to_mut();
            masked.for_each(|t| outcome[t] = f64::NAN);
        }
        // Sums over all sessions pay where windows overlap; else each window has its own. Which
        // is better does not hang on how many of the events this part holds, so that their
        // figures do not.
        let (cost, all) = (n_events * self.settings.estimation.n_days(), returns.len());
        let shared = (cost > all).then(|| self.sums(&outcome, 0..all)).flatten();
        for &number in events {
            let event = self.events[number as usize];
            match self.event(event, &outcome, shared.as_ref()) {
                Ok(fit) => part.0.push(number as usize, event, &fit),
                Err(reason) => part.1.push((number as usize, reason)),
            }
        }
    }

    fn sums(&self, outcome: &[f64], sessions: Range<usize>) -> Option<WindowFits> {
        let columns = self.design.columns.iter();
        let columns: Vec<&[f64]> = columns.map(|c| &c[sessions.clone()]).collect();
        WindowFits::new(&outcome[sessions], &columns, self.design.constant, |_| true)
    }

    fn event(
        &self,
        event: PanelEvent,
        outcome: &[f64],
        shared: Option<&WindowFits>,
    ) -> Result<WindowFit, PanelExclusion> {
        let day_0 = event.day_0 as usize;
        let usable = |t: usize| outcome[t].is_finite() && self.model.covers(t);
        if day_0 >= outcome.len() {
            return Err(PanelExclusion::OutsideData);
        }
        // A masked session is one that others do not estimate from; it has its event all the same.
        let on_day_0 = self.panel.returns(event.instrument as usize)[day_0];
        if !(on_day_0.is_finite() && self.model.covers(day_0)) {
            return Err(PanelExclusion::MissingEventDay);
        }
        let sessions = self.settings.estimation.sessions(day_0, outcome.len());
        let quick = match shared {
            Some(fits) => fits.fit(sessions.clone()),
            None => self
                .sums(outcome, sessions.clone())
                .and_then(|fits| fits.fit(0..sessions.len())),
        };
        if let Some(fit) = quick {
            let enough = fit.n >= self.settings.min_estimation;
            return enough
                .then_some(fit)
                .ok_or(PanelExclusion::ShortEstimation { n: fit.n });
        }
        let days: Vec<usize> = sessions.filter(|&t| usable(t)).collect();
        if days.len() < self.settings.min_estimation {
            return Err(PanelExclusion::ShortEstimation { n: days.len() });
        }
        let returns = self.panel.returns(event.instrument as usize);
        let fit = self.model.fit(returns, &days);
        fit.map(|fit| WindowFit::from_residuals(&fit))
            .map_err(|_| PanelExclusion::DegenerateFit)
    }
}

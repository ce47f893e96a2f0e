//! The run of a study: events on sessions, one fit per event observation, samples, claims.
//!
//! Data are handed in and a [`StudyResult`] comes out; nothing here reads a file, a clock or the
//! network. Observations are computed in parallel and collected in order, so that the result
//! does not depend on the number of threads.

use crate::align::Exclusion;
use crate::analysis::inference::Observation;
use crate::analysis::inference::placebo::Placebo;
use crate::analysis::model::ModelKind;
use crate::analysis::window::Window;
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::study::data::StudyData;
use crate::study::market::Market;
use crate::study::observe::{Fit, Subject};
use crate::study::outcomes::Trading;
use crate::study::placement::{
    PlacedEvent, instruments_of, place, reaction_sessions, study_instruments,
};
use crate::study::result::{
    AbnormalReturnRow, CarRow, DiagnosticRow, FitRow, LedgerRow, OutcomeRow, Status, StudyResult,
};
use crate::study::spec::{GroupBy, StudySpec};
use crate::study::{claims, garch, portfolio, summary};
use rayon::prelude::*;

/// What became of one event observation.
pub(super) struct Outcome {
    pub event: usize,
    pub instrument: Symbol,
    pub ledger: LedgerRow,
    pub computed: Option<Computed>,
}

/// The figures of an event observation that has some.
pub(super) struct Computed {
    /// Session index of day 0.
    pub day_0: usize,
    /// What samples and charts need; absent for instruments that neither can hold.
    pub observation: Option<Observation>,
    pub fit: FitRow,
    pub abnormal: Vec<AbnormalReturnRow>,
    pub cars: Vec<CarRow>,
    pub outcomes: Vec<OutcomeRow>,
    pub diagnostics: DiagnosticRow,
}

/// All event observations, and the pseudo-events that they are compared with.
pub(super) struct Observed {
    /// Sorted by event, then in the order of the instruments.
    pub outcomes: Vec<Outcome>,
    /// Pseudo-events of every instrument, where the study asks for them.
    pub placebos: Vec<(Symbol, Option<Placebo>)>,
}

/// Where an event observation stands.
struct Place<'a> {
    event: usize,
    symbol: &'a Symbol,
    day_0: usize,
    /// The last session on which the model's inputs are present.
    last: usize,
}

/// Everything that the steps of a run share.
pub(super) struct Run<'a> {
    pub spec: &'a StudySpec,
    pub data: &'a StudyData,
    pub market: Market<'a>,
    pub placed: Vec<PlacedEvent<'a>>,
    pub instruments: Vec<Symbol>,
}

/// Runs a study: one function of the request and the data. [`StudySpec::builder`] has an example.
///
/// # Errors
/// Data that do not stand on their sessions. A setting that does not fit the data: an unknown
/// benchmark or claim, a missing factor, an event on a closed day under
/// [`Anchor::Error`](crate::align::Anchor::Error). What concerns one event or instrument only is
/// not an error: it stands in the ledger.
pub fn run(spec: &StudySpec, data: &StudyData) -> Result<StudyResult> {
    data.check()?;
    if spec.events.is_empty() {
        return Err(InputError::new(
            "the study has no events",
            "give an event file with --events PATH",
        )
        .into());
    }
    let instruments = study_instruments(spec, data);
    if instruments.is_empty() {
        return Err(InputError::new(
            "the study has no instruments",
            "name them with --instruments, or in the event file",
        )
        .into());
    }
    let run = Run {
        market: Market::new(spec, data, &instruments, &needed(spec, data, &instruments))?,
        placed: place(spec, data)?,
        spec,
        data,
        instruments,
    };
    claims::check(&run)?;
    portfolio::check(&run)?;
    let observed = run.observe()?;
    let tables = summary::tables(&run, &observed)?;
    Ok(summary::result(&run, observed.outcomes, tables))
}

/// Every symbol whose returns the study touches.
fn needed(spec: &StudySpec, data: &StudyData, instruments: &[Symbol]) -> Vec<Symbol> {
    let members = spec.groups.iter().flat_map(|g| &g.members);
    let columns: Vec<Symbol> = spec
        .factor_columns
        .iter()
        .filter_map(|name| Symbol::new(name).ok())
        .collect();
    let donors = match spec.model {
        ModelKind::SyntheticControl => data.instruments.as_slice(),
        _ => &[],
    };
    let mut needed: Vec<Symbol> = Vec::new();
    let focus = spec.focus.iter();
    for symbol in instruments
        .iter()
        .chain(focus)
        .chain(members)
        .chain(&columns)
        .chain(donors.iter().map(|i| &i.symbol))
    {
        if !needed.contains(symbol) {
            needed.push(symbol.clone());
        }
    }
    needed
}

impl Run<'_> {
    fn observe(&self) -> Result<Observed> {
        type PerInstrument = (Vec<Outcome>, Option<Placebo>);
        let per_instrument: Vec<PerInstrument> = self
            .instruments
            .par_iter()
            .map(|symbol| self.observe_instrument(symbol))
            .collect::<Result<_>>()?;
        let mut observed = Observed {
            outcomes: self.outside_the_study(),
            placebos: Vec::new(),
        };
        for (symbol, (outcomes, placebos)) in self.instruments.iter().zip(per_instrument) {
            observed.outcomes.extend(outcomes);
            observed.placebos.push((symbol.clone(), placebos));
        }
        // Stable: within an event the instruments keep their order.
        observed.outcomes.sort_by_key(|o| o.event);
        Ok(observed)
    }

    /// Events all of whose instruments the study leaves out: they stand in the ledger all the
    /// same.
    fn outside_the_study(&self) -> Vec<Outcome> {
        let left_out =
            |event: &usize| instruments_of(self.placed[*event].event, &self.instruments).is_empty();
        (0..self.placed.len())
            .filter(left_out)
            .flat_map(|event| {
                let named = &self.placed[event].event.instruments;
                named.iter().map(move |symbol| {
                    self.excluded(event, symbol, &Exclusion::NotInStudy, Status::Excluded)
                })
            })
            .collect()
    }

    fn observe_instrument(&self, symbol: &Symbol) -> Result<(Vec<Outcome>, Option<Placebo>)> {
        let concerned: Vec<usize> = (0..self.placed.len())
            .filter(|&e| instruments_of(self.placed[e].event, &self.instruments).contains(symbol))
            .collect();
        let Some(returns) = self.market.returns(symbol) else {
            let unknown = |&event: &usize| {
                self.excluded(
                    event,
                    symbol,
                    &Exclusion::UnknownInstrument,
                    Status::Excluded,
                )
            };
            return Ok((concerned.iter().map(unknown).collect(), None));
        };
        let model = self.market.model(std::slice::from_ref(symbol))?;
        let subject = Subject {
            returns,
            model: model.as_ref(),
        };
        let asked = self.spec.placebo && !concerned.is_empty();
        let placebo = asked.then(|| {
            let masked = reaction_sessions(&self.placed, symbol, None, self.spec, returns.len());
            let (windows, min) = (&self.spec.windows, self.spec.min_estimation);
            Placebo::new(returns, model.as_ref(), &masked, windows, min)
        });
        let trading = Trading::of(self, symbol);
        let outcomes = concerned
            .into_iter()
            .map(|event| self.observe_one(event, symbol, &subject, &trading, placebo.as_ref()))
            .collect();
        Ok((outcomes, placebo))
    }

    fn observe_one(
        &self,
        event: usize,
        symbol: &Symbol,
        subject: &Subject,
        trading: &Trading,
        placebo: Option<&Placebo>,
    ) -> Outcome {
        if let Some(exclusion) = self.placed[event].exclusion(self.data) {
            let status = match exclusion {
                Exclusion::AwaitingData { .. } => Status::Provisional,
                _ => Status::Excluded,
            };
            return self.excluded(event, symbol, &exclusion, status);
        }
        let (Some(day_0), Some(last)) = (self.placed[event].day_0, subject.last_covered()) else {
            let what = "every return of the benchmark".to_owned();
            let exclusion = Exclusion::MissingEventDay { what };
            return self.excluded(event, symbol, &exclusion, Status::Excluded);
        };
        if day_0 > last {
            let last = self.data.sessions[last];
            let exclusion = Exclusion::AwaitingInputs { last };
            return self.excluded(event, symbol, &exclusion, Status::Provisional);
        }
        if let Some(exclusion) = self.quality_exclusion(symbol, day_0) {
            return self.excluded(event, symbol, &exclusion, Status::Excluded);
        }
        let mask = reaction_sessions(
            &self.placed,
            symbol,
            Some(event),
            self.spec,
            subject.returns.len(),
        );
        let plain = subject.fit(self.spec, &[], day_0);
        let masked = subject.fit(self.spec, &mask, day_0);
        let chosen = if self.spec.mask_events {
            &masked
        } else {
            &plain
        };
        match chosen {
            Err(exclusion) => self.excluded(event, symbol, exclusion, Status::Excluded),
            Ok(fit) => {
                let place = Place {
                    event,
                    symbol,
                    day_0,
                    last,
                };
                let both = [plain.as_ref().ok(), masked.as_ref().ok()];
                let left_out: &[bool] = if self.spec.mask_events { &mask } else { &[] };
                self.computed(&place, subject, (fit, left_out), both, (trading, placebo))
            }
        }
    }

    fn computed(
        &self,
        place: &Place,
        subject: &Subject,
        (fit, masked_sessions): (&Fit, &[bool]),
        both: [Option<&Fit>; 2],
        (trading, placebo): (&Trading, Option<&Placebo>),
    ) -> Outcome {
        let id = self.placed[place.event].event.id.as_str();
        let known_days = (place.last - place.day_0) as i32;
        let mut cars = self.car_rows(place, subject, fit, both, placebo);
        let mut abnormal = fit.abnormal_rows(id, place.symbol, place.day_0, self.data);
        let garch = self.garch(place.event, place.symbol, place.day_0, subject.returns, fit);
        if let Some(scaled) = &garch {
            garch::add(scaled, place.day_0, &mut abnormal, &mut cars);
        }
        let mut ledger = self.ledger_row(place.event, place.symbol);
        ledger.n_estimation = Some(fit.fitted.n_estimation);
        let event_end = self.spec.windows.event().end().0;
        if event_end > known_days {
            ledger.status = Status::Provisional;
            ledger.reason_code = "open-window".to_owned();
            ledger.reason = format!("{known_days} of {event_end} sessions after day 0 are known");
        } else if fit.fitted.n_estimation < ledger.n_estimation_window {
            ledger.reason_code = "thin-estimation".to_owned();
            ledger.reason = format!(
                "{} of {} estimation days are usable",
                fit.fitted.n_estimation, ledger.n_estimation_window
            );
        }
        let symbols = &self.instruments;
        let instrument = symbols.iter().position(|s| s == place.symbol);
        let fit_row = fit.fit_row(id, place.symbol, subject.model, self.data);
        let n = subject.returns.len();
        let estimation = self.spec.windows.estimation().sessions(place.day_0, n);
        Outcome {
            event: place.event,
            instrument: place.symbol.clone(),
            ledger,
            computed: fit_row.map(|fit_row| Computed {
                day_0: place.day_0,
                observation: self
                    .sampled(place.symbol)
                    .then(|| fit.observation(instrument.unwrap_or(symbols.len()), place.day_0)),
                fit: fit_row,
                abnormal,
                cars,
                outcomes: trading.rows(
                    self,
                    (id, place.symbol),
                    place.day_0,
                    (fit, masked_sessions),
                ),
                diagnostics: fit.diagnostic_row(id, place.symbol, subject.returns, estimation),
            }),
        }
    }

    /// The CARs of an observation over every window, with every way to judge them.
    fn car_rows(
        &self,
        place: &Place,
        subject: &Subject,
        fit: &Fit,
        [plain, masked]: [Option<&Fit>; 2],
        placebo: Option<&Placebo>,
    ) -> Vec<CarRow> {
        let id = self.placed[place.event].event.id.as_str();
        let known_days = (place.last - place.day_0) as i32;
        let joint = self.joint(place.event, place.symbol, place.day_0, subject.returns);
        let edge = garch::edge(subject.model.name(), &fit.fitted.details);
        let row = |&window: &Window| {
            let mut row = fit.car_row(id, place.symbol, window, window.end().0 > known_days);
            row.compare(plain, masked);
            if let Some(placebo) = placebo {
                row.add_placebo(placebo, fit);
                row.add_conformal(subject, fit, place.day_0);
            }
            if let Some(joint) = &joint {
                row.add_joint(joint);
            }
            if let Some(edge) = &edge {
                row.add_note(edge);
            }
            let conditional = self.spec.model.has_conditional_variance();
            let far = garch::far(&row, fit.fitted.residual_sd).filter(|_| conditional);
            if let Some(far) = far {
                row.add_note(&far);
            }
            row
        };
        self.spec.windows.car().iter().map(row).collect()
    }

    /// Whether samples are formed from an instrument: from the focus, where there is one, unless
    /// they are formed by groups of instruments.
    pub(super) fn sampled(&self, symbol: &Symbol) -> bool {
        self.spec.focus.as_ref().is_none_or(|focus| focus == symbol)
            || self.spec.group_by == GroupBy::InstrumentGroup
    }
}

//! The run of a scan: figures of every session, what moved beside them, ranks, events.
//!
//! Instruments are computed in parallel and collected in order: the result does not depend on the
//! number of threads.

use crate::analysis::scan::{
    ConditionalScale, Rolling, ScanWindow, SessionFigures, Shifts, Unscanned, conditional_scale,
};
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::study::data::StudyData;
use crate::study::market::{Market, shorten};
use crate::study::placement::{PlacedEvent, place, reaction_sessions};
use crate::study::scan::beside::{Beside, beside};
use crate::study::scan::events::listed;
use crate::study::scan::result::{ScanResult, ScanSettings};
use crate::study::scan::rows;
use crate::study::scan::scope::{MarketMoves, Move, peers};
use crate::study::scan::spec::ScanSpec;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// One instrument of the scan.
pub(super) struct Scanned {
    pub symbol: Symbol,
    /// Its figures on the sessions of the span.
    pub figures: Vec<std::result::Result<SessionFigures, Unscanned>>,
    pub returns: Vec<f64>,
    pub conditional: std::result::Result<ConditionalScale, String>,
    pub beside: Beside,
    pub peers: Vec<Symbol>,
    /// Sessions of the data that no estimation window uses.
    pub masked: Vec<bool>,
}

/// Everything that the steps of a scan share.
pub(super) struct Scan<'a> {
    pub spec: &'a ScanSpec,
    pub data: &'a StudyData,
    pub span: Range<usize>,
    pub placed: Vec<PlacedEvent<'a>>,
    pub scanned: Vec<Scanned>,
    pub market: MarketMoves,
    /// Of every instrument and every peer, on the sessions of the span.
    pub moves: BTreeMap<Symbol, Vec<Move>>,
    pub shifts: Shifts,
}

/// Runs a scan.
///
/// # Errors
/// An instrument, peer or benchmark that the data do not hold; a span without a session; a model
/// that is not fitted by least squares; an event on a closed day under
/// [`Anchor::Error`](crate::align::Anchor::Error).
pub fn run(spec: &ScanSpec, data: &StudyData) -> Result<ScanResult> {
    data.check()?;
    let span = span(spec, data)?;
    let targets = targets(spec, data)?;
    let peers_of: Vec<Vec<Symbol>> = targets.iter().map(|t| peers(t, spec, data)).collect();
    let own: BTreeSet<&Symbol> = targets.iter().collect();
    let others: BTreeSet<&Symbol> = peers_of.iter().flatten().collect();
    let others: Vec<Symbol> = others.difference(&own).copied().cloned().collect();
    let market = market(spec, data, &targets, &others)?;
    let placed = place(&spec.study, data)?;
    let computer = Computer {
        spec,
        data,
        market: &market,
        placed: &placed,
        span: &span,
    };
    let own = targets.par_iter().zip(peers_of);
    let scanned: Vec<Scanned> = own
        .map(|(symbol, peers)| computer.instrument(symbol, peers))
        .collect::<Result<_>>()?;
    let moves = moves(&computer, &others, &scanned)?;
    let events = listed(&placed, spec, data, &span);
    let settings = settings(spec, data, market.price_column);
    let scan = Scan {
        market: MarketMoves::new(market.benchmark(), computer.window(), &span),
        shifts: Shifts {
            most: spec.study.n_draws,
            seed: spec.study.seed,
        },
        spec,
        data,
        placed,
        scanned,
        moves,
        span: span.clone(),
    };
    let (rows, instruments) = rows::rows(&scan);
    Ok(ScanResult {
        settings,
        inputs: data.inputs.clone(),
        data_range: (data.sessions[0], data.sessions[data.sessions.len() - 1]),
        span: (data.sessions[span.start], data.sessions[span.end - 1]),
        n_sessions: span.len(),
        instruments,
        associations: rows::associations(&scan),
        rows,
        events,
        unreadable: data.unreadable.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// How every instrument moved, scanned or not.
fn moves(
    computer: &Computer<'_>,
    others: &[Symbol],
    scanned: &[Scanned],
) -> Result<BTreeMap<Symbol, Vec<Move>>> {
    let alpha = computer.spec.alpha;
    let moves_of = |figures: &[std::result::Result<SessionFigures, Unscanned>]| -> Vec<Move> {
        figures.iter().map(|f| Move::of(f, alpha)).collect()
    };
    let other = |symbol: &Symbol| {
        let figures = computer.figures(symbol, computer.span.clone())?;
        Ok((symbol.clone(), moves_of(&figures)))
    };
    let mut moves: BTreeMap<_, _> = others.par_iter().map(other).collect::<Result<_>>()?;
    let own = scanned.iter();
    moves.extend(own.map(|s| (s.symbol.clone(), moves_of(&s.figures))));
    Ok(moves)
}

/// The returns that the scan needs, and its model.
fn market<'a>(
    spec: &'a ScanSpec,
    data: &'a StudyData,
    targets: &[Symbol],
    others: &[Symbol],
) -> Result<Market<'a>> {
    let columns = spec.study.factor_columns.iter();
    let columns = columns.filter_map(|name| Symbol::new(name).ok());
    let needed = targets.iter().chain(others).cloned();
    let needed: Vec<Symbol> = needed.chain(columns).collect();
    let market = Market::new(&spec.study, data, targets, &needed)?;
    if market.linear_model(&[])?.is_none() {
        return Err(InputError::new(
            format!("a scan cannot use the model {}", spec.study.model.as_str()),
            "choose one of least squares: market, mean-adjusted, market-adjusted, capm, ff3, \
             carhart, ff5, ff6 or factors",
        )
        .into());
    }
    Ok(market)
}

/// The sessions from the first date to the last.
fn span(spec: &ScanSpec, data: &StudyData) -> Result<Range<usize>> {
    let start = data
        .sessions
        .partition_point(|s| spec.from.is_some_and(|from| *s < from));
    let end = data
        .sessions
        .partition_point(|s| spec.to.is_none_or(|to| *s <= to));
    if start >= end {
        let (first, last) = (data.sessions.first(), data.sessions.last());
        let held = first.zip(last).map_or_else(String::new, |(first, last)| {
            format!("the data go from {first} to {last}")
        });
        return Err(InputError::new("the span holds no session of the data", held).into());
    }
    Ok(start..end)
}

/// The instruments to scan.
fn targets(spec: &ScanSpec, data: &StudyData) -> Result<Vec<Symbol>> {
    let Some(asked) = &spec.instruments else {
        let all = data.instruments.iter().map(|i| &i.symbol);
        let all = all.filter(|s| Some(*s) != spec.study.benchmark.as_ref());
        return Ok(all.cloned().collect());
    };
    for symbol in asked.iter().chain(spec.peers.iter().flatten()) {
        if data.instrument(symbol).is_none() {
            let known: Vec<&str> = data.instruments.iter().map(|i| i.symbol.as_str()).collect();
            return Err(InputError::new(
                format!("the prices hold no {symbol}"),
                format!("name one that they hold: {}", shorten(&known)),
            )
            .into());
        }
    }
    Ok(asked.clone())
}

/// What the figures of every instrument are computed from.
struct Computer<'a> {
    spec: &'a ScanSpec,
    data: &'a StudyData,
    market: &'a Market<'a>,
    placed: &'a [PlacedEvent<'a>],
    span: &'a Range<usize>,
}

impl Computer<'_> {
    fn window(&self) -> ScanWindow {
        ScanWindow {
            estimation: self.spec.study.windows.estimation(),
            min_estimation: self.spec.study.min_estimation,
        }
    }

    fn masked(&self, symbol: &Symbol) -> Vec<bool> {
        let study = &self.spec.study;
        if !study.mask_events {
            return Vec::new();
        }
        let n_sessions = self.data.sessions.len();
        reaction_sessions(self.placed, symbol, None, study, n_sessions)
    }

    /// The figures of some sessions; all missing for an instrument that the data do not hold.
    fn figures(
        &self,
        symbol: &Symbol,
        sessions: Range<usize>,
    ) -> Result<Vec<std::result::Result<SessionFigures, Unscanned>>> {
        let missing = vec![Err(Unscanned::MissingReturn); sessions.len()];
        let model = self.market.linear_model(std::slice::from_ref(symbol))?;
        let (Some(model), Some(returns)) = (model, self.market.returns(symbol)) else {
            return Ok(missing);
        };
        let rolling = Rolling::new(&model, returns, &self.masked(symbol), self.window());
        rolling.map(|r| r.figures(sessions)).ok_or_else(|| {
            InputError::new(
                "the model has too many factors for a scan",
                "name at most 8 with --factor-columns",
            )
            .into()
        })
    }

    fn instrument(&self, symbol: &Symbol, peers: Vec<Symbol>) -> Result<Scanned> {
        // From the first session on: the conditional variance learns from what lies before.
        let mut figures = self.figures(symbol, 0..self.span.end)?;
        let ar = |f: &std::result::Result<SessionFigures, Unscanned>| {
            f.as_ref().map_or(f64::NAN, |f| f.ar)
        };
        let ars: Vec<f64> = figures.iter().map(ar).collect();
        let masked = self.masked(symbol);
        let beside = match self.data.instrument(symbol) {
            Some(instrument) => beside(instrument, &masked, self.window(), self.span),
            None => Beside {
                volume_z: vec![None; self.span.len()],
                range_ratio: vec![None; self.span.len()],
            },
        };
        let returns = self.market.returns(symbol).unwrap_or_default();
        Ok(Scanned {
            symbol: symbol.clone(),
            figures: figures.split_off(self.span.start),
            returns: returns.get(self.span.clone()).unwrap_or_default().to_vec(),
            conditional: conditional_scale(&ars, self.span.clone()).map_err(|e| e.to_string()),
            beside,
            peers,
            masked,
        })
    }
}

fn settings(spec: &ScanSpec, data: &StudyData, price_column: &str) -> ScanSettings {
    let study = &spec.study;
    ScanSettings {
        model: study.model.as_str().to_owned(),
        benchmark: study.benchmark.clone(),
        benchmark_weight: study.benchmark_weight,
        returns: study.returns.as_str().to_owned(),
        price_column: price_column.to_owned(),
        estimation: study.windows.estimation(),
        min_estimation: study.min_estimation,
        mask_events: study.mask_events,
        mask_window: study.mask_window,
        calendar: data.calendar.name().to_owned(),
        anchor: study.anchor.as_str().to_owned(),
        within: spec.within,
        alpha: spec.alpha,
        top: spec.top,
        not_causes: spec.not_causes.clone(),
        seed: study.seed,
        n_draws: study.n_draws,
    }
}

//! How far a move reached: the market, the industry, or the instrument alone.

use crate::analysis::model::mean_adjusted;
use crate::analysis::scan::{Rolling, ScanWindow, SessionFigures, Unscanned};
use crate::instrument::Symbol;
use crate::study::data::StudyData;
use crate::study::scan::result::Scope;
use crate::study::scan::spec::ScanSpec;
use std::collections::BTreeMap;
use std::ops::Range;

/// An instrument's session as its peers see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// No figure.
    Missing,
    /// Inside its own quantiles.
    Usual,
    /// Beyond them, above zero.
    Up,
    /// Beyond them, below zero.
    Down,
}

impl Move {
    pub fn of(figures: &Result<SessionFigures, Unscanned>, alpha: f64) -> Self {
        match figures {
            Err(_) => Move::Missing,
            Ok(f) if f.sq_p > alpha || f.ar == 0.0 => Move::Usual,
            Ok(f) if f.ar > 0.0 => Move::Up,
            Ok(_) => Move::Down,
        }
    }
}

/// The benchmark's own sessions, about the mean of its own estimation windows.
pub(super) struct MarketMoves {
    pub returns: Vec<Option<f64>>,
    pub sq_p: Vec<Option<f64>>,
}

impl MarketMoves {
    pub fn new(benchmark: Option<&[f64]>, window: ScanWindow, span: &Range<usize>) -> Self {
        let none = || vec![None; span.len()];
        let Some(returns) = benchmark else {
            return Self {
                returns: none(),
                sq_p: none(),
            };
        };
        let model = mean_adjusted();
        let figures = Rolling::new(&model, returns, &[], window).map(|r| r.figures(span.clone()));
        let known = |r: &f64| r.is_finite().then_some(*r);
        Self {
            returns: returns[span.clone()].iter().map(known).collect(),
            sq_p: figures.map_or_else(none, |f| {
                f.into_iter().map(|f| Some(f.ok()?.sq_p)).collect()
            }),
        }
    }
}

/// The peers of an instrument: those asked for; else the other members of the first group that
/// names it (later groups are the portfolios of a study, not industries); else every other
/// instrument of the data. The benchmark is nobody's peer.
pub(super) fn peers(instrument: &Symbol, spec: &ScanSpec, data: &StudyData) -> Vec<Symbol> {
    let benchmark = spec.study.benchmark.as_ref();
    let is_other = |s: &&Symbol| *s != instrument && Some(*s) != benchmark;
    let can = |s: &&Symbol| is_other(s) && data.instrument(s).is_some();
    if let Some(asked) = &spec.peers {
        return asked.iter().filter(can).cloned().collect();
    }
    let mut groups = spec.study.groups.iter();
    let group = groups.find(|g| g.members.contains(instrument));
    let members = group.into_iter().flat_map(|g| &g.members);
    let found: Vec<Symbol> = members.filter(can).cloned().collect();
    if !found.is_empty() {
        return found;
    }
    let all = data.instruments.iter().map(|i| &i.symbol);
    all.filter(is_other).cloned().collect()
}

/// Peers on one session, beside the instrument's own move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PeerMoves<'a> {
    /// Peers with a figure.
    pub n: usize,
    /// Those that moved abnormally to the same side.
    pub moved: Vec<&'a Symbol>,
}

/// The sessions of the peers that have any, looked up once for all sessions of an instrument.
pub(super) fn found<'a>(
    peers: &'a [Symbol],
    moves: &'a BTreeMap<Symbol, Vec<Move>>,
) -> Vec<(&'a Symbol, &'a [Move])> {
    let its = |peer| Some((peer, moves.get(peer)?.as_slice()));
    peers.iter().filter_map(its).collect()
}

/// The peers that moved with an instrument whose AR is `ar`, on session `i` of the span.
pub(super) fn with_peers<'a>(ar: f64, i: usize, peers: &[(&'a Symbol, &[Move])]) -> PeerMoves<'a> {
    let same = if ar > 0.0 { Move::Up } else { Move::Down };
    let mut found = PeerMoves {
        n: 0,
        moved: Vec::new(),
    };
    for (peer, its) in peers {
        found.n += usize::from(its[i] != Move::Missing);
        if its[i] == same {
            found.moved.push(*peer);
        }
    }
    found
}

/// `market` where the benchmark's own return was abnormal; else `industry` where at least half of
/// the peers that have a figure moved too; else `own`.
pub(super) fn scope(market_sq_p: Option<f64>, peers: &PeerMoves<'_>, alpha: f64) -> Scope {
    if market_sq_p.is_some_and(|p| p <= alpha) {
        Scope::Market
    } else if peers.n > 0 && 2 * peers.moved.len() >= peers.n {
        Scope::Industry
    } else {
        Scope::Own
    }
}

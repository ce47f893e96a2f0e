//! From figures to rows: ranks, false-discovery control, events, scope, association.

use crate::analysis::multiple_testing::benjamini_hochberg;
use crate::analysis::scan::{
    Association, ConditionalFit, ConditionalScale, ScaledReturn, SessionFigures, Unscanned,
    association, pooled_association,
};
use crate::instrument::Symbol;
use crate::study::scan::events::{beside, concerning, hits, reaction_flags};
use crate::study::scan::result::{AssociationRow, Contamination, GarchRow, InstrumentRow, ScanRow};
use crate::study::scan::run::{Scan, Scanned};
use crate::study::scan::scope::{Move, found, scope, with_peers};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Instruments whose rows are lists of their own at the same time.
const AT_ONCE: usize = 64;

/// All rows, ranked ones first, and what became of each instrument.
pub(super) fn rows(scan: &Scan) -> (Vec<ScanRow>, Vec<InstrumentRow>) {
    // Thousands of instruments have a million rows: room for them once.
    let mut rows = Vec::with_capacity(scan.scanned.iter().map(|own| own.figures.len()).sum());
    let mut instruments = Vec::with_capacity(scan.scanned.len());
    for some in scan.scanned.chunks(AT_ONCE) {
        let lists: Vec<Vec<ScanRow>> = some.par_iter().map(|own| scan.rows_of(own)).collect();
        for (own, list) in some.iter().zip(lists) {
            instruments.push(scan.instrument_row(own, &list));
            rows.extend(list);
        }
    }
    control(&mut rows);
    rank(&mut rows);
    for row in rows.iter_mut().take(scan.spec.top) {
        scan.complete(row);
    }
    (rows, instruments)
}

/// Benjamini-Hochberg over everything that was scanned, each p by itself.
fn control(rows: &mut [ScanRow]) {
    let adjusted = |p: fn(&ScanRow) -> Option<f64>| {
        let all: Vec<Option<f64>> = rows.iter().map(p).collect();
        benjamini_hochberg(&all)
    };
    let sq = adjusted(|r| r.sq_p);
    let ar = adjusted(|r| r.ar_p);
    let garch = adjusted(|r| r.garch_p);
    for (((row, sq), ar), garch) in rows.iter_mut().zip(sq).zip(ar).zip(garch) {
        (row.q_value, row.ar_q, row.garch_q) = (sq, ar, garch);
    }
}

/// By `sq_p`, then by size; ties in the order of sessions and instruments. `sq_p` alone leaves
/// many at its smallest value, and the size alone would rank by one law only.
fn rank(rows: &mut [ScanRow]) {
    let size = |row: &ScanRow| row.garch_t.or(row.ar_t).map_or(0.0, f64::abs);
    let key = |row: &ScanRow| (row.sq_p.unwrap_or(f64::INFINITY), size(row));
    let keys: Vec<(f64, f64)> = rows.iter().map(key).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| {
        let ((p, size), (other_p, other_size)) = (keys[*a], keys[*b]);
        p.total_cmp(&other_p)
            .then_with(|| other_size.total_cmp(&size))
    });
    put_in_order(rows, order);
    for (i, row) in rows.iter_mut().enumerate() {
        row.rank = row.sq_p.map(|_| i + 1);
    }
}

/// Moves the row at `order[i]` to `i`, without room for the rows a second time.
fn put_in_order(rows: &mut [ScanRow], mut order: Vec<usize>) {
    for start in 0..rows.len() {
        let mut at = start;
        while order[at] != start {
            let from = order[at];
            rows.swap(at, from);
            order[at] = at;
            at = from;
        }
        order[at] = at;
    }
}

impl Scan<'_> {
    fn rows_of(&self, own: &Scanned) -> Vec<ScanRow> {
        let events = concerning(&self.placed, &own.symbol);
        let conditional = own.conditional.iter().flat_map(|c| &c.scaled);
        let scaled: BTreeMap<usize, &ScaledReturn> = conditional.map(|s| (s.session, s)).collect();
        let findings = self.data.findings.iter();
        let findings: Vec<_> = findings
            .filter(|f| f.serious && f.symbol == own.symbol.as_str())
            .collect();
        let peers = found(&own.peers, &self.moves);
        let row = |(i, figures)| {
            let t = self.span.start + i;
            let mut row = self.row(own, i, figures, scaled.get(&t).copied());
            row.events = beside(&events, t, self.spec);
            row.explained = !row.events.is_empty();
            let found = findings.iter().filter(|f| f.session == Some(row.session));
            row.findings = found.map(|f| f.kind.clone()).collect();
            if row.abnormal {
                self.judge(&mut row, i, &peers, false);
            }
            row
        };
        own.figures.iter().enumerate().map(row).collect()
    }

    fn row(
        &self,
        own: &Scanned,
        i: usize,
        figures: &Result<SessionFigures, Unscanned>,
        scaled: Option<&ScaledReturn>,
    ) -> ScanRow {
        let known = figures.as_ref().ok();
        ScanRow {
            rank: None,
            session: self.data.sessions[self.span.start + i],
            instrument: own.symbol.clone(),
            ret: own.returns.get(i).copied().filter(|r| r.is_finite()),
            ar: known.map(|f| f.ar),
            ar_t: known.map(|f| f.t),
            sq_p: known.map(|f| f.sq_p),
            q_value: None,
            volume_z: own.beside.volume_z[i],
            scope: None,
            events: Vec::new(),
            explained: false,
            abnormal: known.is_some_and(|f| f.sq_p <= self.spec.alpha),
            ar_sd: known.map(|f| f.sd),
            ar_p: known.map(|f| f.p),
            ar_q: None,
            garch_sd: scaled.map(|s| s.sd),
            garch_t: scaled.map(|s| s.t),
            garch_p: scaled.and_then(|s| s.p),
            garch_q: None,
            residual_sd: known.map(|f| f.residual_sd),
            range_ratio: own.beside.range_ratio[i],
            n_estimation: known.map(|f| f.n_estimation),
            market_return: self.market.returns[i],
            market_sq_p: self.market.sq_p[i],
            n_peers: None,
            n_peers_moved: None,
            peers_moved: Vec::new(),
            findings: Vec::new(),
            reason: figures
                .as_ref()
                .err()
                .map_or_else(String::new, Unscanned::to_string),
        }
    }

    /// How far the move of session `i` of the span reached.
    fn judge(&self, row: &mut ScanRow, i: usize, peers: &[(&Symbol, &[Move])], with_names: bool) {
        let Some(ar) = row.ar else {
            return;
        };
        let peers = with_peers(ar, i, peers);
        row.scope = Some(scope(row.market_sq_p, &peers, self.spec.alpha));
        row.n_peers = Some(peers.n);
        row.n_peers_moved = Some(peers.moved.len());
        if with_names {
            row.peers_moved = peers.moved.into_iter().cloned().collect();
        }
    }

    /// Scope and names of the peers, for a row that is reported.
    fn complete(&self, row: &mut ScanRow) {
        let place = self.data.sessions[self.span.clone()].binary_search(&row.session);
        let own = self.scanned.iter().find(|s| s.symbol == row.instrument);
        if let (Ok(i), Some(own)) = (place, own) {
            self.judge(row, i, &found(&own.peers, &self.moves), true);
        }
    }

    fn instrument_row(&self, own: &Scanned, rows: &[ScanRow]) -> InstrumentRow {
        let mut without: BTreeMap<&str, usize> = BTreeMap::new();
        for reason in own.figures.iter().filter_map(|f| f.as_ref().err()) {
            *without.entry(reason.code()).or_default() += 1;
        }
        let abnormal = || rows.iter().filter(|r| r.abnormal);
        let conditional = own.conditional.as_ref();
        InstrumentRow {
            instrument: own.symbol.clone(),
            n_scanned: own.figures.iter().filter(|f| f.is_ok()).count(),
            n_without: without
                .into_iter()
                .map(|(code, n)| (code.to_owned(), n))
                .collect(),
            n_abnormal: abnormal().count(),
            n_explained: abnormal().filter(|r| r.explained).count(),
            peers: own.peers.clone(),
            garch: conditional.map_or_else(|_| Vec::new(), |c| self.garch_rows(c)),
            garch_refused: conditional.map_or(0, |c| c.n_refused),
            garch_reason: conditional.err().cloned().unwrap_or_default(),
            contamination: self.contamination(own),
        }
    }

    fn garch_rows(&self, scale: &ConditionalScale) -> Vec<GarchRow> {
        let row = |fit: &ConditionalFit| GarchRow {
            first: self.data.sessions[fit.first],
            n_estimation: fit.n_estimation,
            parameters: fit.parameters.clone(),
        };
        scale.fits.iter().map(row).collect()
    }

    /// What the largest |t| of the span did to the windows after it.
    fn contamination(&self, own: &Scanned) -> Option<Contamination> {
        let sizes = own.figures.iter().enumerate();
        let sizes = sizes.filter_map(|(i, f)| Some((i, f.as_ref().ok()?.t.abs())));
        let (day, _) = sizes.max_by(|a, b| a.1.total_cmp(&b.1))?;
        if own
            .masked
            .get(self.span.start + day)
            .copied()
            .unwrap_or(false)
        {
            return None;
        }
        let window = self.spec.study.windows.estimation();
        let from_end = usize::try_from(-window.end().0).ok()?;
        let first = day + from_end;
        let last = (first + window.n_days()).min(own.figures.len()) - 1;
        let sd = |i: usize| own.figures.get(i)?.as_ref().ok().map(|f| f.residual_sd);
        let session = |i: usize| self.data.sessions.get(self.span.start + i).copied();
        Some(Contamination {
            session: session(day)?,
            first: session(first)?,
            last: session(last)?,
            sd_before: sd(first.checked_sub(1)?)?,
            sd_after: sd(first)?,
        })
    }
}

/// One row for each instrument, and one for all together where there are several.
pub(super) fn associations(scan: &Scan) -> Vec<AssociationRow> {
    let parts: Vec<Part> = scan
        .scanned
        .par_iter()
        .map(|own| {
            let events = concerning(&scan.placed, &own.symbol);
            let abnormal: Vec<Option<bool>> = own
                .figures
                .iter()
                .map(|f| Some(f.as_ref().ok()?.sq_p <= scan.spec.alpha))
                .collect();
            let hits = hits(&events, &abnormal, scan.spec, &scan.span);
            let flags = reaction_flags(&events, scan.spec, &scan.span);
            Part {
                abnormal,
                flags,
                hits,
            }
        })
        .collect();
    let one = |(own, part): (&Scanned, &Part)| {
        let found = association(&part.abnormal, &part.flags, scan.shifts);
        association_row(own.symbol.as_str(), part.hits, found)
    };
    let mut rows: Vec<AssociationRow> = scan.scanned.iter().zip(&parts).map(one).collect();
    if parts.len() > 1 {
        let series: Vec<(&[Option<bool>], &[bool])> = parts
            .iter()
            .map(|part| (part.abnormal.as_slice(), part.flags.as_slice()))
            .collect();
        let n = parts.iter().map(|part| part.hits.0).sum();
        let n_hit = parts.iter().map(|part| part.hits.1).sum();
        let found = pooled_association(&series, scan.shifts);
        rows.push(association_row("all", (n, n_hit), found));
    }
    rows
}

/// What the association needs of an instrument.
struct Part {
    /// Whether each session of the span was abnormal, where it has a figure.
    abnormal: Vec<Option<bool>>,
    /// Whether it is a reaction session.
    flags: Vec<bool>,
    /// Events, and those that an abnormal session followed.
    hits: (usize, usize),
}

fn association_row(
    instrument: &str,
    (n_events, n_hit): (usize, usize),
    found: Association,
) -> AssociationRow {
    AssociationRow {
        instrument: instrument.to_owned(),
        n_events,
        n_hit,
        hit_rate: (n_events > 0).then(|| n_hit as f64 / n_events as f64),
        abnormal_with: found.abnormal_with,
        normal_with: found.normal_with,
        abnormal_without: found.abnormal_without,
        normal_without: found.normal_without,
        precision: found.precision,
        odds_ratio: found.odds_ratio,
        haldane: found.haldane,
        p: found.p.as_ref().ok().copied(),
        n_shifts: found.n_shifts,
        exhaustive: found.exhaustive,
        reason: found.p.err().map_or_else(String::new, |e| e.to_string()),
    }
}

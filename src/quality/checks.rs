//! The single checks, each on the rows of one symbol.
//!
//! Thresholds stand at the top; what a finding leads to is left to the study.

use super::{ADJ_CLOSE, CLOSE, FIELDS, FindingKind, Log, PriceKind, SymbolRows, VOLUME};
use chrono::NaiveDate;

/// Usual split ratios, as new shares per old share.
const SPLITS: [(f64, &str, &str); 7] = [
    (2.0, "2:1", "1:2"),
    (3.0, "3:1", "1:3"),
    (4.0, "4:1", "1:4"),
    (5.0, "5:1", "1:5"),
    (10.0, "10:1", "1:10"),
    (20.0, "20:1", "1:20"),
    (1.5, "3:2", "2:3"),
];
/// A split is suspected within this distance of a ratio.
const SPLIT_TOLERANCE: f64 = 0.02;
/// An OHLC contradiction below this part of the price is rounding: adjusted prices keep six digits.
const ROUNDING: f64 = 1e-4;
/// A return beyond this is named.
const EXTREME_RETURN: f64 = 0.5;
/// So many equal closes in a row are named.
const STALE_LENGTH: usize = 5;
/// Returns above 1 in more than this part of the days are percent.
const PERCENT_SHARE: f64 = 0.05;

/// Cleans the rows of one symbol and names what was found.
pub(super) fn run_all(
    rows: &mut SymbolRows,
    log: &mut Log,
    sessions: &[NaiveDate],
    kind: PriceKind,
) {
    collapse_duplicates(rows, log);
    drop_negative_volumes(rows, log);
    if kind == PriceKind::Prices {
        drop_non_positive_prices(rows, log);
        find_ohlc_contradictions(rows, log);
        find_jumps(rows, log, sessions);
        find_stale_runs(rows, log);
    } else {
        find_odd_returns(rows, log);
    }
    find_missing_sessions(rows, log, sessions);
    find_off_session_rows(rows, log, sessions);
}

/// One row per session. Figures on which the rows agree, or which only one of them has, stay;
/// figures in dispute become missing. Rows that only complete each other, as those of a file of
/// closes and a file of volumes do, are no finding.
fn collapse_duplicates(rows: &mut SymbolRows, log: &mut Log) {
    if rows.days.windows(2).all(|pair| pair[0] != pair[1]) {
        return;
    }
    log.changed = true;
    let mut kept = SymbolRows {
        days: Vec::new(),
        fields: std::array::from_fn(|field| rows.fields[field].as_ref().map(|_| Vec::new())),
    };
    let mut start = 0;
    for same in rows.days.chunk_by(|a, b| a == b) {
        let range = start..start + same.len();
        start = range.end;
        kept.days.push(same[0]);
        let (mut disputed, mut identical) = (Vec::new(), true);
        for (field, figures) in rows.fields.iter().enumerate() {
            let (Some(figures), Some(out)) = (figures, &mut kept.fields[field]) else {
                continue;
            };
            let figures = &figures[range.clone()];
            let mut given = figures.iter().filter(|f| !f.is_nan());
            identical &= [0, figures.len()].contains(&given.clone().count());
            let first = given.next().copied().unwrap_or(f64::NAN);
            let agreed = given.all(|f| *f == first);
            out.push(if agreed { first } else { f64::NAN });
            if !agreed {
                disputed.push(FIELDS[field]);
            }
        }
        let n = same.len();
        match (n, disputed.is_empty()) {
            (1, _) => {}
            (_, true) if !identical => {}
            (_, true) => {
                let what = format!("{n} identical rows; one is kept");
                log.add(FindingKind::DuplicateRow, Some(same[0]), n as f64, what);
            }
            (_, false) => {
                let fields = disputed.join(", ");
                let what = format!("{n} rows that contradict each other; missing: {fields}");
                log.add(FindingKind::ConflictingRows, Some(same[0]), n as f64, what);
            }
        }
    }
    *rows = kept;
}

fn drop_non_positive_prices(rows: &mut SymbolRows, log: &mut Log) {
    let prices_of = FIELDS.iter().zip(&mut rows.fields).take(VOLUME);
    for (name, prices) in prices_of {
        let Some(prices) = prices else {
            continue;
        };
        for (day, price) in rows.days.iter().zip(prices) {
            if *price <= 0.0 {
                let what = format!("{name} {price} is no price; read as missing");
                log.add(FindingKind::NonPositivePrice, Some(*day), *price, what);
                log.changed = true;
                *price = f64::NAN;
            }
        }
    }
}

fn drop_negative_volumes(rows: &mut SymbolRows, log: &mut Log) {
    let Some(volumes) = &mut rows.fields[VOLUME] else {
        return;
    };
    for (day, volume) in rows.days.iter().zip(volumes) {
        if *volume < 0.0 {
            let what = format!("volume {volume} is negative; read as missing");
            log.add(FindingKind::NegativeVolume, Some(*day), *volume, what);
            log.changed = true;
            *volume = f64::NAN;
        }
    }
}

fn find_ohlc_contradictions(rows: &SymbolRows, log: &mut Log) {
    let [open, high, low, close, ..] = &rows.fields;
    let (Some(high), Some(low)) = (high, low) else {
        return;
    };
    for (row, day) in rows.days.iter().enumerate() {
        let (high, low) = (high[row], low[row]);
        let slack = ROUNDING * high.abs();
        // Comparisons with NaN are false: a missing figure contradicts nothing.
        if high < low - slack {
            let what = format!("high {high} is below low {low}");
            log.add(FindingKind::OhlcContradiction, Some(*day), high, what);
            continue;
        }
        for (name, prices) in [("open", open), ("close", close)] {
            let price = prices.as_ref().map_or(f64::NAN, |prices| prices[row]);
            if price > high + slack || price < low - slack {
                let what = format!("{name} {price} is outside low {low} to high {high}");
                log.add(FindingKind::OhlcContradiction, Some(*day), price, what);
            }
        }
    }
}

/// Jumps between adjacent sessions that look like a split, and other extreme returns.
fn find_jumps(rows: &SymbolRows, log: &mut Log, sessions: &[NaiveDate]) {
    let Some(closes) = rows.closes() else {
        return;
    };
    let at: Vec<Option<usize>> = rows
        .days
        .iter()
        .map(|day| sessions.binary_search(day).ok())
        .collect();
    for row in 1..rows.days.len() {
        let adjacent = matches!((at[row - 1], at[row]), (Some(a), Some(b)) if a + 1 == b);
        let ratio = closes[row] / closes[row - 1];
        if !adjacent || ratio.is_nan() {
            continue;
        }
        let day = Some(rows.days[row]);
        if let Some(split) = split_of(ratio) {
            let what = format!(
                "the close jumps by {ratio:.4}, like a {split} split{}",
                advice(rows, row)
            );
            log.add(FindingKind::SplitLikeJump, day, ratio, what);
        } else if (ratio - 1.0).abs() > EXTREME_RETURN {
            let what = format!("the return is {:+.1} %", (ratio - 1.0) * 100.0);
            log.add(FindingKind::ExtremeReturn, day, ratio - 1.0, what);
        }
    }
}

/// The split whose price ratio is `ratio`: a 2:1 split halves the price.
fn split_of(ratio: f64) -> Option<&'static str> {
    let near = |target: f64| (ratio / target - 1.0).abs() <= SPLIT_TOLERANCE;
    SPLITS.iter().find_map(|(shares, split, reverse)| {
        if near(1.0 / shares) {
            Some(*split)
        } else {
            near(*shares).then_some(*reverse)
        }
    })
}

/// What the adjusted close says of the jump: a real split is gone from it, a real move is not.
fn advice(rows: &SymbolRows, row: usize) -> &'static str {
    let (Some(_), Some(adjusted)) = (&rows.fields[CLOSE], &rows.fields[ADJ_CLOSE]) else {
        return "";
    };
    let ratio = adjusted[row] / adjusted[row - 1];
    if ratio.is_nan() {
        ""
    } else if split_of(ratio).is_none() {
        "; adj_close does not jump: use --price-column adj_close"
    } else {
        "; adj_close jumps alike, so it may be a real move"
    }
}

/// Equal closes in a row, unless the volume says that nothing traded.
fn find_stale_runs(rows: &SymbolRows, log: &mut Log) {
    let Some(closes) = rows.closes() else {
        return;
    };
    let mut start = 0;
    for run in closes.chunk_by(|a, b| a == b) {
        let range = start..start + run.len();
        start = range.end;
        let no_trade = rows.fields[VOLUME]
            .as_ref()
            .is_some_and(|volumes| volumes[range.clone()].iter().all(|v| *v == 0.0));
        if run.len() >= STALE_LENGTH && !no_trade {
            let last = rows.days[range.end - 1];
            let what = format!(
                "the close stays {} on {} rows, until {last}",
                run[0],
                run.len()
            );
            let n = run.len() as f64;
            log.add(FindingKind::StaleRun, Some(rows.days[range.start]), n, what);
        }
    }
}

fn find_odd_returns(rows: &SymbolRows, log: &mut Log) {
    let Some(returns) = &rows.fields[CLOSE] else {
        return;
    };
    let given = returns.iter().filter(|r| !r.is_nan()).count();
    let above_one = returns.iter().filter(|r| r.abs() > 1.0).count();
    let share = above_one as f64 / given.max(1) as f64;
    if given >= 20 && share > PERCENT_SHARE {
        let what = format!(
            "{above_one} of {given} returns are beyond ±1: they look like percent; divide them by 100"
        );
        log.add(FindingKind::PercentReturns, None, share, what);
        return;
    }
    for (day, value) in rows.days.iter().zip(returns) {
        if value.abs() > EXTREME_RETURN {
            let what = format!("the return is {:+.1} %", value * 100.0);
            log.add(FindingKind::ExtremeReturn, Some(*day), *value, what);
        }
    }
}

/// Sessions without a close between the symbol's first and last close.
fn find_missing_sessions(rows: &SymbolRows, log: &mut Log, sessions: &[NaiveDate]) {
    let Some(closes) = rows.closes() else {
        return;
    };
    let given: Vec<NaiveDate> = rows
        .days
        .iter()
        .zip(closes)
        .filter(|(_, close)| !close.is_nan())
        .map(|(day, _)| *day)
        .collect();
    for pair in given.windows(2) {
        let from = sessions.partition_point(|session| *session <= pair[0]);
        let to = sessions.partition_point(|session| *session < pair[1]);
        if from < to {
            let (first, last) = (sessions[from], sessions[to - 1]);
            let what = match to - from {
                1 => "the session has no price".to_owned(),
                n => format!("{n} sessions have no price, until {last}"),
            };
            let n = (to - from) as f64;
            log.add(FindingKind::MissingSessions, Some(first), n, what);
        }
    }
}

/// Rows inside the calendar's years on days that are no session.
fn find_off_session_rows(rows: &SymbolRows, log: &mut Log, sessions: &[NaiveDate]) {
    let (Some(first), Some(last)) = (sessions.first(), sessions.last()) else {
        return;
    };
    for day in &rows.days {
        if (first..=last).contains(&day) && sessions.binary_search(day).is_err() {
            let what = "the day is no session of the calendar; the row is not used".to_owned();
            log.add(FindingKind::OffSessionRow, Some(*day), f64::NAN, what);
        }
    }
}

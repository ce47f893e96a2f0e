//! The long frame on the sessions of a calendar: dense columns, one per symbol and field.
//!
//! One polars join finds the session of every row of every symbol at once; a row on a day that
//! is no session falls away (`quality` has named it), a session without a row is missing.
//!
//! ```
//! use shockwave::Symbol;
//! use shockwave::calendar::Calendar;
//! use shockwave::prices::grid::{on_sessions, sessions_of};
//! use shockwave::prices::{quality::check, sample::sample_frame};
//!
//! let sessions = Calendar::named("XNYS")?.sessions("2025-01-23".parse()?, "2025-01-28".parse()?)?;
//! let prices = check(sample_frame()?, &sessions)?.frame;
//! let grid = on_sessions(&prices, &sessions)?;
//!
//! let nvda = grid.column(&Symbol::new("NVDA")?).ok_or("no NVDA")?;
//! assert_eq!(nvda.close, Some(vec![147.22, 142.62, 118.42, 128.99])); // Thursday to Tuesday
//! let spy = grid.column(&Symbol::new("SPY")?).ok_or("no SPY")?;
//! assert!(spy.volume.is_some() && spy.open.is_none()); // the sample has no opens of SPY
//!
//! // Where no calendar is at hand: the days of a benchmark.
//! let days = sessions_of(&prices, &spy.symbol)?;
//! assert_eq!((days.len(), days[0]), (1_096, "2022-01-03".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{CLOSE, FIELDS, PriceFrame, SESSION, frame_error};
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use chrono::NaiveDate;
use polars::prelude::*;
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::Range;

/// Prices of all symbols on the same sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceGrid {
    /// The sessions, ascending.
    pub sessions: Vec<NaiveDate>,
    /// One entry per symbol, in the order of the symbols.
    pub columns: Vec<GridColumn>,
}

/// One symbol's figures, each as long as the sessions, **NaN where missing**; `None` where the
/// file has no figure of that field for the symbol at all.
#[derive(Debug, Clone, PartialEq)]
pub struct GridColumn {
    /// The symbol.
    pub symbol: Symbol,
    /// Opening prices.
    pub open: Option<Vec<f64>>,
    /// Highs.
    pub high: Option<Vec<f64>>,
    /// Lows.
    pub low: Option<Vec<f64>>,
    /// Closes, or returns where the frame holds returns.
    pub close: Option<Vec<f64>>,
    /// Closes adjusted for splits and dividends.
    pub adj_close: Option<Vec<f64>>,
    /// Volumes.
    pub volume: Option<Vec<f64>>,
}

impl PriceGrid {
    /// A symbol's column; `None` where the frame did not hold it.
    pub fn column(&self, symbol: &Symbol) -> Option<&GridColumn> {
        let found = self.columns.binary_search_by_key(&symbol, |c| &c.symbol);
        found.ok().map(|at| &self.columns[at])
    }
}

/// Puts a frame on `sessions`, which must ascend.
///
/// # Errors
/// Two rows of one symbol and session: the frame has not been through
/// [`check`](super::quality::check).
pub fn on_sessions(frame: &PriceFrame, sessions: &[NaiveDate]) -> Result<PriceGrid> {
    let runs = frame.symbol_runs()?;
    let at = session_indices(&frame.df, &runs, sessions)?;
    refuse_duplicates(&runs, &at, sessions)?;
    let figures = (0..FIELDS.len())
        .map(|field| frame.figures(field))
        .collect::<Result<Vec<_>>>()?;
    let columns = runs
        .into_par_iter()
        .map(|(symbol, run)| {
            let mut fields = figures.iter().map(|figures| {
                let figures = &figures.as_ref()?[run.clone()];
                scatter(figures, &at[run.clone()], sessions.len())
            });
            let mut next = || fields.next().flatten();
            GridColumn {
                symbol,
                open: next(),
                high: next(),
                low: next(),
                close: next(),
                adj_close: next(),
                volume: next(),
            }
        })
        .collect();
    Ok(PriceGrid {
        sessions: sessions.to_vec(),
        columns,
    })
}

/// The days on which a symbol has a close: the sessions of a calendar taken from the data.
///
/// # Errors
/// A symbol that the frame does not hold.
pub fn sessions_of(frame: &PriceFrame, symbol: &Symbol) -> Result<Vec<NaiveDate>> {
    let runs = frame.symbol_runs()?;
    let Some((_, run)) = runs.into_iter().find(|(name, _)| name == symbol) else {
        return Err(InputError::new(
            format!("the prices hold no {symbol}"),
            "give its prices, or name another benchmark",
        )
        .into());
    };
    let days = frame.row_sessions()?;
    let closes = frame.figures(CLOSE)?;
    let has_close = |row: &usize| closes.as_ref().is_some_and(|c| !c[*row].is_nan());
    let mut sessions: Vec<_> = run.filter(has_close).map(|row| days[row]).collect();
    sessions.dedup();
    Ok(sessions)
}

/// For each row the position of its day among `sessions`; `None` where it is no session. Symbols
/// that have the same days, as most of a market have, are joined once.
fn session_indices(
    df: &DataFrame,
    runs: &[(Symbol, Range<usize>)],
    sessions: &[NaiveDate],
) -> Result<Vec<Option<u32>>> {
    let days = df.column(SESSION).and_then(Column::date);
    let days: Vec<Option<i32>> = days.map_err(frame_error)?.physical().iter().collect();
    let mut places: HashMap<&[Option<i32>], Range<usize>> = HashMap::new();
    let mut distinct: Vec<Option<i32>> = Vec::new();
    for (_, run) in runs {
        let own = &days[run.clone()];
        places.entry(own).or_insert_with(|| {
            let start = distinct.len();
            distinct.extend(own);
            start..distinct.len()
        });
    }
    let joined = joined(distinct, sessions)?;
    let mut at = Vec::with_capacity(days.len());
    for (_, run) in runs {
        at.extend_from_slice(&joined[places[&days[run.clone()]].clone()]);
    }
    Ok(at)
}

/// The position of each day among `sessions`, by one join.
fn joined(days: Vec<Option<i32>>, sessions: &[NaiveDate]) -> Result<Vec<Option<u32>>> {
    let dates = |days: Int32Chunked| days.into_date().into_column();
    let of_rows = dates(Int32Chunked::new(SESSION.into(), days));
    let of_rows = DataFrame::new(of_rows.len(), vec![of_rows]).map_err(frame_error)?;
    let days = sessions.iter().map(NaiveDate::to_epoch_days).collect();
    let index: Vec<u32> = (0..sessions.len() as u32).collect();
    let columns = vec![
        dates(Int32Chunked::from_vec(SESSION.into(), days)),
        Column::new("index".into(), index),
    ];
    let calendar = DataFrame::new(sessions.len(), columns).map_err(frame_error)?;
    let mut join = JoinArgs::new(JoinType::Left);
    join.maintain_order = MaintainOrderJoin::Left;
    let joined = of_rows
        .join(&calendar, [SESSION], [SESSION], join, None)
        .map_err(frame_error)?;
    let index = joined.column("index").map_err(frame_error)?;
    Ok(index.u32().map_err(frame_error)?.iter().collect())
}

/// Rows of a symbol ascend by session, so that duplicates stand side by side.
fn refuse_duplicates(
    runs: &[(Symbol, Range<usize>)],
    at: &[Option<u32>],
    sessions: &[NaiveDate],
) -> Result<()> {
    for (symbol, run) in runs {
        let twice = at[run.clone()]
            .windows(2)
            .find(|pair| pair[0].is_some() && pair[0] == pair[1]);
        if let Some([Some(session), _]) = twice {
            let problem = format!("{symbol} has two rows on {}", sessions[*session as usize]);
            return Err(InputError::new(problem, "delete one of them").into());
        }
    }
    Ok(())
}

fn scatter(figures: &[f64], at: &[Option<u32>], n_sessions: usize) -> Option<Vec<f64>> {
    if figures.iter().all(|figure| figure.is_nan()) {
        return None;
    }
    let mut column = vec![f64::NAN; n_sessions];
    for (figure, at) in figures.iter().zip(at) {
        if let Some(at) = at {
            column[*at as usize] = *figure;
        }
    }
    Some(column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::read::{ReadOptions, read_bytes};

    fn frame(text: &str) -> PriceFrame {
        read_bytes("x.csv", text.as_bytes(), &ReadOptions::default()).unwrap()
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2031, 1, day).unwrap()
    }

    fn shown(column: &Option<Vec<f64>>) -> String {
        format!("{column:?}")
    }

    #[test]
    fn missing_sessions_are_nan_and_other_days_fall_away() {
        let frame = frame(
            "date,symbol,close,volume\n2031-01-03,BBB,21,\n2031-01-04,BBB,22,\n\
             2031-01-02,AAA,10,5\n2031-01-06,AAA,12,\n2031-01-07,AAA,,7\n",
        );
        let grid = on_sessions(&frame, &[day(2), day(3), day(6), day(7)]).unwrap();
        assert_eq!(grid.columns.len(), 2);
        let a = grid.column(&Symbol::new("AAA").unwrap()).unwrap();
        assert_eq!(shown(&a.close), "Some([10.0, NaN, 12.0, NaN])");
        assert_eq!(shown(&a.volume), "Some([5.0, NaN, NaN, 7.0])");
        assert_eq!(a.open, None);
        let b = grid.column(&Symbol::new("BBB").unwrap()).unwrap();
        assert_eq!(shown(&b.close), "Some([NaN, 21.0, NaN, NaN])");
        assert_eq!(b.volume, None);
        assert!(grid.column(&Symbol::new("CCC").unwrap()).is_none());
    }

    #[test]
    fn every_figure_lands_on_its_session() {
        let mut text = "date,S1,S2,S3\n".to_owned();
        let sessions: Vec<_> = (1..=31).map(day).collect();
        for (i, session) in sessions.iter().enumerate().rev() {
            text.push_str(&format!("{session},{},{},{}\n", i + 1, i + 101, i + 201));
        }
        let grid = on_sessions(&frame(&text), &sessions).unwrap();
        for (n, column) in grid.columns.iter().enumerate() {
            let expected: Vec<f64> = (0..31).map(|i| (i + 1 + n * 100) as f64).collect();
            assert_eq!(column.close.as_ref(), Some(&expected));
        }
    }

    #[test]
    fn duplicate_rows_are_refused() {
        let frame = frame("date,symbol,close\n2031-01-02,AAA,10\n2031-01-02,AAA,11\n");
        let error = on_sessions(&frame, &[day(2)]).unwrap_err().to_string();
        assert!(error.contains("AAA has two rows on 2031-01-02"), "{error}");
    }

    #[test]
    fn a_calendar_can_be_taken_from_a_symbol() {
        let frame = frame("date,AAA,BBB\n2031-01-02,1,2\n2031-01-03,,2\n2031-01-06,1,2\n");
        let sessions = sessions_of(&frame, &Symbol::new("AAA").unwrap()).unwrap();
        assert_eq!(sessions, [day(2), day(6)]);
        let error = sessions_of(&frame, &Symbol::new("ZZZ").unwrap()).unwrap_err();
        assert!(error.to_string().contains("no ZZZ"));
    }
}

//! The figures of a study: plain columns on one session grid, handed in by the caller.

use crate::calendar::Calendar;
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::study::result::{FindingRow, InputRecord};
use chrono::NaiveDate;

/// Prices (or returns) of instruments, and factors, on one grid of sessions.
///
/// Every column has one entry per session; NaN is missing. A program that brings its own slices
/// begins with [`StudyData::from_dates`] or [`StudyData::new`]; the command line fills it from
/// files through `prices`.
///
/// ```
/// use chrono::NaiveDate;
/// use shockwave::study::data::StudyData;
///
/// let day = |day| NaiveDate::from_ymd_opt(2025, 1, day).ok_or("a date");
/// let dates = [day(24)?, day(27)?, day(28)?];
/// let data = StudyData::from_dates(&dates)?
///     .with_closes("NVDA", [142.62, 118.42, 128.99])?
///     .with_closes("SPY", [607.97, f64::NAN, 604.52])?; // missing is NaN
/// assert_eq!(data.instruments.len(), 2);
///
/// let short = data.with_closes("AMD", [122.84]).unwrap_err();
/// assert!(short.to_string().contains("1 close for 3 sessions"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// On the sessions of an exchange, with returns and with further columns:
///
/// ```
/// use chrono::NaiveDate;
/// use shockwave::calendar::Calendar;
/// use shockwave::study::data::{InstrumentData, StudyData};
/// use shockwave::Symbol;
///
/// let day = |day| NaiveDate::from_ymd_opt(2025, 1, day).ok_or("a date");
/// let nyse = Calendar::named("XNYS")?;
/// let sessions = nyse.sessions(day(24)?, day(28)?)?;
/// let nvda = Symbol::new("NVDA")?;
/// let data = StudyData::new(nyse, sessions)?
///     .with_returns("SPY", [f64::NAN, -0.0141, 0.0086])? // fractions: −1.41 %
///     .with(InstrumentData {
///         close: Some(vec![142.62, 118.42, 128.99]),
///         low: Some(vec![141.88, 116.70, 116.25]),
///         ..InstrumentData::new(nvda.clone())
///     })?;
/// assert!(data.instrument(&nvda).is_some_and(|nvda| nvda.low.is_some()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct StudyData {
    /// The exchange's calendar.
    pub calendar: Calendar,
    /// The grid: every session of the calendar from the first figure to the last.
    pub sessions: Vec<NaiveDate>,
    /// The instruments, the benchmark among them.
    pub instruments: Vec<InstrumentData>,
    /// Factor returns in decimal fractions.
    pub factors: Option<FactorData>,
    /// Where all of it comes from.
    pub inputs: Vec<InputRecord>,
    /// What the quality gate found.
    pub findings: Vec<FindingRow>,
    /// Files or symbols that could not be read, with the reason.
    pub unreadable: Vec<(String, String)>,
}

/// One instrument's columns, each with one entry per session; NaN is missing.
///
/// ```
/// use shockwave::{Symbol, study::data::InstrumentData};
///
/// let nvda = InstrumentData {
///     close: Some(vec![142.62, 118.42, 128.99]),
///     close_basis: Some("splits".to_owned()),
///     ..InstrumentData::new(Symbol::new("NVDA")?)
/// };
/// assert!(nvda.volume.is_none()); // a study then has no abnormal volume
/// # Ok::<(), shockwave::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct InstrumentData {
    /// Which.
    pub symbol: Symbol,
    /// Close, adjusted for splits at most.
    pub close: Option<Vec<f64>>,
    /// Close, adjusted for dividends too.
    pub adj_close: Option<Vec<f64>>,
    /// Returns, where the caller has no prices.
    pub returns: Option<Vec<f64>>,
    /// What `close` is adjusted for, in words, where that is known; studies say so where it is
    /// not the same for all.
    pub close_basis: Option<String>,
    /// First prices of the sessions, on the basis of `close`, as are highs and lows.
    pub open: Option<Vec<f64>>,
    /// Highs.
    pub high: Option<Vec<f64>>,
    /// Lows.
    pub low: Option<Vec<f64>>,
    /// Volumes.
    pub volume: Option<Vec<f64>>,
}

/// Factor returns, as fractions with one entry per session.
///
/// ```
/// use shockwave::study::data::FactorData;
///
/// let factors = FactorData {
///     names: vec!["mkt_rf".to_owned(), "rf".to_owned()],
///     columns: vec![vec![-0.0152, 0.0087], vec![0.0002, 0.0002]],
///     unit: "percent".to_owned(), // the file had −1.52
/// };
/// assert_eq!(factors.column("mkt_rf"), Some(&[-0.0152, 0.0087][..]));
/// assert_eq!(factors.column("smb"), None);
/// ```
#[derive(Debug, Clone)]
pub struct FactorData {
    /// Lower-case names: `mkt_rf`, `smb`, `hml`, `rmw`, `cma`, `mom`, `rf`, or the user's own.
    pub names: Vec<String>,
    /// One column per name.
    pub columns: Vec<Vec<f64>>,
    /// `percent` or `decimal`, as the file had them.
    pub unit: String,
}

impl InstrumentData {
    /// An instrument of which nothing is known yet but its name.
    pub fn new(symbol: Symbol) -> Self {
        Self {
            symbol,
            close: None,
            adj_close: None,
            returns: None,
            close_basis: None,
            open: None,
            high: None,
            low: None,
            volume: None,
        }
    }
}

impl StudyData {
    /// No figures yet, on the sessions of an exchange.
    ///
    /// # Errors
    /// Sessions that are not all those of the calendar between the first and the last: a day that
    /// does not trade, one that is left out (give it, with NaN where nothing is known), no ascending
    /// order, none at all.
    pub fn new(calendar: Calendar, sessions: Vec<NaiveDate>) -> Result<Self> {
        let (Some(&first), Some(&last)) = (sessions.first(), sessions.last()) else {
            return Err(no_sessions());
        };
        ascend(&sessions)?;
        let expected = calendar.sessions(first, last)?;
        let differs = expected
            .iter()
            .zip(&sessions)
            .find(|(own, given)| own != given);
        if let Some((own, given)) = differs {
            let name = calendar.name();
            let (problem, cure) = if given < own {
                let problem = format!("{given} is no session of {name}");
                (problem, "leave the day out, or use StudyData::from_dates")
            } else {
                let problem = format!("{own}, a session of {name}, is left out");
                (problem, "give it with NaN for what is missing")
            };
            return Err(InputError::new(problem, cure).into());
        }
        Ok(Self {
            calendar,
            sessions,
            instruments: Vec::new(),
            factors: None,
            inputs: Vec::new(),
            findings: Vec::new(),
            unreadable: Vec::new(),
        })
    }

    /// No figures yet, on sessions that are the dates of the data themselves, whatever market they
    /// are of: [`Calendar::from_data`].
    ///
    /// # Errors
    /// No dates, or dates that do not ascend.
    pub fn from_dates(dates: &[NaiveDate]) -> Result<Self> {
        ascend(dates)?;
        Self::new(Calendar::from_data(dates)?, dates.to_vec())
    }

    /// Adds an instrument.
    ///
    /// # Errors
    /// A column that does not have one figure per session, or a second instrument of that symbol.
    pub fn with(mut self, instrument: InstrumentData) -> Result<Self> {
        instrument.fits(self.sessions.len())?;
        if self.instrument(&instrument.symbol).is_some() {
            let problem = format!("there are two columns of {}", instrument.symbol);
            return Err(InputError::new(problem, "leave one of them out").into());
        }
        self.instruments.push(instrument);
        Ok(self)
    }

    /// Adds the closes of an instrument: adjusted for splits, and for dividends where returns are
    /// to hold them.
    ///
    /// # Errors
    /// Those of [`Symbol::new`] and of [`StudyData::with`].
    pub fn with_closes(self, symbol: &str, closes: impl Into<Vec<f64>>) -> Result<Self> {
        let close = Some(closes.into());
        let symbol = Symbol::new(symbol)?;
        self.with(InstrumentData {
            close,
            ..InstrumentData::new(symbol)
        })
    }

    /// Adds the returns of an instrument, as fractions, where there are no prices.
    ///
    /// # Errors
    /// Those of [`Symbol::new`] and of [`StudyData::with`].
    pub fn with_returns(self, symbol: &str, returns: impl Into<Vec<f64>>) -> Result<Self> {
        let returns = Some(returns.into());
        let symbol = Symbol::new(symbol)?;
        self.with(InstrumentData {
            returns,
            ..InstrumentData::new(symbol)
        })
    }

    /// The columns of a symbol.
    pub fn instrument(&self, symbol: &Symbol) -> Option<&InstrumentData> {
        self.instruments.iter().find(|i| i.symbol == *symbol)
    }

    /// Whether every column stands on the grid: the fields are open, and a run relies on it.
    pub(super) fn check(&self) -> Result<()> {
        if self.sessions.is_empty() {
            return Err(no_sessions());
        }
        ascend(&self.sessions)?;
        for instrument in &self.instruments {
            instrument.fits(self.sessions.len())?;
        }
        if let Some(factors) = &self.factors {
            for (name, column) in factors.names.iter().zip(&factors.columns) {
                length(name, "factor return", column, self.sessions.len())?;
            }
        }
        Ok(())
    }
}

impl InstrumentData {
    /// Whether every column has one figure per session.
    fn fits(&self, n_sessions: usize) -> Result<()> {
        let columns = [
            ("close", &self.close),
            ("adjusted close", &self.adj_close),
            ("return", &self.returns),
            ("open", &self.open),
            ("high", &self.high),
            ("low", &self.low),
            ("volume", &self.volume),
        ];
        for (what, column) in columns {
            let figures = column.as_deref();
            figures.map_or(Ok(()), |f| {
                length(self.symbol.as_str(), what, f, n_sessions)
            })?;
        }
        Ok(())
    }
}

fn length(whose: &str, what: &str, figures: &[f64], n_sessions: usize) -> Result<()> {
    let n = figures.len();
    if n == n_sessions {
        return Ok(());
    }
    let s = if n == 1 { "" } else { "s" };
    let problem = format!("{whose} has {n} {what}{s} for {n_sessions} sessions");
    Err(InputError::new(problem, "give one per session, NaN where it is missing").into())
}

fn ascend(sessions: &[NaiveDate]) -> Result<()> {
    match sessions.windows(2).find(|pair| pair[0] >= pair[1]) {
        None => Ok(()),
        Some(pair) => {
            let problem = format!(
                "the sessions do not ascend: {} follows {}",
                pair[1], pair[0]
            );
            let cure = "sort dates and columns together, each date once";
            Err(InputError::new(problem, cure).into())
        }
    }
}

fn no_sessions() -> crate::error::Error {
    let cure = "give a year of dates and figures at least";
    InputError::new("the data have no sessions", cure).into()
}

/// The names that models know: `Mkt-RF` is `mkt_rf`, momentum is `mom` by any of its names.
pub(crate) fn factor_name(written: &str) -> String {
    let name = written.trim().to_lowercase().replace(['-', ' '], "_");
    match name.as_str() {
        "umd" | "wml" | "momentum" => "mom".to_owned(),
        _ => name,
    }
}

impl FactorData {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        let position = self.names.iter().position(|n| n == name)?;
        self.columns.get(position).map(Vec::as_slice)
    }

    /// The column that a file may write otherwise: `Mkt-RF` is `mkt_rf`, `UMD` is `mom`.
    pub(crate) fn spelt(&self, name: &str) -> Option<&[f64]> {
        let wanted = factor_name(name);
        let position = self.names.iter().position(|n| factor_name(n) == wanted)?;
        self.columns.get(position).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[u32]) -> Vec<NaiveDate> {
        let date = |day: &u32| NaiveDate::from_ymd_opt(2025, 1, *day).unwrap();
        days.iter().map(date).collect()
    }

    #[test]
    fn sessions_are_those_of_the_calendar() {
        let refused = |given: &[u32]| {
            let calendar = Calendar::named("XNYS").unwrap();
            let data = StudyData::new(calendar, days(given));
            data.err().map_or_else(String::new, |e| e.to_string())
        };
        assert_eq!(refused(&[7, 8, 10, 13]), "");
        // A day of mourning, a session left out, and no order.
        assert!(refused(&[7, 8, 9, 10]).contains("2025-01-09 is no session of XNYS"));
        assert!(refused(&[7, 10]).contains("2025-01-08, a session of XNYS, is left out"));
        assert!(refused(&[8, 7]).contains("2025-01-07 follows 2025-01-08"));
        assert!(refused(&[]).contains("no sessions"));
        assert!(StudyData::from_dates(&days(&[7, 7])).is_err());
        assert!(StudyData::from_dates(&days(&[4, 5])).is_ok());
    }

    #[test]
    fn factor_columns_are_found_as_their_file_spells_them() {
        let factors = FactorData {
            names: vec!["mkt_rf".to_owned(), "OIL".to_owned()],
            columns: vec![vec![0.01], vec![0.02]],
            unit: String::new(),
        };
        assert_eq!(factors.spelt("Mkt-RF"), Some(&[0.01][..]));
        assert_eq!(factors.spelt("oil"), Some(&[0.02][..]));
        assert_eq!(factors.spelt("gas"), None);
    }

    #[test]
    fn columns_fit_also_where_the_fields_were_filled_by_hand() {
        let data = StudyData::from_dates(&days(&[7, 8])).unwrap();
        assert!(data.clone().with_closes("A B", [1.0, 2.0]).is_err());
        let data = data.with_closes("AAA", [1.0, 2.0]).unwrap();
        assert!(data.clone().with_returns("AAA", [0.0, 0.0]).is_err());
        assert!(data.check().is_ok());
        let mut uneven = data.clone();
        uneven.instruments[0].volume = Some(vec![1.0]);
        assert!(uneven.check().is_err());
        let mut unordered = data;
        unordered.sessions.reverse();
        assert!(unordered.check().is_err());
    }
}

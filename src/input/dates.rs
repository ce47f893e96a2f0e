//! Dates as sources write them, read by one format for a whole column.
//!
//! A slashed date such as `03/04/2025` has two readings. The column decides where only one
//! reading gives existing dates throughout; otherwise the reader refuses and asks. A time of day
//! behind a date is dropped: the date counts as written. Event instants are `events`' business.

use crate::error::{InputError, Result};
use chrono::{Datelike, NaiveDate};

/// Two-digit years from here on are 19xx, below it 20xx (the rule of POSIX `strptime`).
pub(crate) const TWO_DIGIT_PIVOT: i32 = 69;

/// The order of day, month and year that a person states for dates with two readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl DateOrder {
    /// Reads `dmy`, `mdy` or `ymd`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "dmy" => Some(Self::Dmy),
            "mdy" => Some(Self::Mdy),
            "ymd" => Some(Self::Ymd),
            _ => None,
        }
    }
}

/// How a column writes its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFormat {
    /// `2025-01-27`, `2025/1/27`.
    Iso,
    /// `20250127`.
    Compact,
    /// `27.01.2025`, `27/1/2025`, `27-01-25`.
    DayFirst,
    /// `01/27/2025`, `1/27/25`.
    MonthFirst,
    /// `25/01/27`: a two-digit year first.
    ShortYearFirst,
    /// `Jan 27, 2025`, `27 January 2025`, `27-Jan-25`.
    NamedMonth,
}

impl DateFormat {
    /// The date in `text`, or `None` where it is not a date of this format.
    pub fn parse(self, text: &str) -> Option<NaiveDate> {
        let text = text.trim();
        if self == Self::Iso
            && let Some(date) = plain_iso(text)
        {
            return Some(date);
        }
        readings(text)
            .into_iter()
            .flatten()
            .find(|(format, _)| *format == self)
            .map(|(_, date)| date)
    }

    /// The format as a person writes it.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Iso => "YYYY-MM-DD",
            Self::Compact => "YYYYMMDD",
            Self::DayFirst => "DD/MM/YYYY",
            Self::MonthFirst => "MM/DD/YYYY",
            Self::ShortYearFirst => "YY/MM/DD",
            Self::NamedMonth => "Mon D, YYYY",
        }
    }

    fn agrees_with(self, hint: Option<DateOrder>) -> bool {
        !matches!(
            (hint, self),
            (
                Some(DateOrder::Dmy),
                Self::MonthFirst | Self::ShortYearFirst
            ) | (Some(DateOrder::Mdy), Self::DayFirst | Self::ShortYearFirst)
                | (Some(DateOrder::Ymd), Self::DayFirst | Self::MonthFirst)
        )
    }
}

/// Whether a text is a date in any format that is known.
pub(crate) fn is_date(text: &str) -> bool {
    readings(text.trim())[0].is_some()
}

/// Finds the one format that reads every value of a column; empty values are passed over.
///
/// # Errors
/// A value that is no date, values of two formats, or a column with two readings where no `hint`
/// decides. The error carries line and value; the caller adds file and column.
pub(crate) fn infer<'a>(
    values: impl Iterator<Item = (usize, &'a str)> + Clone,
    hint: Option<DateOrder>,
) -> Result<DateFormat> {
    let mut fitting: Vec<DateFormat> = Vec::new();
    let mut first: Option<(usize, &str)> = None;
    for (line, value) in values.clone().filter(|(_, v)| !v.trim().is_empty()) {
        let found = readings(value.trim());
        let reads = |format: DateFormat| found.iter().flatten().any(|(f, _)| *f == format);
        let Some((first_line, first_value)) = first else {
            fitting = found.iter().flatten().map(|(format, _)| *format).collect();
            fitting.retain(|format| format.agrees_with(hint));
            if fitting.is_empty() {
                return Err(not_a_date(value, hint)
                    .at_line(line)
                    .with_value(value)
                    .into());
            }
            first = Some((line, value));
            continue;
        };
        if let [DateFormat::Iso] = fitting[..]
            && plain_iso(value.trim()).is_some()
        {
            continue;
        }
        if !fitting.iter().any(|format| reads(*format)) {
            let problem = format!(
                "not a date in the format of the rows above (line {first_line}: `{first_value}`)"
            );
            let cure = "write every date of the column in one format, best YYYY-MM-DD";
            return Err(InputError::new(problem, cure)
                .at_line(line)
                .with_value(value)
                .into());
        }
        fitting.retain(|format| reads(*format));
    }
    match fitting[..] {
        [] => {
            let mut empty = InputError::new("the date column is empty", "give each row a date");
            if let Some((line, value)) = values.into_iter().next() {
                empty = empty.at_line(line).with_value(value);
            }
            Err(empty.into())
        }
        [format] => Ok(format),
        _ => settle(&fitting, values),
    }
}

/// Several formats fit: harmless where they give the same dates, else refused.
fn settle<'a>(
    fitting: &[DateFormat],
    values: impl Iterator<Item = (usize, &'a str)>,
) -> Result<DateFormat> {
    for (line, value) in values {
        let dates: Vec<_> = fitting.iter().filter_map(|f| f.parse(value)).collect();
        if dates.windows(2).any(|pair| pair[0] != pair[1]) {
            let both: Vec<_> = dates.iter().map(ToString::to_string).collect();
            let problem = format!(
                "the column's dates have more than one reading (here {})",
                both.join(" or ")
            );
            let flags: Vec<_> = fitting.iter().map(|f| flag_of(*f)).collect();
            let cure = format!("state --date-format {}", flags.join(" or --date-format "));
            return Err(InputError::new(problem, cure)
                .at_line(line)
                .with_value(value)
                .into());
        }
    }
    Ok(fitting[0])
}

fn flag_of(format: DateFormat) -> &'static str {
    match format {
        DateFormat::DayFirst => "dmy",
        DateFormat::MonthFirst => "mdy",
        _ => "ymd",
    }
}

fn not_a_date(value: &str, hint: Option<DateOrder>) -> InputError {
    if let Some(hint) = hint
        && readings(value.trim())[0].is_some()
    {
        return InputError::new(
            format!("not a date in the order {hint:?} that --date-format states"),
            "correct --date-format, or leave it out",
        );
    }
    let serial = value
        .trim()
        .parse::<u32>()
        .is_ok_and(|n| (20_000..80_000).contains(&n));
    let cure = if serial {
        "this looks like a spreadsheet's serial number: format the column as YYYY-MM-DD and export again"
    } else {
        "write dates as YYYY-MM-DD"
    };
    InputError::new("not a date", cure)
}

/// Every reading of one value, at most three.
fn readings(text: &str) -> [Option<(DateFormat, NaiveDate)>; 3] {
    if let Some(date) = plain_iso(text) {
        return [Some((DateFormat::Iso, date)), None, None];
    }
    let Some((text, _)) = split_time(text) else {
        return [None; 3];
    };
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let date = ymd(&text[..4], &text[4..6], &text[6..]);
        return [date.map(|d| (DateFormat::Compact, d)), None, None];
    }
    for separator in ['-', '/', '.'] {
        let mut parts = text.split(separator);
        if let (Some(a), Some(b), Some(c), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
            && [a, b, c].iter().all(|part| is_number(part))
        {
            return numeric(a, b, c, separator);
        }
    }
    [
        named_month(text).map(|d| (DateFormat::NamedMonth, d)),
        None,
        None,
    ]
}

/// The readings of three numbers; only the dot says by itself that the day comes first.
fn numeric(a: &str, b: &str, c: &str, separator: char) -> [Option<(DateFormat, NaiveDate)>; 3] {
    if a.len() == 4 {
        return [ymd(a, b, c).map(|d| (DateFormat::Iso, d)), None, None];
    }
    let day_first = ymd(c, b, a).map(|d| (DateFormat::DayFirst, d));
    if separator == '.' {
        return [day_first, None, None];
    }
    let month_first = ymd(c, a, b).map(|d| (DateFormat::MonthFirst, d));
    let year_first = if a.len() == 2 && c.len() <= 2 {
        ymd(a, b, c).map(|d| (DateFormat::ShortYearFirst, d))
    } else {
        None
    };
    let mut found = [day_first, month_first, year_first];
    // Readings that exist come first, so that callers may look at the first alone.
    found.sort_by_key(Option::is_none);
    found
}

/// `2025-01-27` and nothing else: the common case, read without splitting.
fn plain_iso(text: &str) -> Option<NaiveDate> {
    let b = text.as_bytes();
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        b[range].iter().try_fold(0_u32, |n, digit| {
            digit
                .is_ascii_digit()
                .then(|| n * 10 + u32::from(digit - b'0'))
        })
    };
    let year = i32::try_from(number(0..4)?).ok()?;
    plausible(NaiveDate::from_ymd_opt(year, number(5..7)?, number(8..10)?))
}

fn is_number(part: &str) -> bool {
    (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    if !(is_number(year) && is_number(month) && is_number(day)) || month.len() > 2 || day.len() > 2
    {
        return None;
    }
    let mut full: i32 = year.parse().ok()?;
    match year.len() {
        4 => {}
        2 if full >= TWO_DIGIT_PIVOT => full += 1900,
        2 => full += 2000,
        _ => return None,
    }
    plausible(NaiveDate::from_ymd_opt(
        full,
        month.parse().ok()?,
        day.parse().ok()?,
    ))
}

/// Years in which something traded, or will: a guard against numbers that only look like dates.
fn plausible(date: Option<NaiveDate>) -> Option<NaiveDate> {
    date.filter(|d| (1700..=2200).contains(&d.year()))
}

fn named_month(text: &str) -> Option<NaiveDate> {
    let mut tokens: Vec<&str> = text
        .split([' ', ',', '-', '/', '.'])
        .filter(|token| !token.is_empty())
        .collect();
    if tokens.len() == 4 && is_weekday(tokens[0]) {
        tokens.remove(0);
    }
    let [a, b, year] = tokens[..] else {
        return None;
    };
    match (month_number(a), month_number(b)) {
        (Some(month), None) => ymd(year, &month.to_string(), b),
        (None, Some(month)) => ymd(year, &month.to_string(), a),
        _ => None,
    }
}

fn month_number(token: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let token = token.to_lowercase();
    (token.len() >= 3).then_some(())?;
    MONTHS
        .iter()
        .position(|month| month.starts_with(&token))
        .map(|i| i + 1)
}

fn is_weekday(token: &str) -> bool {
    let token = token.to_lowercase();
    token.len() >= 3
        && [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ]
        .iter()
        .any(|day| day.starts_with(&token))
}

/// Splits a date from the time of day behind it, which is empty where there is none; `None` where
/// what stands behind the date is not a time.
pub(super) fn split_time(text: &str) -> Option<(&str, &str)> {
    let Some(colon) = text.find(':') else {
        return Some((text, ""));
    };
    let hour = text[..colon].rfind(|c: char| !c.is_ascii_digit())?;
    let clock = text[hour..].trim_start_matches(['T', ' ']);
    let date = text[..hour].trim_end_matches([',', ' ']);
    (text[hour..].starts_with(['T', ' ']) && is_time(clock)).then_some((date, clock))
}

/// `16:00`, `16:00:00.000Z`, `4:00 PM`, `00:00:00-05:00`, `09:30 America/New_York`.
fn is_time(text: &str) -> bool {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(text.len());
    let limits = [24.0, 60.0, 61.0];
    let fields: Vec<_> = text[..end].split(':').collect();
    (2..=3).contains(&fields.len())
        && fields
            .iter()
            .zip(limits)
            .all(|(field, limit)| field.parse::<f64>().is_ok_and(|n| n < limit))
        && text[end..]
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " +-:/_[]".contains(c))
}

#[cfg(test)]
mod tests;

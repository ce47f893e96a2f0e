//! A made-up market of two years: a benchmark and two instruments that follow it, with three
//! shocks of known size on the days of three events.

use chrono::NaiveDate;
use polars::prelude::*;
use shockwave::calendar::Calendar;
use std::fmt::Write;

/// The events: two for AAA, one for BBB.
pub const EVENTS: &str = "id,at,title,category,instruments\n\
    one,2024-06-03,First shock,shock,AAA\n\
    two,2024-08-01,Second shock,shock,AAA\n\
    three,2024-10-01,Third shock,other,BBB\n";

/// Session, instrument and size of what the events did.
const SHOCKS: [(&str, &str, f64); 3] = [
    ("2024-06-03", "AAA", -0.12),
    ("2024-08-01", "AAA", 0.09),
    ("2024-10-01", "BBB", 0.10),
];

/// Closes with four decimals, so that every shape of file holds the same numbers.
pub struct Market {
    pub sessions: Vec<NaiveDate>,
    pub series: Vec<(&'static str, Vec<f64>)>,
}

/// Uniform numbers that never change; their sum of twelve is near enough to a normal law.
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        // Knuth's MMIX generator.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self, sd: f64) -> f64 {
        sd * ((0..12).map(|_| self.uniform()).sum::<f64>() - 6.0)
    }
}

/// XNYS sessions of 2023 and 2024; betas 1 (MKT), 1.5 (AAA) and 0.8 (BBB).
pub fn made_up() -> Market {
    let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let sessions = Calendar::named("XNYS")
        .and_then(|c| c.sessions(date("2023-01-03"), date("2024-12-31")))
        .expect("sessions");
    let mut noise = Noise(7);
    let mut series = vec![("MKT", vec![]), ("AAA", vec![]), ("BBB", vec![])];
    let mut prices = [400.0, 50.0, 20.0];
    for session in &sessions {
        let session = session.to_string();
        let market = 0.0004 + noise.normal(0.01);
        for ((symbol, closes), (price, (beta, own))) in series.iter_mut().zip(
            prices
                .iter_mut()
                .zip([(1.0, 0.0), (1.5, 0.012), (0.8, 0.012)]),
        ) {
            let shock = SHOCKS
                .iter()
                .find(|(day, which, _)| *day == session && which == symbol);
            let shock = shock.map_or(0.0, |(_, _, size)| *size);
            *price *= 1.0 + beta * market + noise.normal(own) + shock;
            closes.push((*price * 1e4_f64).round() / 1e4);
        }
    }
    Market { sessions, series }
}

impl Market {
    /// The market up to a date, itself included.
    pub fn until(mut self, last: &str) -> Self {
        let last: NaiveDate = last.parse().expect("a date");
        let n = self.sessions.partition_point(|s| *s <= last);
        self.sessions.truncate(n);
        for (_, closes) in &mut self.series {
            closes.truncate(n);
        }
        self
    }

    /// Only this instrument's closes changed.
    pub fn with(mut self, symbol: &str, change: impl Fn(f64) -> f64) -> Self {
        for (name, closes) in &mut self.series {
            if *name == symbol {
                closes.iter_mut().for_each(|close| *close = change(*close));
            }
        }
        self
    }

    /// `date,symbol,close`
    pub fn long(&self) -> String {
        let mut text = "date,symbol,close\n".to_owned();
        for (symbol, closes) in &self.series {
            for (session, close) in self.sessions.iter().zip(closes) {
                let _ = writeln!(text, "{session},{symbol},{close}");
            }
        }
        text
    }

    /// As a German spreadsheet writes it: `dd.mm.yyyy`, `;` and a decimal comma.
    pub fn long_german(&self) -> String {
        let mut text = "date;symbol;close\r\n".to_owned();
        for (symbol, closes) in &self.series {
            for (session, close) in self.sessions.iter().zip(closes) {
                let close = close.to_string().replace('.', ",");
                let _ = write!(text, "{};{symbol};{close}\r\n", session.format("%d.%m.%Y"));
            }
        }
        text
    }

    /// One column per symbol.
    pub fn wide(&self) -> String {
        let names: Vec<&str> = self.series.iter().map(|(symbol, _)| *symbol).collect();
        let mut text = format!("date,{}\n", names.join(","));
        for (row, session) in self.sessions.iter().enumerate() {
            let closes: Vec<String> = self
                .series
                .iter()
                .map(|(_, closes)| closes[row].to_string())
                .collect();
            let _ = writeln!(text, "{session},{}", closes.join(","));
        }
        text
    }

    /// `date,close` of one symbol.
    pub fn single(&self, symbol: &str) -> String {
        let mut text = "date,close\n".to_owned();
        let (_, closes) = self.series.iter().find(|(s, _)| *s == symbol).expect("it");
        for (session, close) in self.sessions.iter().zip(closes) {
            let _ = writeln!(text, "{session},{close}");
        }
        text
    }

    /// `date,symbol,return`, simple returns in fractions.
    pub fn returns(&self) -> String {
        let mut text = "date,symbol,return\n".to_owned();
        for (symbol, closes) in &self.series {
            for (row, pair) in closes.windows(2).enumerate() {
                let session = self.sessions[row + 1];
                let _ = writeln!(text, "{session},{symbol},{}", pair[1] / pair[0] - 1.0);
            }
        }
        text
    }

    /// The long table as Parquet, with dates of the type Date.
    pub fn parquet(&self) -> Vec<u8> {
        let (mut days, mut symbols, mut prices) = (Vec::new(), Vec::new(), Vec::<f64>::new());
        for (symbol, closes) in &self.series {
            days.extend(self.sessions.iter().map(NaiveDate::to_epoch_days));
            symbols.extend(closes.iter().map(|_| *symbol));
            prices.extend_from_slice(closes);
        }
        let days = Int32Chunked::from_vec("date".into(), days).into_date();
        let height = prices.len();
        let columns = vec![
            days.into_column(),
            Column::new("symbol".into(), symbols),
            Column::new("close".into(), prices),
        ];
        let mut frame = DataFrame::new(height, columns).expect("a frame");
        let mut bytes = Vec::new();
        let written = ParquetWriter::new(&mut bytes).finish(&mut frame);
        written.expect("a Parquet file");
        bytes
    }
}

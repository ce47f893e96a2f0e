//! The facts about headers: names of columns, and the headers of known sources.
//!
//! Add a source here, and a sample of its format to the tests beside this file.

use super::AdjustmentBasis::{self, Raw, Split, Unknown};

/// Names of a date column; the first of them that a table has is the one.
pub(super) const DATE_NAMES: [&str; 11] = [
    "date",
    "datum",
    "session",
    "<date>",
    "data",
    "observation_date",
    "datetime",
    "timestamp",
    "day",
    "caldt",
    "__index_level_0__",
];
/// Names of a symbol column.
pub(super) const SYMBOL_NAMES: [&str; 4] = ["symbol", "ticker", "<ticker>", "instrument"];
/// Names of a column that holds symbols where its cells are some, the likelier first.
pub(super) const SYMBOL_LIKE_NAMES: [&str; 13] = [
    "ric",
    "permno",
    "asset",
    "security",
    "wertpapier",
    "kürzel",
    "kuerzel",
    "asset_id",
    "security_id",
    "wkn",
    "isin",
    "cusip",
    "name",
];
/// Names of a column of returns.
pub(super) const RETURN_NAMES: [&str; 4] = ["return", "ret", "returns", "daily_return"];
/// Row numbers that data-frame libraries write in front, exactly as they spell them.
pub(super) const INDEX_NAMES: [&str; 4] = ["", "Unnamed: 0", "index", "__index_level_0__"];

/// Names of each field, in the order of [`FIELDS`](crate::prices::FIELDS).
pub(super) const FIELD_NAMES: [&[&str]; 6] = [
    &[
        "open",
        "otwarcie",
        "<open>",
        "erster",
        "eröffnung",
        "eröffn.",
    ],
    &["high", "najwyzszy", "<high>", "hoch", "tageshoch"],
    &["low", "najnizszy", "<low>", "tief", "tagestief"],
    &[
        "close",
        "close/last",
        "zamkniecie",
        "<close>",
        "price",
        "schlusskurs",
        "schluss",
        "zuletzt",
    ],
    &[
        "adj close",
        "adj_close",
        "adjclose",
        "adjusted_close",
        "adjusted close",
    ],
    &[
        "volume", "wolumen", "vol.", "vol", "<vol>", "stuecke", "stücke",
    ],
];

/// A source's header: its names in order, of which the last `optional` may be absent.
pub(super) struct Signature {
    pub dialect: &'static str,
    pub columns: &'static [&'static str],
    pub optional: usize,
    pub basis: AdjustmentBasis,
}

const fn signature(
    dialect: &'static str,
    columns: &'static [&'static str],
    optional: usize,
    basis: AdjustmentBasis,
) -> Signature {
    Signature {
        dialect,
        columns,
        optional,
        basis,
    }
}

/// The headers of known sources; the more telling stand first.
#[rustfmt::skip]
pub(super) const SIGNATURES: [Signature; 16] = [
    signature("stooq-bulk", &["<ticker>", "<per>", "<date>", "<time>", "<open>", "<high>", "<low>", "<close>", "<vol>", "<openint>"], 0, Split),
    signature("stooq-pl", &["data", "otwarcie", "najwyzszy", "najnizszy", "zamkniecie", "wolumen"], 1, Split),
    signature("alphavantage-adjusted", &["timestamp", "open", "high", "low", "close", "adjusted_close", "volume", "dividend_amount", "split_coefficient"], 0, Raw),
    signature("alphavantage", &["timestamp", "open", "high", "low", "close", "volume"], 0, Raw),
    signature("tiingo", &["date", "close", "high", "low", "open", "volume", "adjclose", "adjhigh", "adjlow", "adjopen", "adjvolume", "divcash", "splitfactor"], 6, Raw),
    signature("eodhd", &["date", "open", "high", "low", "close", "adjusted_close", "volume"], 0, Raw),
    signature("yahoo", &["date", "open", "high", "low", "close", "adj close", "volume"], 0, Split),
    signature("shockwave", &["date", "open", "high", "low", "close", "adj_close", "volume"], 0, Unknown),
    signature("nasdaq", &["date", "close/last", "volume", "open", "high", "low"], 0, Split),
    signature("nasdaq-scraped", &["date", "close", "volume", "open", "high", "low"], 0, Split),
    signature("twelvedata", &["datetime", "open", "high", "low", "close", "volume"], 1, Split),
    signature("investing", &["date", "price", "open", "high", "low", "vol.", "change %"], 1, Split),
    signature("yfinance-history", &["date", "open", "high", "low", "close", "volume", "dividends", "stock splits"], 0, Unknown),
    signature("ohlcv", &["date", "open", "high", "low", "close", "volume"], 0, Unknown),
    signature("ohlc", &["date", "open", "high", "low", "close"], 0, Unknown),
    signature("close", &["date", "close"], 0, Unknown),
];

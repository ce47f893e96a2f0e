//! What the binary carries: sample figures, event catalogues and the default study.
//!
//! The bytes are the files of `data/`, so that everything works from any folder and offline;
//! reading them goes the same way as reading a user's files.
//!
//! ```
//! use shockwave::input::{events::read_events, study::read_study};
//! use shockwave::sample;
//!
//! let fomc = sample::catalogue("fomc").ok_or("no such catalogue")?;
//! let events = read_events(fomc.bytes, fomc.file, &Default::default())?;
//! assert!(events.iter().all(|e| e.category.as_deref() == Some("fomc")));
//!
//! let study = sample::study("nvda-ai-shock").ok_or("no such study")?;
//! let read = read_study(study.bytes, study.file)?;
//! assert_eq!(read.focus.ok_or("no focus")?.value, "NVDA");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// An embedded file.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    /// The name to ask for.
    pub name: &'static str,
    /// File name, as errors and provenance show it.
    pub file: &'static str,
    /// Content.
    pub bytes: &'static [u8],
}

macro_rules! embedded {
    ($name:literal, $path:literal) => {
        Embedded {
            name: $name,
            file: concat!("embedded:", $path),
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", $path)),
        }
    };
}

/// The name of the sample figures.
pub const SAMPLE: &str = "sample";

/// Sample closes by symbol, adjusted for splits.
pub const CLOSE: Embedded = embedded!("close", "sample/close.csv");
/// Sample closes by symbol, adjusted for dividends too.
pub const ADJ_CLOSE: Embedded = embedded!("adj_close", "sample/adj_close.csv");
/// Sample volumes by symbol.
pub const VOLUME: Embedded = embedded!("volume", "sample/volume.csv");
/// Sample opens, highs and lows of NVDA.
pub const NVDA_OHLC: Embedded = embedded!("nvda_ohlc", "sample/nvda_ohlc.csv");
/// Sample factor returns in percent.
pub const FACTORS: Embedded = embedded!("factors", "sample/factors.csv");

/// Event catalogues.
pub const CATALOGUES: [Embedded; 2] = [
    embedded!("ai-chip-policy", "events/ai-chip-policy.toml"),
    embedded!("fomc", "events/fomc.toml"),
];

/// Studies; the first is the default.
pub const STUDIES: [Embedded; 1] = [embedded!("nvda-ai-shock", "studies/nvda-ai-shock.toml")];

/// JSON Schemas of what people write and programs read.
pub const SCHEMAS: [Embedded; 4] = [
    embedded!("study-file", "schema/study-file.schema.json"),
    embedded!("event-file", "schema/event-file.schema.json"),
    embedded!("study", "schema/study.schema.json"),
    embedded!("scan", "schema/scan.schema.json"),
];

/// The event catalogue of that name.
pub fn catalogue(name: &str) -> Option<Embedded> {
    CATALOGUES.into_iter().find(|c| c.name == name)
}

/// The study of that name.
pub fn study(name: &str) -> Option<Embedded> {
    STUDIES.into_iter().find(|s| s.name == name)
}

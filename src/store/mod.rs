//! Prices and factors on disk, each with where it came from, and the ledger of what was fetched.
//!
//! One folder per source and symbol holds a Parquet file and its manifest; the manifest's rename
//! is the moment at which new figures count, so that a run that is killed leaves either the old
//! state or the new one. [`Store`] reads and never waits; [`Writer`] holds the lock and changes.
//! What is asked of whom, and when, is `fetch`'s business; no clock is read here.

mod commit;
mod encode;
mod export;
mod figures;
mod group;
mod known;
mod ledger;
mod lock;
mod manifest;
mod merge;
mod reader;
mod record;
mod verify;
mod writer;

pub use export::to_csv;
pub use group::Entry;
pub use ledger::{BaselineRow, OutboxRow, RunCompletion};
pub use lock::{Lock, Owner};
pub use manifest::{Kind, Manifest};
pub use reader::{Broken, FactorSeries, Listing, Series, Store, by_reach, preferred};
pub use record::{FetchRecord, Revision, RunRecord};
pub use verify::{Problem, Verification};
pub use writer::Writer;

use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use crate::source::Figures;
use chrono::{DateTime, NaiveDate, Utc};

/// Figures of one symbol (or one set of factors) as a source delivered them, for
/// [`Writer::update`].
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Name of the source, `stooq`; with `fetch --import` that of `--as`, or `import`.
    pub source: String,
    /// The symbol as the user writes it; for factors the name of the set.
    pub symbol: Symbol,
    /// The figures. Prices must be of `symbol` alone, whatever the frame calls it.
    pub figures: Figures,
    /// Where they came from, without its key; for an import the file's name.
    pub url: String,
    /// When they came.
    pub fetched_at: DateTime<Utc>,
    /// For a conditional request the next time.
    pub etag: Option<String>,
    /// For a conditional request the next time.
    pub last_modified: Option<String>,
    /// What the closes are adjusted for; `Unknown` for factors.
    pub basis: AdjustmentBasis,
    /// Whether this is all that the source has, so that it may replace what is there. A delivery
    /// that was asked for from [`Known::overlap_from`] on is not.
    pub complete: bool,
}

/// What the store holds of a symbol: what the next request needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// First session.
    pub first: NaiveDate,
    /// Last session.
    pub last: NaiveDate,
    /// The tenth session from the end: where to begin, so that the overlap tells a restatement.
    pub overlap_from: NaiveDate,
    /// For a conditional request.
    pub etag: Option<String>,
    /// For a conditional request.
    pub last_modified: Option<String>,
    /// What the closes are adjusted for.
    pub basis: AdjustmentBasis,
}

/// What a delivery did.
#[derive(Debug, Clone, PartialEq)]
pub struct Updated {
    /// What happened.
    pub update: Update,
    /// Sessions that the store has, inside the span of the delivery, and the delivery has not.
    /// They were kept; after [`Update::Reloaded`] they and older ones are left out, and stand in
    /// the ledger.
    pub vanished: Vec<NaiveDate>,
    /// What the store holds now.
    pub manifest: Manifest,
}

/// The ways in which a delivery can meet what is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Update {
    /// There was nothing; the rows were stored.
    Created {
        /// Rows stored.
        rows: usize,
    },
    /// The overlap agrees; new rows were added.
    Appended {
        /// Rows added.
        rows: usize,
    },
    /// The overlap agrees and there is nothing new.
    Current,
    /// The overlap is restated, or there is none, so that the rows cannot be added. Nothing was
    /// changed: ask for all that the source has, and deliver it with `complete`.
    NeedsFull {
        /// New over old price, where the overlap has one ratio.
        ratio: Option<f64>,
    },
    /// A complete delivery of restated figures took the place of the old ones, which are kept as
    /// revisions: class `restated`.
    Reloaded {
        /// New over old price.
        ratio: f64,
        /// Rows stored.
        rows: usize,
        /// Figures that differ.
        changes: usize,
    },
    /// Single figures differ: the new ones were taken, the old ones are kept as revisions.
    Revised {
        /// Rows added.
        rows: usize,
        /// Figures that differ.
        changes: usize,
    },
}

//! Writing: one at a time, and every change as a whole.

use super::commit::{self, make_folder};
use super::group::{self, Entry};
use super::ledger::{Ledger, NotedSeries, RunCompletion};
use super::lock::{Lock, Owner};
use super::manifest::Kind;
use super::reader::{Store, read_manifest, series_folder};
use super::record::{FetchRecord, RunRecord};
use super::{Delivery, Updated};
use crate::error::{Error, InputError, Result};
use crate::source::Figures;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// How many files are on their way to the disk at once.
const AT_ONCE: usize = 16;

/// A store that is changed; the lock is held until this is dropped.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    ledger: Ledger,
    /// Threads that wait for the disk.
    disk: rayon::ThreadPool,
    _lock: Lock,
}

impl Store {
    /// Opens the store in `root` to write, and makes it where it is absent. `now` stands in the
    /// lock. What killed runs left behind is removed.
    ///
    /// # Errors
    /// [`Error::Locked`] while another run writes; a folder that cannot be written; a ledger that
    /// is damaged or of a newer version.
    pub fn writer(root: impl Into<PathBuf>, now: DateTime<Utc>, owner: &Owner) -> Result<Writer> {
        let store = Store::open(root)?;
        let root = store.root().to_path_buf();
        make_folder(&root)?;
        let lock = Lock::take(&root, owner, now)?;
        let mut ledger = Ledger::open(&root)?;
        clean(&store, &mut ledger)?;
        let disk = rayon::ThreadPoolBuilder::new().num_threads(AT_ONCE).build();
        Ok(Writer {
            root,
            ledger,
            disk: disk.map_err(|e| Error::io("threads", &std::io::Error::other(e)))?,
            _lock: lock,
        })
    }
}

/// Removes what killed runs left behind, and notes the series that they stored.
fn clean(store: &Store, ledger: &mut Ledger) -> Result<()> {
    let known = ledger.series()?;
    let folder = |s: &NotedSeries| series_folder(store.root(), s.kind, &s.source, &s.symbol);
    let known: BTreeSet<PathBuf> = known.iter().map(folder).collect();
    let mut manifests = Vec::new();
    for folder in store.series_folders()? {
        match read_manifest(&folder) {
            Ok(Some(manifest)) => {
                commit::sweep(&folder, Some(&manifest))?;
                manifests.push(manifest);
            }
            // The manifest of a series that was stored is lost: its data stay, as they do beside
            // one that cannot be read, for somebody may mend it.
            Ok(None) if known.contains(&folder) => {}
            Ok(None) => commit::sweep(&folder, None)?,
            Err(_) => {}
        }
    }
    ledger.note_series(&manifests.iter().collect::<Vec<_>>())
}

impl Writer {
    /// The same store, to read.
    pub fn store(&self) -> Result<Store> {
        Store::open(&self.root)
    }

    /// Takes a delivery in, as far as it agrees with what is there; see [`Updated`].
    ///
    /// Where both have a figure, the new one is taken. A figure or session that the delivery does
    /// not have stays, unless the figures were restated.
    ///
    /// # Errors
    /// Figures of another adjustment basis, or other factors, than those that are there; a
    /// complete delivery that has no session in common with them; a delivery without figures;
    /// what cannot be written.
    pub fn update(&mut self, delivery: Delivery) -> Result<Updated> {
        let mut results = self.update_group(vec![Entry::unrecorded(delivery)]);
        let nothing = || Err(InputError::new("nothing was stored", "").into());
        results.pop().unwrap_or_else(nothing)
    }

    /// The same for several deliveries, which share the waits for the disk; one that fails stops
    /// none of the others. One result for each, in order.
    pub fn update_group(&mut self, entries: Vec<Entry>) -> Vec<Result<Updated>> {
        let at = |entry: Entry| (self.folder_of(&entry.delivery), entry);
        let entries: Vec<(PathBuf, Entry)> = entries.into_iter().map(at).collect();
        let folders: BTreeSet<&PathBuf> = entries.iter().map(|(folder, _)| folder).collect();
        if folders.len() == entries.len() {
            return group::commit(&self.disk, &mut self.ledger, entries);
        }
        // Two of one series: the second must meet what the first has stored.
        let one = |entry| group::commit(&self.disk, &mut self.ledger, vec![entry]);
        entries.into_iter().flat_map(one).collect()
    }

    /// Writes an attempt into the ledger; the same one twice is one.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn record(&mut self, fetch: &FetchRecord) -> Result<()> {
        self.record_all(&[fetch])
    }

    /// The same for several attempts: all of them, or none.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn record_all(&mut self, fetches: &[&FetchRecord]) -> Result<()> {
        self.ledger.record_group(&[], fetches)
    }

    /// Until when a source must not be asked, as last set; it may be past.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn quota(&self, source: &str) -> Result<Option<DateTime<Utc>>> {
        self.ledger.quota(source)
    }

    /// Notes until when a source must not be asked.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn set_quota(&self, source: &str, until: DateTime<Utc>) -> Result<()> {
        self.ledger.set_quota(source, until)
    }

    /// Writes the state of a run into the ledger: once when it begins, again when it ends, told
    /// apart by kind, key and start.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn record_run(&self, run: &RunRecord) -> Result<()> {
        self.ledger.record_run(run)
    }

    /// Remembers a run of the schedule with its messages and results: all of it, or nothing.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn complete_run(&mut self, completion: &RunCompletion) -> Result<()> {
        self.ledger.complete_run(completion)
    }

    /// Notes that messages were delivered, each by its rule and key.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn mark_sent(&mut self, sent: &[(String, String)]) -> Result<()> {
        self.ledger.mark_sent(sent)
    }

    fn folder_of(&self, delivery: &Delivery) -> PathBuf {
        let kind = match &delivery.figures {
            Figures::Prices(_) => Kind::Prices,
            Figures::Factors(_) => Kind::Factors,
        };
        series_folder(&self.root, kind, &delivery.source, &delivery.symbol)
    }
}

#[cfg(test)]
mod tests;

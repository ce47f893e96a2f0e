//! What tasks want stored, put together: whoever finds the store free stores all that waits by
//! then, so that many symbols share one wait for the disk.

use crate::error::{InputError, Result};
use crate::store::{Entry, FetchRecord, Updated, Writer};
use chrono::{DateTime, Utc};
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;

/// Something to be stored, and who hears of it.
enum Waiting {
    Delivery(Entry, oneshot::Sender<Result<Updated>>),
    Record(FetchRecord, oneshot::Sender<Result<()>>),
}

/// The store of a run, and what waits for it.
pub(super) struct Shelf {
    waiting: Mutex<Vec<Waiting>>,
    writer: tokio::sync::Mutex<Writer>,
}

impl Shelf {
    pub fn new(writer: Writer) -> Self {
        Self {
            waiting: Mutex::default(),
            writer: tokio::sync::Mutex::new(writer),
        }
    }

    /// Stores a delivery; returns when it counts.
    pub async fn store(&self, entry: Entry) -> Result<Updated> {
        let (tell, told) = oneshot::channel();
        self.put(Waiting::Delivery(entry, tell), told).await
    }

    /// Writes an attempt into the ledger.
    pub async fn record(&self, record: FetchRecord) -> Result<()> {
        let (tell, told) = oneshot::channel();
        self.put(Waiting::Record(record, tell), told).await
    }

    /// Notes until when a source must not be asked.
    pub async fn set_quota(&self, source: &str, until: DateTime<Utc>) -> Result<()> {
        let writer = self.writer.lock().await;
        tokio::task::block_in_place(|| writer.set_quota(source, until))
    }

    async fn put<T>(&self, item: Waiting, mut told: oneshot::Receiver<Result<T>>) -> Result<T> {
        self.waiting().push(item);
        let mut writer = self.writer.lock().await;
        // Whoever had the store before has mostly stored this one too.
        if let Ok(result) = told.try_recv() {
            return result;
        }
        let all = std::mem::take(&mut *self.waiting());
        // Writing to disk blocks; the other tasks of this thread move elsewhere meanwhile.
        tokio::task::block_in_place(|| store_all(&mut writer, all));
        drop(writer);
        let unheard = |_| Err(InputError::new("nothing was stored", "").into());
        told.await.unwrap_or_else(unheard)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those who wait may have been stopped: nobody then hears of what was stored.
fn store_all(writer: &mut Writer, all: Vec<Waiting>) {
    let (mut entries, mut records) = (Vec::new(), Vec::new());
    for item in all {
        match item {
            Waiting::Delivery(entry, tell) => entries.push((entry, tell)),
            Waiting::Record(record, tell) => records.push((record, tell)),
        }
    }
    if !records.is_empty() {
        let noted: Vec<&FetchRecord> = records.iter().map(|(record, _)| record).collect();
        let noted = writer.record_all(&noted);
        for (_, tell) in records {
            let _ = tell.send(noted.clone());
        }
    }
    if !entries.is_empty() {
        let (entries, tells): (Vec<Entry>, Vec<_>) = entries.into_iter().unzip();
        for (tell, result) in tells.into_iter().zip(writer.update_group(entries)) {
            let _ = tell.send(result);
        }
    }
}

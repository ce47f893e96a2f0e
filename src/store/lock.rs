//! One writer at a time: a lock that the system releases when its process ends, however it ends.

use crate::error::{Error, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Who wants to write, for those who must wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The process.
    pub pid: u32,
    /// What it does: `fetch`.
    pub command: String,
}

/// A lock in the folder of a store, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the store in `root`.
    ///
    /// # Errors
    /// [`Error::Locked`] while another holds it. What a process that is dead wrote into the file
    /// is no obstacle: the system has released its lock.
    pub(super) fn take(root: &Path, owner: &Owner, now: DateTime<Utc>) -> Result<Self> {
        Self::take_named(root, "lock", owner, now)
    }

    /// Takes the lock of the schedule that uses the store in `root`, which outlasts single writers.
    ///
    /// # Errors
    /// As for the store's own; a folder that cannot be made.
    pub fn of_schedule(root: &Path, owner: &Owner, now: DateTime<Utc>) -> Result<Self> {
        super::commit::make_folder(root)?;
        Self::take_named(root, "schedule-lock", owner, now)
    }

    fn take_named(root: &Path, name: &str, owner: &Owner, now: DateTime<Utc>) -> Result<Self> {
        let path = root.join(name);
        let io = |e: std::io::Error| Error::io(&path, &e);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Where the system keeps the file from being read, the owner stays unnamed.
                let read = file.read_to_string(&mut text).is_ok();
                let named = read && !text.trim().is_empty();
                return Err(Error::Locked {
                    path: root.display().to_string(),
                    owner: if named {
                        text.trim().to_owned()
                    } else {
                        "another process".to_owned()
                    },
                });
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let since = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let text = format!("process {} ({}) since {since}\n", owner.pid, owner.command);
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        file.write_all(text.as_bytes()).map_err(io)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_lock_names_its_owner_and_a_dead_ones_text_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2025-01-28T23:30:00Z".parse().unwrap();
        std::fs::write(
            folder.path().join("lock"),
            "process 1 (gone) since long ago",
        )
        .unwrap();
        let owner = |pid| Owner {
            pid,
            command: "fetch".into(),
        };
        let held = Lock::take(folder.path(), &owner(41), now).unwrap();
        let error = Lock::take(folder.path(), &owner(42), now).unwrap_err();
        assert!(matches!(&error, Error::Locked { owner, .. }
            if owner == "process 41 (fetch) since 2025-01-28T23:30:00Z"));
        drop(held);
        Lock::take(folder.path(), &owner(42), now).unwrap();
    }
}

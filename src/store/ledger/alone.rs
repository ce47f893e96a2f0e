//! A ledger in a folder that cannot be written.
//!
//! SQLite keeps a file of its own beside a ledger that is read, which such a folder refuses. Where no
//! changes stand beside it that are not in it yet, the ledger can be read alone.

use rusqlite::ErrorCode::{CannotOpen, PermissionDenied, ReadOnly};
use rusqlite::{Connection, OpenFlags, Result};
use std::path::Path;

/// Whether a connection can be read from.
pub(super) fn probe(connection: &Connection) -> Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// Opens the ledger alone, where that is what the failure calls for; else the failure.
pub(super) fn reopen(
    path: &Path,
    flags: OpenFlags,
    failure: rusqlite::Error,
) -> Result<Connection> {
    let refused = matches!(
        failure.sqlite_error_code(),
        Some(CannotOpen | PermissionDenied | ReadOnly)
    );
    if !refused || has_changes(path) {
        return Err(failure);
    }
    let address = format!("file:{}?immutable=1", escaped(path));
    Connection::open_with_flags(address, flags | OpenFlags::SQLITE_OPEN_URI)
}

/// Whether changes stand beside the ledger that are not in it yet.
fn has_changes(path: &Path) -> bool {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-wal");
    std::fs::metadata(beside).is_ok_and(|file| file.len() > 0)
}

/// A path inside an address: what has a meaning there is escaped.
fn escaped(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25");
    path.replace('?', "%3f").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ledger::Ledger;
    use rusqlite::ffi;

    fn failure(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn a_ledger_is_read_alone_only_where_nothing_stands_beside_it() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("a folder? 100 % #1");
        std::fs::create_dir(&folder).unwrap();
        drop(Ledger::open(&folder).unwrap());
        let path = folder.join("ledger.sqlite");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let alone = reopen(&path, flags, failure(ffi::SQLITE_CANTOPEN)).unwrap();
        probe(&alone).unwrap();
        assert!(!folder.join("ledger.sqlite-shm").exists());
        // Another failure stays what it is, and so does one beside changes.
        assert!(reopen(&path, flags, failure(ffi::SQLITE_CORRUPT)).is_err());
        std::fs::write(folder.join("ledger.sqlite-wal"), "changes").unwrap();
        assert!(reopen(&path, flags, failure(ffi::SQLITE_CANTOPEN)).is_err());
    }
}

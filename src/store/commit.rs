//! Files of a series, written so that a run that ends at any moment leaves the old state or the
//! new one: data first, under a name of their own; then the manifest, whose rename is the moment;
//! then the old data are removed. What a killed run left behind is removed by the next one.

use super::manifest::Manifest;
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The manifest's name in the folder of its series.
pub(super) const MANIFEST: &str = "manifest.json";
/// How the names of unfinished files begin.
const UNFINISHED: &str = ".unfinished-";

/// Makes the folder of a series or of the store, and the folders above it, lasting.
pub(super) fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|p| !p.as_os_str().is_empty());
    if let Some(above) = above {
        make_folder(above)?;
    }
    create(folder)?;
    above.map_or(Ok(()), sync_folder)
}

/// Makes the folders of several series lasting: the folders above them are brought to disk once.
pub(super) fn make_folders(folders: &[&Path]) -> Result<()> {
    let mut above = BTreeSet::new();
    for folder in folders.iter().filter(|folder| !folder.is_dir()) {
        let parent = folder.parent().filter(|p| !p.as_os_str().is_empty());
        if let Some(parent) = parent {
            make_folder(parent)?;
            above.insert(parent);
        }
        create(folder)?;
    }
    above.into_iter().try_for_each(sync_folder)
}

fn create(folder: &Path) -> Result<()> {
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(Error::io(folder, &error)),
        _ => Ok(()),
    }
}

/// First step: the data file, which nobody reads before the manifest names it.
pub(super) fn write_data(folder: &Path, manifest: &Manifest, bytes: &[u8]) -> Result<()> {
    write(folder, &manifest.data_file, bytes)
}

/// Second step, and the moment at which the new figures count.
pub(super) fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<()> {
    write(folder, MANIFEST, &manifest.to_bytes()?)
}

/// Third step: whatever the manifest does not name is removed; without a manifest all of it.
pub(super) fn sweep(folder: &Path, manifest: Option<&Manifest>) -> Result<()> {
    let io = |e: std::io::Error| Error::io(folder, &e);
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().map(|n| n.to_string_lossy());
        let name = name.unwrap_or_default();
        let ours = name.starts_with(UNFINISHED) || name.ends_with(".parquet");
        if ours && manifest.is_none_or(|m| m.data_file != *name) {
            std::fs::remove_file(&path).map_err(|e| Error::io(&path, &e))?;
        }
    }
    Ok(())
}

/// A whole file under its name, or nothing, on disk when this returns.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    let io = |e: std::io::Error| Error::io(&path, &e);
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As a file that is simply created: the store is for its readers.
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    let mut file = builder.tempfile_in(folder).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.as_file().sync_all().map_err(io)?;
    file.persist(&path).map_err(|e| io(e.error))?;
    sync_folder(folder)
}

/// Makes a rename last; only Unix can, and needs to, say so.
fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|e| Error::io(folder, &e))?;
    }
    Ok(())
}

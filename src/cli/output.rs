//! The one place that writes files: all of a run's, or none.
//!
//! Everything is rendered before anything is written. A new folder is built beside its place and
//! renamed; in an existing one each file is replaced atomically, `study.json` last, and charts
//! that an earlier run of ours left behind are removed. Nothing is forced to disk: a report can be
//! made again from its inputs.

use crate::error::{Error, InputError, Result};
use crate::report::OutputFile;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

/// The file that marks a folder as one of ours.
const MARK: &str = "study.json";

/// Refuses a place that cannot become an output folder, before anything is computed.
pub fn check(out: &Path) -> Result<()> {
    if out.exists() && !out.is_dir() {
        return Err(
            InputError::new("there is a file in the way", "choose another folder")
                .in_file("--out")
                .with_value(out.display().to_string())
                .into(),
        );
    }
    Ok(())
}

/// Writes the files into `out`.
pub fn write(out: &Path, files: &[OutputFile]) -> Result<()> {
    if out.exists() {
        return replace(out, files);
    }
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(|e| Error::io(parent, &e))?;
    let building = tempfile::Builder::new()
        .prefix(".shockwave-")
        .tempdir_in(parent)
        .map_err(|e| Error::io(parent, &e))?;
    for file in files {
        let path = building.path().join(&file.path);
        make_parent(&path)?;
        fs::write(&path, &file.bytes).map_err(|e| Error::io(&path, &e))?;
    }
    share(building.path());
    fs::rename(building.path(), out).map_err(|e| Error::io(out, &e))?;
    // The folder has moved: there is nothing left for the guard to remove.
    let _ = building.keep();
    Ok(())
}

/// Temporary folders are private; a report is for its readers.
fn share(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A folder that stays private is still a good report.
        let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o755));
    }
    #[cfg(not(unix))]
    let _ = folder;
}

fn replace(out: &Path, files: &[OutputFile]) -> Result<()> {
    let ours = out.join(MARK).exists();
    let (mark, rest): (Vec<_>, Vec<_>) = files.iter().partition(|f| f.path == MARK);
    for file in rest.into_iter().chain(mark) {
        let path = out.join(&file.path);
        make_parent(&path)?;
        let folder = path.parent().unwrap_or(out);
        let mut temporary = tempfile::Builder::new()
            .permissions_if_unix()
            .tempfile_in(folder)
            .map_err(|e| Error::io(folder, &e))?;
        let written = temporary.write_all(&file.bytes);
        written.map_err(|e| Error::io(&path, &e))?;
        temporary
            .persist(&path)
            .map_err(|e| Error::io(&path, &e.error))?;
    }
    if ours {
        remove_old_charts(out, files)?;
    }
    Ok(())
}

/// Readable by all, as a file that is simply created would be.
trait PermissionsIfUnix {
    fn permissions_if_unix(&mut self) -> &mut Self;
}

impl PermissionsIfUnix for tempfile::Builder<'_, '_> {
    fn permissions_if_unix(&mut self) -> &mut Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            self.permissions(fs::Permissions::from_mode(0o644));
        }
        self
    }
}

fn remove_old_charts(out: &Path, files: &[OutputFile]) -> Result<()> {
    let charts = out.join("charts");
    let Ok(entries) = fs::read_dir(&charts) else {
        return Ok(());
    };
    let current: BTreeSet<&str> = files.iter().map(|f| f.path.as_str()).collect();
    for entry in entries {
        let entry = entry.map_err(|e| Error::io(&charts, &e))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_chart = name.ends_with(".svg") || name.ends_with(".png");
        if is_chart && !current.contains(format!("charts/{name}").as_str()) {
            fs::remove_file(entry.path()).map_err(|e| Error::io(entry.path(), &e))?;
        }
    }
    Ok(())
}

fn make_parent(path: &Path) -> Result<()> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(|e| Error::io(parent, &e)),
        None => Ok(()),
    }
}

//! The one place that writes files: all of a run's, or none.
//!
//! Files are written aside as they are made, so that they need not be held in memory together, and
//! come to their place when the last one is there. A new folder is built beside its place and
//! renamed; in an existing one each file is replaced atomically, `study.json` (of a scan,
//! `scan.json`) last, and what an earlier run of the same kind left behind is removed, so that no
//! page contradicts its tables. Files of others (`owner`) are not replaced. Nothing is forced to disk: a report can be made again from its inputs.

mod kind;
mod owner;

use crate::cli::render::{Place, WriteFile};
use crate::error::{Error, InputError, Result};
use crate::report::OutputFile;
use kind::Kind;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// How the names of files and folders begin that are not finished.
const BEGUN: &str = ".shockwave-";
/// The same for [`keep_file`], which writes into a folder that others share.
const PAGE_BEGUN: &str = ".shockwave-schedule-";

/// Refuses a place that cannot become an output folder, before anything is computed.
pub fn check(out: &Path) -> Result<()> {
    // A link that leads nowhere is there too, and no folder.
    let there = out.ancestors().find(|p| p.symlink_metadata().is_ok());
    match there {
        Some(path) if !path.is_dir() => {
            let problem = format!("{} is there and is no folder", path.display());
            Err(unusable(out, problem))
        }
        _ => Ok(()),
    }
}

fn unusable(out: &Path, problem: impl Into<String>) -> Error {
    InputError::new(problem, "choose another folder")
        .in_file("--out")
        .with_value(out.display().to_string())
        .into()
}

/// Replaces a file that a person keeps, or begins it, as a whole. Its permissions stay; of a link,
/// what it leads to is replaced.
pub fn rewrite_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let io = |e: std::io::Error| Error::io(&path, &e);
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    let mut temporary = builder
        .permissions_if_unix()
        .tempfile_in(folder)
        .map_err(io)?;
    temporary.write_all(bytes).map_err(io)?;
    if let Ok(there) = fs::metadata(&path) {
        // It stays readable for those who could read it before, and for nobody else.
        temporary
            .as_file()
            .set_permissions(there.permissions())
            .map_err(io)?;
    }
    temporary.persist(&path).map_err(|e| io(e.error))?;
    Ok(())
}

/// Writes the files into `out`, unless files of others with these names are there.
pub fn write(out: &Path, files: &[OutputFile]) -> Result<()> {
    let staged = Staged::begin(out)?;
    files.par_iter().try_for_each(|file| staged.add(file))?;
    staged.finish()?;
    Ok(())
}

/// Writes the files into a folder of the schedule's own.
pub fn write_own(out: &Path, files: &[OutputFile]) -> Result<()> {
    let staged = Staged::begin(out)?;
    files.par_iter().try_for_each(|file| staged.add(file))?;
    staged.place()?;
    Ok(())
}

/// The files of a run on their way into a folder: not in their place before [`Staged::finish`], and
/// gone where that is never called.
#[derive(Debug)]
pub struct Staged<'a> {
    out: &'a Path,
    /// Whether `out` was there, so that its files are replaced one by one.
    replaces: bool,
    aside: tempfile::TempDir,
    added: Mutex<BTreeSet<String>>,
}

impl<'a> Staged<'a> {
    /// Begins a folder beside `out`, or inside it where it is there already.
    pub fn begin(out: &'a Path) -> Result<Self> {
        let refused = |e: std::io::Error| cannot_write(out, &e);
        let replaces = out.exists();
        let parent = match out.parent() {
            _ if replaces => out,
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(refused)?;
        let aside = tempfile::Builder::new()
            .prefix(BEGUN)
            .tempdir_in(parent)
            .map_err(refused)?;
        Ok(Self {
            out,
            replaces,
            aside,
            added: Mutex::default(),
        })
    }

    /// Writes a file aside; several threads may.
    pub fn add(&self, file: &OutputFile) -> Result<()> {
        self.put(&file.path, &mut |writer| writer.write_all(&file.bytes))
    }

    /// Puts all files in their place, unless files of others are there; their paths, sorted.
    pub fn finish(self) -> Result<Vec<String>> {
        let names = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        let (others, needs_mark) = (
            owner::of_others(self.out, &names),
            owner::needs_mark(&names),
        );
        if let Some(first) = others.first() {
            let more = match others.len() - 1 {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let problem =
                format!("{first}{more} would be replaced, and Shockwave did not write it");
            let cure = "choose another folder, or move these files away";
            return Err(InputError::new(problem, cure)
                .in_file("--out")
                .with_value(self.out.display().to_string())
                .into());
        }
        drop(names);
        if needs_mark {
            let mark = self.aside.path().join(owner::MARK);
            fs::write(mark, b"").map_err(|e| cannot_write(self.out, &e))?;
        }
        self.place()
    }

    /// Puts all files in their place; their paths, sorted.
    fn place(self) -> Result<Vec<String>> {
        let added = self
            .added
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if self.replaces {
            replace(self.out, self.aside.path(), &added)?;
        } else {
            share(self.aside.path());
            fs::rename(self.aside.path(), self.out).map_err(|e| Error::io(self.out, &e))?;
            // The folder has moved: there is nothing left for the guard to remove.
            let _ = self.aside.keep();
        }
        Ok(added.into_iter().collect())
    }
}

impl Place for Staged<'_> {
    /// Straight to disk, so that the file is never in memory as a whole.
    fn put(&self, path: &str, write: WriteFile) -> Result<()> {
        // The name of the folder that is built first would tell a reader nothing.
        let refused = |e: io::Error| cannot_write(self.out, &e);
        let file = self.aside.path().join(path);
        make_parent(&file)?;
        let mut writer = BufWriter::new(fs::File::create(&file).map_err(refused)?);
        write(&mut writer).map_err(refused)?;
        writer.flush().map_err(refused)?;
        let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        added.insert(path.to_owned());
        Ok(())
    }
}

fn cannot_write(out: &Path, error: &std::io::Error) -> Error {
    unusable(out, format!("cannot be written: {}", error.kind()))
}

/// Writes one file that was asked for by name, as a whole.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy());
    let Some(name) = name else {
        return Err(unusable(path, "is no file name"));
    };
    let file = OutputFile {
        path: name.into_owned(),
        bytes: bytes.to_vec(),
    };
    replace_file(folder, &file)
}

/// Writes a file as a whole, unless it holds these bytes already; the folder above is made.
pub fn keep_file(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    make_parent(path)?;
    let io = |e: std::io::Error| Error::io(path, &e);
    let mut temporary = tempfile::Builder::new()
        .prefix(PAGE_BEGUN)
        .permissions_if_unix()
        .tempfile_in(path.parent().unwrap_or(Path::new(".")))
        .map_err(io)?;
    temporary.write_all(bytes).map_err(io)?;
    temporary.persist(path).map_err(|e| io(e.error))?;
    Ok(())
}

/// Removes a file, if it is there.
pub fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path, &e)),
        _ => Ok(()),
    }
}

/// Removes what runs of the schedule that were killed have begun and not finished: below the
/// folder of reports, pages; below the folder of each study, everything.
pub fn tidy<'a>(reports: &Path, studies: impl IntoIterator<Item = &'a str>) -> Result<()> {
    remove_begun(reports, PAGE_BEGUN)?;
    for study in studies {
        let folder = reports.join(study);
        remove_begun(&folder, BEGUN)?;
        for dated in entries(&folder)? {
            if dated.is_dir() {
                remove_begun(&dated, BEGUN)?;
                remove_begun(&dated.join("charts"), BEGUN)?;
            }
        }
    }
    Ok(())
}

fn remove_begun(folder: &Path, prefix: &str) -> Result<()> {
    for path in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with(prefix) {
            continue;
        }
        let removed = if path.is_dir() && !path.is_symlink() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(|e| Error::io(&path, &e))?;
    }
    Ok(())
}

/// What a folder holds; nothing where there is none.
fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let path = |entry: std::io::Result<fs::DirEntry>| {
        entry.map(|e| e.path()).map_err(|e| Error::io(folder, &e))
    };
    entries.map(path).collect()
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

/// Moves files from the folder `aside`, inside `out`, to their places.
fn replace(out: &Path, aside: &Path, added: &BTreeSet<String>) -> Result<()> {
    let kind = Kind::of(added);
    let ours = owner::is_document(&out.join(kind.mark));
    let put = |name: &String| {
        let path = out.join(name);
        make_parent(&path)?;
        fs::rename(aside.join(name), &path).map_err(|e| cannot_write(out, &e))
    };
    if aside.join(owner::MARK).exists() {
        put(&owner::MARK.to_owned())?;
    }
    let (mark, rest): (Vec<_>, Vec<_>) = added.iter().partition(|name| *name == kind.mark);
    rest.into_iter().try_for_each(put)?;
    if ours {
        remove_old(out, added, kind)?;
    }
    mark.into_iter().try_for_each(put)
}

fn replace_file(out: &Path, file: &OutputFile) -> Result<()> {
    let path = out.join(&file.path);
    make_parent(&path)?;
    let folder = path.parent().unwrap_or(out);
    let refused = |e: std::io::Error| cannot_write(out, &e);
    let mut temporary = tempfile::Builder::new()
        .prefix(BEGUN)
        .permissions_if_unix()
        .tempfile_in(folder)
        .map_err(refused)?;
    temporary.write_all(&file.bytes).map_err(refused)?;
    temporary.persist(&path).map_err(|e| refused(e.error))?;
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

/// Removes what an earlier run wrote and this one does not.
fn remove_old(out: &Path, current: &BTreeSet<String>, kind: &Kind) -> Result<()> {
    for folder in kind::FOLDERS {
        remove_old_inside(out, folder, current, kind)?;
    }
    let tables = kind
        .results
        .iter()
        .filter_map(|name| name.strip_suffix(".csv"));
    let parquet = tables.map(|table| format!("{table}.parquet"));
    let named = kind.results.iter().map(|name| (*name).to_owned());
    // The mark goes last: until then, a run that is killed here is done again.
    for name in named.chain(parquet).chain([kind.mark.to_owned()]) {
        let path = out.join(&name);
        if !current.contains(&name) && path.is_file() {
            fs::remove_file(&path).map_err(|e| Error::io(&path, &e))?;
        }
    }
    Ok(())
}

/// The same in a folder of the results.
fn remove_old_inside(
    out: &Path,
    folder: &str,
    current: &BTreeSet<String>,
    kind: &Kind,
) -> Result<()> {
    let path = out.join(folder);
    // Files behind a link belong to somebody else.
    if path.is_symlink() {
        return Ok(());
    }
    for file in entries(&path)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if kind.owns(folder, &name) && !current.contains(&format!("{folder}/{name}")) {
            fs::remove_file(&file).map_err(|e| Error::io(&file, &e))?;
        }
    }
    // A folder that holds something else stays.
    let _ = fs::remove_dir(&path);
    Ok(())
}

fn make_parent(path: &Path) -> Result<()> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(|e| Error::io(parent, &e)),
        None => Ok(()),
    }
}

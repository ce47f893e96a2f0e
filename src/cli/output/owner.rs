//! Whose files a folder holds: what Shockwave wrote may be replaced, what others wrote may not.
//!
//! A folder is one of ours where its `study.json` (`scan.json`) or a page says so, or the mark that
//! runs leave which write neither.

use super::kind;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// What a run leaves that writes no document and no page.
pub(super) const MARK: &str = ".shockwave";
/// The pages, whose last lines name the program.
const PAGES: [&str; 4] = ["report.html", "report.md", "scan.html", "scan.md"];
/// How much of a file is looked at.
const LOOK: u64 = 1024;

/// The files of `names` in the folder that somebody else may have written; none where the folder is
/// one of ours.
pub(super) fn of_others<'n>(out: &Path, names: &'n BTreeSet<String>) -> Vec<&'n str> {
    let there = |name: &&String| out.join(name).symlink_metadata().is_ok();
    let there: Vec<&str> = names.iter().filter(there).map(String::as_str).collect();
    match there.is_empty() || is_ours(out) {
        true => Vec::new(),
        false => there,
    }
}

/// Whether a run without document and page has to leave its mark.
pub(super) fn needs_mark(names: &BTreeSet<String>) -> bool {
    let documents = kind::MARKS.iter().chain(&PAGES);
    !documents.into_iter().any(|name| names.contains(*name))
}

/// Whether a file is a `study.json` or `scan.json` of ours.
pub(super) fn is_document(path: &Path) -> bool {
    part(path, SeekFrom::Start(0)).is_some_and(|text| text.contains("\"shockwave."))
}

fn is_ours(out: &Path) -> bool {
    let page = |name: &&str| {
        let text = part(&out.join(name), SeekFrom::End(-(LOOK as i64)));
        text.is_some_and(|text| text.contains("Shockwave ") || text.contains("shockwave "))
    };
    let document = |name: &&str| is_document(&out.join(name));
    out.join(MARK).is_file() || kind::MARKS.iter().any(document) || PAGES.iter().any(page)
}

/// The beginning or the end of a file, as text; all of a shorter one.
fn part(path: &Path, from: SeekFrom) -> Option<String> {
    let mut file = File::open(path).ok()?;
    if file.seek(from).is_err() {
        file.rewind().ok()?;
    }
    let mut bytes = Vec::new();
    file.take(LOOK).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

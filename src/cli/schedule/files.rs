//! The pages around the reports, and what need not stay.

use super::status;
use crate::cli::output;
use crate::error::{Error, Result};
use crate::report::OutputFile;
use crate::schedule::archive::{StudyArchive, folder};
use crate::schedule::channel;
use crate::schedule::config::ScheduleFile;
use crate::schedule::feed::atom;
use crate::schedule::job::Publication;
use crate::schedule::memory::Memory;
use crate::schedule::page;
use crate::schedule::rule::{Channel, Message};
use serde_json::{Value, json};
use std::path::Path;

/// Writes index, feed, status and the files of rules, and puts a page in place of every report
/// that need not stay.
pub fn publish(
    reports: &Path,
    file: &ScheduleFile,
    publication: &Publication,
    memory: &dyn Memory,
) -> Result<()> {
    let archive = &publication.archive;
    output::tidy(reports, archive.iter().map(|study| study.study.as_str()))?;
    let mut feed: Vec<Message> = Vec::new();
    let mut has_feed = false;
    let mut unsent = memory.unsent()?;
    for rule in &file.rules {
        match &rule.to {
            Channel::Feed => {
                has_feed = true;
                feed.extend(memory.messages(&rule.name)?);
            }
            Channel::File(path) => {
                let messages = memory.messages(&rule.name)?;
                let lines: Vec<String> = messages.iter().map(channel::json).collect();
                let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
                output::keep_file(&reports.join(path), text.as_bytes())?;
            }
            Channel::Stdout | Channel::Webhook(_) | Channel::Email(_) => continue,
        }
        // These are delivered by being written.
        unsent.retain(|message| message.rule != rule.name);
    }
    for study in archive {
        for report in study.reports.iter().filter(|report| report.removed) {
            remove(reports, study, report.session, publication)?;
        }
        let latest = page::latest_page(study);
        let path = reports.join(&study.study).join("latest.html");
        output::keep_file(&path, latest.as_bytes())?;
    }
    if has_feed {
        // Two feed rules may want the same fact.
        feed.sort_by(|a, b| (a.at, &a.fact.key).cmp(&(b.at, &b.fact.key)));
        feed.dedup_by(|a, b| a.fact.key == b.fact.key);
        let feed = atom(&feed, file.site.as_deref());
        output::keep_file(&reports.join("feed.xml"), feed.as_bytes())?;
    }
    let index = page::index_page(archive, has_feed);
    output::keep_file(&reports.join("index.html"), index.as_bytes())?;
    keep_json(&reports.join("index.json"), &json!({"studies": archive}))?;
    let status = status::document(publication, unsent.len());
    keep_json(&reports.join("status.json"), &status)
}

/// A report that need not stay leaves a page that says so.
fn remove(
    reports: &Path,
    study: &StudyArchive,
    session: chrono::NaiveDate,
    publication: &Publication,
) -> Result<()> {
    let page = page::removed_page(study, session, publication.keep);
    let place = reports.join(folder(&study.study, session));
    let path = "report.html".to_owned();
    let bytes = page.into_bytes();
    output::write_own(&place, &[OutputFile { path, bytes }])
}

fn keep_json(path: &Path, document: &Value) -> Result<()> {
    let text = serde_json::to_string_pretty(document).map_err(|e| Error::Render {
        what: path.display().to_string(),
        problem: e.to_string(),
    })?;
    output::keep_file(path, format!("{text}\n").as_bytes())
}

//! A crontab line that fires every hour and leaves it to the program whether a run is due.
//!
//! Cron knows no zones (where it knows `CRON_TZ`, other crons ignore it), and forgets what it missed
//! while the machine was off. An hourly question has neither fault.

use super::{Installation, arguments};
use chrono::Timelike;

/// The line before ours in a user's crontab.
pub const BLOCK_BEGINS: &str =
    "# begin shockwave schedule (written by `shockwave schedule install`)";
const BLOCK_ENDS: &str = "# end shockwave schedule";

/// The block, with its marks; for `/etc/cron.d`, with a user.
pub(super) fn table(what: &Installation) -> String {
    let words: Vec<String> = [
        "flock".to_owned(),
        "-n".to_owned(),
        format!("{}.cron-lock", what.store),
        what.program.clone(),
    ]
    .into_iter()
    .chain(arguments(what, true))
    .chain(["--quiet".to_owned()])
    .map(|word| quoted(&word))
    .collect();
    let user = if what.system { " root" } else { "" };
    format!(
        "{BLOCK_BEGINS}\n\
         # Every hour: the program runs when {} in {} has come, once a session.\n\
         {} * * * *{user} {}\n\
         {BLOCK_ENDS}\n",
        what.timing.at.format("%H:%M"),
        what.timing.zone.name(),
        what.timing.at.minute(),
        words.join(" ")
    )
}

/// A crontab without our block. A block without an end is left alone: nobody knows how far it goes.
pub fn without_block(crontab: &str) -> String {
    let lines: Vec<&str> = crontab.lines().collect();
    let block = lines
        .iter()
        .position(|line| *line == BLOCK_BEGINS)
        .and_then(|begin| {
            let length = lines[begin..].iter().position(|line| *line == BLOCK_ENDS)?;
            Some(begin..=begin + length)
        });
    let kept = lines
        .iter()
        .enumerate()
        .filter(|(i, _)| block.as_ref().is_none_or(|block| !block.contains(i)));
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

/// A crontab with our block in place of an older one.
pub fn with_block(crontab: &str, block: &str) -> String {
    let mut text = without_block(crontab);
    text.push_str(block);
    text
}

/// A word as the shell reads it in a crontab, where `%` would be a line break.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=+@,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    let word = word.replace('\'', "'\\''").replace('%', "\\%");
    format!("'{word}'")
}

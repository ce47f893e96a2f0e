//! A GitHub Actions workflow that asks a few times around the moment whether a run is due.
//!
//! Its clock is UTC, so that each moment of the year has its own line; runs come late or not at all,
//! most of all at the full hour, so that there is one more some hours later. What is known from one
//! run to the next lies in the cache.

use super::{Installation, MARK, weekdays};
use chrono::{DateTime, TimeDelta, Timelike, Utc, Weekday};
use std::collections::BTreeMap;

/// Minutes after the moment: runs at full hours are dropped most.
const OFF_THE_HOUR: TimeDelta = TimeDelta::minutes(7);
/// After the last of the regular lines, once more.
const ONCE_MORE: TimeDelta = TimeDelta::hours(3);

/// The workflow; the schedule file's path is that in the repository.
pub fn workflow(what: &Installation) -> String {
    let lines: String = cron_lines(&what.moments)
        .into_iter()
        .map(|line| format!("    - cron: \"{line}\"\n"))
        .collect();
    let config = yaml_text(what.config.as_deref().unwrap_or(""));
    format!(
        r#"# {MARK}
name: shockwave

on:
  schedule:
    # UTC. The program decides whether a run is due: {at} in {zone}, once a session.
{lines}  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: shockwave
  cancel-in-progress: false

jobs:
  once:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    env:
      SHOCKWAVE_STORE: ${{{{ github.workspace }}}}/.shockwave/store
      SCHEDULE_FILE: {config}
    steps:
      - uses: actions/checkout@v4
      - name: Yesterday's store and reports
        uses: actions/cache@v4
        with:
          path: .shockwave
          key: shockwave-${{{{ github.run_id }}}}
          restore-keys: shockwave-
      - name: Install shockwave
        run: cargo install --locked --git "$SHOCKWAVE_REPOSITORY" shockwave
        env:
          SHOCKWAVE_REPOSITORY: ${{{{ vars.SHOCKWAVE_REPOSITORY }}}}
      - name: Run if due
        run: |
          code=0
          shockwave schedule once ${{SCHEDULE_FILE:+"$SCHEDULE_FILE"}} --if-due --reports .shockwave/reports || code=$?
          # 1: done, and some results are provisional.
          if [ "$code" -gt 1 ]; then exit "$code"; fi
        env:
          SHOCKWAVE_WEBHOOK_SECRET: ${{{{ secrets.SHOCKWAVE_WEBHOOK_SECRET }}}}
      - uses: actions/upload-artifact@v4
        with:
          name: reports
          path: .shockwave/reports
          include-hidden-files: true
"#,
        at = what.timing.at.format("%H:%M"),
        zone = what.timing.zone.name(),
    )
}

/// The lines of a crontab in UTC: one per time of day among the moments, and one afterwards.
fn cron_lines(moments: &[DateTime<Utc>]) -> Vec<String> {
    let mut by_time: BTreeMap<(u32, u32), Vec<DateTime<Utc>>> = BTreeMap::new();
    let mut note = |moment: DateTime<Utc>| {
        let time = (moment.hour(), moment.minute());
        by_time.entry(time).or_default().push(moment);
    };
    for moment in moments {
        note(*moment + OFF_THE_HOUR);
        note(*moment + OFF_THE_HOUR + ONCE_MORE);
    }
    by_time
        .into_iter()
        .map(|((hour, minute), moments)| {
            let days = weekdays(moments.iter().map(|m| m.date_naive()));
            let days: Vec<String> = days.iter().map(number).collect();
            format!("{minute} {hour} * * {}", days.join(","))
        })
        .collect()
}

/// 0 is Sunday, as cron counts.
fn number(day: &Weekday) -> String {
    day.num_days_from_sunday().to_string()
}

fn yaml_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

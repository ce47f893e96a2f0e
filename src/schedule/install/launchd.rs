//! A launchd agent that asks every half hour whether a run is due.
//!
//! `StartCalendarInterval` knows no zone but the machine's; an interval also fires when the machine
//! wakes.

use super::{Installation, MARK, arguments};
use crate::schedule::page::escape;

/// The property list.
pub(super) fn agent(what: &Installation) -> String {
    let arguments: String = std::iter::once(what.program.clone())
        .chain(arguments(what, true))
        .map(|argument| format!("    <string>{}</string>\n", escape(&argument)))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- {MARK} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>org.shockwave.daily</string>
  <key>ProgramArguments</key>
  <array>
{arguments}  </array>
  <key>StartInterval</key>
  <integer>1800</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
  <key>StandardErrorPath</key>
  <string>{}.log</string>
</dict>
</plist>
"#,
        escape(&what.store)
    )
}

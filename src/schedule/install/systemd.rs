//! A systemd timer, with its zone, and the service that it starts; or a service that stays.

use super::{Installation, MARK, arguments, weekdays};
use chrono::Weekday;

/// Where the store and the reports of the whole machine's service lie.
const STATE: &str = "/var/lib/shockwave";

/// What a service may not do that needs neither namespaces nor capabilities, so that a user's manager
/// can enforce it.
const FOR_ALL: &str = "\
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0027
";

/// What the service of the whole machine may not do besides: it has a user of its own, and writes
/// into its state folder only.
const FOR_SYSTEM: &str = "\
DynamicUser=yes
CapabilityBoundingSet=
StateDirectory=shockwave
WorkingDirectory=/var/lib/shockwave
EnvironmentFile=-/etc/shockwave/environment
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictNamespaces=yes
";

/// The head of a service.
fn head(what: &Installation, description: &str) -> String {
    let wants = if what.system {
        "Wants=network-online.target\n"
    } else {
        ""
    };
    format!(
        "# {MARK}\n\
         [Unit]\n\
         Description=Shockwave: {description}\n\
         After=network-online.target\n\
         {wants}"
    )
}

/// The command, as systemd reads it.
fn command(what: &Installation) -> String {
    let mut what = what.clone();
    if what.system {
        what.store = format!("{STATE}/store");
        what.reports = format!("{STATE}/reports");
    }
    let command: Vec<String> = std::iter::once(what.program.clone())
        .chain(arguments(&what, false))
        .map(|argument| quoted(&argument))
        .collect();
    command.join(" ")
}

/// What the service may not do, and where its secrets are.
fn hardening(what: &Installation) -> String {
    if what.system {
        format!("{FOR_ALL}{FOR_SYSTEM}")
    } else {
        format!("{FOR_ALL}EnvironmentFile=-%h/.config/shockwave/environment\n")
    }
}

/// The service that stays: it says when it is ready and that it lives, and ends within ten seconds.
pub(super) fn daemon(what: &Installation) -> String {
    let target = if what.system {
        "multi-user.target"
    } else {
        "default.target"
    };
    format!(
        "{}\n[Service]\n\
         Type=notify\n\
         ExecStart={}\n\
         WatchdogSec=2min\n\
         Restart=on-failure\n\
         # 2: a setting is wrong, which no start mends.\n\
         RestartPreventExitStatus=2\n\
         RestartSec=1min\n\
         TimeoutStopSec=20\n\
         Nice=10\n\
         {}\n\
         [Install]\n\
         WantedBy={target}\n",
        head(what, "event studies after every trading session"),
        command(what),
        hardening(what),
    )
}

/// The service of the timer: one run, tried again while the session is not published.
pub(super) fn service(what: &Installation) -> String {
    let mut unit = head(what, "event studies of the last trading session");
    // One start by the timer, and one per retry, within the time that they take.
    let n_starts = what.timing.retries.len() + 1;
    let wait = what.timing.retries.first().map_or(900, |w| w.num_seconds());
    let interval = i64::try_from(n_starts)
        .unwrap_or(i64::MAX)
        .saturating_mul(wait + 600);
    unit.push_str(&format!(
        "StartLimitIntervalSec={interval}\nStartLimitBurst={n_starts}\n"
    ));

    unit.push_str(&format!(
        "\n[Service]\n\
         Type=oneshot\n\
         ExecStart={}\n\
         # 1: done, some results are provisional. 3: the session is not published yet, or a source failed.\n\
         SuccessExitStatus=1\n\
         Restart=on-failure\n\
         RestartPreventExitStatus=2 4\n\
         RestartSec={wait}\n\
         TimeoutStartSec=30min\n\
         Nice=10\n\
         {}",
        command(what),
        hardening(what),
    ));
    unit
}

/// The timer.
pub(super) fn timer(what: &Installation) -> String {
    let zone = what.timing.zone;
    let days = weekdays(
        what.moments
            .iter()
            .map(|m| m.with_timezone(&zone).date_naive()),
    );
    format!(
        "# {MARK}\n\
         [Unit]\n\
         Description=Shockwave, after every trading session\n\
         \n\
         [Timer]\n\
         # The zone is part of the time: daylight saving needs no care. Holidays have runs that do nothing.\n\
         OnCalendar={} *-*-* {}:00 {}\n\
         # A machine that was off catches up once when it is on again.\n\
         Persistent=true\n\
         AccuracySec=1min\n\
         \n\
         [Install]\n\
         WantedBy=timers.target\n",
        range(&days),
        what.timing.at.format("%H:%M"),
        zone.name(),
    )
}

/// `Mon..Fri`, or the days one by one where they have gaps.
fn range(days: &[Weekday]) -> String {
    let numbers: Vec<u32> = days.iter().map(|day| day.num_days_from_monday()).collect();
    let in_a_row = numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if days.len() > 2 && in_a_row => format!("{first}..{last}"),
        _ => {
            let names: Vec<String> = days.iter().map(Weekday::to_string).collect();
            names.join(",")
        }
    }
}

/// An argument as systemd reads it: `%` and `$` mean something there.
fn quoted(argument: &str) -> String {
    let escaped = argument
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%")
        .replace('$', "$$");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=%+@,".contains(c);
    if !escaped.is_empty() && escaped.chars().all(is_plain) {
        return escaped;
    }
    format!("\"{escaped}\"")
}

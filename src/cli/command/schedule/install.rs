//! `schedule install`: shows the files that make the system start the runs, and writes them.

use crate::cli::Outcome;
use crate::cli::args::{Global, InstallArgs, StarterKind};
use crate::cli::clock::now;
use crate::cli::message::println;
use crate::cli::output;
use crate::cli::schedule::Schedule;
use crate::error::{Error, InputError, Result};
use crate::schedule::install::{
    Installation, Starter, UnitFile, files, with_block, without_block, year_of_moments,
};
use etcetera::BaseStrategy;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub fn run(args: &InstallArgs, global: &Global) -> Result<Outcome> {
    let what = installation(args, global)?;
    let starter = match args.kind {
        StarterKind::Systemd => Starter::Systemd,
        StarterKind::Cron => Starter::Cron,
        StarterKind::Launchd => Starter::Launchd,
        StarterKind::Github => Starter::Github,
    };
    let units = files(starter, &what);
    if starter == Starter::Cron && !args.system {
        return user_crontab(args, &units);
    }
    let folder = folder(starter, args.system)?;
    for unit in &units {
        let path = folder.join(unit.name);
        let verb = if args.uninstall { "removes" } else { "writes" };
        println(&format!("# {verb} {}", path.display()));
        if !args.uninstall {
            println(&unit.text);
        }
    }
    println(&format!("# afterwards: {}", afterwards(starter, args)));
    if args.dry_run {
        return Ok(Outcome::Done);
    }
    for unit in &units {
        let path = folder.join(unit.name);
        if args.uninstall {
            output::remove_file(&path)?;
        } else {
            output::keep_file(&path, unit.text.as_bytes())?;
        }
    }
    Ok(Outcome::Done)
}

fn installation(args: &InstallArgs, global: &Global) -> Result<Installation> {
    let now = now(global.now.as_deref())?;
    let schedule = Schedule::load(&args.schedule, global)?;
    let program = std::env::current_exe().map_err(|e| Error::io("this program", &e))?;
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).map_err(|e| Error::io(path, &e))?;
        Ok::<String, Error>(path.display().to_string())
    };
    let plan = &schedule.plan;
    Ok(Installation {
        program: program.display().to_string(),
        config: schedule.path.as_deref().map(absolute).transpose()?,
        store: absolute(&schedule.store)?,
        reports: absolute(&schedule.reports)?,
        system: args.system,
        moments: year_of_moments(&plan.calendar, &plan.timing, now)?,
        timing: plan.timing.clone(),
    })
}

fn folder(starter: Starter, system: bool) -> Result<PathBuf> {
    let no_home = |e: etcetera::HomeDirError| {
        InputError::new(format!("this user has no home ({e})"), "use --system")
    };
    Ok(match (starter, system) {
        (Starter::Systemd, true) => PathBuf::from("/etc/systemd/system"),
        (Starter::Systemd, false) => {
            let folders = etcetera::choose_base_strategy().map_err(no_home)?;
            folders.config_dir().join("systemd/user")
        }
        (Starter::Cron, _) => PathBuf::from("/etc/cron.d"),
        (Starter::Launchd, true) => PathBuf::from("/Library/LaunchDaemons"),
        (Starter::Launchd, false) => etcetera::home_dir()
            .map_err(no_home)?
            .join("Library/LaunchAgents"),
        (Starter::Github, _) => PathBuf::from(".github/workflows"),
    })
}

/// What the person does next.
fn afterwards(starter: Starter, args: &InstallArgs) -> &'static str {
    match (starter, args.system, args.uninstall) {
        (Starter::Systemd, true, false) => {
            "systemctl daemon-reload && systemctl enable --now shockwave.timer"
        }
        (Starter::Systemd, false, false) => {
            "systemctl --user daemon-reload && systemctl --user enable --now shockwave.timer && \
             loginctl enable-linger"
        }
        (Starter::Systemd, true, true) => {
            "systemctl disable --now shockwave.timer; systemctl daemon-reload"
        }
        (Starter::Systemd, false, true) => {
            "systemctl --user disable --now shockwave.timer; systemctl --user daemon-reload"
        }
        (Starter::Launchd, _, false) => "launchctl bootstrap gui/$UID with the file's path",
        (Starter::Launchd, _, true) => "launchctl bootout gui/$UID/org.shockwave.daily",
        (Starter::Cron, _, _) => "nothing: cron reads the file",
        (Starter::Github, _, false) => {
            "commit the file, and set the repository's variable SHOCKWAVE_REPOSITORY"
        }
        (Starter::Github, _, true) => "commit the removal",
    }
}

/// A user's crontab is changed by `crontab` alone; what others wrote in it stays.
fn user_crontab(args: &InstallArgs, units: &[UnitFile]) -> Result<Outcome> {
    let block: String = units.iter().map(|unit| unit.text.as_str()).collect();
    println(if args.uninstall {
        "# takes its lines out of the crontab"
    } else {
        "# puts into the crontab"
    });
    if !args.uninstall {
        println(&block);
    }
    if args.dry_run {
        return Ok(Outcome::Done);
    }
    let fault = |e: std::io::Error| Error::io("crontab", &e);
    let listed = Command::new("crontab").arg("-l").output().map_err(fault)?;
    // Without a crontab, the command fails and prints none.
    let before = String::from_utf8_lossy(&listed.stdout).into_owned();
    let after = if args.uninstall {
        without_block(&before)
    } else {
        with_block(&before, &block)
    };
    let mut writing = Command::new("crontab")
        .arg("-")
        .stdin(Stdio::piped())
        .spawn()
        .map_err(fault)?;
    if let Some(mut input) = writing.stdin.take() {
        input.write_all(after.as_bytes()).map_err(fault)?;
    }
    if writing.wait().map_err(fault)?.success() {
        return Ok(Outcome::Done);
    }
    let cure = "see what it says above; --dry-run prints the lines";
    Err(InputError::new("crontab did not take the lines", cure).into())
}

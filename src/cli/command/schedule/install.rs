//! `schedule install`: shows the files that make the system start the runs, and writes them.

use crate::cli::Outcome;
use crate::cli::args::{Global, InstallArgs, StarterKind};
use crate::cli::clock::now;
use crate::cli::message::println;
use crate::cli::output;
use crate::cli::schedule::Schedule;
use crate::error::{Error, InputError, Result};
use crate::schedule::install::{
    Installation, MARK, Starter, UnitFile, files, names, with_block, without_block, year_of_moments,
};
use etcetera::BaseStrategy;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

pub fn run(args: &InstallArgs, global: &Global) -> Result<Outcome> {
    let starter = match args.kind {
        StarterKind::Systemd => Starter::Systemd,
        StarterKind::Cron => Starter::Cron,
        StarterKind::Launchd => Starter::Launchd,
        StarterKind::Github => Starter::Github,
    };
    let is_crontab = starter == Starter::Cron && !args.system;
    if args.uninstall {
        return if is_crontab {
            println("# takes its lines out of the crontab");
            change_crontab(args, without_block)
        } else {
            remove(starter, args)
        };
    }
    if args.daemon && starter != Starter::Systemd {
        let cure = "leave --daemon out, or use --kind systemd";
        return Err(InputError::new("only systemd keeps a service that stays", cure).into());
    }
    let units = files(starter, &installation(starter, args, global)?);
    if is_crontab {
        let block: String = units.iter().map(|unit| unit.text.as_str()).collect();
        println("# puts into the crontab");
        println(&block);
        return change_crontab(args, |crontab| with_block(crontab, &block));
    }
    write(starter, args, &units)
}

/// Shows the files and writes them, unless another's file is in the way.
fn write(starter: Starter, args: &InstallArgs, units: &[UnitFile]) -> Result<Outcome> {
    let folder = folder(starter, args.system)?;
    let timer = folder.join("shockwave.timer");
    if args.daemon && is_ours(&timer)? == Some(true) {
        let cure = "take it back first: shockwave schedule install --uninstall";
        let fault = InputError::new("a timer is installed, which would start runs besides", cure);
        return Err(fault.in_file(timer.display().to_string()).into());
    }
    for unit in units {
        let path = folder.join(unit.name);
        if is_ours(&path)? == Some(false) {
            let cure = "move it away, or take the text from --dry-run";
            let fault = InputError::new("there is a file that this command did not write", cure);
            return Err(fault.in_file(path.display().to_string()).into());
        }
        println(&format!("# writes {}", path.display()));
        println(&unit.text);
    }
    println(&format!("# afterwards: {}", afterwards(starter, args)));
    if !args.dry_run {
        for unit in units {
            output::keep_file(&folder.join(unit.name), unit.text.as_bytes())?;
        }
    }
    Ok(Outcome::Done)
}

/// Removes the files that were written, and no others.
fn remove(starter: Starter, args: &InstallArgs) -> Result<Outcome> {
    let folder = folder(starter, args.system)?;
    let enabled = [
        ("timers.target.wants", "shockwave.timer"),
        ("default.target.wants", "shockwave.service"),
        ("multi-user.target.wants", "shockwave.service"),
    ];
    let still = enabled
        .iter()
        .find(|(by, unit)| folder.join(by).join(unit).is_symlink());
    if let (Starter::Systemd, Some((_, unit)), false) = (starter, still, args.dry_run) {
        let first = if args.system {
            "systemctl"
        } else {
            "systemctl --user"
        };
        let cure = format!("first: {first} disable --now {unit}");
        return Err(InputError::new(format!("{unit} is still enabled"), cure).into());
    }
    let mut ours = Vec::new();
    for name in names(starter) {
        let path = folder.join(name);
        match is_ours(&path)? {
            Some(true) => {
                println(&format!("# removes {}", path.display()));
                ours.push(path);
            }
            Some(false) => {
                let fault = InputError::new(
                    "this command did not write the file",
                    "remove it yourself, if it shall go",
                );
                return Err(fault.in_file(path.display().to_string()).into());
            }
            None => println(&format!("# is not there: {}", path.display())),
        }
    }
    println(&format!("# afterwards: {}", afterwards(starter, args)));
    if !args.dry_run {
        ours.iter().try_for_each(|path| output::remove_file(path))?;
    }
    Ok(Outcome::Done)
}

/// Whether a file was written by this command; None where there is none.
fn is_ours(path: &Path) -> Result<Option<bool>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).contains(MARK))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::io(path, &e)),
    }
}

fn installation(starter: Starter, args: &InstallArgs, global: &Global) -> Result<Installation> {
    let now = now(global.now.as_deref())?;
    let schedule = Schedule::load(&args.schedule, global)?;
    let program = std::env::current_exe().map_err(|e| Error::io("this program", &e))?;
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).map_err(|e| Error::io(path, &e))?;
        Ok::<String, Error>(path.display().to_string())
    };
    let mut config = schedule.path.clone();
    match (starter, &config) {
        (Starter::Github, Some(path)) => config = Some(in_repository(path)?),
        (Starter::Systemd, path) if args.system => {
            let used = std::iter::once(&program).chain(path);
            used.into_iter().try_for_each(|path| can_be_seen(path))?;
        }
        _ => {}
    }
    let plan = &schedule.plan;
    Ok(Installation {
        program: program.display().to_string(),
        config: config.map(|path| path.display().to_string()),
        store: absolute(&schedule.store)?,
        reports: absolute(&schedule.reports)?,
        system: args.system,
        daemon: args.daemon,
        moments: year_of_moments(&plan.calendar, &plan.timing, now)?,
        timing: plan.timing.clone(),
    })
}

/// The path of a schedule file in the repository, whose folder is the current one.
fn in_repository(path: &Path) -> Result<PathBuf> {
    let here = std::env::current_dir().map_err(|e| Error::io(".", &e))?;
    path.strip_prefix(&here)
        .map(Path::to_path_buf)
        .map_err(|_| {
            let cure = "put it into the repository, and run this in the repository's folder";
            let fault = InputError::new("the workflow cannot see the schedule file", cure);
            fault.in_file(path.display().to_string()).into()
        })
}

/// The machine's service sees neither homes nor temporary folders.
fn can_be_seen(path: &Path) -> Result<()> {
    let hidden = ["/home", "/root", "/run/user", "/tmp", "/var/tmp"];
    if !hidden.iter().any(|folder| path.starts_with(folder)) {
        return Ok(());
    }
    let cure = "copy the program to /usr/local/bin and the schedule with its files to /etc/shockwave, \
                and install from there, or leave --system out";
    let fault = InputError::new(
        "a service of the whole machine has no access to this file",
        cure,
    );
    Err(fault.in_file(path.display().to_string()).into())
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
        (Starter::Systemd, true, false) if args.daemon => {
            "systemctl daemon-reload && systemctl enable --now shockwave.service"
        }
        (Starter::Systemd, false, false) if args.daemon => {
            "systemctl --user daemon-reload && systemctl --user enable --now shockwave.service && \
             loginctl enable-linger"
        }
        (Starter::Systemd, true, false) => {
            "systemctl daemon-reload && systemctl enable --now shockwave.timer"
        }
        (Starter::Systemd, false, false) => {
            "systemctl --user daemon-reload && systemctl --user enable --now shockwave.timer && \
             loginctl enable-linger"
        }
        (Starter::Systemd, true, true) => "systemctl daemon-reload",
        (Starter::Systemd, false, true) => "systemctl --user daemon-reload",
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
fn change_crontab(args: &InstallArgs, change: impl Fn(&str) -> String) -> Result<Outcome> {
    if args.dry_run {
        return Ok(Outcome::Done);
    }
    let fault = |e: std::io::Error| Error::io("crontab", &e);
    let listed = Command::new("crontab").arg("-l").output().map_err(fault)?;
    let said = String::from_utf8_lossy(&listed.stderr);
    // A user without a crontab is no failure; any other must not end in an empty one.
    if !listed.status.success() && !said.contains("no crontab for") {
        return Err(refused_by_crontab(said.trim()));
    }
    let before = String::from_utf8_lossy(&listed.stdout).into_owned();
    let after = change(&before);
    if after == before {
        return Ok(Outcome::Done);
    }
    let mut command = Command::new("crontab");
    if after.is_empty() {
        let removed = command.arg("-r").status().map_err(fault)?;
        return taken(removed);
    }
    let mut writing = command
        .arg("-")
        .stdin(Stdio::piped())
        .spawn()
        .map_err(fault)?;
    if let Some(mut input) = writing.stdin.take() {
        input.write_all(after.as_bytes()).map_err(fault)?;
    }
    taken(writing.wait().map_err(fault)?)
}

fn taken(status: ExitStatus) -> Result<Outcome> {
    if status.success() {
        return Ok(Outcome::Done);
    }
    Err(refused_by_crontab("it says why above"))
}

fn refused_by_crontab(why: &str) -> Error {
    let problem = format!("crontab refuses: {why}");
    InputError::new(problem, "--dry-run prints the lines to put in by hand").into()
}

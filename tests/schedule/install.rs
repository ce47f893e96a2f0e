//! `schedule install` as a new user meets it: in a home of its own.

use super::Desk;
use crate::support::{Run, peer};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

const NOW: &str = "2025-01-24T12:00:00Z";

fn install(desk: &Desk, more: &[&str]) -> Run {
    let args = [&["install", "schedule.toml", "--now", NOW], more].concat();
    desk.run(&args)
}

/// The words of `ExecStart=`, as systemd takes them apart.
fn exec_start(unit: &str) -> Vec<String> {
    let line = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="));
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line
        .expect("a command")
        .replace("%%", "%")
        .replace("$$", "$");
    chars.push(' ');
    let mut chars = chars.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => word.extend(chars.next()),
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words
}

#[test]
fn a_user_installs_a_timer_that_runs_and_takes_it_back() {
    let desk = Desk::new();
    // Names that need quotes, and a sign that systemd reads as its own.
    let schedule = desk.sandbox.read("schedule.toml");
    desk.sandbox.write("my 100% plan/schedule.toml", schedule);
    for file in ["watch.toml", "events.csv"] {
        let text = desk.sandbox.read(file);
        desk.sandbox.write(&format!("my 100% plan/{file}"), text);
    }
    let file = "my 100% plan/schedule.toml";
    let before = desk.sandbox.tree("");
    let shown = desk
        .run(&["install", file, "--now", NOW, "--dry-run"])
        .ends(0);
    assert_eq!(desk.sandbox.tree(""), before);
    let said = desk.run(&["install", file, "--now", NOW]).ends(0).stdout;
    assert_eq!(said, shown.stdout);

    let names = ["shockwave.service", "shockwave.timer"];
    for name in names {
        let text = desk.sandbox.read(&format!("config/systemd/user/{name}"));
        assert!(said.contains(&text), "{name} was not shown");
    }
    let unit = desk.sandbox.read("config/systemd/user/shockwave.service");
    let words = exec_start(&unit);
    assert_eq!(words[1..3], ["schedule", "once"]);
    assert!(words[3].ends_with("/my 100% plan/schedule.toml"));
    // The command of the unit, in the folder and with the environment that a manager gives it.
    let asked = desk.command(&[]);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir("/");
    for (name, value) in asked.get_envs() {
        match value {
            Some(value) if name != "SHOCKWAVE_STORE" => command.env(name, value),
            _ => command.env_remove(name),
        };
    }
    command.args(["--now", "2025-01-24T23:30:00Z"]);
    Run::of(command.output().expect("the unit's program")).ends(1);
    let page = desk.sandbox.path("reports/watch/2025-01-24/study.json");
    assert!(page.exists());

    desk.sandbox
        .write("config/systemd/user/others.service", "[Unit]\n");
    let out = desk.run(&["install", "--uninstall"]).ends(0).stdout;
    assert_eq!(out.matches("# removes ").count(), 2, "{out}");
    let left = desk.sandbox.tree("config/systemd");
    let left: Vec<&String> = left.keys().filter(|name| !name.ends_with('/')).collect();
    assert_eq!(left, ["user/others.service"]);
    desk.run(&["install", "--uninstall"]).ends(0);
}

#[test]
fn systemd_finds_nothing_to_complain_about() {
    if !peer::has_systemd() {
        return;
    }
    let desk = Desk::new();
    install(&desk, &[]).ends(0);
    let verify = |units: &[&str]| {
        let mut command = Command::new("systemd-analyze");
        command.args(["verify", "--recursive-errors=no"]);
        let output = command
            .args(units.iter().map(|unit| desk.sandbox.path(unit)))
            .output();
        let output = output.expect("systemd-analyze");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "{said}");
    };
    let user = [
        "config/systemd/user/shockwave.service",
        "config/systemd/user/shockwave.timer",
    ];
    verify(&user);
    let timer = desk.sandbox.read(user[1]);
    let when = timer
        .lines()
        .find_map(|line| line.strip_prefix("OnCalendar="));
    let next = Command::new("systemd-analyze")
        .args([
            "calendar",
            "--base-time=2025-03-07 12:00:00 UTC",
            "--iterations=2",
        ])
        .arg(when.expect("a time"))
        .env("TZ", "UTC")
        .output()
        .expect("systemd-analyze");
    let next = String::from_utf8_lossy(&next.stdout).into_owned();
    // Clocks go forward between the two.
    for moment in ["Fri 2025-03-07 23:30:00 UTC", "Mon 2025-03-10 22:30:00 UTC"] {
        assert!(next.contains(moment), "{next}");
    }
}

/// The service that stays: written, in order, started by its own command, and taken back.
#[test]
fn a_user_installs_a_service_that_stays() {
    let desk = Desk::new();
    let said = install(&desk, &["--daemon"]).ends(0).stdout;
    let path = "config/systemd/user/shockwave.service";
    let unit = desk.sandbox.read(path);
    assert!(said.contains(&unit) && said.contains("enable --now shockwave.service"));
    if peer::has_systemd() {
        let mut verify = Command::new("systemd-analyze");
        verify.args(["verify", "--recursive-errors=no"]);
        let output = verify.arg(desk.sandbox.path(path)).output();
        let output = output.expect("systemd-analyze");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "{said}");
    }
    let words = exec_start(&unit);
    assert_eq!(words[1..3], ["schedule", "run"]);
    let args: Vec<&str> = words[2..].iter().map(String::as_str).collect();
    let replay = [
        "--now",
        "2025-01-24T12:00:00Z",
        "--until",
        "2025-01-25T12:00:00Z",
    ];
    desk.run(&[&args[..], &replay].concat()).ends(1);
    assert!(
        desk.sandbox
            .path("reports/watch/2025-01-24/study.json")
            .exists()
    );

    // One of the two starts the runs, not both.
    let wants = desk
        .sandbox
        .path("config/systemd/user/default.target.wants");
    std::fs::create_dir_all(&wants).expect("a folder");
    let enabled = wants.join("shockwave.service");
    std::os::unix::fs::symlink("../shockwave.service", &enabled).expect("a link");
    let refused = desk.run(&["install", "--uninstall"]).ends(2);
    assert!(refused.stderr.contains("disable --now shockwave.service"));
    std::fs::remove_file(enabled).expect("a link");
    desk.run(&["install", "--uninstall"]).ends(0);
    install(&desk, &[]).ends(0);
    let refused = install(&desk, &["--daemon"]).ends(2);
    assert!(refused.stderr.contains("--uninstall"), "{}", refused.stderr);
    install(&desk, &["--daemon", "--kind", "cron", "--dry-run"]).ends(2);
}

#[test]
fn what_another_wrote_is_neither_overwritten_nor_removed() {
    let desk = Desk::new();
    let others = "name: mine\n";
    desk.sandbox
        .write(".github/workflows/shockwave.yml", others);
    let refused = install(&desk, &["--kind", "github"]).ends(2);
    assert!(
        refused.stderr.contains("shockwave.yml"),
        "{}",
        refused.stderr
    );
    install(&desk, &["--kind", "github", "--uninstall"]).ends(2);
    assert_eq!(desk.sandbox.read(".github/workflows/shockwave.yml"), others);

    install(&desk, &[]).ends(0);
    let wants = desk.sandbox.path("config/systemd/user/timers.target.wants");
    std::fs::create_dir_all(&wants).expect("a folder");
    let enabled = wants.join("shockwave.timer");
    std::os::unix::fs::symlink("../shockwave.timer", &enabled).expect("a link");
    let refused = desk.run(&["install", "--uninstall"]).ends(2);
    assert!(
        refused
            .stderr
            .contains("systemctl --user disable --now shockwave.timer")
    );
    std::fs::remove_file(enabled).expect("a link");
    desk.run(&["install", "--uninstall"]).ends(0);
}

#[test]
fn the_machines_service_is_refused_files_that_it_could_not_see() {
    let desk = Desk::new();
    let refused = install(&desk, &["--system", "--dry-run"]).ends(2);
    assert!(refused.stderr.contains("no access"), "{}", refused.stderr);
}

#[test]
fn an_agent_and_a_workflow_are_written_and_taken_back() {
    let desk = Desk::new();
    for (kind, path) in [
        ("launchd", "Library/LaunchAgents/org.shockwave.daily.plist"),
        ("github", ".github/workflows/shockwave.yml"),
    ] {
        let said = install(&desk, &["--kind", kind]).ends(0).stdout;
        assert!(said.contains(&desk.sandbox.read(path)), "{kind}");
        install(&desk, &["--kind", kind, "--uninstall"]).ends(0);
        assert!(!desk.sandbox.path(path).exists(), "{kind}");
    }
}

/// A `crontab` that keeps its lines in a file beside itself, and speaks as cron's own does.
const CRONTAB: &str = r#"#!/bin/sh
table="$(dirname "$0")/table"
case "$1" in
  -l) if [ -f "$table" ]; then cat "$table"; else echo "no crontab for me" >&2; exit 1; fi ;;
  -r) rm "$table" ;;
  -) cat > "$table" ;;
esac
"#;

#[test]
fn a_crontab_gets_its_line_beside_those_of_others() {
    let desk = Desk::new();
    desk.sandbox.write("bin/crontab", CRONTAB);
    let program = desk.sandbox.path("bin/crontab");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&program, executable).expect("a program");
    let path = std::env::var("PATH").expect("a path");
    let path = format!("{}:{path}", desk.sandbox.path("bin").display());
    let crontab = |more: &[&str]| {
        let args = [
            &["install", "schedule.toml", "--now", NOW, "--kind", "cron"],
            more,
        ]
        .concat();
        let output = desk.command(&args).env("PATH", &path).output();
        Run::of(output.expect("the binary runs"))
    };
    // From none to none.
    crontab(&[]).ends(0);
    let alone = desk.sandbox.read("bin/table");
    assert!(alone.contains("--if-due"));
    crontab(&["--uninstall"]).ends(0);
    assert!(!desk.sandbox.path("bin/table").exists());
    // Beside others, twice.
    let others = "MAILTO=me\n5 4 * * * backup\n";
    desk.sandbox.write("bin/table", others);
    crontab(&[]).ends(0);
    crontab(&[]).ends(0);
    assert_eq!(desk.sandbox.read("bin/table"), format!("{others}{alone}"));
    crontab(&["--uninstall"]).ends(0);
    assert_eq!(desk.sandbox.read("bin/table"), others);
    // A crontab that cannot be read is not replaced.
    desk.sandbox.write(
        "bin/crontab",
        "#!/bin/sh\n[ \"$1\" = -l ] && exit 1\ncat > /dev/null\n",
    );
    crontab(&[]).ends(2);
}

use super::*;
use chrono::{NaiveTime, Timelike};
use croner::Cron;
use croner::parser::CronParser;
use saphyr::{LoadableYamlNode, Yaml};
use std::str::FromStr;

fn installation(at: &str, zone: &str, system: bool) -> Installation {
    let calendar = Calendar::named("XNYS").unwrap();
    let timing = Timing {
        at: NaiveTime::parse_from_str(at, "%H:%M").unwrap(),
        zone: zone.parse().unwrap(),
        lag: TimeDelta::minutes(90),
        retries: [15, 30, 60].map(TimeDelta::minutes).to_vec(),
    };
    let now = "2025-12-31T12:00:00Z".parse().unwrap();
    let moments = year_of_moments(&calendar, &timing, now).unwrap();
    Installation {
        program: "/opt/my tools/shockwave".into(),
        config: Some("/home/me/100%/shock's wave.toml".into()),
        store: "/home/me/store".into(),
        reports: "/home/me/reports".into(),
        system,
        daemon: false,
        timing,
        moments,
    }
}

fn new_york() -> Installation {
    installation("18:30", "America/New_York", false)
}

fn text(starter: Starter, what: &Installation) -> String {
    files(starter, what).remove(0).text
}

/// Every moment at which a line of a crontab in UTC fires, within a day after another.
fn fires_within(line: &str, after: DateTime<Utc>, limit: TimeDelta) -> bool {
    let cron = Cron::from_str(line).unwrap();
    let next = cron.find_next_occurrence(&after, true).unwrap();
    next - after <= limit
}

#[test]
fn the_timer_has_its_zone_and_the_weekdays_of_its_moments() {
    let timer = files(Starter::Systemd, &new_york()).remove(1).text;
    assert!(timer.contains("\nOnCalendar=Mon..Fri *-*-* 18:30:00 America/New_York\n"));
    assert!(timer.contains("\nPersistent=true\n"));
    let morning = installation("07:00", "Europe/Berlin", false);
    let timer = files(Starter::Systemd, &morning).remove(1).text;
    assert!(timer.contains("\nOnCalendar=Tue..Sat *-*-* 07:00:00 Europe/Berlin\n"));
}

#[test]
fn a_service_that_stays_has_no_timer() {
    for system in [false, true] {
        let what = Installation {
            daemon: true,
            ..installation("18:30", "America/New_York", system)
        };
        let units = files(Starter::Systemd, &what);
        let names: Vec<&str> = units.iter().map(|unit| unit.name).collect();
        assert_eq!(names, ["shockwave.service"]);
        let unit = &units[0].text;
        assert!(
            unit.contains("\nType=notify\nExecStart=\"/opt/my tools/shockwave\" schedule run ")
        );
        assert!(unit.contains("\nWatchdogSec=2min\n"));
        assert!(unit.contains("\nNoNewPrivileges=yes\n"));
        let (target, store) = match system {
            false => ("default.target", "/home/me/store"),
            true => ("multi-user.target", "/var/lib/shockwave/store"),
        };
        assert!(unit.ends_with(&format!("\n[Install]\nWantedBy={target}\n")));
        assert!(unit.contains(&format!(" --store {store} ")));
    }
}

#[test]
fn the_service_is_hardened_and_tries_again_by_the_plan() {
    let service = text(Starter::Systemd, &new_york());
    assert!(service.contains(
        "ExecStart=\"/opt/my tools/shockwave\" schedule once \"/home/me/100%%/shock's wave.toml\" \
         --store /home/me/store --reports /home/me/reports\n"
    ));
    for line in [
        "NoNewPrivileges=yes",
        "RestartSec=900",
        "StartLimitBurst=4",
        "SuccessExitStatus=1",
    ] {
        assert!(service.contains(&format!("\n{line}\n")), "{line}");
    }
    let system = text(
        Starter::Systemd,
        &installation("18:30", "America/New_York", true),
    );
    for line in [
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "StateDirectory=shockwave",
    ] {
        assert!(system.contains(&format!("\n{line}\n")), "{line}");
    }
    assert!(system.contains("--store /var/lib/shockwave/store"));
}

#[test]
fn cron_asks_within_the_hour_after_every_moment() {
    for what in [new_york(), installation("08:15", "Asia/Kolkata", false)] {
        let table = text(Starter::Cron, &what);
        let lines: Vec<&str> = table.lines().filter(|l| !l.starts_with('#')).collect();
        assert_eq!(lines.len(), 1);
        let fields: Vec<&str> = lines[0].split(' ').collect();
        let when = fields[..5].join(" ");
        for moment in &what.moments {
            assert!(
                fires_within(&when, *moment, TimeDelta::hours(1)),
                "{moment}"
            );
        }
        assert!(
            lines[0].contains(
                " flock -n /home/me/store.cron-lock '/opt/my tools/shockwave' schedule once \
             '/home/me/100\\%/shock'\\''s wave.toml' --if-due "
            ),
            "{}",
            lines[0]
        );
    }
}

#[test]
fn a_crontab_keeps_what_others_wrote() {
    let block = text(Starter::Cron, &new_york());
    let others = "MAILTO=me\n5 4 * * * backup\n";
    let once = with_block(others, &block);
    assert_eq!(with_block(&once, &block), once);
    assert_eq!(without_block(&once), others);
    assert!(once.starts_with(others) && once.contains(BLOCK_BEGINS));
    // A block whose end somebody took out swallows nothing.
    let open = format!("{BLOCK_BEGINS}\n{others}");
    assert_eq!(without_block(&open), open);
}

#[test]
fn launchd_reads_its_agent() {
    let agent = text(Starter::Launchd, &new_york());
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    let document = roxmltree::Document::parse_with_options(&agent, options).unwrap();
    let strings: Vec<&str> = document
        .descendants()
        .filter(|node| node.has_tag_name("array"))
        .flat_map(|array| array.children())
        .filter_map(|node| node.text().filter(|_| node.has_tag_name("string")))
        .collect();
    assert_eq!(strings[0], "/opt/my tools/shockwave");
    assert_eq!(strings[3], "/home/me/100%/shock's wave.toml");
    assert_eq!(strings[4], "--if-due");
}

#[test]
fn the_workflow_is_yaml_and_fires_soon_after_every_moment() {
    let what = Installation {
        config: Some("conf/shock's wave.toml".into()),
        ..new_york()
    };
    let workflow = text(Starter::Github, &what);
    let yaml = Yaml::load_from_str(&workflow).unwrap().remove(0);
    let lines = yaml["on"]["schedule"].as_vec().unwrap();
    let lines: Vec<&str> = lines
        .iter()
        .map(|line| line["cron"].as_str().unwrap())
        .collect();
    // 18:37 New York in winter and in summer, and three hours later; the last falls on the next day.
    assert_eq!(
        lines,
        [
            "37 1 * * 2,3,4,5,6",
            "37 2 * * 2,3,4,5,6",
            "37 22 * * 1,2,3,4,5",
            "37 23 * * 1,2,3,4,5"
        ]
    );
    for moment in &what.moments {
        let soon = |line: &&str| fires_within(line, *moment, TimeDelta::minutes(7));
        assert!(lines.iter().any(soon), "{moment}");
    }
    let steps = yaml["jobs"]["once"]["steps"].as_vec().unwrap();
    let run = steps
        .iter()
        .find(|s| s.contains_mapping_key("name") && s["name"].as_str() == Some("Run if due"))
        .unwrap();
    let script = run["run"].as_str().unwrap();
    assert!(script.contains("schedule once") && script.contains("--if-due"));
    assert_eq!(
        yaml["jobs"]["once"]["env"]["SCHEDULE_FILE"].as_str(),
        Some("conf/shock's wave.toml")
    );
    assert_eq!(yaml["permissions"]["contents"].as_str(), Some("read"));
}

#[test]
fn a_year_has_the_moments_of_its_sessions() {
    let moments = new_york().moments;
    assert_eq!(moments.len(), 252);
    assert!(moments.iter().all(|m| m.minute() == 30));
    assert!(moments.is_sorted());
    // Parsers agree on what a line of five fields is.
    let parser = CronParser::builder().build();
    assert!(parser.parse("30 * * * *").is_ok() && parser.parse("30 * * *").is_err());
}

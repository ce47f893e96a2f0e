use super::*;

fn read(text: &str) -> Result<ScheduleFile> {
    ScheduleFile::read(text.as_bytes(), "schedule.toml")
}

#[track_caller]
fn refused(text: &str, line: usize, said: &[&str]) {
    let error = read(text).unwrap_err();
    let Error::Input(input) = &error else {
        panic!("{error}");
    };
    assert_eq!(input.line, Some(line), "{error}");
    for part in said {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn everything_has_a_default() {
    let schedule = read("# as it comes\n").unwrap();
    assert_eq!(schedule, ScheduleFile::default());
    assert_eq!(schedule.at, None);
    assert_eq!(schedule.rules[0].to, Channel::Feed);
}

#[test]
fn a_full_file_is_understood() {
    let schedule = read(
        r#"
        studies = ["a.toml", "nvda-ai-shock"]
        symbols = ["NVDA", "SPY"]
        sources = "yahoo, tiingo"
        from = 2023-01-02
        at = "07:00"
        zone = "Europe/Berlin"
        lag = "2h"
        retries = ["15m", "1h"]
        keep = "30d"
        [[notify]]
        name = "team"
        on = ["abnormal-return", "revision"]
        quantile = 0.999
        instruments = ["NVDA"]
        to = "webhook"
        url = "https://example.org/hook"
        secret-env = "HOOK_SECRET"
        [[notify]]
        to = "email"
        server = "localhost"
        port = 8025
        security = "none"
        from = "shockwave@example.org"
        receivers = ["me@example.org"]
        "#,
    )
    .unwrap();
    assert_eq!(schedule.sources, ["yahoo", "tiingo"]);
    assert_eq!(schedule.retries, [15, 60].map(TimeDelta::minutes));
    assert_eq!(schedule.keep, Keep::Days(30));
    assert_eq!(
        schedule.rules[0].on,
        [Trigger::AbnormalReturn, Trigger::Revision]
    );
    assert_eq!(schedule.rules[1].name, "rule-2");
    let Channel::Email(email) = &schedule.rules[1].to else {
        panic!("no e-mail");
    };
    assert_eq!((email.port, email.security), (8025, Security::None));
}

#[test]
fn faults_have_their_line_and_a_cure() {
    refused("at = \"25:00\"", 1, &["not a time of day", "18:30"]);
    refused("\nzone = \"New York\"", 2, &["America/New_York"]);
    refused("retries = [\"15m\", \"soon\"]", 1, &["soon", "15m"]);
    refused("keep = \"0\"", 1, &["30d"]);
    refused("studys = []", 1, &["did you mean `studies`?"]);
    refused("[[notify]]\nto = \"webhok\"", 2, &["did you mean webhook?"]);
    refused(
        "[[notify]]\non = [\"revison\"]\nto = \"stdout\"",
        2,
        &["did you mean revision?"],
    );
    refused(
        "[[notify]]\nto = \"webhook\"\nurl = \"ftp://x\"",
        3,
        &["http"],
    );
    refused(
        "[[notify]]\nto = \"stdout\"\nquantile = 99",
        3,
        &["between 0 and 1"],
    );
    refused(
        "[[notify]]\nto = \"stdout\"\nurl = \"http://x\"",
        3,
        &["unknown key `url`"],
    );
    let twice = "[[notify]]\nname = \"a\"\nto = \"feed\"\n[[notify]]\nname = \"a\"\nto = \"feed\"";
    refused(twice, 5, &["two rules a"]);
}

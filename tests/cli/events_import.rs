//! `events import` of files: what it shows, what it writes, and what it leaves as it was.

use crate::support::Sandbox;

const CATALOGUE: &str = "# My events, in my order.\n\n[[event]]\nid = \"sell-off\"   # the one\n\
    at = \"2025-01-27\"\ntitle = \"Sell-off\"\ninstruments = [\"NVDA\"]\n";

const OTHERS: &str =
    "1;NVDA;NDX;27.01.2025;Rebound;-1;5;-11;120\n2;AMD;NDX;28.01.2025;Rebound;-1;5;-11;120\n";

fn desk() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("mine.toml", CATALOGUE);
    sandbox.write("others.csv", OTHERS);
    sandbox
}

#[test]
fn nothing_is_written_without_being_asked() {
    let desk = desk();
    let run = desk
        .run(&["events", "import", "others.csv", "--into", "mine.toml"])
        .ends(0);
    assert!(
        run.stdout.contains("2 new, 0 there already"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("read as a list of EventStudyTools"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("add --write"), "{}", run.stderr);
    assert_eq!(desk.read("mine.toml"), CATALOGUE);
}

#[test]
fn a_catalogue_grows_at_its_end_and_only_once() {
    let desk = desk();
    let args = [
        "events",
        "import",
        "others.csv",
        "--into",
        "mine.toml",
        "--write",
    ];
    desk.run(&args).ends(0);
    let grown = desk.read("mine.toml");
    assert!(grown.starts_with(CATALOGUE), "{grown}");
    assert_eq!(grown.matches("[[event]]").count(), 3);
    let again = desk.run(&args).ends(0);
    assert!(
        again.stdout.contains("0 new, 2 there already"),
        "{}",
        again.stdout
    );
    assert!(
        again
            .stdout
            .contains("duplicate of 2: the same id and content"),
        "{}",
        again.stdout
    );
    assert_eq!(desk.read("mine.toml"), grown);
    let list = desk.run(&["events", "list", "mine.toml"]).ends(0);
    assert!(list.stdout.contains("3 events"), "{}", list.stdout);
}

#[test]
fn a_taken_id_is_changed_and_named() {
    let desk = desk();
    desk.write(
        "more.csv",
        "id,at,title\nsell-off,2025-02-03,Another\nsell-off-0,2025-01-27,sell-off\n",
    );
    let args = [
        "events",
        "import",
        "more.csv",
        "--into",
        "mine.toml",
        "--write",
        "--json",
    ];
    let run = desk.run(&args).ends(0);
    let json = run.json();
    assert_eq!(json["new"], 1);
    assert_eq!(json["events"][0]["id"], "sell-off-2");
    assert_eq!(json["events"][0]["result"]["verdict"], "renamed");
    assert_eq!(json["events"][0]["result"]["from"], "sell-off");
    assert_eq!(json["events"][1]["result"]["verdict"], "duplicate");
    assert_eq!(json["events"][1]["result"]["of"], "sell-off");
    assert!(desk.read("mine.toml").contains("id = \"sell-off-2\""));
}

#[test]
fn calendars_become_tables_and_spans_are_kept() {
    let desk = desk();
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTART;VALUE=DATE:20250127\r\nSUMMARY:A\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:b@x\r\nDTSTART:20250226T212000Z\r\nSUMMARY:B\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    desk.write("c.ics", calendar);
    let run = desk.run(&[
        "events",
        "import",
        "c.ics",
        "--into",
        "new.csv",
        "--write",
        "--from",
        "2025-02-01",
        "--instruments",
        "NVDA",
    ]);
    run.ends(0);
    let written = desk.read("new.csv");
    let rows: Vec<&str> = written.lines().collect();
    assert_eq!(rows.len(), 2, "{written}");
    assert_eq!(rows[1], "b@x,2025-02-26T21:20:00Z,B,,NVDA,,minute,,,");
}

#[test]
fn refusals_leave_the_catalogue_as_it_was() {
    let desk = desk();
    desk.write("slashes.csv", "07/10/2022,NVDA,Controls\n");
    desk.write("small.csv", "id,at\nz,2025-01-27\n");
    for (args, said) in [
        (
            vec!["slashes.csv", "--into", "mine.toml"],
            "--date-format dmy",
        ),
        (vec!["nowhere.csv", "--into", "mine.toml"], "no such file"),
        (vec!["others.csv", "--into", "mine.ics"], ".toml or .csv"),
        (
            vec!["others.csv", "--into", "small.csv"],
            "no column `instruments`",
        ),
        (
            vec![
                "others.csv",
                "--into",
                "mine.toml",
                "--from",
                "2025-02-02",
                "--to",
                "2025-01-01",
            ],
            "lies after",
        ),
        (vec!["--into", "mine.toml"], "required"),
        (vec!["--source", "edgar", "--into", "mine.toml"], "--from"),
    ] {
        let mut all = vec!["events", "import", "--write"];
        all.extend(&args);
        let run = desk.run(&all).ends(2);
        assert!(run.stderr.contains(said), "{args:?}: {}", run.stderr);
    }
    assert_eq!(desk.read("mine.toml"), CATALOGUE);
    assert_eq!(desk.read("small.csv"), "id,at\nz,2025-01-27\n");
    let ordered = [
        "events",
        "import",
        "slashes.csv",
        "--into",
        "mine.toml",
        "--date-format",
        "dmy",
    ];
    let run = desk.run(&ordered).ends(0);
    assert!(run.stdout.contains("controls-2022-10-07"), "{}", run.stdout);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let desk = desk();
    std::os::unix::fs::symlink("mine.toml", desk.path("link.toml")).unwrap();
    desk.run(&[
        "events",
        "import",
        "others.csv",
        "--into",
        "link.toml",
        "--write",
    ])
    .ends(0);
    assert!(desk.path("link.toml").is_symlink());
    assert!(desk.read("mine.toml").contains("[[event]]\nid = \"1\""));
}

#[test]
fn studies_read_the_lists_of_other_tools() {
    let desk = desk();
    let run = desk.run(&["events", "align", "others.csv"]).ends(0);
    assert!(run.stdout.contains("2025-01-28"), "{}", run.stdout);
}

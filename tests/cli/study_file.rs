//! Study files: keys are flags, paths are relative to the file, faults have their line.

use crate::support::Sandbox;

const STUDY: &str = "name = \"mine\"\nevents = [\"events.csv\"]\nprices = [\"prices.csv\"]\n\
                     benchmark = \"MKT\"\n";

fn in_folder(more: &str) -> Sandbox {
    let sandbox = Sandbox::with_market();
    for name in ["events.csv", "prices.csv"] {
        sandbox.write(&format!("folder/{name}"), sandbox.read(name));
        std::fs::remove_file(sandbox.path(name)).expect("it was there");
    }
    sandbox.write("folder/study.toml", format!("{STUDY}{more}"));
    sandbox
}

#[test]
fn paths_are_relative_to_the_file_and_the_name_is_the_folder() {
    let sandbox = in_folder("");
    sandbox.run(&["study", "folder/study.toml"]).ends(0);
    assert_eq!(sandbox.table("reports/mine/ledger.csv").rows.len(), 3);
    let sandbox = in_folder("out = \"here\"\n");
    sandbox.run(&["study", "folder/study.toml"]).ends(0);
    assert!(sandbox.path("folder/here/study.json").is_file());
}

#[test]
fn a_flag_wins_over_the_file() {
    let sandbox = in_folder("model = \"mean-adjusted\"\nwindows = [\"0:0\"]\n");
    sandbox
        .run(&["study", "folder/study.toml", "--out", "a"])
        .ends(0);
    assert_eq!(
        sandbox.table("a/fits.csv").column("model"),
        ["mean-adjusted"; 3]
    );
    let args = [
        "study",
        "folder/study.toml",
        "--out",
        "b",
        "--model",
        "market",
    ];
    sandbox.run(&args).ends(0);
    assert_eq!(sandbox.table("b/fits.csv").column("model"), ["market"; 3]);
    assert_eq!(sandbox.table("b/cars.csv").column("window_start"), ["0"; 3]);
}

#[test]
fn claims_are_answered() {
    let claim = |id: &str, direction: &str| {
        format!(
            "[[claim]]\nid = \"{id}\"\ntext = \"It went {direction}\"\nevents = [\"one\"]\n\
             instrument = \"AAA\"\nwindow = \"0:0\"\ndirection = \"{direction}\"\n"
        )
    };
    let more = format!(
        "{}{}[[claim]]\nid = \"c\"\ntext = \"It was foreseen\"\nuntestable = \"Prices do not say.\"\n",
        claim("a", "down"),
        claim("b", "up")
    );
    let sandbox = in_folder(&more);
    sandbox
        .run(&["study", "folder/study.toml", "--out", "out"])
        .ends(0);
    let claims = sandbox.table("out/claims.csv");
    assert_eq!(
        claims.column("verdict"),
        ["supported", "contradicted", "not-testable"]
    );
    assert_eq!(claims.column("reason")[2], "Prices do not say.");
}

#[test]
fn a_claim_that_the_data_cannot_answer_is_named_and_changes_the_exit_code() {
    let sandbox = in_folder(
        "[[claim]]\nid = \"z\"\ntext = \"ZZZ fell\"\nevents = [\"one\"]\ninstrument = \"ZZZ\"\n\
         window = \"0:0\"\ndirection = \"down\"\n",
    );
    let run = sandbox
        .run(&["study", "folder/study.toml", "--out", "out"])
        .ends(1);
    assert!(
        run.stderr.contains("claim z: not answered"),
        "{}",
        run.stderr
    );
    assert_eq!(
        sandbox.table("out/claims.csv").column("verdict"),
        ["not-testable"]
    );
}

#[test]
fn samples_by_groups_that_do_not_exist_are_warned_of_with_the_cure() {
    let sandbox = in_folder("group-by = \"instrument-group\"\n");
    let run = sandbox
        .run(&["study", "folder/study.toml", "--out", "out"])
        .ends(0);
    assert!(
        run.stderr.contains("name the groups under [groups]"),
        "{}",
        run.stderr
    );
}

/// A study file with this in it is refused with all of `says`, and nothing is written.
#[track_caller]
fn refused(more: &str, says: &[&str]) {
    let sandbox = in_folder(more);
    let before = sandbox.tree("");
    let run = sandbox
        .run(&["study", "folder/study.toml", "--out", "out"])
        .ends(2);
    for part in says {
        assert!(
            run.stderr.contains(part),
            "{part:?} is missing:\n{}",
            run.stderr
        );
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert_eq!(sandbox.tree(""), before);
}

#[test]
fn unknown_keys_are_named_with_the_key_that_was_meant() {
    refused(
        "estimaton = \"-250:-11\"\n",
        &["study.toml:5:1", "estimaton", "did you mean `estimation`?"],
    );
    refused(
        "[[claim]]\nid = \"a\"\ntext = \"t\"\nevent = [\"one\"]\n",
        &["study.toml:8:1", "did you mean `events`?"],
    );
    refused(
        "[[share]]\ninstrument = \"AAA\"\n",
        &["unknown key `share`", "did you mean `shares`?"],
    );
}

#[test]
fn broken_toml_is_named_with_its_line() {
    refused(
        "model = \"market\nwindows = [\n",
        &["study.toml:5", "not valid TOML"],
    );
    refused("benchmark = \"AAA\"\n", &["study.toml:5", "duplicate key"]);
    refused("model = { a = 1 }\n", &["study.toml:5:9", "must be a text"]);
}

#[test]
fn wrong_values_are_named_with_their_line_and_the_cure() {
    refused(
        "model = \"markt\"\n",
        &["study.toml:5:9", "\"markt\"", "choose mean-adjusted"],
    );
    refused(
        "tests = [\"bmp_t\", \"patel\"]\n",
        &["study.toml:5:19", "\"patel\"", "choose all"],
    );
    refused(
        "calendar = \"XNYX\"\n",
        &["study.toml:5:12", "\"XNYX\"", "use XNYS"],
    );
    refused(
        "event-zone = \"Mars\"\n",
        &["study.toml:5:14", "\"Mars\"", "America/New_York"],
    );
    refused(
        "date-format = \"xyz\"\n",
        &["study.toml:5:15", "\"xyz\"", "choose dmy"],
    );
    refused(
        "decimal = \"dot\"\n",
        &["study.toml:5:11", "\"dot\"", "choose point, comma"],
    );
    refused(
        "estimation = \"-20:-18\"\n",
        &["study.toml:5:14", "3 days", "at least 10"],
    );
    refused(
        "estimation = \"-100:-5\"\n",
        &[
            "study.toml:5:14",
            "overlaps the event window",
            "do not meet",
        ],
    );
    refused(
        "event-window = \"-10:10\"\nwindows = [\"0:0\", \"0:99\"]\n",
        &[
            "study.toml:6:19",
            "[0, +99] is not inside the event window",
            "change",
        ],
    );
    refused(
        "max-shift = -1\n",
        &["study.toml:5:13", "max-shift", "0 or more"],
    );
    refused(
        "max-shift = 99999999999\n",
        &["study.toml:5:13", "max-shift"],
    );
    refused("focus = \"ZZZ\"\n", &["study.toml:5:9", "\"ZZZ\""]);
    refused(
        "lead-event = \"nope\"\n",
        &["study.toml:5:14", "\"nope\"", "no event has this id"],
    );
    refused("[groups]\na = [\"../x\"]\n", &["study.toml:6:6", "../x"]);
}

#[test]
fn claims_about_what_the_study_lacks_are_named_with_their_line() {
    let claim = |events: &str, subject: &str, window: &str| {
        format!(
            "[[claim]]\nid = \"a\"\ntext = \"t\"\n{events}\n{subject}\nwindow = \"{window}\"\n\
             direction = \"up\"\n"
        )
    };
    let one = "events = [\"one\", \"nope\"]";
    refused(
        &claim(one, "instrument = \"AAA\"", "0:0"),
        &["study.toml:8:18", "\"nope\"", "no event has this id"],
    );
    let category = "category = \"nope\"";
    refused(
        &claim(category, "instrument = \"AAA\"", "0:0"),
        &["study.toml:8:12", "\"nope\"", "no event has this category"],
    );
    let one = "events = [\"one\"]";
    refused(
        &claim(one, "group = \"nope\"", "0:0"),
        &[
            "study.toml:9:9",
            "\"nope\"",
            "no group has this name",
            "[groups]",
        ],
    );
    refused(
        &claim(one, "instrument = \"AAA\"", "0:50"),
        &["study.toml:10:10", "[0, +50]", "event window is [-10, +10]"],
    );
    refused(
        &claim(one, "", "0:0"),
        &[
            "study.toml:6:6",
            "instrument or a group",
            "give instrument =",
        ],
    );
}

#[test]
fn a_study_needs_events() {
    let sandbox = Sandbox::with_market();
    sandbox.write("empty.toml", "");
    let run = sandbox.run(&["study", "empty.toml"]).ends(2);
    assert!(
        run.stderr.contains("empty.toml: the file is empty"),
        "{}",
        run.stderr
    );
    sandbox.write("study.toml", "prices = [\"prices.csv\"]\n");
    let run = sandbox.run(&["study", "study.toml"]).ends(2);
    assert!(run.stderr.contains("names no event file"), "{}", run.stderr);
    assert!(!sandbox.path("reports").exists());
}

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

/// The schema that editors complete from, as the program prints it.
fn schema(file: &str) -> serde_json::Value {
    let run = Sandbox::with_market().run(&["schema", file]).ends(0);
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// The words between two parts of a message, sorted.
fn listed(message: &str, before: &str, after: &str) -> Vec<String> {
    let (_, rest) = message
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} in {message}"));
    let list = rest
        .split(after)
        .next()
        .unwrap_or(rest)
        .replace(", or ", ", ")
        .replace(" or ", ", ");
    let mut words: Vec<String> = list.split(", ").map(|w| w.trim().to_owned()).collect();
    words.sort();
    words
}

fn keys(schema: &serde_json::Value) -> Vec<String> {
    let keys = schema["properties"].as_object().expect("properties");
    let mut keys: Vec<String> = keys.keys().cloned().collect();
    keys.sort();
    keys
}

fn fault_of(study: &str) -> String {
    let sandbox = Sandbox::with_market();
    sandbox.write("study.toml", study);
    sandbox.run(&["study", "study.toml"]).ends(2).stderr
}

/// The program lists the keys that it reads where it finds one that it does not know.
#[test]
fn the_schema_has_every_key_of_a_study_file() {
    let schema = schema("study-file");
    let unknown = "zzzzzzzzzzzzzzzz = 1\n";
    for (name, section) in [
        ("", ""),
        ("group", "[groups.x]\nmembers = [\"A\"]\n"),
        (
            "shares",
            "[[shares]]\ninstrument = \"A\"\ncount = 1\nas-of = 2024-01-02\n",
        ),
        ("claim", "[[claim]]\nid = \"x\"\ntext = \"t\"\n"),
        (
            "regression",
            "[[regression]]\nname = \"r\"\nwindow = \"0:0\"\nattributes = [\"category\"]\n",
        ),
    ] {
        let fault = fault_of(&format!("{section}{unknown}"));
        let part = match name {
            "" => &schema,
            name => &schema["$defs"][name],
        };
        assert_eq!(
            keys(part),
            listed(&fault, "the keys here are ", "\n"),
            "{name}"
        );
        for (key, shape) in part["properties"].as_object().expect("an object") {
            assert!(shape["description"].is_string(), "{name} {key}");
        }
    }
}

/// A value outside of a closed list is refused with the list, which is that of the schema.
#[test]
fn the_schema_has_every_choice_of_a_study_file() {
    let schema = schema("study-file");
    let file = "events = [\"events.csv\"]\nprices = [\"prices.csv\"]\nfactors = \"f.csv\"\n";
    let mut n_closed = 0;
    for (key, shape) in schema["properties"].as_object().expect("an object") {
        let choices = shape["enum"]
            .as_array()
            .or(shape["items"]["enum"].as_array());
        let Some(choices) = choices else { continue };
        // Asked only where figures are read that need it.
        if ["decimal", "factor-unit"].contains(&key.as_str()) {
            continue;
        }
        let mut choices: Vec<String> = choices
            .iter()
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect();
        // A build offers what it can write; the schema is that of every build.
        choices.retain(|word| cfg!(feature = "pdf") || word != "pdf");
        choices.sort();
        let fault = fault_of(&format!("{file}{key} = \"zzzzzz\"\n")).replace("of ", "");
        assert_eq!(listed(&fault, "choose ", "\n"), choices, "{key}");
        n_closed += 1;
    }
    assert!(n_closed > 10);
}

/// A file of all defaults asks for what an empty one asks for.
#[test]
fn the_defaults_of_the_schema_are_those_of_the_program() {
    let schema = schema("study-file");
    let sandbox = Sandbox::with_market();
    let file =
        "name = \"s\"\nevents = [\"events.csv\"]\nprices = [\"prices.csv\"]\nbenchmark = \"MKT\"\n";
    sandbox.write("plain.toml", file);
    let mut stated = file.to_owned();
    for (key, shape) in schema["properties"].as_object().expect("an object") {
        if let Some(value) = shape.get("default") {
            stated.push_str(&format!("{key} = {value}\n"));
        }
    }
    sandbox.write("stated.toml", stated);
    let settings = |study: &str, out: &str| {
        sandbox.run(&["study", study, "--out", out]).ends(0);
        let text = sandbox.read(&format!("{out}/study.json"));
        serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["settings"].clone()
    };
    assert_eq!(settings("plain.toml", "a"), settings("stated.toml", "b"));
}

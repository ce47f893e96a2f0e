//! A full study file, and every fault with its line.

use super::*;
use proptest::prelude::*;

const FULL: &str = r#"
name = "nvda-ai-shock"
events = ["ai-chip-policy"]
prices = "sample"
benchmark = "SPY"
benchmark_weight = 0.066
focus = "NVDA"
instruments = ["NVDA","AMD"]
model = "market"
estimation = "-250:-11"
event-window = "-10:10"
windows = "0:0, -1:1"
max-shift = 5
joint = true
group-by = "category"
[groups]
hardware = ["NVDA","AVGO"]
big_tech = "MSFT,AAPL"
[[shares]]
instrument = "NVDA"
count = 24.49e9
as-of = 2025-01-31
source = "10-K"
[[claim]]
id = "x"
text = "It fell."
events = ["deepseek-selloff"]
instrument = "NVDA"
window = "0:0"
direction = "down"
"#;

fn texts(list: &[Located<String>]) -> Vec<&str> {
    list.iter().map(|item| item.value.as_str()).collect()
}

fn message(text: &str) -> String {
    read_study(text.as_bytes(), "s.toml")
        .unwrap_err()
        .to_string()
}

#[test]
fn a_full_file_reads() {
    let study = read_study(FULL.as_bytes(), "s.toml").unwrap();
    let text = |text: &Text| text.as_ref().map(|t| t.value.clone());
    assert_eq!(text(&study.name).as_deref(), Some("nvda-ai-shock"));
    assert_eq!(text(&study.joint).as_deref(), Some("on"));
    assert_eq!(study.benchmark_weight.as_ref().unwrap().value, 0.066);
    assert_eq!(study.max_shift.as_ref().unwrap().value, 5);
    assert_eq!(texts(&study.prices.as_ref().unwrap().value), ["sample"]);
    assert_eq!(
        texts(&study.windows.as_ref().unwrap().value),
        ["0:0", "-1:1"]
    );
    assert_eq!(study.anchor, None);
    assert_eq!(study.groups[0].name.value, "hardware");
    assert_eq!(study.groups[1].name.value, "big_tech");
    assert_eq!(texts(&study.groups[1].members), ["MSFT", "AAPL"]);
    assert_eq!(study.shares[0].count.value, 24.49e9);
    assert_eq!(study.shares[0].as_of.value, "2025-01-31");
    assert_eq!(text(&study.claims[0].direction).as_deref(), Some("down"));
}

#[test]
fn later_faults_point_at_the_value() {
    let study = read_study(FULL.as_bytes(), "s.toml").unwrap();
    let model = study.model.clone().unwrap();
    let error = study.error(model.span, "unknown model", "name another");
    assert_eq!(error.to_string(), "s.toml:9: unknown model; name another");
    let (line, span) = error.snippet.unwrap();
    assert_eq!(&line[span], "\"market\"");
}

#[test]
fn unknown_keys_are_named_with_a_suggestion() {
    assert_eq!(
        message("name = \"x\"\nbenchmrak = \"SPY\"\n"),
        "s.toml:2: unknown key `benchmrak`; did you mean `benchmark`?"
    );
    assert_eq!(
        message("[[claim]]\nid = \"x\"\ntext = \"t\"\nwindows = \"0:0\"\n"),
        "s.toml:4: unknown key `windows` in [[claim]]; did you mean `window`?"
    );
    assert!(message("colour = 1").contains("the keys here are name, title"));
    assert_eq!(
        message("event-window = \"0:1\"\nevent_window = \"0:1\"\n"),
        "s.toml:2: the key `event-window` is given twice; delete one of them"
    );
}

#[test]
fn wrong_types_and_missing_keys_are_named() {
    assert_eq!(
        message("\nmodel = [1]\n"),
        "s.toml:2: `model` must be a text, not a TOML array; correct the value"
    );
    assert!(message("seed = -1").contains("`seed` must be a whole number"));
    assert!(message("benchmark-weight = inf").contains("a finite number"));
    assert!(message("claim = 3").contains("each under [[claim]]"));
    assert!(message("groups = 3").contains("must be a table"));
    assert!(message("windows = [[1]]").contains("a list of texts"));
    let missing = message("[[shares]]\ninstrument = \"NVDA\"\n");
    assert!(
        missing.starts_with("s.toml:1: the table has no `count`"),
        "{missing}"
    );
}

#[test]
fn what_is_no_toml_is_named_with_its_line() {
    let text = message("name = \"x\"\nmodel = market\n");
    assert!(text.starts_with("s.toml:2: not valid TOML"), "{text}");
    assert!(message("").contains("empty"));
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,60}", lines in "[a-z=\"\\[\\]\n,0-9. ]{0,80}") {
        let _ = read_study(text.as_bytes(), "s.toml");
        let _ = read_study(lines.as_bytes(), "s.toml");
    }
}

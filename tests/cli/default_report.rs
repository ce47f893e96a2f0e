//! `shockwave report` without anything, from a folder that is not the repository. It is run once.

use crate::support::table::Table;
use crate::support::{Run, Sandbox, Tree, tree};
use std::collections::BTreeSet;
use std::sync::OnceLock;

struct Report {
    run: Run,
    files: Tree,
    /// What stood in the folder beside `reports`.
    beside: Vec<String>,
}

fn report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let sandbox = Sandbox::new();
        let run = sandbox.run(&["report"]);
        let files = tree(&sandbox.path("reports/nvda-ai-shock"));
        let all = sandbox.tree("").into_keys();
        let beside = all.filter(|name| !name.starts_with("reports/")).collect();
        Report { run, files, beside }
    })
}

fn text(name: &str) -> &'static str {
    let bytes = report().files.get(name);
    let bytes = bytes.unwrap_or_else(|| panic!("no {name}"));
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn table(name: &str) -> Table {
    Table::read(text(name))
}

fn study() -> serde_json::Value {
    serde_json::from_str(text("study.json")).expect("JSON")
}

#[test]
fn writes_every_file_of_the_contract_and_nothing_else() {
    let files = &report().files;
    for name in [
        "ledger.csv",
        "fits.csv",
        "abnormal_returns.csv",
        "cars.csv",
        "aar.csv",
        "tests.csv",
        "claims.csv",
        "groups.csv",
        "study.json",
        "report.html",
        "report.md",
    ] {
        assert!(files.get(name).is_some_and(|f| !f.is_empty()), "{name}");
    }
    let svg: BTreeSet<&str> = charts("svg");
    assert!(svg.len() >= 10, "{svg:?}");
    assert_eq!(svg, charts("png"), "every chart is there in both forms");
    assert!(report().beside.is_empty(), "{:?}", report().beside);
}

fn charts(ending: &str) -> BTreeSet<&'static str> {
    let names = report().files.keys();
    let stem = |name: &'static String| {
        let name = name.strip_prefix("charts/")?;
        name.strip_suffix(ending)
    };
    names.filter_map(stem).collect()
}

#[test]
fn charts_are_pictures_of_their_kind() {
    for (name, bytes) in &report().files {
        if name.ends_with(".png") {
            assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{name}");
        } else if name.ends_with(".svg") {
            let svg = std::str::from_utf8(bytes).expect("UTF-8");
            assert!(svg.starts_with("<svg") && svg.contains("</svg>"), "{name}");
        }
    }
}

#[test]
fn the_page_needs_no_network_and_the_markdown_finds_its_charts() {
    let html = text("report.html");
    for asks in [
        "src=\"http",
        "href=\"http://",
        "@import",
        "url(http",
        "<script src",
        "<link",
    ] {
        assert!(!html.contains(asks), "{asks}");
    }
    let links: Vec<&str> = text("report.md")
        .split("](charts/")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect();
    assert!(!links.is_empty());
    for link in links {
        let name = format!("charts/{link}");
        assert!(report().files.contains_key(&name), "{name}");
    }
}

#[test]
fn nvidias_three_days_have_the_figures_of_the_reference() {
    let (days, cars) = (table("abnormal_returns.csv"), table("cars.csv"));
    for (event, session, ar, t, sq_p) in [
        (
            "deepseek-selloff",
            "2025-01-27",
            -0.133276,
            -5.0616,
            Some(0.0083),
        ),
        (
            "trump-huang-meeting",
            "2025-01-31",
            -0.023818,
            -0.9081,
            None,
        ),
        (
            "trump-huang-meeting-as-printed",
            "2025-02-03",
            -0.011587,
            -0.4414,
            None,
        ),
    ] {
        let day = [
            ("event_id", event),
            ("instrument", "NVDA"),
            ("relative_day", "0"),
        ];
        assert_eq!(days.cell(&day, "session"), session, "{event}");
        near(days.number(&day, "ar"), ar, 5e-7, event);
        near(days.number(&day, "ar_t"), t, 5e-5, event);
        let car = [
            ("event_id", event),
            ("instrument", "NVDA"),
            ("window_start", "0"),
            ("window_end", "0"),
        ];
        near(cars.number(&car, "car"), ar, 5e-7, event);
        if let Some(p) = sq_p {
            near(cars.number(&car, "sq_p"), p, 5e-5, event);
        }
        // Both ways of treating other events stand beside each other, and they differ.
        let (masked, unmasked) = (
            cars.number(&car, "car_masked"),
            cars.number(&car, "car_unmasked"),
        );
        near(unmasked, ar, 5e-7, event);
        assert!(
            masked != unmasked && (masked - unmasked).abs() < 0.01,
            "{event}"
        );
        assert!(cars.number(&car, "car_masked_t").is_finite());
    }
}

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found} is not {expected}"
    );
}

#[test]
fn every_event_of_the_catalogue_is_in_the_ledger() {
    let catalogue = include_str!("../../data/events/ai-chip-policy.toml");
    let given: BTreeSet<&str> = catalogue
        .lines()
        .filter_map(|line| line.strip_prefix("id = \"")?.split('"').next())
        .collect();
    let ledger = table("ledger.csv");
    let found: BTreeSet<&str> = ledger.column("event_id").into_iter().collect();
    assert!(given.len() >= 70, "{}", given.len());
    assert_eq!(given, found);
}

#[test]
fn short_estimation_windows_are_named_with_their_count() {
    let ledger = table("ledger.csv");
    for (event, n) in [
        ("nvda-results-2022-02", "21"),
        ("nvda-results-2022-05", "89"),
    ] {
        let row = [("event_id", event), ("instrument", "NVDA")];
        assert_eq!(ledger.cell(&row, "status"), "excluded");
        assert_eq!(ledger.cell(&row, "reason_code"), "short-estimation");
        assert_eq!(ledger.cell(&row, "n_estimation"), n);
        assert_eq!(ledger.cell(&row, "n_estimation_window"), "240");
        let reason = ledger.cell(&row, "reason");
        assert!(reason.starts_with(&format!("{n} of 240")), "{reason}");
    }
    let row = [("event_id", "bis-rule-2022-10"), ("instrument", "NVDA")];
    assert_eq!(ledger.cell(&row, "status"), "used");
    assert_eq!(table("fits.csv").cell(&row, "n_estimation"), "181");
}

#[test]
fn counts_add_up_over_events_observations_and_tables() {
    let study = study();
    let ledger = table("ledger.csv");
    let statuses = ledger.column("status");
    let count = |status: &str| statuses.iter().filter(|s| **s == status).count() as u64;
    let observations = &study["observation_counts"];
    let of = |counts: &serde_json::Value, key: &str| counts[key].as_u64().expect("a count");
    for status in ["used", "provisional", "excluded"] {
        assert_eq!(of(observations, status), count(status), "{status}");
    }
    for counts in [observations, &study["event_counts"]] {
        let parts = ["used", "provisional", "excluded"].map(|k| of(counts, k));
        assert_eq!(parts.iter().sum::<u64>(), of(counts, "total"));
    }
    let events: BTreeSet<&str> = ledger.column("event_id").into_iter().collect();
    assert_eq!(of(&study["event_counts"], "total"), events.len() as u64);
    assert_eq!(of(observations, "total"), ledger.rows.len() as u64);
    assert_eq!(table("fits.csv").rows.len() as u64, count("used"));
    for (file, key) in [
        ("cars.csv", "cars"),
        ("abnormal_returns.csv", "abnormal_returns"),
        ("aar.csv", "aar"),
        ("tests.csv", "tests"),
        ("claims.csv", "claims"),
        ("groups.csv", "groups"),
    ] {
        let rows = study[key].as_array().expect("rows").len();
        assert_eq!(table(file).rows.len(), rows, "{file}");
    }
}

#[test]
fn no_cell_is_nan_or_infinite() {
    for (name, bytes) in &report().files {
        if !name.ends_with(".csv") {
            continue;
        }
        let table = Table::read(std::str::from_utf8(bytes).expect("UTF-8"));
        for cell in table.rows.iter().flatten() {
            let bad = ["nan", "inf", "-inf", "null"].contains(&cell.to_lowercase().as_str());
            assert!(!bad, "{name} holds {cell:?}");
        }
    }
}

#[test]
fn what_is_not_final_is_named_and_changes_the_exit_code() {
    let Report { run, .. } = report();
    assert_eq!(run.code, 1, "{}", run.stderr);
    let ledger = table("ledger.csv");
    let mut open = 0;
    for row in &ledger.rows {
        let keys = [
            ("event_id", row[0].as_str()),
            ("instrument", row[1].as_str()),
        ];
        let status = ledger.cell(&keys, "status");
        if status == "used" {
            continue;
        }
        open += 1;
        let named = run.stderr.lines().any(|line| {
            line.starts_with(&format!("{status}: {} (", row[0])) && line.contains(&row[1])
        });
        assert!(named, "{} {} is not named:\n{}", row[0], row[1], run.stderr);
    }
    assert!(open > 0);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

#[test]
fn the_answer_leads_with_deepseek_monday() {
    let answer = report().run.plain_stdout();
    let first = answer.lines().next().unwrap_or("");
    for part in [
        "27 January 2025",
        "NVDA",
        "−16.97 %",
        "−13.33 %",
        "t = −5.06",
    ] {
        assert!(first.contains(part), "{part} is missing: {first}");
    }
    assert!(answer.contains("report.html"), "{answer}");
}

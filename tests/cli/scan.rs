//! `shockwave scan`: the Nvidia case on the embedded figures, the user's own files, the folder, and
//! what it refuses.

use crate::support::{Run, Sandbox, difference};

const COLUMNS: [&str; 12] = [
    "rank",
    "session",
    "instrument",
    "return",
    "ar",
    "ar_t",
    "sq_p",
    "q_value",
    "volume_z",
    "scope",
    "events",
    "explained",
];

fn nvda(sandbox: &Sandbox, more: &[&str]) -> Run {
    let span = ["--from", "2024-01-01", "--to", "2026-12-31"];
    let mut args = vec!["scan", "NVDA"];
    args.extend(span);
    args.extend(more);
    sandbox.run(&args).ends(0)
}

fn made_up(sandbox: &Sandbox, more: &[&str]) -> Run {
    // Symbols go before flags that take several values.
    let mut args = vec!["scan"];
    args.extend(more);
    args.extend(["--prices", "prices.csv", "--benchmark", "MKT"]);
    args.extend(["--events", "events.csv"]);
    sandbox.run(&args)
}

#[test]
fn nvidia_from_2024_to_2026() {
    let sandbox = Sandbox::new();
    let run = nvda(&sandbox, &["--top", "20", "--out", "out"]);
    let table = sandbox.table("out/scan.csv");
    assert_eq!(table.header[..12], COLUMNS);
    assert_eq!(table.rows.len(), 20);
    let first = [("rank", "1")];
    assert_eq!(table.cell(&first, "session"), "2025-01-27");
    assert_eq!(
        table.cell(&first, "events"),
        "deepseek-app-first;deepseek-selloff"
    );
    let page = sandbox.read("out/scan.html");
    for text in [
        "<svg",
        "no known event",
        "Benjamini, Hochberg 1995",
        "27\u{a0}Jan\u{a0}2025",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<script") && !page.contains("src="));
    // The figures of the study of that day: the same model on the same window.
    assert!((table.number(&first, "ar") + 0.133_276).abs() < 1e-6);
    assert!((table.number(&first, "ar_t") + 5.061_6).abs() < 1e-4);
    assert!((table.number(&first, "sq_p") - 2.0 / 241.0).abs() < 1e-12);
    assert!(table.number(&first, "volume_z") > 1.0);

    let sessions = table.column("session").into_iter();
    let unexplained: Vec<&str> = sessions
        .zip(table.column("explained"))
        .filter(|(_, explained)| *explained == "false")
        .map(|(session, _)| session)
        .collect();
    let said = run.plain_stdout();
    let list = format!("no known event: {}.", unexplained.join(", "));
    assert!(said.contains(&list), "{said}\n{list}");
    assert!(
        said.contains("2025-01-27") && said.contains("Odds ratio"),
        "{said}"
    );
    let rows = said.lines().take_while(|line| !line.is_empty());
    let widths: Vec<usize> = rows.map(|line| line.chars().count()).collect();
    assert!(
        widths.len() == 21 && widths.iter().all(|w| *w <= 100),
        "{widths:?}"
    );

    let sessions = sandbox.table("out/sessions.csv");
    assert_eq!(sessions.rows.len(), 595);
    let files = sandbox.tree("out");
    for name in [
        "association.csv",
        "scan.json",
        "scan.md",
        "charts/scan-nvda.svg",
        "charts/scan-nvda.png",
    ] {
        assert!(
            files.get(name).is_some_and(|bytes| !bytes.is_empty()),
            "{name}"
        );
    }
}

#[test]
fn json_says_the_same_and_threads_change_nothing() {
    let sandbox = Sandbox::new();
    let one = nvda(&sandbox, &["--json", "--threads", "1", "--out", "one"]).json();
    let two = nvda(&sandbox, &["--json", "--threads", "2", "--out", "two"]).json();
    assert_eq!(one["scan"], two["scan"]);
    assert_eq!(
        difference(&sandbox.tree("one"), &sandbox.tree("two")),
        Vec::<String>::new()
    );
    let document: serde_json::Value = serde_json::from_str(&sandbox.read("one/scan.json")).unwrap();
    assert_eq!(document["schema"], "shockwave.scan/1");
    assert_eq!(document["scan"], one["scan"]);
    assert_eq!(
        (one["n_scanned"].as_u64(), one["exit_code"].as_i64()),
        (Some(595), Some(0))
    );
    let fields = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let root = env!("CARGO_MANIFEST_DIR");
    let schema = std::fs::read_to_string(format!("{root}/data/schema/scan.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(fields(&document), fields(&schema["properties"]));
    assert_eq!(
        fields(&document["scan"][0]),
        fields(&schema["$defs"]["row"]["properties"])
    );
    assert_eq!(
        fields(&document["association"][0]),
        fields(&schema["$defs"]["association"]["properties"])
    );
}

#[test]
fn own_files_are_scanned_and_scaling_prices_changes_nothing() {
    let sandbox = Sandbox::with_market();
    made_up(&sandbox, &["--from", "2024-01-01", "--out", "out"]).ends(0);
    let table = sandbox.table("out/scan.csv");
    for (name, session) in [
        ("AAA", "2024-06-03"),
        ("AAA", "2024-08-01"),
        ("BBB", "2024-10-01"),
    ] {
        let row = [("instrument", name), ("session", session)];
        assert!(table.number(&row, "rank") <= 3.0);
        assert_eq!(table.cell(&row, "explained"), "true");
        assert_eq!(table.cell(&row, "scope"), "own");
        // No volume in the file, no figure.
        assert_eq!(table.cell(&row, "volume_z"), "");
    }
    let scaled: String = sandbox
        .read("prices.csv")
        .lines()
        .map(|line| match line.rsplit_once(',') {
            Some((rest, price)) => match price.parse::<f64>() {
                Ok(price) => format!("{rest},{}\n", price * 8.0),
                Err(_) => format!("{line}\n"),
            },
            None => format!("{line}\n"),
        })
        .collect();
    sandbox.write("prices.csv", scaled);
    made_up(&sandbox, &["--from", "2024-01-01", "--out", "scaled"]).ends(0);
    assert_eq!(
        sandbox.read("out/sessions.csv"),
        sandbox.read("scaled/sessions.csv")
    );
}

#[test]
fn a_scan_and_a_study_share_a_folder_without_harm() {
    let sandbox = Sandbox::with_market();
    let report = [
        "report",
        "--prices",
        "prices.csv",
        "--benchmark",
        "MKT",
        "--events",
        "events.csv",
        "--out",
        "out",
    ];
    sandbox.run(&report).ends(0);
    let study = sandbox.tree("out");
    made_up(
        &sandbox,
        &["AAA", "BBB", "--from", "2024-01-01", "--out", "out"],
    )
    .ends(0);
    let both = sandbox.tree("out");
    assert!(
        study
            .iter()
            .all(|(name, bytes)| both.get(name) == Some(bytes))
    );
    made_up(&sandbox, &["AAA", "--from", "2024-01-01", "--out", "out"]).ends(0);
    let again = sandbox.tree("out");
    assert!(
        again.contains_key("charts/scan-aaa.svg") && !again.contains_key("charts/scan-bbb.svg")
    );
    sandbox.run(&report).ends(0);
    assert_eq!(sandbox.tree("out"), again);
}

#[test]
fn own_figures_without_events_are_not_matched_to_embedded_ones() {
    let sandbox = Sandbox::with_market();
    let figures = ["--prices", "prices.csv", "--benchmark", "MKT"];
    let span = ["scan", "AAA", "--from", "2024-01-01", "--top", "60"];
    let run = sandbox.run(&[&span[..], &figures].concat()).ends(0);
    assert!(
        run.stderr.contains("no --events are given"),
        "{}",
        run.stderr
    );
    let said = run.plain_stdout();
    assert!(
        said.contains("Of the 60 sessions listed, of which"),
        "{said}"
    );
    assert!(said.contains("0 have a known event beside them"), "{said}");
    let named = [&span[..], &figures, &["--events", "ai-chip-policy"]].concat();
    let run = sandbox.run(&named).ends(0);
    assert!(
        !run.stderr.contains("no --events are given"),
        "{}",
        run.stderr
    );
}

#[test]
fn without_a_folder_nothing_is_written() {
    let sandbox = Sandbox::with_market();
    let before = sandbox.tree("");
    made_up(&sandbox, &["AAA"]).ends(0);
    assert_eq!(sandbox.tree(""), before);
}

#[test]
fn an_instrument_without_figures_is_named_and_changes_the_exit_code() {
    let sandbox = Sandbox::with_market();
    let run = made_up(
        &sandbox,
        &["AAA", "--from", "2023-01-01", "--to", "2023-03-01"],
    )
    .ends(1);
    assert!(
        run.stderr.contains("AAA") && run.stderr.contains("short-estimation"),
        "{}",
        run.stderr
    );
    let said = run.plain_stdout();
    assert!(said.contains("there was nothing to test"), "{said}");
    assert!(said.contains("usable sessions in its estimation window"));
    assert!(!said.contains("rank among 0"), "{said}");
}

#[test]
fn what_cannot_be_scanned_is_refused() {
    let sandbox = Sandbox::with_market();
    let cases: [(&[&str], &[&str]); 9] = [
        (&["ZZZ"], &["ZZZ", "AAA, BBB"]),
        (&["AAA", "--peers", "YYY"], &["YYY", "AAA, BBB"]),
        (&["../etc"], &["SYMBOL"]),
        (&["AAA", "--from", "soon"], &["--from", "YYYY-MM-DD"]),
        (
            &["AAA", "--from", "2024-02-01", "--to", "2024-01-01"],
            &["--from", "2024-01-01"],
        ),
        (&["AAA", "--from", "2031-01-01"], &["2024-12-31"]),
        (&["AAA", "--alpha", "1.5"], &["--alpha"]),
        (&["AAA", "--top", "0"], &["--top"]),
        (&["AAA", "--model", "garch"], &["garch", "least squares"]),
    ];
    for (args, parts) in cases {
        let mut all = args.to_vec();
        all.extend(["--out", "out"]);
        let run = made_up(&sandbox, &all).ends(2);
        for part in parts {
            assert!(
                run.stderr.contains(part),
                "{part} is missing: {}",
                run.stderr
            );
        }
    }
    assert!(sandbox.tree("out").is_empty());
}

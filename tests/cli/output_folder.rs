//! The output folder: all of a run or nothing, never through a link, never a mixture of two runs.

use crate::support::Sandbox;

fn report(sandbox: &Sandbox, more: &[&str]) -> crate::support::Run {
    let mut args = vec!["report", "--prices", "prices.csv", "--benchmark", "MKT"];
    args.extend(["--events", "events.csv"]);
    args.extend(more);
    sandbox.run(&args)
}

#[test]
fn a_place_that_cannot_be_a_folder_is_refused_before_anything_is_computed() {
    let sandbox = Sandbox::with_market();
    sandbox.write("file", "mine");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", sandbox.path("dangling")).expect("a link");
    let before = sandbox.tree("");
    let mut places = vec!["file", "file/below", "file/far/below"];
    if cfg!(unix) {
        places.push("dangling");
    }
    for place in places {
        let run = sandbox.study(&["--out", place]).ends(2);
        for part in ["--out", place, "choose another folder"] {
            assert!(
                run.stderr.contains(part),
                "{part} is missing: {}",
                run.stderr
            );
        }
        assert_eq!(sandbox.tree(""), before, "{place}");
    }
    sandbox.study(&["--out", ""]).ends(2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_nobody_can_write_to_is_named_with_a_cure() {
    let sandbox = Sandbox::with_market();
    // Not even the superuser makes folders there.
    let run = sandbox.study(&["--out", "/proc/shockwave"]).ends(2);
    for part in ["--out", "/proc/shockwave", "choose another folder"] {
        assert!(
            run.stderr.contains(part),
            "{part} is missing: {}",
            run.stderr
        );
    }
    assert!(
        !run.stderr.contains(".shockwave-"),
        "an inner name: {}",
        run.stderr
    );
}

#[test]
fn folders_on_the_way_are_made_and_nothing_else_is_left() {
    let sandbox = Sandbox::with_market();
    sandbox.study(&["--out", "a/b/c"]).ends(0);
    assert!(sandbox.path("a/b/c/study.json").is_file());
    let names: Vec<String> = sandbox.tree("a/b").into_keys().collect();
    assert!(names.iter().all(|n| n.starts_with("c/")), "{names:?}");
}

#[test]
fn an_earlier_run_is_replaced_whole_and_files_of_others_stay() {
    let sandbox = Sandbox::with_market();
    report(&sandbox, &["--out", "out"]).ends(0);
    sandbox.write("out/notes.txt", "mine");
    sandbox.write("out/charts/notes.txt", "mine");
    let charts = |s: &Sandbox| {
        s.tree("out/charts")
            .keys()
            .filter(|n| n.ends_with(".svg"))
            .count()
    };
    let before = charts(&sandbox);
    // One event less: its charts would speak of what is no longer there.
    sandbox.write("events.csv", "id,at,instruments\none,2024-06-03,AAA\n");
    report(&sandbox, &["--out", "out"]).ends(0);
    assert!(charts(&sandbox) < before);
    assert_eq!(sandbox.read("out/notes.txt"), "mine");
    assert_eq!(sandbox.read("out/charts/notes.txt"), "mine");
    // Tables alone: a page and charts of the run before would contradict them.
    sandbox.study(&["--model", "mean-adjusted"]).ends(0);
    assert!(!sandbox.path("out/report.html").exists());
    assert!(!sandbox.path("out/report.md").exists());
    assert_eq!(charts(&sandbox), 0);
    assert_eq!(sandbox.read("out/notes.txt"), "mine");
    sandbox.study(&["--format", "json"]).ends(0);
    let left: Vec<String> = sandbox.tree("out").into_keys().collect();
    assert_eq!(
        left,
        ["charts/", "charts/notes.txt", "notes.txt", "study.json"]
    );
}

#[test]
fn a_folder_of_somebody_else_only_gains_files() {
    let sandbox = Sandbox::with_market();
    sandbox.write("out/charts/mine.svg", "mine");
    sandbox.write("out/report.html", "mine");
    sandbox.study(&[]).ends(0);
    assert_eq!(sandbox.read("out/charts/mine.svg"), "mine");
    assert_eq!(sandbox.read("out/report.html"), "mine");
}

#[test]
fn files_that_somebody_else_wrote_are_not_replaced() {
    let sandbox = Sandbox::with_market();
    sandbox.write("out/tests.csv", "mine");
    sandbox.write("out/study.json", "{}");
    let before = sandbox.tree("");
    let run = sandbox.study(&[]).ends(2);
    for part in ["study.json and 1 more would be replaced", "--out"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    assert_eq!(sandbox.tree(""), before);
    // Nothing of theirs is in the way of these.
    sandbox.study(&["--format", "xlsx"]).ends(0);
    assert_eq!(sandbox.read("out/tests.csv"), "mine");
}

#[test]
fn files_of_earlier_runs_are_replaced_whatever_they_wrote() {
    for format in [
        "csv", "json", "html", "md", "parquet", "xlsx", "latex", "stata",
    ] {
        let sandbox = Sandbox::with_market();
        for model in ["market", "mean-adjusted"] {
            let more = ["--out", "out", "--format", format, "--model", model];
            report(&sandbox, &more).ends(0);
        }
    }
}

#[cfg(unix)]
#[test]
fn links_inside_the_folder_are_not_written_through() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::with_market();
    sandbox.write("elsewhere/precious.csv", "precious");
    sandbox.write("elsewhere/precious.svg", "precious");
    sandbox.study(&[]).ends(0);
    std::fs::remove_file(sandbox.path("out/cars.csv")).expect("it was there");
    symlink("../elsewhere/precious.csv", sandbox.path("out/cars.csv")).expect("a link");
    symlink("../elsewhere", sandbox.path("out/charts")).expect("a link");
    sandbox.study(&[]).ends(0);
    assert_eq!(sandbox.read("elsewhere/precious.csv"), "precious");
    assert_eq!(sandbox.read("elsewhere/precious.svg"), "precious");
    assert!(sandbox.read("out/cars.csv").starts_with("event_id"));
    // A link to a folder is the user's own way of saying where the output goes.
    std::fs::create_dir(sandbox.path("real")).expect("a folder");
    symlink("real", sandbox.path("link")).expect("a link");
    sandbox.study(&["--out", "link"]).ends(0);
    assert!(sandbox.path("real/study.json").is_file());
}

#[cfg(unix)]
#[test]
fn everybody_may_read_the_result() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::with_market();
    let mode = |name: &str| {
        let metadata = std::fs::metadata(sandbox.path(name)).expect("it is there");
        metadata.permissions().mode() & 0o777
    };
    for _ in 0..2 {
        sandbox.study(&[]).ends(0);
        assert_eq!(mode("out") & 0o555, 0o555);
        assert_eq!(mode("out/cars.csv") & 0o444, 0o444);
    }
}

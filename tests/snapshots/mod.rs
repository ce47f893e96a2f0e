//! Texts that people read, kept as they are: a report, a chart, the help.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test --test tests snapshots`, then
//! read the difference.

use crate::support::Sandbox;

/// A small study of three events on the made-up market.
fn report() -> Sandbox {
    let sandbox = Sandbox::with_market();
    let mut args = vec!["report", "--prices", "prices.csv", "--benchmark", "MKT"];
    args.extend(["--events", "events.csv", "--out", "out"]);
    sandbox.run(&args).ends(0);
    sandbox
}

fn keep(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("kept");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn the_report_of_a_small_study() {
    let sandbox = report();
    // Hashes and the version stand in the provenance and change with every release.
    let text = sandbox.read("out/report.md");
    keep(
        "report",
        &text.replace(env!("CARGO_PKG_VERSION"), "[version]"),
    );
}

#[test]
fn one_of_its_charts() {
    keep("chart", &report().read("out/charts/ar-bars-one-aaa.svg"));
}

#[test]
fn the_help_texts() {
    let sandbox = Sandbox::new();
    for command in [
        &[][..],
        &["report"],
        &["scan"],
        &["events"],
        &["events", "align"],
        &["calendar"],
        &["calendar", "next"],
    ] {
        let mut args = command.to_vec();
        args.push("--help");
        let name = ["help", &command.join("-")].join("-");
        keep(
            name.trim_end_matches('-'),
            &sandbox.run(&args).ends(0).stdout,
        );
    }
}

//! The same run gives the same bytes, however many threads compute it.

use crate::support::{Sandbox, Tree, difference, tree};

fn report(sandbox: &Sandbox, threads: &[&str], environment: Option<&str>) -> Tree {
    let mut command = sandbox.command();
    command.args(["report", "--prices", "prices.csv", "--benchmark", "MKT"]);
    command.args(["--events", "events.csv", "--out", "out", "--quiet"]);
    command.args(threads);
    if let Some(n) = environment {
        command
            .env("RAYON_NUM_THREADS", n)
            .env("POLARS_MAX_THREADS", n);
    }
    let output = command.output().expect("the binary runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let files = tree(&sandbox.path("out"));
    std::fs::remove_dir_all(sandbox.path("out")).expect("it can be removed");
    files
}

#[test]
fn threads_and_repetition_change_no_byte() {
    let sandbox = Sandbox::with_market();
    let first = report(&sandbox, &[], None);
    assert!(first.len() > 20, "{:?}", first.keys());
    for (threads, environment) in [
        (&[][..], None),
        (&["--threads", "1"], None),
        (&["--threads", "2"], None),
        (&[], Some("1")),
        (&[], Some("2")),
    ] {
        let again = report(&sandbox, threads, environment);
        let changed = difference(&first, &again);
        assert!(
            changed.is_empty(),
            "{threads:?} {environment:?}: {changed:?}"
        );
    }
}

#[test]
fn a_run_into_its_own_folder_changes_nothing() {
    let sandbox = Sandbox::with_market();
    sandbox.study(&[]).ends(0);
    let first = sandbox.tree("out");
    sandbox.study(&[]).ends(0);
    assert!(difference(&first, &sandbox.tree("out")).is_empty());
}

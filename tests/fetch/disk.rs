//! A disk that is full while a fetch writes: a file system of one megabyte, in a namespace of its
//! own, where the system lets one be made.

use super::wire::{self, series};
use super::{Desk, MORNING};
use crate::replica::{Seen, ok};
use crate::support::Run;
use std::process::Command;

/// Symbols that have no room together.
const N: usize = 140;

/// Mounts the store, stores one symbol, fetches many more than it has room for, makes room, and
/// fetches them again; what each run said is in a file of its own.
const SCRIPT: &str = r#"
mkdir -p store && mount -t tmpfs -o size=1m,mode=700 none store || exit 99
say() { name=$1; shift; "$BIN" "$@" > $name.out 2> $name.err; echo $? > $name.code; }
say first fetch NVDA --json --now $NOW --source tiingo
say before store export NVDA
say many fetch --now $NOW --source tiingo $NAMES
df -k store > many.df
say verify store verify --json
say after store export NVDA
mount -o remount,size=64m store || exit 99
say again fetch --json --now $NOW --source tiingo $NAMES
say verify2 store verify --json
say list store list --json
"#;

/// The script in a namespace of its own; `None` where the system makes none.
fn run(desk: &Desk, names: &str) -> Option<()> {
    let plain = desk.command();
    for flags in [&["-m"][..], &["-rm"]] {
        let mut command = Command::new("unshare");
        command.args(flags).args(["sh", "-c", SCRIPT]);
        command.current_dir(desk.sandbox.root());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.env("BIN", plain.get_program());
        command.env("NAMES", names).env("NOW", MORNING);
        match command.status() {
            Ok(status) if status.success() => return Some(()),
            _ => {}
        }
    }
    None
}

fn said(desk: &Desk, name: &str) -> Run {
    let code = desk.sandbox.read(&format!("{name}.code"));
    Run {
        code: code.trim().parse().expect("a code"),
        stdout: desk.sandbox.read(&format!("{name}.out")),
        stderr: desk.sandbox.read(&format!("{name}.err")),
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_and_the_fetch_goes_on_when_there_is_room() {
    let desk = Desk::new(|seen: &Seen, _| {
        let symbol = seen.path().split('/').nth(3).unwrap_or("");
        ok("text/csv", wire::tiingo(&series(symbol, "2026-08-26")))
    });
    let names: Vec<String> = (0..N).map(|i| format!("S{i:03}")).collect();
    if run(&desk, &names.join(" ")).is_none() {
        println!("no namespaces here: only the limit on the size of files is tested");
        return;
    }
    said(&desk, "first").ends(0);
    let many = said(&desk, "many");
    assert!(matches!(many.code, 1 | 3), "{} {}", many.code, many.stderr);
    let failed = many.stderr.lines().filter(|line| line.contains("failed"));
    let failed: Vec<&str> = failed.collect();
    println!("{} of {N} symbols found no room", failed.len());
    assert!(failed.len() > 5, "{}", many.stderr);
    for line in &failed {
        // The disk by the path that lies on it, and the cure.
        assert!(line.contains("store") && line.contains("disk"), "{line}");
        assert!(line.contains("free some"), "{line}");
    }
    said(&desk, "verify").ends(0);
    assert_eq!(
        said(&desk, "after").ends(0).stdout,
        said(&desk, "before").stdout
    );
    said(&desk, "again").ends(0);
    said(&desk, "verify2").ends(0);
    let list = said(&desk, "list").ends(0).json();
    assert_eq!(list["series"].as_array().map(Vec::len), Some(N + 1));
}

//! The rules of ARCHITECTURE.md, read from the sources: a module uses only what stands before it,
//! one file reads the clock, one file writes files, and what is absent stays absent.
//!
//! What the rules are stands here; how Rust is read for them in `architecture/source.rs`. A rule
//! that could not fail would be worth nothing, so each is tried on a made-up file as well.

#[path = "architecture/functions.rs"]
mod functions;
#[path = "architecture/made_up.rs"]
mod made_up;
#[path = "architecture/source.rs"]
mod source;

use source::{Source, sources};

/// What each module may use of the others. A line may only name modules of the lines above it, so
/// that no circle can arise. `a::b` allows that part of `a` only.
const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("instrument", &["error"]),
    ("event", &["instrument"]),
    ("returns", &[]),
    ("calendar", &["error"]),
    ("align", &["calendar", "error", "event"]),
    ("analysis", &["returns"]),
    ("input", &["error", "event", "instrument"]),
    ("sample", &[]),
    ("quality", &["instrument"]),
    (
        "prices",
        &["error", "input", "instrument", "quality", "sample"],
    ),
    (
        "source",
        &[
            "calendar",
            "error",
            "event",
            "input",
            "instrument",
            "prices",
            "sample",
        ],
    ),
    (
        "store",
        &["error", "input::factors", "instrument", "prices", "source"],
    ),
    (
        "fetch",
        &[
            "calendar",
            "error",
            "event",
            "input",
            "instrument",
            "prices",
            "source",
            "store",
        ],
    ),
    ("schedule", &["calendar", "error", "input", "source"]),
    (
        "study",
        &[
            "align",
            "analysis",
            "calendar",
            "error",
            "event",
            "instrument",
            "returns",
        ],
    ),
    (
        "settings",
        &[
            "align",
            "analysis",
            "calendar",
            "error",
            "event",
            "input",
            "instrument",
            "returns",
            "sample",
            "study",
        ],
    ),
    (
        "report",
        &[
            // Windows and days are words of the result; the numbers of `analysis` are out of reach.
            "analysis::window",
            "error",
            "event",
            "instrument",
            "study::result",
            "study::scan::result",
            "study::warning",
        ],
    ),
    (
        "cli",
        &[
            "align",
            "analysis",
            "calendar",
            "error",
            "event",
            "fetch",
            "input",
            "instrument",
            "prices",
            "report",
            "returns",
            "sample",
            "schedule",
            "settings",
            "source",
            "store",
            "study",
        ],
    ),
    ("main", &["cli"]),
    // Documentation and the list of modules.
    ("lib", &["error"]),
];

/// Words that only some files may use: the words, the files (an ending in `/` is a folder), why.
const RESERVED: &[(&[&str], &[&str], &str)] = &[
    (
        &["SystemTime", "Utc::now", "Local::now", "UNIX_EPOCH"],
        &["cli/clock.rs"],
        "the clock is an argument: only cli/clock.rs reads it",
    ),
    (
        &["Instant::now"],
        &["cli/clock.rs", "source/http/"],
        "time is measured where requests wait for each other, and no result depends on it",
    ),
    (
        &[
            "fs::write",
            "fs::rename",
            "fs::copy",
            "fs::create_dir",
            "fs::create_dir_all",
            "fs::remove_file",
            "fs::remove_dir",
            "fs::remove_dir_all",
            "fs::set_permissions",
            "File::create",
            "File::create_new",
            "OpenOptions",
            "tempfile",
        ],
        &["cli/output.rs", "store/commit.rs", "store/lock.rs"],
        "renderers return bytes: only cli/output.rs writes files, and the store its own",
    ),
    (
        &["std::fs", "File::open"],
        &[
            "cli/",
            "prices/read.rs",
            "input/factors.rs",
            "prices/dense.rs",
            "prices/dense/row_groups.rs",
            "store/",
        ],
        "a study is handed its data: files are read at the edge",
    ),
    (
        &["std::env", "std::process"],
        &["cli/", "main.rs"],
        "only the command line knows its surroundings",
    ),
    (
        &["println!", "print!", "eprintln!", "eprint!", "dbg!"],
        &["cli/"],
        "only the command line speaks",
    ),
    (
        &["std::net", "TcpStream", "UdpSocket", "reqwest", "ureq"],
        &["source/http/", "schedule/channel/"],
        "only source/http/ asks the network, and schedule/channel/ delivers to it",
    ),
    (
        &["polars"],
        &["prices/"],
        "data frames end at the price grid",
    ),
    (
        &["clap", "indicatif"],
        &["cli/"],
        "flags and terminals are the command line's",
    ),
    (
        &[
            "plotters",
            "resvg",
            "usvg",
            "tiny_skia",
            "png",
            "krilla",
            "minijinja",
        ],
        &["report/", "cli/render.rs"],
        "drawing and templates are the report's",
    ),
    (&["statrs"], &["analysis/"], "laws are the core's"),
    (
        &["unwrap", "expect", "unwrap_unchecked"],
        &[],
        "what can fail returns an error that names the cure",
    ),
    (
        &["panic!", "todo!", "unimplemented!", "unreachable!"],
        &["calendar/exchange.rs"],
        "nothing panics (calendar/exchange.rs does so while it is compiled, on a date that does not exist)",
    ),
    (&["unsafe"], &[], "no unsafe code"),
];

/// Words that a part of the program must not use: the part, the words, why.
const ABSENT: &[(&str, &[&str], &str)] = &[
    (
        "analysis/",
        &[
            "chrono",
            "chrono_tz",
            "std::path",
            "std::io",
            "serde_json",
            "csv",
            "toml",
        ],
        "the core knows numbers only: no dates, no files, no formats",
    ),
    (
        "study/",
        &["std::path", "std::io", "serde_json", "csv", "toml"],
        "a study is handed its data and returns a result",
    ),
];

/// Lines that a file may have.
const MAX_LINES: usize = 400;

/// Files that are longer, the lines that they may have, and why they are not cut.
const LONGER: &[(&str, usize, &str)] = &[
    (
        "settings/config.rs",
        700,
        "one method per setting, from what was typed to what is meant; the list has no joint to cut at",
    ),
    (
        "study/result.rs",
        650,
        "all that a report may use, in one place, with a line of documentation per column",
    ),
];

#[test]
fn a_module_uses_only_what_stands_before_it() {
    report(sources().iter().flat_map(directions).collect());
}

#[test]
fn the_table_of_directions_has_no_circle() {
    let mut known: Vec<&str> = Vec::new();
    for (module, uses) in MAY_USE {
        for used in *uses {
            let top = used.split("::").next().unwrap_or(used);
            assert!(
                known.contains(&top),
                "{module} names {top} before it stands"
            );
        }
        known.push(module);
    }
}

#[test]
fn reserved_words_stay_where_they_belong() {
    report(sources().iter().flat_map(reserved).collect());
}

#[test]
fn what_is_absent_stays_absent() {
    report(sources().iter().flat_map(absent).collect());
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let sources = sources();
    report(sources.iter().flat_map(shape).collect());
    for (path, _, _) in LONGER {
        let file = sources.iter().find(|s| s.path == *path);
        let lines = file.map_or(0, |s| s.n_lines);
        assert!(
            lines > MAX_LINES,
            "{path} has {lines} lines and needs no exception any more"
        );
    }
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn directions(source: &Source) -> Vec<String> {
    let own = source.top_module();
    let Some((_, allowed)) = MAY_USE.iter().find(|(module, _)| *module == own) else {
        return vec![format!(
            "src/{}: the module {own} stands nowhere in MAY_USE",
            source.path
        )];
    };
    let mut faults = Vec::new();
    for (line, path) in source.uses() {
        let top = path.first().map_or("", String::as_str);
        // Items of the crate root, such as a re-export, are not modules.
        let is_module = MAY_USE.iter().any(|(module, _)| *module == top);
        let path = path.join("::");
        let may = |allowed: &&str| path == **allowed || path.starts_with(&format!("{allowed}::"));
        if top != own && is_module && !allowed.iter().any(may) {
            faults.push(format!(
                "src/{}:{line}: {own} must not use {path}",
                source.path
            ));
        }
    }
    faults
}

fn reserved(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for (words, places, why) in RESERVED {
        let at_home = |place: &&str| match place.strip_suffix('/') {
            Some(_) => source.path.starts_with(*place),
            None => source.path == **place,
        };
        if !places.iter().any(at_home) {
            faults.extend(found(source, words, why));
        }
    }
    faults
}

fn absent(source: &Source) -> Vec<String> {
    ABSENT
        .iter()
        .filter(|(part, _, _)| source.path.starts_with(part))
        .flat_map(|(_, words, why)| found(source, words, why))
        .collect()
}

fn found(source: &Source, words: &[&str], why: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for word in words {
        for line in source.lines_with(word) {
            faults.push(format!("src/{}:{line}: `{word}`: {why}", source.path));
        }
    }
    faults
}

fn shape(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    let exception = LONGER.iter().find(|(path, _, _)| *path == source.path);
    let limit = exception.map_or(MAX_LINES, |(_, lines, _)| *lines);
    if source.n_lines > limit {
        faults.push(format!(
            "src/{}: {} lines, more than {limit}: cut it where it has two subjects",
            source.path, source.n_lines
        ));
    }
    if !source.opens_with_its_purpose {
        faults.push(format!(
            "src/{}: does not open with a `//!` line that says what it is for",
            source.path
        ));
    }
    faults
}

//! Wrong inputs: exit code 2, a message that says where, what and what to do, and not one file
//! made or changed, whether the output folder is new or holds an earlier run.

use crate::support::Sandbox;
use crate::support::market::made_up;

/// A wrong file or flag, and what the message must hold.
struct Case {
    args: Vec<&'static str>,
    says: Vec<&'static str>,
}

fn case(args: &[&'static str], says: &[&'static str]) -> Case {
    Case {
        args: args.to_vec(),
        says: says.to_vec(),
    }
}

/// Runs every case and reports all that do not behave.
#[track_caller]
fn all_refused(sandbox: &Sandbox, cases: &[Case]) {
    sandbox.write("kept/study.json", "{}");
    sandbox.write("kept/cars.csv", "earlier");
    sandbox.write("kept/charts/mine.svg", "earlier");
    let before = sandbox.tree("");
    let mut faults = Vec::new();
    for Case { args, says } in cases {
        for out in ["new", "kept"] {
            let mut args = args.clone();
            args.extend(["--out", out]);
            let run = sandbox.study(&args);
            let mut fault = |what: String| {
                faults.push(format!("{args:?}: {what}\n{}{}", run.stdout, run.stderr));
            };
            if run.code != 2 {
                fault(format!("exit code {}", run.code));
            }
            if !run.stdout.is_empty() || run.stderr.contains("panicked") {
                fault("it should only explain".to_owned());
            }
            for part in says.iter().filter(|part| !run.stderr.contains(**part)) {
                fault(format!("{part:?} is missing"));
            }
            if sandbox.tree("") != before {
                fault("files were made or changed".to_owned());
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A sandbox with one more file.
fn with(name: &str, content: impl AsRef<[u8]>) -> Sandbox {
    let sandbox = Sandbox::with_market();
    sandbox.write(name, content);
    sandbox
}

#[test]
fn event_files() {
    let cases: [(&str, &[u8], &[&str]); 17] = [
        (
            "unknown.csv",
            b"name,day\nx,2024-06-03\n",
            &[
                "unknown.csv:1:1",
                "no column `id`",
                "name,day",
                "rename `day` to `at`",
            ],
        ),
        (
            "date.csv",
            b"id,date\nx,2024-06-03\n",
            &["date.csv:1:1", "no column `at`", "rename `date` to `at`"],
        ),
        (
            "open.csv",
            b"id,at\none,03/06/2024\n",
            &[
                "open.csv:2:5",
                "`at`",
                "03/06/2024",
                "2024-06-03 or 2024-03-06",
                "--date-format dmy",
            ],
        ),
        (
            "mixed.csv",
            b"id,at\none,2024-06-03\ntwo,4.6.2024\n",
            &["mixed.csv:3:5", "`at`", "4.6.2024", "line 2", "YYYY-MM-DD"],
        ),
        (
            "nodate.csv",
            b"id,at\none,soon\n",
            &["nodate.csv:2:5", "`at`", "soon", "not a date"],
        ),
        (
            "noat.csv",
            b"id,at,title\none,,t\n",
            &["noat.csv:2", "`at`", "date"],
        ),
        (
            "empty.csv",
            b"",
            &["empty.csv", "the file is empty", "header line"],
        ),
        (
            "header.csv",
            b"id,at,title\n",
            &["header.csv:1", "no rows", "below the header"],
        ),
        (
            "latin.csv",
            b"id,at,title\none,2024-06-03,caf\xE9\n",
            &["latin.csv:2", "0xE9", "save the file as UTF-8"],
        ),
        (
            "utf16.csv",
            b"\xFF\xFEi\0d\0,\0a\0t\0",
            &["utf16.csv", "UTF-16", "save it as UTF-8"],
        ),
        (
            "nul.csv",
            b"id,at\none,2024-06-03\0\n",
            &["nul.csv:2", "NUL", "UTF-8"],
        ),
        (
            "twice.csv",
            b"id,at\none,2024-06-03\none,2024-08-01\n",
            &["twice.csv:3:1", "`id`", "\"one\"", "line 2", "its own id"],
        ),
        (
            "noid.csv",
            b"id,at\n ,2024-06-03\n",
            &["noid.csv:2", "`id`", "short unique id"],
        ),
        (
            "path.csv",
            b"id,at,instruments\none,2024-06-03,../x\n",
            &["path.csv:2:16", "`instruments`", "../x", "separate symbols"],
        ),
        (
            "when.csv",
            b"id,at,when\none,2024-06-03,noonish\n",
            &["when.csv:2:16", "`when`", "noonish", "bmo, amc"],
        ),
        (
            "zone.csv",
            b"id,at\none,2024-06-03T10:00\n",
            &["zone.csv:2:5", "`at`", "2024-06-03T10:00", "--event-zone"],
        ),
        (
            "ragged.csv",
            b"id,at\none,2024-06-03,more\n",
            &["ragged.csv:2:1", "3 cells, the header 2", "quote a cell"],
        ),
    ];
    for (name, content, says) in cases {
        let sandbox = with(name, content);
        let name: &'static str = name;
        all_refused(&sandbox, &[case(&["--events", name], says)]);
    }
}

#[test]
fn price_files() {
    let cases: [(&str, &[u8], &[&str]); 11] = [
        (
            "unknown.csv",
            b"date,symbol,klose\n2024-01-02,AAA,1\n",
            &[
                "unknown.csv:1:1",
                "no close column",
                "date,symbol,klose",
                "date + close",
            ],
        ),
        ("empty.csv", b"", &["empty.csv", "the file is empty"]),
        (
            "header.csv",
            b"date,symbol,close\n",
            &["header.csv:1", "no rows"],
        ),
        (
            "latin.csv",
            b"date,symbol,close\n2024-01-02,A\xC4,1\n",
            &["latin.csv:2", "0xC4", "save the file as UTF-8"],
        ),
        (
            "nul.csv",
            b"date,symbol,close\n2024-01-02,AAA,1\0\n",
            &["nul.csv:2", "NUL"],
        ),
        (
            "inf.csv",
            b"date,symbol,close\n2024-01-02,AAA,inf\n",
            &[
                "inf.csv:2:16",
                "`close`",
                "\"inf\"",
                "not a finite number",
                "leave it empty",
            ],
        ),
        (
            "text.csv",
            b"date,symbol,close\n2024-01-02,AAA,ten\n",
            &[
                "text.csv:2:16",
                "`close`",
                "\"ten\"",
                "not a number",
                "correct the cell",
            ],
        ),
        (
            "path.csv",
            b"date,symbol,close\n2024-01-02,../x,1\n",
            &["path.csv:2:12", "`symbol`", "../x", "write a symbol"],
        ),
        (
            "open.csv",
            b"date,symbol,close\n01/02/2024,AAA,1\n",
            &["open.csv:2:1", "`date`", "01/02/2024", "--date-format"],
        ),
        (
            "page.csv",
            b"<!DOCTYPE html>\n<html>\n",
            &["page.csv", "web page", "download the file again"],
        ),
        (
            "cut.parquet",
            b"PAR1\x15\x04\x15",
            &["cut.parquet", "cannot be decoded", "give CSV"],
        ),
    ];
    for (name, content, says) in cases {
        let sandbox = with(name, content);
        all_refused(&sandbox, &[case(&["--prices", name], says)]);
    }
}

#[test]
fn a_line_of_a_hundred_megabytes() {
    let mut long = b"date,symbol,close\n2024-01-02,AAA,".to_vec();
    long.resize(100_000_000, b'9');
    let sandbox = with("long.csv", &long);
    for flag in ["--prices", "--events"] {
        let run = sandbox.study(&[flag, "long.csv"]).ends(2);
        assert!(
            run.stderr.contains("long.csv:2: the line is longer than"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.len() < 1_000, "the message quotes the line");
    }
    assert!(!sandbox.path("out").exists());
}

#[test]
fn windows() {
    let sandbox = Sandbox::with_market();
    all_refused(
        &sandbox,
        &[
            case(
                &["--estimation", "-100:-5"],
                &[
                    "--estimation",
                    "[-100, -5] overlaps the event window [-10, +10]",
                    "do not meet",
                ],
            ),
            case(
                &["--windows", "0:20", "--event-window", "-10:10"],
                &["--windows", "[0, +20] is not inside", "change"],
            ),
            case(
                &["--estimation", "-20:-18"],
                &["--estimation", "3 days", "at least 10"],
            ),
            case(
                &["--min-estimation", "3"],
                &["--min-estimation", "\"3\"", "between 10 and the 240"],
            ),
            case(
                &["--min-estimation", "241"],
                &["--min-estimation", "\"241\"", "240"],
            ),
            case(&["--windows", "0:x"], &["--windows", "0:x", "write A:B"]),
            case(
                &["--windows", "5:0"],
                &["--windows", "5:0", "ends before it starts"],
            ),
            case(
                &["--windows", "0:100000"],
                &["--windows", "longer than 20000 sessions"],
            ),
            case(
                &["--event-window=-2147483648:2147483647"],
                &["--event-window", "longer than 20000 sessions"],
            ),
            case(
                &["--mask-window", "a"],
                &["--mask-window", "\"a\"", "write A:B"],
            ),
        ],
    );
}

#[test]
fn names_that_nobody_knows() {
    let sandbox = Sandbox::with_market();
    all_refused(
        &sandbox,
        &[
            case(
                &["--model", "markt"],
                &["--model", "\"markt\"", "choose mean-adjusted"],
            ),
            case(
                &["--tests", "bmp_t,patel"],
                &["--tests", "\"patel\"", "choose all"],
            ),
            case(
                &["--calendar", "XNYX"],
                &["--calendar", "\"XNYX\"", "use XNYS"],
            ),
            case(&["--bogus", "3"], &["--bogus", "--help"]),
            case(
                &["--benchmark", "SPX"],
                &[
                    "--benchmark",
                    "\"SPX\"",
                    "the prices hold no SPX",
                    "AAA, BBB, MKT",
                ],
            ),
            case(
                &["--anchor", "later"],
                &["--anchor", "\"later\"", "choose next"],
            ),
            case(
                &["--language", "fr"],
                &["--language", "\"fr\"", "choose en, de"],
            ),
            case(
                &["--format", "csv,xls"],
                &["--format", "\"xls\"", "choose csv"],
            ),
            case(
                &["--returns", "geometric"],
                &["--returns", "\"geometric\"", "choose simple, log"],
            ),
            case(
                &["--price-column", "open"],
                &["--price-column", "\"open\"", "choose close, adj_close"],
            ),
            case(
                &["--quality", "strict"],
                &["--quality", "\"strict\"", "choose warn"],
            ),
            case(
                &["--joint", "yes"],
                &["--joint", "\"yes\"", "choose on, off"],
            ),
            case(
                &["--bootstrap", "5"],
                &["--bootstrap", "\"5\"", "between 99"],
            ),
            case(
                &["--mask-events", "yes"],
                &["--mask-events", "\"yes\"", "choose on, off"],
            ),
            case(
                &["--group-by", "sector"],
                &["--group-by", "\"sector\"", "no event has this column"],
            ),
            case(
                &["--lead-event", "nope"],
                &["--lead-event", "\"nope\"", "no event has this id"],
            ),
            case(&["--focus", "ZZZ"], &["--focus", "\"ZZZ\""]),
            case(
                &["--instruments", "../x"],
                &["--instruments", "\"../x\"", "use letters"],
            ),
            case(
                &["--event-zone", "Mars"],
                &["--event-zone", "\"Mars\"", "America/New_York"],
            ),
            case(
                &["--date-format", "xyz"],
                &["--date-format", "\"xyz\"", "choose dmy"],
            ),
            case(
                &["--decimal", "dot"],
                &["--decimal", "\"dot\"", "choose point, comma"],
            ),
            case(&["--model", "factors"], &["factors", "--factor-columns"]),
            case(
                &["--model", "factors", "--factor-columns", "XX"],
                &["XX", "--factor-columns"],
            ),
            case(
                &["--benchmark-weight", "1.5"],
                &["--benchmark-weight", "1.5", "below 1"],
            ),
            case(
                &["--benchmark-weight", "nan"],
                &["--benchmark-weight", "NaN"],
            ),
            case(
                &["--threads", "0"],
                &["--threads", "\"0\"", "between 1 and 1024"],
            ),
            case(
                &["--log", "loud"],
                &["--log", "\"loud\"", "choose error, warn"],
            ),
            case(
                &["--now", "yesterday"],
                &["--now", "\"yesterday\"", "2025-01-27T18:30:00-05:00"],
            ),
            case(
                &["--prices", "prices.csv", "--returns-file", "prices.csv"],
                &["--returns-file", "--prices"],
            ),
        ],
    );
}

#[test]
fn files_that_are_not_there_or_not_files() {
    let sandbox = Sandbox::with_market();
    std::fs::create_dir(sandbox.path("folder")).expect("a folder");
    #[cfg(unix)]
    for (target, link) in [("nowhere", "dangling.csv"), ("loop.csv", "loop.csv")] {
        std::os::unix::fs::symlink(target, sandbox.path(link)).expect("a link");
    }
    let mut cases = vec![
        case(
            &["--prices", "nope.csv"],
            &["nope.csv", "there is no such file", "check the path"],
        ),
        case(
            &["--events", "nope.csv"],
            &["nope.csv", "there is no such file", "ai-chip-policy"],
        ),
        case(
            &["--model", "ff3", "--factors", "nope.csv"],
            &["nope.csv", "there is no such file"],
        ),
        case(
            &["nope.toml"],
            &["nope.toml", "there is no such file", "nvda-ai-shock"],
        ),
        case(
            &["--events", "folder"],
            &["folder", "is a folder", "name a file"],
        ),
        case(&["folder"], &["folder", "is a folder", "name a file"]),
        case(
            &["--model", "ff3", "--factors", "folder"],
            &["folder", "is a folder", "name a file"],
        ),
        case(
            &["--prices", "folder"],
            &[
                "folder",
                "holds no price file",
                "one CSV or Parquet file per symbol",
            ],
        ),
    ];
    if cfg!(unix) {
        cases.push(case(
            &["--prices", "dangling.csv"],
            &["dangling.csv", "there is no such file"],
        ));
        cases.push(case(&["--events", "loop.csv"], &["loop.csv"]));
        cases.push(case(&["--prices", "loop.csv"], &["loop.csv"]));
    }
    all_refused(&sandbox, &cases);
}

#[test]
fn the_same_event_in_two_files() {
    let sandbox = Sandbox::with_market();
    sandbox.write("more.csv", "id,at\none,2024-07-01\n");
    let says = &[
        "more.csv",
        "the event id one stands in two event files",
        "rename",
    ];
    all_refused(
        &sandbox,
        &[case(&["--events", "events.csv", "more.csv"], says)],
    );
}

#[test]
fn intraday_bars_are_no_daily_prices() {
    let prices = made_up().single("AAA");
    let (header, rows) = prices.split_once('\n').expect("a header");
    let hours = ["10:00", "12:00", "14:00"];
    let bars: String = rows
        .lines()
        .flat_map(|row| hours.map(|h| row.replacen(',', &format!(" {h},"), 1) + "\n"))
        .collect();
    let sandbox = with("AAA.csv", format!("{header}\n{bars}"));
    let says = &["AAA.csv", "intraday", "one row per session"];
    all_refused(
        &sandbox,
        &[case(
            &["--prices", "AAA.csv", "--model", "mean-adjusted"],
            says,
        )],
    );
}

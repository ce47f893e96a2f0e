//! Texts that would be code elsewhere stay texts: in cells, pages and charts.

use crate::support::Sandbox;

const EVENTS: &str = r#"id,at,title,category,instruments
=cmd(),2024-06-03,"=cmd|'/c calc'!A1",=SUM(A1),AAA
<b>x</b>,2024-08-01,<script>alert(1)</script>,"<img src=x onerror=alert(1)>",AAA
@three,2024-10-01,"| a | [x](javascript:alert(1)) {{ 7*7 }} & ""q""",+1+1,AAA
"#;

fn written() -> Sandbox {
    let sandbox = Sandbox::with_market();
    sandbox.write("hostile.csv", EVENTS);
    let args = ["report", "--prices", "prices.csv", "--benchmark", "MKT"];
    let mut args = args.to_vec();
    args.extend(["--events", "hostile.csv", "--out", "out"]);
    sandbox.run(&args).ends(0);
    sandbox
}

#[test]
fn no_cell_is_a_formula() {
    let sandbox = written();
    let mut seen = 0;
    for (name, bytes) in sandbox.tree("out") {
        if !name.ends_with(".csv") {
            continue;
        }
        let table = crate::support::table::Table::read(std::str::from_utf8(&bytes).expect("UTF-8"));
        for cell in table.rows.iter().flatten() {
            seen += usize::from(cell.contains("cmd"));
            let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(!starts || cell.parse::<f64>().is_ok(), "{name}: {cell:?}");
        }
    }
    assert!(seen > 0, "the text is there, made harmless");
}

#[test]
fn no_title_steers_the_terminal() {
    let sandbox = Sandbox::with_market();
    let events = "id,at,title,instruments\n\
        one,2024-06-03,\"A\u{1b}[31mred\u{7}\u{202e}\nline\",AAA\ntwo,2024-08-01,B\u{1b}[2J,ZZZ\n";
    sandbox.write("events.csv", events);
    let list = sandbox.run(&["events", "list", "events.csv"]);
    let study = sandbox.study(&[]).ends(1);
    for said in [&list.stdout, &study.stdout, &study.stderr] {
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!said.contains(steers), "{said:?}");
    }
    assert!(study.stdout.contains("[31mred line”"), "{}", study.stdout);
}

#[test]
fn pages_and_charts_hold_no_markup_of_the_input() {
    let sandbox = written();
    let mut seen = 0;
    for (name, bytes) in sandbox.tree("out") {
        if !(name.ends_with(".html") || name.ends_with(".svg") || name.ends_with(".md")) {
            continue;
        }
        let text = String::from_utf8(bytes).expect("UTF-8");
        seen +=
            usize::from(text.contains("&lt;script&gt;alert") || text.contains("&lt;script>alert"));
        for code in ["<script>alert", "<img src=x", "<b>x</b>", ") 49 &"] {
            assert!(!text.contains(code), "{name} holds {code}");
        }
    }
    assert!(seen > 2, "the title is there, made harmless");
}

#[test]
fn names_of_files_come_from_ids_without_leaving_the_folder() {
    let sandbox = Sandbox::with_market();
    let events = EVENTS
        .replace("=cmd(),", "../../evil,")
        .replace("@three,", "..\\..\\worse,");
    sandbox.write("events.csv", events);
    let before = sandbox.tree("");
    let mut args = vec!["report", "--prices", "prices.csv", "--benchmark", "MKT"];
    args.extend(["--events", "events.csv", "--out", "out"]);
    sandbox.run(&args).ends(0);
    for name in sandbox.tree("").into_keys() {
        assert!(
            before.contains_key(&name) || name.starts_with("out/"),
            "{name}"
        );
    }
}

#[test]
fn ids_that_look_alike_as_file_names_keep_their_own_charts() {
    let sandbox = Sandbox::with_market();
    sandbox.write(
        "events.csv",
        "id,at,instruments\nx.1,2024-06-03,AAA\nx-1,2024-08-01,AAA\n",
    );
    let mut args = vec![
        "report",
        "--prices",
        "prices.csv",
        "--benchmark",
        "MKT",
        "--json",
    ];
    args.extend(["--events", "events.csv", "--out", "out"]);
    let run = sandbox.run(&args).ends(0).json();
    let mut files: Vec<_> = run["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|f| f.to_string())
        .collect();
    let n = files.len();
    files.sort();
    files.dedup();
    assert_eq!(files.len(), n, "two charts have one name");
    let paths = files
        .iter()
        .filter(|f| f.contains("car-path") && f.contains(".svg"))
        .count();
    assert_eq!(paths, 2);
}

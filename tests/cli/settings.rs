//! Every setting of a study, seen in what comes out.

use crate::support::Sandbox;
use shockwave::analysis::model::ModelKind;

/// The CAR of day 0 of an event.
fn day_0(sandbox: &Sandbox, event: &str) -> f64 {
    let row = [
        ("event_id", event),
        ("window_start", "0"),
        ("window_end", "0"),
    ];
    sandbox.table("out/cars.csv").number(&row, "car")
}

fn json(sandbox: &Sandbox) -> serde_json::Value {
    serde_json::from_str(&sandbox.read("out/study.json")).expect("JSON")
}

#[test]
fn every_model_finds_the_shocks() {
    let sandbox = Sandbox::with_market();
    for kind in ModelKind::ALL {
        let name = kind.as_str();
        // The placebo test fits a model again at hundreds of dates, which some are slow at.
        let mut args = vec!["--model", name, "--windows", "0:0", "--placebo", "off"];
        if kind == ModelKind::Factors {
            args.extend(["--factor-columns", "MKT"]);
        }
        sandbox.study(&args).ends(0);
        let fits = sandbox.table("out/fits.csv");
        assert!(fits.column("model").iter().all(|m| *m == name), "{name}");
        for (event, size) in [("one", -0.12), ("two", 0.09), ("three", 0.10)] {
            let car = day_0(&sandbox, event);
            // The made-up market does not follow the factors, so that its own moves stay in.
            assert!((car - size).abs() < 0.06, "{name} {event}: {car}");
        }
    }
}

#[test]
fn a_factor_that_is_named_twice_is_one_factor() {
    let sandbox = Sandbox::with_market();
    sandbox
        .study(&["--model", "factors", "--factor-columns", "MKT,MKT"])
        .ends(0);
    let fits = sandbox.table("out/fits.csv");
    let betas: Vec<_> = fits
        .header
        .iter()
        .filter(|h| h.starts_with("beta"))
        .collect();
    assert_eq!(betas, ["beta"]);
}

#[test]
fn the_benchmark_can_be_freed_of_the_instrument() {
    let sandbox = Sandbox::with_market();
    sandbox.study(&[]).ends(0);
    let with = day_0(&sandbox, "one");
    sandbox.study(&["--benchmark-weight", "0.1"]).ends(0);
    let without = day_0(&sandbox, "one");
    assert_ne!(with, without);
    assert_eq!(json(&sandbox)["settings"]["benchmark_weight"], 0.1);
}

#[test]
fn masking_takes_other_events_out_of_the_estimation_window() {
    let sandbox = Sandbox::with_market();
    // The second event's estimation window holds a day of its own: 15 May 2024.
    sandbox.write(
        "events.csv",
        "id,at,instruments\nfirst,2024-05-15,AAA\none,2024-06-03,AAA\ntwo,2024-08-01,AAA\n",
    );
    sandbox.study(&["--mask-events", "off"]).ends(0);
    let off = day_0(&sandbox, "two");
    let fits = sandbox.table("out/fits.csv");
    assert_eq!(fits.cell(&[("event_id", "two")], "n_estimation"), "240");
    sandbox.study(&["--mask-events", "on"]).ends(0);
    let fits = sandbox.table("out/fits.csv");
    assert_eq!(fits.cell(&[("event_id", "two")], "n_estimation"), "236");
    let on = day_0(&sandbox, "two");
    assert_ne!(off, on);
    let row = [
        ("event_id", "two"),
        ("window_start", "0"),
        ("window_end", "0"),
    ];
    let cars = sandbox.table("out/cars.csv");
    assert_eq!(cars.number(&row, "car_masked"), on);
    assert_eq!(cars.number(&row, "car_unmasked"), off);
    sandbox
        .study(&["--mask-events", "on", "--mask-window", "0:4"])
        .ends(0);
    let fits = sandbox.table("out/fits.csv");
    assert_eq!(fits.cell(&[("event_id", "two")], "n_estimation"), "230");
}

#[test]
fn samples_are_formed_as_asked() {
    let sandbox = Sandbox::with_market();
    sandbox.write(
        "events.csv",
        crate::support::market::EVENTS
            .replace("category", "kind,category")
            .replace(",shock,AAA", ",loud,shock,AAA")
            .replace(",other,", ",loud,other,"),
    );
    for (by, groups) in [
        ("none", &["all"][..]),
        ("category", &["other", "shock"]),
        ("kind", &["loud"]),
        ("Kind", &["loud"]),
        ("when", &["unknown"]),
        ("market-wide", &["not market-wide"]),
    ] {
        sandbox.study(&["--group-by", by]).ends(0);
        let mut found = sandbox
            .table("out/aar.csv")
            .column("group")
            .iter()
            .map(|g| (*g).to_owned())
            .collect::<Vec<_>>();
        found.sort();
        found.dedup();
        assert_eq!(found, groups, "{by}");
    }
    sandbox.write(
        "study.toml",
        "events = [\"events.csv\"]\nprices = [\"prices.csv\"]\nbenchmark = \"MKT\"\n\
         group-by = \"instrument-group\"\n[groups]\nfirst = [\"AAA\"]\nsecond = [\"BBB\"]\n",
    );
    sandbox
        .run(&["study", "study.toml", "--out", "out"])
        .ends(0);
    let aar = sandbox.table("out/aar.csv");
    assert!(aar.column("group").contains(&"first") && aar.column("group").contains(&"second"));
}

#[test]
fn windows_are_those_asked_for() {
    let sandbox = Sandbox::with_market();
    sandbox.study(&["--windows", "0:0,-2:3,0:0"]).ends(0);
    let cars = sandbox.table("out/cars.csv");
    let ends: Vec<_> = cars
        .column("window_start")
        .into_iter()
        .zip(cars.column("window_end"))
        .collect();
    assert_eq!(&ends[..2], [("0", "0"), ("-2", "3")]);
    assert_eq!(cars.rows.len(), 6);
    // A longer CAR window alone widens the event window.
    sandbox
        .study(&["--windows", "0:20", "--estimation", "-200:-30"])
        .ends(0);
    assert_eq!(json(&sandbox)["settings"]["event_window"]["end"], 20);
    assert_eq!(sandbox.table("out/cars.csv").column("n_days"), ["21"; 3]);
    assert_eq!(
        sandbox.table("out/fits.csv").column("n_estimation"),
        ["171"; 3]
    );
}

#[test]
fn calendars_decide_which_days_count() {
    let sandbox = Sandbox::with_market();
    sandbox.study(&[]).ends(0);
    let xnys = day_0(&sandbox, "one");
    for same in ["XNAS", "from-data"] {
        sandbox.study(&["--calendar", same]).ends(0);
        assert_eq!(day_0(&sandbox, "one"), xnys, "{same}");
    }
    // Holidays are weekdays without a price: two returns are missing for each.
    sandbox.study(&["--calendar", "weekdays"]).ends(0);
    let n: usize = sandbox.table("out/fits.csv").column("n_estimation")[0]
        .parse()
        .expect("n");
    assert!((210..240).contains(&n), "{n}");
    // Every Monday's return is missing on a calendar that trades at weekends.
    let run = sandbox.study(&["--calendar", "24-7"]).ends(1);
    assert!(run.stderr.contains("excluded: one (AAA)"), "{}", run.stderr);
}

#[test]
fn a_calendar_that_never_closes_fits_prices_of_every_day() {
    let sandbox = Sandbox::with_market();
    let first: chrono::NaiveDate = "2023-06-01".parse().expect("a date");
    let market = crate::support::market::made_up();
    let mut text = "date,MKT,AAA\n".to_owned();
    let rows = market.series[0].1.iter().zip(&market.series[1].1);
    for (day, (m, a)) in first.iter_days().zip(rows) {
        text.push_str(&format!("{day},{m},{a}\n"));
    }
    sandbox.write("daily.csv", text);
    // 2024-06-01 is a Saturday.
    sandbox.write("events.csv", "id,at,instruments\nweekend,2024-06-01,AAA\n");
    sandbox
        .study(&["--prices", "daily.csv", "--calendar", "24-7"])
        .ends(0);
    let ledger = sandbox.table("out/ledger.csv");
    assert_eq!(ledger.column("session"), ["2024-06-01"]);
    assert_eq!(ledger.column("n_estimation"), ["240"]);
}

#[test]
fn anchors_move_closed_days_as_they_say() {
    let sandbox = Sandbox::with_market();
    // A Saturday, and Labor Day, a Monday.
    sandbox.write(
        "events.csv",
        "id,at,instruments\nsaturday,2024-06-08,AAA\nholiday,2024-09-02,AAA\n",
    );
    for (anchor, code, sessions) in [
        ("next", 0, ["2024-06-10", "2024-09-03"]),
        ("previous", 0, ["2024-06-07", "2024-08-30"]),
        ("nearest", 0, ["2024-06-07", "2024-09-03"]),
        ("drop", 1, ["", ""]),
    ] {
        sandbox.study(&["--anchor", anchor]).ends(code);
        assert_eq!(
            sandbox.table("out/ledger.csv").column("session"),
            sessions,
            "{anchor}"
        );
    }
    let before = sandbox.tree("");
    let run = sandbox.study(&["--anchor", "error"]).ends(2);
    assert!(
        run.stderr.contains("2024-06-08") && run.stderr.contains("--anchor"),
        "{}",
        run.stderr
    );
    assert_eq!(sandbox.tree(""), before);
    let run = sandbox.study(&["--max-shift", "1"]).ends(1);
    assert!(
        run.stderr.contains("excluded: saturday (AAA)"),
        "{}",
        run.stderr
    );
}

#[test]
fn tests_and_placebo_can_be_chosen() {
    let sandbox = Sandbox::with_market();
    sandbox.study(&["--tests", "patell_z,bmp_t"]).ends(0);
    let tests = sandbox.table("out/tests.csv");
    assert!(
        tests
            .column("test")
            .iter()
            .all(|t| ["patell_z", "bmp_t"].contains(t))
    );
    assert!(!tests.rows.is_empty());
    assert!(!sandbox.table("out/cars.csv").column("placebo_p")[0].is_empty());
    sandbox.study(&["--placebo", "off"]).ends(0);
    assert!(
        sandbox
            .table("out/cars.csv")
            .column("placebo_p")
            .iter()
            .all(|p| p.is_empty())
    );
}

#[test]
fn the_joint_regression_is_made_where_asked() {
    let sandbox = Sandbox::with_market();
    sandbox.study(&[]).ends(0);
    let joint = |sandbox: &Sandbox| -> Vec<String> {
        let cars = sandbox.table("out/cars.csv");
        let column = cars.column("car_joint").into_iter();
        column.map(str::to_owned).collect()
    };
    assert!(joint(&sandbox).iter().all(String::is_empty));
    sandbox.study(&["--joint", "on"]).ends(0);
    let cars = sandbox.table("out/cars.csv");
    let of = |event| {
        let row = [
            ("event_id", event),
            ("window_start", "0"),
            ("window_end", "0"),
        ];
        (cars.number(&row, "car"), cars.number(&row, "car_joint"))
    };
    // Only the second event of AAA has another one, the first, in its estimation window.
    let (car, joint) = of("one");
    assert!((car - joint).abs() < 1e-12, "{car} {joint}");
    let (car, joint) = of("two");
    assert!(car != joint && (car - joint).abs() < 0.01, "{car} {joint}");
}

#[test]
fn a_seed_decides_what_is_drawn() {
    let sandbox = Sandbox::with_market();
    // Enough events for a bootstrap, one every third week.
    let first: chrono::NaiveDate = "2024-01-16".parse().expect("a date");
    let events: String = (0..14)
        .map(|i| format!("e{i},{},AAA\n", first + chrono::Days::new(21 * i)))
        .collect();
    sandbox.write("events.csv", format!("id,at,instruments\n{events}"));
    let p_of = |seed: &str| {
        let mut args = vec!["--tests", "wild_bootstrap_p", "--windows", "0:1"];
        args.extend(["--seed", seed, "--bootstrap", "199"]);
        sandbox.study(&args).ends(0);
        let test = [("test", "wild_bootstrap_p")];
        sandbox.table("out/tests.csv").number(&test, "p")
    };
    let first = p_of("1");
    assert!(0.0 < first && first <= 1.0);
    assert_eq!(p_of("1"), first);
    assert!((2..5).any(|seed| p_of(&seed.to_string()) != first));
}

#[test]
fn serious_findings_exclude_where_asked() {
    let sandbox = Sandbox::with_market();
    let prices = sandbox.read("prices.csv");
    let line = prices
        .lines()
        .find(|l| l.starts_with("2024-03-01,AAA"))
        .expect("it")
        .to_owned();
    sandbox.write("prices.csv", prices.replace(&line, "2024-03-01,AAA,-1"));
    for (policy, code, status) in [
        ("warn", 0, "used"),
        ("off", 0, "used"),
        ("exclude", 1, "excluded"),
    ] {
        sandbox.study(&["--quality", policy]).ends(code);
        assert_eq!(
            sandbox.table("out/ledger.csv").column("status"),
            [status, status, "used"],
            "{policy}"
        );
    }
}

#[test]
fn the_report_speaks_german() {
    let sandbox = Sandbox::with_market();
    let mut args = vec![
        "report",
        "--prices",
        "prices.csv",
        "--benchmark",
        "MKT",
        "--language",
        "de",
    ];
    args.extend(["--events", "events.csv", "--out", "out"]);
    let run = sandbox.run(&args).ends(0);
    assert!(
        run.plain_stdout().contains("Am 3. Juni 2024"),
        "{}",
        run.stdout
    );
    assert!(sandbox.read("out/report.md").contains("abnormale Rendite"));
    assert!(sandbox.read("out/report.html").contains("lang=\"de\""));
    // Tables are for programs: no language.
    assert_eq!(
        sandbox.table("out/ledger.csv").column("status"),
        ["used"; 3]
    );
}

#[test]
fn only_the_formats_asked_for_are_written() {
    let sandbox = Sandbox::with_market();
    for (format, names) in [
        ("json", &["study.json"][..]),
        ("md", &["report.md"]),
        ("html", &["report.html"]),
        ("html,json", &["report.html", "study.json"]),
    ] {
        sandbox
            .study(&["--format", format, "--out", format])
            .ends(0);
        let found: Vec<String> = sandbox.tree(format).into_keys().collect();
        assert_eq!(found, names, "{format}");
    }
    sandbox.study(&["--format", "csv", "--out", "csv"]).ends(0);
    let found = sandbox.tree("csv");
    assert!(found.contains_key("cars.csv") && found.contains_key("ledger.csv"));
    let of_ours = |name: &String| name.ends_with(".csv") || name == ".shockwave";
    assert!(found.keys().all(of_ours));
}

#[test]
fn json_on_stdout_is_the_outcome_and_nothing_else() {
    let sandbox = Sandbox::with_market();
    let run = sandbox.study(&["--json"]).ends(0);
    let outcome = run.json();
    assert_eq!(outcome["exit_code"], 0);
    assert_eq!(outcome["events"]["total"], 3);
    assert_eq!(outcome["out"], "out");
    for file in outcome["files"].as_array().expect("files") {
        let name = format!("out/{}", file.as_str().expect("a name"));
        assert!(sandbox.path(&name).is_file(), "{name}");
    }
    let events = sandbox.read("events.csv").replace(",BBB", ",ZZZ");
    sandbox.write("events.csv", events);
    let run = sandbox.study(&["--json"]).ends(1);
    assert_eq!(run.json()["exit_code"], 1);
    assert!(run.stderr.contains("ZZZ"));
}

#[test]
fn quiet_is_silent_but_for_errors() {
    let sandbox = Sandbox::with_market();
    let run = sandbox.study(&["--quiet"]).ends(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let run = sandbox.study(&["--quiet", "--model", "nope"]).ends(2);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("nope"));
}

#[test]
fn logs_go_to_stderr_and_colours_only_where_asked() {
    let sandbox = Sandbox::with_market();
    let run = sandbox.study(&["--log", "debug", "--json"]).ends(0);
    run.json();
    let run = sandbox
        .study(&["--model", "nope", "--color", "always"])
        .ends(2);
    assert!(run.stderr.contains("\u{1b}["), "{}", run.stderr);
    let run = sandbox.study(&["--model", "nope"]).ends(2);
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
}
